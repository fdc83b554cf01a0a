import ArgumentParser
import Foundation

/// What a replay watches, what it is judged by, and where its results go.
struct JudgingArguments: ParsableArguments {
    @OptionGroup var watch: WatchArguments

    @OptionGroup var gates: GateArguments

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Run folder to write. Default: a new folder in runs/.", valueName: "folder"))
    var output: String?

    @Flag(help: "Overwrite the run folder if it exists.")
    var force = false

    @Flag(help: "Print the summary as JSON instead of the tables.")
    var json = false

    /// The run folder's path: what was asked for, or one named after the time.
    var runFolder: String { output ?? "runs/replay-\(Int(Date().timeIntervalSince1970))" }
}
