import Foundation
import TestSupport
import TestThreads
import Testing

/// `tools/install`: what it puts below a prefix, and what is left when it is removed again.
@Suite(.waits) struct InstallTests {
    private let folder: TemporaryFolder
    private let program: String

    init() throws {
        folder = try TemporaryFolder()
        program = BuiltProgram("reprise").path
    }

    private func install(_ arguments: String...) throws -> (code: Int32, errors: String) {
        try run("/bin/bash", [ProjectFile.path("tools/install")] + arguments)
    }

    private func run(_ program: String, _ arguments: [String]) throws -> (code: Int32, errors: String) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let errors = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, errors)
    }

    private func files(below path: String) -> Set<String> {
        let all = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
        return Set(
            all.filter { name in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
                    && !isFolder.boolValue
            })
    }

    @Test func installsAndRemovesNoMoreThanThat() throws {
        let prefix = folder.file("prefix")
        let outcome = try install("--prefix", prefix, "--program", program)
        #expect(outcome.code == 0, "\(outcome.errors)")
        let installed = files(below: prefix)
        for name in [
            "bin/reprise", "share/man/man1/reprise.1", "share/man/man1/reprise-replay.1",
            "share/man/man1/reprise-regroup.1",
            "share/man/man7/reprise-gates.7", "share/man/man7/reprise-replay.tokens.7",
            "share/bash-completion/completions/reprise", "share/zsh/site-functions/_reprise",
            "share/fish/vendor_completions.d/reprise.fish",
        ] {
            #expect(installed.contains(name), "\(name)")
        }
        #expect(try run("/bin/bash", ["-n", "\(prefix)/share/bash-completion/completions/reprise"]).code == 0)
        let replay = String(
            decoding: try TemporaryFolder.read("\(prefix)/share/man/man1/reprise-replay.1"), as: UTF8.self)
        // An option that the help leaves out to a topic is in the manual of its command.
        #expect(replay.hasPrefix(".TH REPRISE-REPLAY 1 ") && replay.contains("\\-\\-mint\\-key"))
        #expect(replay.split(separator: "\n").allSatisfy { !$0.hasPrefix("'") }, "no text is taken for a request")

        let own = "\(prefix)/share/man/man1/mine.1"
        #expect(FileManager.default.createFile(atPath: own, contents: Data()))
        #expect(try install("--uninstall", "--prefix", prefix).code == 0)
        #expect(files(below: prefix) == ["share/man/man1/mine.1"])
        #expect(try install("--uninstall", "--prefix", prefix).code == 1, "nothing is installed any more")
    }

    @Test func refusesToRemoveOutsideThePrefix() throws {
        let prefix = folder.file("prefix")
        let outside = try folder.write("outside", [1])
        try FileManager.default.createDirectory(atPath: "\(prefix)/share/reprise", withIntermediateDirectories: true)
        for line in ["../outside", outside] {
            #expect(
                FileManager.default.createFile(
                    atPath: "\(prefix)/share/reprise/installed", contents: Data("\(line)\n".utf8)))
            #expect(try install("--uninstall", "--prefix", prefix).code == 1, "\(line)")
            #expect(FileManager.default.fileExists(atPath: outside), "\(line)")
        }
    }
}
