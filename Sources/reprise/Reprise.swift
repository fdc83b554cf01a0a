import ArgumentParser

/// The command line's root.
@main
struct Reprise: ParsableCommand {
    /// This program's version.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "reprise",
        abstract: "Record real API traffic, replay it faster, and measure what it does to the service.",
        discussion: """
            A first run (Ctrl-C ends the recording):
              reprise capture -i eth0 --port 8080 -o shop.rlog
              reprise inspect shop.rlog
              reprise replay shop.rlog --target http://localhost:8080

            \("'reprise help COMMAND' describes a command, 'reprise help TOPIC' a topic: ")\
            \(HelpTopic.all.map(\.name).joined(separator: ", ")).
            """,
        version: Reprise.version,
        subcommands: [ManualCommand.self],
        groupedSubcommands: [
            CommandGroup(
                name: "Recording",
                subcommands: [
                    CaptureCommand.self, ImportCommand.self, ExportCommand.self, CutCommand.self, RegroupCommand.self,
                    RedactCommand.self, VerifyCommand.self,
                ]),
            CommandGroup(
                name: "Replaying",
                subcommands: [
                    InspectCommand.self, PlanCommand.self, ReplayCommand.self, RunCommand.self, WatchCommand.self,
                    DemoCommand.self,
                ]),
            CommandGroup(
                name: "Judging",
                subcommands: [
                    ReportCommand.self, HistoryCommand.self, AnalyzeCommand.self, CompareCommand.self,
                    MergeCommand.self,
                ]),
        ])

    /// The prefix of argument errors, the same as that of all other errors.
    static let _errorPrefix = "reprise: "

    /// Parses the arguments, runs the subcommand and exits with its status, or with 64 for invalid arguments.
    static func main() {
        StandardDescriptors.occupy()
        ResultOutput.ignoreClosedPipes()
        let arguments = Array(CommandLine.arguments.dropFirst())
        do {
            if arguments.count == 2, arguments[0] == "help", try explainTopic(arguments) { return }
            var command = try parseAsRoot()
            try command.run()
        } catch let error as any ReportedError {
            Console.print(error)
            error.exitStatus.exit()
        } catch {
            if exitCode(for: error) == .validationFailure { explain(arguments) }
            exit(withError: error)
        }
    }

    /// Shows a topic of `help`.
    ///
    /// - Returns: false for a command, which ArgumentParser explains.
    private static func explainTopic(_ arguments: [String]) throws -> Bool {
        guard let topic = HelpTopic.named(arguments[1]), let catalog = CommandCatalog.ofThisProgram() else {
            explain(arguments)
            return false
        }
        try ResultOutput.print(topic.page(catalog, width: min(ResultOutput.columns, 100)))
        return true
    }

    /// Exits with advice on arguments that were not understood; returns if there is none.
    private static func explain(_ arguments: [String]) {
        guard let catalog = CommandCatalog.ofThisProgram(),
            let advice = UsageAdvice(catalog: catalog, topics: HelpTopic.all.map(\.name)).advice(for: arguments)
        else { return }
        Console.note(advice)
        ExitStatus.usage.exit()
    }
}
