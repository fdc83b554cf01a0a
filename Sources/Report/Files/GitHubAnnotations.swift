public import Analysis
import Formats

/// Lines that GitHub's runner reads from a step's output.
public enum GitHubAnnotations {
    /// Annotations of one step that GitHub shows.
    private static let limit = 10

    /// An `::error` line for each gate that failed, and each scenario that could not be run.
    public static func errors(of result: CampaignResult) -> [String] {
        let problems = result.scenarios.compactMap { scenario in
            scenario.problem.map { error("\(scenario.name): not run to its end", $0) }
        }
        let gates = result.scenarios.flatMap { scenario in
            errors(of: scenario.gates, of: scenario.name)
        }
        return bounded(problems + gates)
    }

    /// An `::error` line for each gate that failed.
    ///
    /// - Parameter name: of the run.
    public static func errors(of summary: RunSummary, name: String) -> [String] {
        bounded(errors(of: summary.gates, of: name))
    }

    /// Output between these lines is not searched for commands: what a report quotes came from elsewhere.
    ///
    /// - Parameter token: what nobody can guess, of letters and digits.
    public static func quoting(_ text: String, token: String) -> String {
        "::stop-commands::\(token)\n" + text + (text.hasSuffix("\n") ? "" : "\n") + "::\(token)::\n"
    }

    private static func errors(of gates: [GateResult], of name: String) -> [String] {
        gates.filter { $0.outcome == .failed }.map { error("\(name): \($0.gate)", $0.figure) }
    }

    private static func error(_ title: String, _ message: String) -> String {
        "::error title=\(property(title))::\(data(message))"
    }

    private static func bounded(_ lines: [String]) -> [String] {
        guard lines.count > limit else { return lines }
        return lines.prefix(limit - 1) + ["::error title=more::\(lines.count - limit + 1) more"]
    }

    private static func data(_ text: String) -> String {
        text.displayable.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    private static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
