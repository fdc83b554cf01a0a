import ArgumentParser

/// The command line's root.
@main
struct Reprise: ParsableCommand {
    /// This program's version.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "reprise",
        abstract: "Record real API traffic off the wire, replay it faster, and say what it did to the service.",
        version: Reprise.version,
        subcommands: [
            CaptureCommand.self,
            InspectCommand.self,
            VerifyCommand.self,
            RedactCommand.self,
            ImportCommand.self,
            ExportCommand.self,
            CutCommand.self,
            PlanCommand.self,
            ReplayCommand.self,
            ReportCommand.self,
            AnalyzeCommand.self,
            CompareCommand.self,
            MergeCommand.self,
            DemoCommand.self,
        ])

    /// Parses the arguments, runs the subcommand and exits: with its status, with 64 for arguments that make no sense.
    static func main() {
        ResultOutput.ignoreClosedPipes()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let error as any ReportedError {
            Console.print(error)
            error.exitStatus.exit()
        } catch {
            exit(withError: error)
        }
    }
}
