import Foundation

/// A copy of the tree that mutants are written into, kept between runs so that builds are incremental.
struct Workspace {

    let folder: String
    private let repository: Repository

    /// Brings the copy up to date.
    init(repository: Repository) throws {
        self.repository = repository
        folder = "\(repository.root)/.build-mutate/tree"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let wanted = try repository.files()
        for file in wanted { try update(file) }
        let known = Set(wanted)
        for file in try Command(["find", ".", "-type", "f", "-not", "-path", "./.build/*"], in: folder).run().output {
            let name = String(file.dropFirst(2))
            if !known.contains(name) { try FileManager.default.removeItem(atPath: "\(folder)/\(name)") }
        }
    }

    /// The text of a file of the copy.
    func read(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(file)")))
    }

    func write(_ bytes: [UInt8], to file: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
    }

    private func update(_ file: String) throws {
        let source = "\(repository.root)/\(file)"
        let copy = "\(folder)/\(file)"
        guard var bytes = FileManager.default.contents(atPath: source) else { return }
        if file == "Package.swift" {
            // A mutant may leave a value unused, which is no reason not to try it.
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
