import Foundation
import Mutants

/// A position at which the compiler found an error.
struct CompilerError: Sendable, Hashable {

    var file: String
    var line: Int
    var column: Int
    var message: String

    /// "/folder/Sources/A/B.swift:3:7: error: …", with the file relative to the folder.
    init?(_ text: String, folder: String) {
        guard let mark = text.range(of: ": error: ") else { return nil }
        let parts = text[..<mark.lowerBound].split(separator: ":")
        guard parts.count == 3, let line = Int(parts[1]), let column = Int(parts[2]) else { return nil }
        file = parts[0].hasPrefix(folder + "/") ? String(parts[0].dropFirst(folder.count + 1)) : String(parts[0])
        self.line = line
        self.column = column
        message = String(text[mark.upperBound...])
    }
}

/// Type-checks single targets: much faster than a build, and errors in one target do not prevent the check of others.
struct ModuleCheck: Sendable {

    private let folder: String
    private let modules: String
    private let commands: [String: [String]]

    private struct Options {
        static let withValue: Set<String> = [
            "-emit-module-path", "-output-file-map", "-index-store-path", "-emit-objc-header-path",
        ]
        static let alone: Set<String> = [
            "-emit-dependencies", "-emit-module", "-incremental", "-c", "-enable-batch-mode", "-serialize-diagnostics",
            "-parseable-output", "-emit-objc-header", "-g", "-disable-sandbox",
        ]
    }

    /// Takes the compiler's options from the files of the last build.
    init(workspace: Workspace) throws {
        folder = workspace.folder
        modules = "\(workspace.folder)/.build/mutate-modules"
        try FileManager.default.createDirectory(atPath: modules, withIntermediateDirectories: true)
        let manifest = try String(contentsOfFile: "\(folder)/.build/debug.yaml", encoding: .utf8)
        var commands: [String: [String]] = [:]
        for line in manifest.split(separator: "\n") {
            guard let begin = line.range(of: "args: ["), line.contains("\"-module-name\"") else { continue }
            let list = Data("[\(line[begin.upperBound...])".utf8)
            guard let words = try? JSONDecoder().decode([String].self, from: list),
                let mark = words.firstIndex(of: "-module-name"), mark + 1 < words.count
            else { continue }
            commands[words[mark + 1]] = words
        }
        self.commands = commands
    }

    /// The errors in a target's current sources; empty if it compiles. Its module is kept for the targets that depend
    /// on it.
    func errors(of target: String) throws -> Set<CompilerError> {
        guard let command = commands[target] else { throw ToolError("the build has no command for \(target)") }
        var words: [String] = []
        var next = command.startIndex
        while next < command.endIndex {
            let word = command[next]
            if word == "-Xcc" {
                words += command[next...].prefix(2)
                next += 2
            } else if command[next...].prefix(2) == ["-enable-upcoming-feature", "MemberImportVisibility"] {
                // All files are compiled together: a declaration that two C modules have may be attributed to the wrong
                // one.
                next += 2
            } else if Options.withValue.contains(word) {
                next += 2
            } else {
                let isLeftOut = Options.alone.contains(word) || word.hasPrefix("@") || word.hasPrefix("-j")
                if !isLeftOut { words.append(word) }
                next += 1
            }
        }
        let sources = try Command(["find", "\(folder)/Sources/\(target)", "-name", "*.swift"]).run().output.sorted()
        // Sources that compiled are not checked again.
        let state = ModuleState(sources: sources)
        let stateFile = "\(modules)/\(target).state"
        if let known = try? String(contentsOfFile: stateFile, encoding: .utf8), known == state.text { return [] }
        words.insert(contentsOf: ["-I", modules], at: 1)
        words += [
            "-wmo", "-suppress-warnings", "-emit-module", "-emit-module-path", "\(modules)/\(target).swiftmodule",
        ]
        words += sources
        let ran = try Command(words, in: folder, limit: 900).run()
        let errors = Set(ran.output.compactMap { CompilerError($0, folder: folder) })
        guard ran.status == 0 || !errors.isEmpty else {
            throw ToolError("\(target) does not compile:\n" + ran.output.suffix(20).joined(separator: "\n"))
        }
        if errors.isEmpty { try state.text.write(toFile: stateFile, atomically: true, encoding: .utf8) }
        return errors
    }
}

/// The sources of a target at one time.
private struct ModuleState {

    /// Their names and FNV-1a hashes.
    let text: String

    init(sources: [String]) {
        text = sources.map { file in
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for byte in FileManager.default.contents(atPath: file) ?? Data() {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
            }
            return "\(file) \(hash)\n"
        }
        .joined()
    }
}
