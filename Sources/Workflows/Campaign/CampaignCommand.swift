public import Scenario

/// Commands before and after a scenario, and its checks.
public enum CampaignCommand {

    /// Runs a command until it ends or reaches its time limit.
    ///
    /// - Parameters:
    ///   - folder: where it runs: the scenario file's
    ///   - isInterrupted: called ten times a second; true ends it
    /// - Returns: the problem, worded to follow the command's name in a sentence; nil if it exits with 0
    public static func run(
        _ command: ScenarioCommand, in folder: String, unless isInterrupted: () -> Bool
    ) -> String? {
        do throws(ShellCommand.StartError) {
            let (ending, output) = try ShellCommand.run(
                command.command, in: folder, upTo: command.timeout, unless: isInterrupted)
            guard !ending.isGood else { return nil }
            let last = output.split(separator: "\n").suffix(3).joined(separator: " / ")
            return ending.text + (last.isEmpty ? "" : ": \(last)")
        } catch {
            return "does not start: \(error.reason)"
        }
    }
}
