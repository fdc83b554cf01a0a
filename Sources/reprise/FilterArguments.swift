public import ArgumentParser
public import SessionLog
import Traffic

/// Which exchanges a command takes, by what is in them.
struct FilterArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only these endpoints: 'GET /users/{id}' as 'inspect' shows them, '/users/*', '/api/**'. Repeatable.",
            valueName: "endpoint"))
    var endpoint: [EndpointPattern] = []

    @Option(
        help: ArgumentHelp(
            "A file with endpoints: 'GET /users/{id}' a line, before those learned from the paths.", valueName: "file"))
    var endpoints: String?

    @Option(help: ArgumentHelp("Only this method. Repeatable.", valueName: "method"))
    var method: [String] = []

    @Option(
        help: ArgumentHelp("Only this status: 404, 5xx, 200-299, none. Repeatable.", valueName: "status"))
    var status: [StatusPattern] = []

    @Option(
        help: ArgumentHelp(
            "Only this host: api.example.com, '*.example.com', localhost:8080. Repeatable.", valueName: "host"))
    var host: [HostPattern] = []

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only requests with this header: 'X-Tenant: acme', 'X-Tenant!=acme', 'User-Agent~^curl', 'X-Tenant'. All must hold.",
            valueName: "condition"),
        transform: FilterArguments.condition)
    var conditions: [FieldCondition] = []

    @Option(
        help: ArgumentHelp("Only so many of the sessions, whole: 10%, 0.1.", valueName: "share"),
        transform: FilterArguments.share)
    var sample: Double?

    @Option(
        name: .customLong("sample-seed"),
        help: ArgumentHelp("Which sessions --sample takes; the same number takes the same ones.", valueName: "n"))
    var sampleSeed: UInt64 = 1

    /// What the arguments say, as one filter.
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

    /// The endpoints of the file that the user named.
    func rules() throws -> EndpointRules { try RunSource.rules(file: endpoints) }

    /// What the arguments say, as one filter, with the endpoints of the logs' own requests.
    func filter(of selection: LogSelection) throws -> ExchangeFilter {
        var filter = filter
        if !endpoint.isEmpty { filter.templates = try EndpointTemplates.learned(from: selection, rules: rules()) }
        return filter
    }

    private static func condition(_ text: String) throws -> FieldCondition {
        guard let condition = FieldCondition(text: text) else {
            throw ValidationError(
                "'\(text)' is no condition such as 'X-Tenant: acme', 'X-Tenant!=acme' or 'User-Agent~^curl'.")
        }
        return condition
    }

    private static func share(_ text: String) throws -> Double {
        let isPercentage = text.hasSuffix("%")
        guard let number = Double(isPercentage ? String(text.dropLast()) : text) else {
            throw ValidationError("'\(text)' is no share such as 10% or 0.1.")
        }
        let share = isPercentage ? number / 100 : number
        guard share > 0, share <= 1 else { throw ValidationError("--sample is above 0% and up to 100%.") }
        return share
    }
}

extension EndpointPattern: ExpressibleByArgument {
    public init?(argument: String) { self.init(text: argument) }
}

extension StatusPattern: ExpressibleByArgument {
    public init?(argument: String) { self.init(text: argument) }
}

extension HostPattern: ExpressibleByArgument {
    public init?(argument: String) { self.init(text: argument) }
}
