import Analysis
import ArgumentParser
import Foundation
import Measurement

/// The conditions that a run must meet.
struct GateArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Condition that must hold, or the exit code is 99; see 'reprise help gates'. Repeatable.",
            valueName: "gate"))
    var gate: [String] = []

    @Flag(help: "Inconclusive gates fail too.")
    var strict = false

    /// The most bytes of a file of gates.
    private static let fileLimit = 1 << 20

    func validate() throws { _ = try parsed() }

    /// The gates as given, with files replaced by the gates in them.
    func parsed() throws -> [Criterion] {
        try gate.flatMap { text in
            try text.hasPrefix("@") ? GateArguments.file(String(text.dropFirst())) : [GateArguments.gate(text)]
        }
    }

    private static func gate(_ text: String) throws -> Criterion {
        let criterion: Criterion
        do throws(CriterionError) {
            criterion = try Criterion(parsing: text)
        } catch {
            throw ValidationError(error.description)
        }
        if let reason = criterion.needsScenario {
            throw ValidationError("'\(text)' is not a gate of a run: \(reason).")
        }
        return criterion
    }

    private static func file(_ path: String) throws -> [Criterion] {
        let bytes: [UInt8]
        do throws(CommandFailure) {
            bytes = try InputFile.read(path, limit: fileLimit, what: "gates", mayBeEmpty: true)
        } catch {
            throw ValidationError(error.description)
        }
        return try String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty && !$0.hasPrefix("#") }
            .map { try GateArguments.gate($0) }
    }
}

extension [Criterion] {
    /// The stretches that a run without a scenario must keep separate for the gates; nil for none.
    var stretches: RunStretches? {
        var firsts: [Set<ResponseKind>] = []
        for kinds in compactMap(\.firsts) where !firsts.contains(kinds) { firsts.append(kinds) }
        return contains(where: \.needsStatuses) || !firsts.isEmpty ? RunStretches.whole(firsts: firsts) : nil
    }
}
