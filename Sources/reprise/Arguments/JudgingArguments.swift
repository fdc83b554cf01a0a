import ArgumentParser

/// What a replay watches, what it is judged by, and where its results go.
struct JudgingArguments: ParsableArguments {
    @OptionGroup var watch: WatchArguments

    @OptionGroup var gates: GateArguments

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Run folder to write. Default: a new folder in runs/.", valueName: "folder"))
    var output: String?

    @Flag(
        help: ArgumentHelp(
            "End the run as soon as every gate is sure to pass or to fail.", visibility: .hidden))
    var stopWhenSure = false

    @Option(
        help: ArgumentHelp(
            "Leave this time at the start out of the verdicts on memory and latency: caches still fill, compilers run.",
            valueName: "duration", visibility: .hidden))
    var warmUp: Duration?

    func validate() throws {
        guard !stopWhenSure || !gates.gate.isEmpty else { throw ValidationError("--stop-when-sure needs a --gate.") }
        guard warmUp ?? .zero >= .zero else { throw ValidationError("--warm-up must be a time such as 2m.") }
    }

    @Flag(help: "Overwrite the run folder if it exists.")
    var force = false

    @Flag(help: "Print the summary as JSON instead of the tables.")
    var json = false

    /// The run folder's path: the given one, or a new one named after the logs and the time.
    func runFolder(ofLogs logs: [String]) -> String {
        output ?? RunFolderName.unused(RunFolderName.name(ofLogs: logs))
    }
}
