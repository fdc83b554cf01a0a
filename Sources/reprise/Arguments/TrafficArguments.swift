import ArgumentParser
import Plan
import Replay
import Scenario
import Traffic
import Workflows

/// The traffic of a scenario as arguments of `replay`: each option has the meaning that it has there.
///
/// It conforms to `ParsableCommand` because the parser wraps other arguments in a further level of groups, and checks
/// each level four times as often as the one around it in debug builds.
struct TrafficArguments: ParsableCommand {
    @OptionGroup var input: LogInput
    @OptionGroup var filters: FilterArguments
    @OptionGroup var plan: PlanArguments
    @OptionGroup var sending: SendingArguments

    func validate() throws {
        if case .listed = plan.bindings { throw ValidationError("'bindings' needs a file.") }
    }

    /// Options that name files, which are relative to the scenario file.
    private static let fileOptions: Set<String> = [
        "bindings", "identities", "mint-key", "cacert", "cert", "key", "decrypt-key", "endpoints", "aws-keys",
        "proxy-cacert", "proxy-password-file", "oauth-client-secret", "oauth-password", "oauth-refresh-token",
    ]

    /// Options of a whole run, which a single traffic entry cannot set.
    static let runOptions: Set<String> = [
        "target", "allow-host", "workers", "transport", "order", "timeout", "timeout-connect", "timeout-first-byte",
        "drain", "max-behind", "on-missing", "on-401", "renew-before", "mint-with", "mint-timeout", "keep-host",
        "insecure", "cacert", "cert", "key", "resolve", "connect-to", "sni", "proxy", "proxy-cacert", "proxy-insecure",
        "proxy-password-file",
        "connections", "compare-bodies", "seed",
    ]

    /// The arguments of a traffic in a scenario.
    ///
    /// - Parameters:
    ///   - part: nil for everything in the file's logs.
    ///   - phase: the options of its phases; a traffic entry's own options take precedence.
    ///   - folder: of the scenario file.
    static func parsed(
        _ part: TrafficPart?, in phase: ReplayOptionValues, of scenario: ScenarioDefinition, in file: ScenarioFile,
        folder: String,
        place: ScenarioError.Place
    ) throws -> TrafficArguments {
        let logs = part?.logs.isEmpty == false ? part?.logs ?? [] : file.logs
        guard !logs.isEmpty else {
            throw ScenarioError(
                "scenario '\(scenario.name)' has no 'log' to take its sessions from", at: scenario.place)
        }
        var words = logs.map { path($0, in: folder) }
        if let part {
            words += part.filters.arguments()
            try refuseRunOptions(part.options, of: "one traffic", at: place)
        }
        let options = scenario.options.overlaid(by: phase).overlaid(by: part?.options ?? ReplayOptionValues())
        guard options.values["target"]?.isEmpty == false else {
            throw ScenarioError(
                "scenario '\(scenario.name)' has no 'target' such as http://127.0.0.1:8000", at: scenario.place)
        }
        words += options.arguments { value, name in located(value, of: name, in: folder) }
        do {
            return try TrafficArguments.parse(words)
        } catch {
            let message = TrafficArguments.message(for: error)
            let option = options.values.keys.sorted { $0.count > $1.count }.first { message.contains("--\($0)") }
            throw ScenarioError(
                "scenario '\(scenario.name)': \(inWordsOfTheFile(message))",
                at: option.flatMap { options.place(of: $0) } ?? place)
        }
    }

    /// A message about arguments, with the options named as in the file: `--think <duration>` is `think`.
    private static func inWordsOfTheFile(_ message: String) -> String {
        var text = message.replacing(/'?--([a-z0-9-]+)( <[^>]*>)?'?/) { "'\($0.1)'" }
        while text.last == "." { text.removeLast() }
        return text
    }

    /// Refuses options of a whole run in the description of a part of it.
    static func refuseRunOptions(
        _ options: ReplayOptionValues, of what: String, at place: ScenarioError.Place
    ) throws(ScenarioError) {
        guard let option = options.values.keys.sorted().first(where: runOptions.contains) else { return }
        throw ScenarioError("'\(option)' belongs to the file or to a scenario, not to \(what) of it", at: place)
    }

    /// The value of an option; a file in it is relative to the scenario file.
    static func located(_ value: String, of option: String, in folder: String) -> String {
        if fileOptions.contains(option) { return path(value, in: folder) }
        guard option == "feed", let equals = value.firstIndex(of: "=") else { return value }
        return String(value[...equals]) + path(String(value[value.index(after: equals)...]), in: folder)
    }

    /// The path of a file that a scenario file names; `env:NAME` is not a file.
    static func path(_ name: String, in folder: String) -> String {
        name.hasPrefix("/") || name.hasPrefix("env:") ? name : "\(folder)/\(name)"
    }
}

extension ScenarioError: ReportedError {
    var exitStatus: ExitStatus { .usage }
}

extension ReplayOptionValues {
    /// The options as command-line arguments, sorted by name.
    ///
    /// - Parameter value: the argument for a value of the option with this name
    fileprivate func arguments(_ value: (_ text: String, _ name: String) -> String = { text, _ in text }) -> [String] {
        values.sorted { $0.key < $1.key }.flatMap { name, values in
            if values.isEmpty { return ["--\(name)"] }
            return values.map { value($0, name) }.flatMap {
                // A value that begins with a dash would be taken for an option, unless it is in one word with its name.
                $0.hasPrefix("-") ? ["--\(name)=\($0)"] : ["--\(name)", $0]
            }
        }
    }
}
