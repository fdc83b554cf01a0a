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
              reprise plan shop.rlog --sessions 1000 --html plan.html

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

    @Option(
        help: ArgumentHelp(
            "List the first N requests of the schedule. Default: none; 100 on an HTML page.", valueName: "n"))
    var first: Int?

    @Option(
        help: ArgumentHelp("Write the plan as an HTML page to this file; '-' is standard output.", valueName: "file"),
        completion: .file())
    var html: String?

    @Option(
        help: ArgumentHelp("Write the bindings to this file, to be edited.", valueName: "file.yaml"),
        completion: .file())
    var bindingsOut: String?

    @Flag(help: "Overwrite the page and the bindings file if they exist.")
    var force = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (0...100_000).contains(first ?? 0) else {
            throw ValidationError("--first takes a number up to 100,000.")
        }
        if html != nil, json || plan.bindings != nil {
            throw ValidationError("Give one of --html, --json and --bindings.")
        }
        if let html, html == bindingsOut {
            throw ValidationError("--html and --bindings-out need different files.")
        }
    }

    func run() throws {
        try OutputPaths.check([bindingsOut, html].compactMap { $0 }, against: input.choice.inputs + plan.inputs)
        let planned = try input.plan(plan.options(), filters: filters, hasPrelude: !plan.noPrelude)
        PlanWarnings.texts(of: planned).forEach(Console.warn)
        if let bindingsOut {
            var output = try ResultOutput.open(path: bindingsOut, overwrites: force)
            try output.write(BindingsFile.text(of: planned, heading: BindingsFile.heading))
        }
        let limits = PlanLimits.warnings(
            planned, planned.outline(), rate: rate, maxBehind: .seconds(30), advisor: .commandLine)
        for warning in limits { Console.warn(warning) }
        try show(planned)
    }

    private func show(_ planned: ReplayPlan) throws {
        let first = self.first ?? (html == nil ? 0 : PlanCommand.firstOnPage)
        let numbers = first > 0 ? try planned.exchangeNumbers(in: input.selection()) : []
        if let html {
            var output = try ResultOutput.open(path: html, overwrites: force)
            let page = PlanReport(planned, log: input.name, first: first, numbers: numbers, advisor: .commandLine)
            try output.write(page.text)
        } else if json {
            try ResultOutput.print(
                JSONText.encodedText(PlanDocument(planned, log: input.name, first: first, numbers: numbers)))
        } else {
            let page = PlanPage(
                planned, log: input.name, first: first, numbers: numbers, listsBindings: plan.bindings != nil,
                advisor: .commandLine)
            try ResultOutput.print(page.text)
        }
    }

    /// The requests that an HTML page lists unless `--first` is given.
    private static let firstOnPage = 100
}
