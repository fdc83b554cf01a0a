import Analysis
import ArgumentParser
import Foundation

/// What a replay watches, what it is judged by, and where its results go.
struct JudgingArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("Sample the memory, CPU, threads and open files of a process. Repeatable.", valueName: "pid")
    )
    var watchPid: [Int32] = []

    @Option(
        help: ArgumentHelp(
            "What the run must meet, or it exits with 99. Repeatable.",
            discussion: "no-leak, no-drift, failures<1%, p95<500ms, p99(GET /items)<1s, rps>100, …", valueName: "gate"))
    var gate: [String] = []

    @Flag(help: "An inconclusive gate fails too.")
    var strict = false

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The run folder to write (default: a new one in runs/).", valueName: "run"))
    var output: String?

    @Flag(help: "Overwrite the run folder if it exists.")
    var force = false

    @Flag(help: "Print the summary as JSON instead of the tables.")
    var json = false

    /// The run folder's path: what was asked for, or one named after the time.
    var runFolder: String { output ?? "runs/replay-\(Int(Date().timeIntervalSince1970))" }

    func validate() throws {
        for pid in watchPid where pid <= 0 { throw ValidationError("--watch-pid takes a process id above 0.") }
        _ = try parsedGates()
    }

    /// The gates as given.
    func parsedGates() throws -> [Gate] {
        try gate.map { text in
            do throws(GateError) {
                return try Gate(parsing: text)
            } catch {
                throw ValidationError(error.description)
            }
        }
    }
}
