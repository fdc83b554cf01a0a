public import ArgumentParser
public import SessionLog
import Traffic

/// Which exchanges a command uses, by their content.
struct FilterArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only this endpoint: 'GET /users/{id}' as 'inspect' shows it, '/users/*' or '/api/**'. Repeatable.",
            valueName: "endpoint"))
    var endpoint: [EndpointPattern] = []

    @Option(
        help: ArgumentHelp(
            "File with endpoint templates, one per line: 'GET /users/{id}'. Other paths are grouped automatically.",
            valueName: "file"), completion: .file())
    var endpoints: String?

    @Option(help: ArgumentHelp("Only this method. Repeatable.", valueName: "method"))
    var method: [String] = []

    @Option(
        help: ArgumentHelp("Only this status: 404, 5xx, 200-299 or none. Repeatable.", valueName: "status"))
    var status: [StatusPattern] = []

    @Option(
        help: ArgumentHelp(
            "Only this host: api.example.com, '*.example.com' or localhost:8080. Repeatable.", valueName: "host"))
    var host: [HostPattern] = []

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only requests with this header: 'X-Tenant: acme', 'X-Tenant!=acme', 'User-Agent~^curl' or 'X-Tenant'. All must match.",
            valueName: "condition"),
        transform: FilterArguments.condition)
    var conditions: [FieldCondition] = []

    @Option(
        help: ArgumentHelp("Only this share of the sessions: 10% or 0.1.", valueName: "share"),
        transform: FilterArguments.share)
    var sample: Double?

    @Option(
        name: .customLong("sample-seed"),
        help: ArgumentHelp("Seed of --sample: the same number chooses the same sessions.", valueName: "n"))
    var sampleSeed: UInt64 = 1

    /// The arguments as one filter.
    var filter: ExchangeFilter {
        var filter = ExchangeFilter()
        filter.endpoints = endpoint
        filter.methods = method
        filter.statuses = status
        filter.hosts = host
        filter.fields = conditions
        filter.sample = sample.flatMap { SessionSample(share: $0, seed: sampleSeed) }
        return filter
    }

    /// The endpoint templates of the user's file.
    func rules() throws -> EndpointRules { try EndpointRules(file: endpoints) }

    /// The arguments as one filter, with the endpoints of the logs' own requests.
    func filter(of selection: LogSelection) throws -> ExchangeFilter {
        var filter = filter
        if !endpoint.isEmpty { filter.templates = try EndpointTemplates.learned(from: selection, rules: rules()) }
        return filter
    }

    /// The arguments as one filter for traffic that is seen only once: each path is templated by itself, after the
    /// user's endpoints.
    func filterOfEachPath() throws -> ExchangeFilter {
        var filter = filter
        filter.templates = EndpointTemplates(rules: try rules())
        return filter
    }

    private static func condition(_ text: String) throws -> FieldCondition {
        guard let condition = FieldCondition(text: text) else {
            throw ValidationError(
                "--where takes a condition such as 'X-Tenant: acme', 'X-Tenant!=acme' or 'User-Agent~^curl', not '\(text)'."
            )
        }
        return condition
    }

    private static func share(_ text: String) throws -> Double {
        let isPercentage = text.hasSuffix("%")
        guard let number = Double(isPercentage ? String(text.dropLast()) : text) else {
            throw ValidationError("--sample takes a share such as 10% or 0.1, not '\(text)'.")
        }
        let share = isPercentage ? number / 100 : number
        guard share > 0, share <= 1 else { throw ValidationError("--sample takes a share above 0%, up to 100%.") }
        return share
    }
}

extension EndpointPattern: ExpressibleByArgument {
    /// A pattern on the command line.
    public init?(argument: String) { self.init(text: argument) }
}

extension StatusPattern: ExpressibleByArgument {
    /// A pattern on the command line.
    public init?(argument: String) { self.init(text: argument) }
}

extension HostPattern: ExpressibleByArgument {
    /// A pattern on the command line.
    public init?(argument: String) { self.init(text: argument) }
}
