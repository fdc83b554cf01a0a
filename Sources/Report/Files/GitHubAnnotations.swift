public import Analysis
import Formats

/// Workflow commands that GitHub's runner reads from a step's output.
public enum GitHubAnnotations {
    /// The most annotations of one step that GitHub shows.
    private static let limit = 10

    /// An `::error` line for each failed gate and each scenario that did not finish.
    public static func errors(of result: CampaignResult) -> [String] {
        let problems = result.scenarios.compactMap { scenario in
            scenario.problem.map { error("\(scenario.name): \(scenario.standing ?? "not finished")", $0) }
        }
        let gates = result.scenarios.flatMap { scenario in
            errors(of: scenario.gates, of: scenario.name)
        }
        return bounded(problems + gates)
    }

    /// An `::error` line for each failed gate.
    ///
    /// - Parameter name: the name of the run.
    public static func errors(of summary: RunSummary, name: String) -> [String] {
        bounded(errors(of: summary.gates, of: name))
    }

    /// `text` between lines that stop and resume workflow commands: a report quotes text from elsewhere.
    ///
    /// - Parameter token: letters and digits that cannot be guessed.
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
        text.displayable.replacingScalars { $0 == "%" ? "%25" : nil }
    }

    private static func property(_ text: String) -> String {
        data(text).replacingScalars { $0 == ":" ? "%3A" : $0 == "," ? "%2C" : nil }
    }
}
