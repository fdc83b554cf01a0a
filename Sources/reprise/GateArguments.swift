import Analysis
import ArgumentParser
import Foundation

/// What a run must meet.
struct GateArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What must be met, or it exits with 99. Repeatable.",
            discussion: """
                no-leak, no-drift, failures<1%, p95<500ms, 'POST /login: p99<1s', rps>100, …; @FILE: the gates of a \
                file, one a line.
                """,
            valueName: "gate"))
    var gate: [String] = []

    @Flag(help: "An inconclusive gate fails too.")
    var strict = false

    /// Gates in a file at most, and its bytes.
    private static let fileLimit = 1 << 20

    func validate() throws { _ = try parsed() }

    /// The gates as given, those of files in their place.
    func parsed() throws -> [Gate] {
        try gate.flatMap { text in
            try text.hasPrefix("@") ? GateArguments.file(String(text.dropFirst())) : [GateArguments.gate(text)]
        }
    }

    private static func gate(_ text: String) throws -> Gate {
        do throws(GateError) {
            return try Gate(parsing: text)
        } catch {
            throw ValidationError(error.description)
        }
    }

    private static func file(_ path: String) throws -> [Gate] {
        guard let data = FileManager.default.contents(atPath: path), data.count <= fileLimit else {
            throw ValidationError("Cannot read the gates of \(path).")
        }
        return try String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
            .map { try GateArguments.gate($0) }
    }
}
