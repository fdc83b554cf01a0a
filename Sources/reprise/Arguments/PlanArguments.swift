public import ArgumentParser
public import Plan
import Traffic
import Workflows

/// The arguments that decide what is sent, and when; shared by `plan` and `replay`.
struct PlanArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp("Divide recorded gaps by N; 'max' sends without gaps (closed loop).", valueName: "n|max"),
        transform: PlanArguments.speed)
    var speed = Speed.factor(1)

    @Option(
        help: ArgumentHelp(
            "Run N sessions at once; recorded sessions are assigned in turn, each at least once. Default: as recorded.",
            valueName: "n"))
    var sessions: Int?

    @Option(
        help: ArgumentHelp(
            "Run each recorded session N times at once: N times the recorded rate.", valueName: "n"))
    var copies: Int?

    @Option(
        help: ArgumentHelp(
            "'timeline' keeps the recorded times (open loop); 'think' keeps the pauses after responses (closed loop).",
            valueName: "rule"))
    var pacing = Pacing.timeline

    @Option(
        help: ArgumentHelp(
            "Pause this long before each request instead of the recorded pauses: 2s, or 1s..3s at random (closed loop).",
            valueName: "duration"),
        transform: PlanArguments.think)
    var think: ThinkTime?

    @Option(
        help: ArgumentHelp(
            "Spread the starts over this time; 0 starts all at once. Default: one mean session / speed, at most 10s.",
            valueName: "duration"),
        transform: PlanArguments.ramp)
    var ramp: Duration?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "Run for this long, ramp included. Default: until each recorded session has run.",
            valueName: "duration"))
    var duration: Duration?

    @Option(
        help: ArgumentHelp(
            "Connections of a session: as 'recorded', at most six at once, or 'one' per target.",
            valueName: "rule", visibility: .hidden))
    var connections = ConnectionRule.recorded

    @Option(
        help: ArgumentHelp(
            "Session starts without --sessions: as 'recorded', 'rate:N/s' (even) or 'poisson:N/s' (random).",
            valueName: "arrivals", visibility: .hidden))
    var arrivals = Arrivals.recorded

    @Option(
        help: ArgumentHelp("Seed of all random choices in the plan.", valueName: "n", visibility: .hidden))
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Template for the user names in logins and registrations; 'recorded' keeps them.",
            discussion:
                """
                {clone} is the number of the replayed session, {counter} counts from 1, {uuid} is a random UUID and {now} the \
                time. By default, names that were recorded without an @ become user{clone}, or user_{clone} if they had an \
                underscore.
                """,
            valueName: "template", visibility: .hidden))
    var identity = PlanOptions.usualIdentityTemplate

    @OptionGroup var feeds: FeedArguments

    @Option(
        help: ArgumentHelp(
            "Re-sign JWTs that no recorded response contains, with the key in a file or variable. Repeatable.",
            discussion: """
                Takes PEM, a JSON Web Key or a key set (RSA, P-256, P-384, P-521, Ed25519, oct); the bytes of any other file \
                are a shared secret. The token's kid and algorithm choose the key.
                """,
            valueName: "file|env:name", visibility: .hidden), completion: .file())
    var mintKey: [String] = []

    @Option(
        help: ArgumentHelp(
            "Set a claim of re-signed tokens, such as sub=user-{clone}. Repeatable.",
            valueName: "name=template", visibility: .hidden),
        transform: PlanArguments.claim)
    var claim: [ClaimTemplate] = []

    @Option(
        help: ArgumentHelp(
            "Re-sign requests that have an AWS signature (SigV4), with the keys in a file or ('env') the AWS variables.",
            discussion: """
                The file is an AWS credentials file with aws_access_key_id, aws_secret_access_key and, if needed, \
                aws_session_token in the profile [default] or the first profile. Region and service stay as recorded.
                """,
            valueName: "file|env", visibility: .hidden), completion: .file())
    var awsKeys: String?

    @Option(
        name: .customLong("bindings"), defaultAsFlag: .listed,
        help: ArgumentHelp(
            "With a file: change the bindings as it says. Without one: list them ('plan' only).",
            discussion: "'reprise plan LOG --bindings-out FILE' writes a file to start from.", valueName: "file.yaml"),
        completion: .file())
    var bindings: BindingsArgument?

    /// The files that are read.
    var inputs: [String] {
        var files = feeds.files + [awsKeys].compactMap { $0 }
        if case .file(let path) = bindings { files.append(path) }
        return files
    }

    @OptionGroup var tokenEndpoint: TokenEndpointArguments

    @Flag(
        name: .customLong("no-prelude"),
        help: ArgumentHelp(
            "Do not send the logins and other requests that filtered traffic depends on.",
            discussion: "By default they are sent first, and measured separately.", visibility: .hidden))
    var noPrelude = false

    @Flag(
        help: ArgumentHelp("Send cookies that no recorded response set, as recorded.", visibility: .hidden))
    var keepCookies = false

    mutating func validate() throws {
        if sessions != nil, copies != nil { throw ValidationError("--sessions and --copies exclude each other.") }
        for (name, count) in [("--sessions", sessions), ("--copies", copies)] {
            guard let count, !(1...ReplayPlan.slotLimit).contains(count) else { continue }
            throw ValidationError("\(name) takes a number from 1 to \(ReplayPlan.slotLimit).")
        }
        if ramp != nil, sessions == nil, copies == nil {
            throw ValidationError("--ramp needs --sessions or --copies.")
        }
        if arrivals != .recorded, sessions != nil {
            throw ValidationError("--arrivals cannot be combined with --sessions, whose starts --ramp spreads.")
        }
        if let duration, duration <= .zero { throw ValidationError("--for takes a duration above 0.") }
        if identity != PlanArguments.recorded, IdentityTemplate(identity) == nil, feeds.identities == nil,
            feeds.feed.isEmpty
        {
            throw ValidationError(
                "--identity needs {clone}, {counter} or {uuid}: without one, all sessions would be the same user.")
        }
        if think != nil, speed == .max {
            throw ValidationError("--think and --speed max exclude each other: one sets pauses, the other has none.")
        }
        if !claim.isEmpty, mintKey.isEmpty { throw ValidationError("--claim needs --mint-key.") }
    }

    /// The options of the plan; reads the key files.
    func options() throws -> PlanOptions {
        var options = PlanOptions()
        options.speed = speed
        options.pacing = think == nil ? pacing : .think
        options.think = think
        if let sessions { options.population = .slots(sessions) }
        if let copies { options.population = .copies(copies) }
        options.ramp = ramp
        options.arrivals = arrivals
        options.connections = connections
        options.duration = duration
        options.seed = seed
        options.identityTemplate = identity == PlanArguments.recorded ? nil : identity
        options.fitsIdentityTemplate = identity == PlanOptions.usualIdentityTemplate
        options.feeds = try feeds.feeds()
        for name in mintKey {
            var ring = options.mintKeys ?? KeyRing()
            ring.add(try KeyFile.keys(name))
            options.mintKeys = ring
        }
        options.claims = claim
        options.tokenEndpoint = try tokenEndpoint.endpoint()
        options.awsKeys = try awsKeys.map(AWSKeyFile.keys)
        options.keepsCookies = keepCookies
        if case .file(let path) = bindings {
            options.bindingRules = try BindingsFile.rules(
                in: InputFile.read(path, limit: BindingsFile.byteLimit, what: "bindings"), path: path)
        }
        return options
    }

    private static let recorded = "recorded"

    private static func claim(_ text: String) throws -> ClaimTemplate {
        guard let claim = ClaimTemplate(text: text) else {
            throw ValidationError("--claim takes name=template, such as sub=user-{clone}, not '\(text)'.")
        }
        return claim
    }

    private static func speed(_ text: String) throws -> Speed {
        guard let speed = Speed(text: text) else {
            throw ValidationError("--speed takes a number above 0 such as 10 or 0.5, or max, not '\(text)'.")
        }
        return speed
    }

    private static func think(_ text: String) throws -> ThinkTime {
        guard let think = ThinkTime(text: text) else {
            throw ValidationError("--think takes a pause such as 2s or 1s..3s, not '\(text)'.")
        }
        return think
    }

    private static func ramp(_ text: String) throws -> Duration {
        if text == "0" { return .zero }
        guard let duration = Duration(text: text) else {
            throw ValidationError("--ramp takes a duration such as 500ms, 10s or 5m, not '\(text)'.")
        }
        return duration
    }
}

extension Speed: ExpressibleByArgument {
    /// A speed on the command line: `10`, `0.5`, `max`.
    public init?(argument: String) { self.init(text: argument) }

    /// The form in which help texts show a default.
    public var defaultValueDescription: String { description }
}

extension Pacing: ExpressibleByArgument {}
extension ConnectionRule: ExpressibleByArgument {}

extension Arrivals: ExpressibleByArgument {
    /// Arrivals on the command line: `recorded`, `rate:50/s`, `poisson:50/s`.
    public init?(argument: String) { self.init(text: argument) }

    /// The form in which help texts show a default.
    public var defaultValueDescription: String { description }
}

extension PlanError: ReportedError {
    var exitStatus: ExitStatus {
        switch self {
        case .nothingToSend: .badInput
        case .speedOutOfRange, .populationOutOfRange, .spanOutOfRange, .identityTemplateWithoutClone,
            .tooFewRows:
            .usage
        }
    }
}
