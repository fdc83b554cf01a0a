import Analysis
import ArgumentParser
import Formats
import Plan
import Report
import SessionLog
import Workflows

/// `reprise plan`: shows what a replay would send, and when.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what a replay would send, and when. Sends nothing.",
        discussion: """
            Shows sessions, requests, the planned duration and the peak rate; the bindings: values that are taken from live \
            responses and put into later requests (source → sinks, without the values); the user names and tokens of each \
            session; what is left out and why; and the sockets and memory that a replay needs.

            Examples:
              reprise plan shop.rlog --speed 10 --sessions 1000
              reprise plan shop.rlog --bindings
              reprise plan shop.rlog --bindings-out bindings.yaml

            More options, each with 'reprise help NAME': filters, replay.load, replay.identities, replay.tokens.
            """)

    @OptionGroup var input: LogInput

    @OptionGroup(title: "Filters", visibility: .hidden)
    var filters: FilterArguments

    @OptionGroup(title: "Load")
    var plan: PlanArguments

    @Option(
        help: ArgumentHelp("Check whether the plan fits this limit, such as 500/s.", valueName: "n/s"),
        transform: SendingArguments.rate)
    var rate: Double?

    @Option(help: ArgumentHelp("List the first N requests of the schedule.", valueName: "n"))
    var first = 0

    @Option(
        help: ArgumentHelp("Write the bindings to this file, to be edited.", valueName: "file.yaml"),
        completion: .file())
    var bindingsOut: String?

    @Flag(help: "Overwrite the bindings file if it exists.")
    var force = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (0...100_000).contains(first) else { throw ValidationError("--first takes a number up to 100,000.") }
    }

    func run() throws {
        if let bindingsOut { try OutputPaths.check([bindingsOut], against: input.choice.inputs + plan.inputs) }
        let planned = try input.plan(plan.options(), filters: filters, hasPrelude: !plan.noPrelude)
        PlanWarnings.texts(of: planned).forEach(Console.warn)
        if let bindingsOut {
            var output = try ResultOutput.open(path: bindingsOut, overwrites: force)
            try output.write(BindingsFile.text(of: planned, heading: BindingsFile.heading))
        }
        let limits = PlanLimits.warnings(
            planned, planned.outline(), rate: rate, maxBehind: .seconds(30), advisor: .commandLine)
        for warning in limits { Console.warn(warning) }
        let numbers = try exchangeNumbers(planned)
        let text =
            json
            ? try JSONText.encodedText(PlanDocument(planned, log: input.name, first: first, numbers: numbers))
            : PlanPage(
                planned, log: input.name, first: first, numbers: numbers, listsBindings: plan.bindings != nil,
                advisor: .commandLine
            ).text
        try ResultOutput.print(text)
    }

    /// The numbers of the recorded exchanges of the first requests; nil if none are listed.
    private func exchangeNumbers(_ planned: ReplayPlan) throws -> ExchangeNumbers? {
        guard first > 0 else { return nil }
        let selection = try input.selection()
        // Without a prelude, a filter makes sessions begin later.
        let filter = plan.noPrelude ? try filters.filter(of: selection) : ExchangeFilter()
        return try ExchangeNumbers(
            of: selection, filter: filter,
            sessions: Set(planned.firstRequests(first).map { planned.scripts[$0.turn.script].sessionNumber }))
    }
}
