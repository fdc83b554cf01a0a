import Foundation
import Glibc
import Redaction
public import Scenario

/// Commands before and after a scenario, and its checks.
public enum CampaignCommand {

    /// How a command ended.
    public struct Result: Hashable, Sendable {
        /// The problem, worded to follow the command's name in a sentence; nil if it exits with 0.
        public var problem: String?
        /// Whether it ended because the user interrupted the campaign.
        public var wasInterrupted = false
        /// The end of what it printed.
        public var output: String
    }

    /// Runs a command until it ends or reaches its time limit.
    ///
    /// - Parameters:
    ///   - folder: where it runs: the scenario file's
    ///   - isInterrupted: called ten times a second; true ends it
    public static func run(
        _ command: ScenarioCommand, in folder: String, unless isInterrupted: () -> Bool
    ) -> Result {
        do throws(ShellCommand.StartError) {
            let (ending, output) = try ShellCommand.run(
                command.command, in: folder, upTo: command.timeout, unless: isInterrupted)
            guard !ending.isGood else { return Result(problem: nil, output: output) }
            let last = output.split(separator: "\n").suffix(3).joined(separator: " / ")
            return Result(
                problem: ending.text + (last.isEmpty ? "" : ": \(last)"), wasInterrupted: ending == .interrupted,
                output: output)
        } catch {
            return Result(problem: "does not start: \(error.reason)", output: "")
        }
    }
}

/// What the commands of a campaign printed, in `commands.log` of its folder, without secrets.
public struct CommandLog {
    private let path: String
    private let secrets: [String]

    /// A runner of the commands of a campaign.
    ///
    /// - Parameters:
    ///   - folder: the campaign folder
    ///   - file: its secrets, which come from the environment, are masked wherever they are printed
    public init(folder: String, _ file: ScenarioFile) {
        path = "\(folder)/commands.log"
        let places = file.watches.compactMap(\.password) + file.watches.compactMap(\.secretAddress)
        secrets = places.compactMap { place in
            place.hasPrefix("env:") ? ProcessInfo.processInfo.environment[String(place.dropFirst(4))] : nil
        }.filter { !$0.isEmpty }
    }

    /// A text with everything that looks like a secret, and the secrets of the file, masked.
    public func masked(_ text: String) -> String {
        var text = text
        for secret in secrets { text = text.replacing(secret, with: "***") }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { MaskedText.text(of: Array($0.utf8)) }.joined(separator: "\n")
    }

    /// Adds a command; on a full disk the entry is lost, but the campaign continues.
    ///
    /// - Parameter what: `before`, `check` or `after`
    public func add(_ command: String, _ result: CampaignCommand.Result, what: String, scenario: String) {
        let ending = result.problem.map { "failed: " + masked($0) } ?? "exited with 0"
        let lines = result.output.split(separator: "\n").map { "    \(masked(String($0)))\n" }.joined()
        let entry = "\(scenario), \(what): \(command)\n  \(ending)\n\(lines)"
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        let bytes = Array(entry.utf8)
        _ = write(file, bytes, bytes.count)
    }
}

extension WatchDefinition {

    /// The place of an address that may contain a password; nil for an address in the file, which contains none.
    fileprivate var secretAddress: String? {
        if case .postgres(let text) = source, text.hasPrefix("env:") { text } else { nil }
    }
}
