import Analysis
import ArgumentParser
import Foundation

/// The conditions that a run must meet.
struct GateArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Condition that must hold, or the exit code is 99; see 'reprise help gates'. Repeatable.",
            valueName: "gate"))
    var gate: [String] = []

    @Flag(help: "Inconclusive gates fail too.")
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
            throw ValidationError("Cannot read gates from \(path).")
        }
        return try String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
            .map { try GateArguments.gate($0) }
    }
}
