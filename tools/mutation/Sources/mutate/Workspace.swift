import Foundation
import Mutants

/// A copy of the tree for the mutants, kept between runs so that builds are incremental.
struct Workspace {

    let folder: String
    private let repository: Repository

    /// Updates the copy.
    ///
    /// - Parameter changing: files that are written with mutants afterwards; until then they are not changed
    init(repository: Repository, folder: String, changing: Set<String>) throws {
        self.repository = repository
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let wanted = try repository.files()
        for file in wanted where !changing.contains(file) { try update(file) }
        let known = Set(wanted)
        for file in try Command(["find", ".", "-type", "f", "-not", "-path", "./.build/*"], in: folder).run().output {
            let name = String(file.dropFirst(2))
            let isSwitch = name.hasSuffix("/\(MutantSwitch.fileName)")
            if !known.contains(name), !isSwitch { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
        }
    }

    /// The text of a file without mutants.
    func original(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(repository.root)/\(file)")))
    }

    /// Writes a file of the copy. A file that does not change keeps its time, so that it is not compiled again.
    func write(_ bytes: [UInt8], to file: String) throws {
        let copy = "\(folder)/\(file)"
        if FileManager.default.contents(atPath: copy) != Data(bytes) {
            try Data(bytes).write(to: URL(fileURLWithPath: copy))
        }
    }

    /// Builds the copy, unless the tests of an earlier build exist.
    func prepare(package: String) throws {
        if FileManager.default.fileExists(atPath: "\(folder)/.build/debug/\(package)PackageTests.xctest") { return }
        for file in try repository.files() { try update(file) }
        note("building the copy in \(folder)")
        let built = try Command(["swift", "build", "--build-tests"], in: folder).run()
        guard built.status == 0 else {
            throw ToolError("the tree does not build:\n" + built.output.suffix(20).joined(separator: "\n"))
        }
    }

    private func update(_ file: String) throws {
        let source = "\(repository.root)/\(file)"
        let copy = "\(folder)/\(file)"
        guard var bytes = FileManager.default.contents(atPath: source) else { return }
        if file == "Package.swift" {
            // A mutant may leave a value unused; that is not a reason to exclude it.
            let text = String(decoding: bytes, as: UTF8.self).replacing(".treatAllWarnings(as: .error),", with: "")
            bytes = Data(text.utf8)
        }
        // A file that is the same keeps its time, so that it is not compiled again.
        if FileManager.default.contents(atPath: copy) == bytes { return }
        let parent = (copy as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        try bytes.write(to: URL(fileURLWithPath: copy))
        let attributes = try FileManager.default.attributesOfItem(atPath: source)
        if let mode = attributes[.posixPermissions] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: copy)
        }
    }
}
