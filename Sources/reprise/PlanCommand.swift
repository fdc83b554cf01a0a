import Analysis
import ArgumentParser
import Formats
import Plan
import Report

/// `reprise plan`: what a replay would send, and when.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Say what a replay of a log would send, and when. Sends nothing.",
        discussion: """
            Shows sessions, clones, requests, the planned duration and peak rate; the values that are taken out of live \
            responses and put into later requests (source → sinks, never the values themselves); the names and tokens \
            that each clone gets of its own; what is left out and why; the sockets and the memory that a replay needs.

            Example: reprise plan shop.rlog --speed 10 --sessions 1000
            """)

    @OptionGroup var input: LogInput

    @OptionGroup(title: "Which exchanges are taken")
    var filters: FilterArguments

    @OptionGroup(title: "What is sent, and when")
    var plan: PlanArguments

    @Option(
        help: ArgumentHelp("Say whether the plan fits this cap on the rate, such as 500/s.", valueName: "rate"),
        transform: SendingArguments.rate)
    var rate: Double?

    @Option(help: ArgumentHelp("List the N requests that are due first.", valueName: "N"))
    var first = 0

    @Option(help: ArgumentHelp("Write the bindings to a file to edit.", valueName: "file.yaml"))
    var bindingsOut: String?

    @Flag(help: "Overwrite the file of bindings if it exists.")
    var force = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (0...100_000).contains(first) else { throw ValidationError("--first takes a number up to 100000.") }
    }

    func run() throws {
        if let bindingsOut { try OutputPaths.check([bindingsOut], against: input.choice.inputs + plan.inputs) }
        let planned = try input.plan(plan.options(), filters: filters, hasPrelude: !plan.noPrelude)
        PlanWarnings.texts(of: planned).forEach(Console.warn)
        if let bindingsOut {
            var output = try ResultOutput.open(path: bindingsOut, overwrites: force)
            try output.write(BindingsFile.text(of: planned))
        }
        let limits = PlanLimits.warnings(planned, planned.outline(), rate: rate, maxBehind: .seconds(30))
        for warning in limits { Console.warn(warning) }
        let text =
            json
            ? try JSONText.encodedText(PlanDocument(planned, log: input.name, first: first))
            : PlanPage(
                planned, log: input.name, first: first, listsBindings: plan.bindings != nil, advisor: .commandLine
            ).text
        try ResultOutput.print(text)
    }
}
