import Foundation

/// The git working tree that is mutated.
struct Repository {

    var root: String

    /// The Swift files below Sources that the paths name, each with its changed lines if a revision is given.
    ///
    /// - Parameters:
    ///   - paths: targets, folders or files; all of Sources if empty
    ///   - since: a revision; nil for all lines
    func sources(_ paths: [String], since: String?) throws -> [(file: String, lines: Set<Int>?)] {
        let prefixes = paths.isEmpty ? ["Sources/"] : paths.map { $0.hasPrefix("Sources/") ? $0 : "Sources/\($0)/" }
        let files = try git(["ls-files", "-co", "--exclude-standard", "Sources"])
            .filter { file in file.hasSuffix(".swift") && prefixes.contains { file.hasPrefix($0) } }
            .sorted()
        for (path, prefix) in zip(paths, prefixes) where !files.contains(where: { $0.hasPrefix(prefix) }) {
            throw ToolError("no Swift file below Sources is named by \(path)")
        }
        guard let since else { return files.map { ($0, nil) } }
        return try files.compactMap { file in
            let lines = try changedLines(of: file, since: since)
            return lines.isEmpty ? nil : (file, lines)
        }
    }

    /// The files of the tree: tracked ones, and new ones that git does not ignore.
    func files() throws -> [String] { try git(["ls-files", "-co", "--exclude-standard"]) }

    private func changedLines(of file: String, since: String) throws -> Set<Int> {
        var lines: Set<Int> = []
        for line in try git(["diff", "-U0", since, "--", file]) where line.hasPrefix("@@") {
            // @@ -a,b +c,d @@
            guard let added = line.split(separator: " ").first(where: { $0.hasPrefix("+") }) else { continue }
            let numbers = added.dropFirst().split(separator: ",").compactMap { Int($0) }
            guard let first = numbers.first else { continue }
            lines.formUnion(first..<first + (numbers.count > 1 ? numbers[1] : 1))
        }
        return lines
    }

    private func git(_ arguments: [String]) throws -> [String] {
        let ran = try Command(["git", "-C", root] + arguments).run()
        guard ran.status == 0 else {
            throw ToolError("git \(arguments.joined(separator: " ")): \(ran.output.last ?? "")")
        }
        return ran.output
    }
}

struct ToolError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
