import Foundation
import TestSupport
import Testing

@testable import reprise

/// No command writes over what it reads.
@Suite struct OutputPathsTests {
    private let folder: TemporaryFolder
    private let input: String

    init() throws {
        folder = try TemporaryFolder()
        input = try folder.write("in.rlog", [1, 2, 3])
    }

    private func refuses(_ output: String, _ inputs: [String]) -> Bool {
        do {
            try OutputPaths.check([output], against: inputs)
            return false
        } catch {
            return error.exitStatus == .usage
        }
    }

    @Test("The same file is refused under every name")
    func everyName() throws {
        let manager = FileManager.default
        try manager.linkItem(atPath: input, toPath: folder.file("hard"))
        try manager.createSymbolicLink(atPath: folder.file("soft"), withDestinationPath: "in.rlog")
        try manager.createSymbolicLink(atPath: folder.file("twice"), withDestinationPath: "soft")
        for name in ["in.rlog", "hard", "soft", "twice", "./in.rlog"] {
            #expect(refuses(folder.file(name), [input]), "\(name) is the input")
            #expect(refuses(input, ["/nowhere", folder.file(name)]), "the input is \(name)")
        }
    }

    @Test("Other files, new ones, standard output and devices are not")
    func others() throws {
        let other = try folder.write("other", [1, 2, 3])
        for output in [other, folder.file("new"), "-", "/dev/null"] {
            #expect(!refuses(output, [input, "-", "/dev/null"]), "\(output)")
        }
    }

    @Test("A run folder is an input with its data, but not with its report")
    func runFolders() throws {
        let run = folder.file("run")
        try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: false)
        for name in ["run.json", "summary.json", "windows.bin", "report.html"] {
            _ = try folder.write("run/\(name)", [1])
        }
        #expect(refuses(run, [run]) && refuses(run + "/.", [folder.file("a"), run]))
        for name in ["run.json", "summary.json", "windows.bin"] { #expect(refuses("\(run)/\(name)", [run]), "\(name)") }
        #expect(!refuses("\(run)/report.html", [run]))
    }
}
