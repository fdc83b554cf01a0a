public import ArgumentParser
public import Plan
import Traffic

/// What `plan` and `replay` share: the arguments that decide what is sent, and when.
struct PlanArguments: ParsableArguments {
    @Option(help: "Divide recorded gaps by N; 'max' leaves no gaps (closed loop).")
    var speed = Speed.factor(1)

    @Option(
        help: ArgumentHelp(
            "Run N slots at once and deal the recorded sessions to them in turn; each recorded session runs at least once.",
            discussion: "Without --sessions or --copies each recorded session runs once, when it did in the recording.",
            valueName: "N"))
    var sessions: Int?

    @Option(
        help: ArgumentHelp(
            "Run K clones of each recorded session at once: K times the recorded rate.", valueName: "K"))
    var copies: Int?

    @Option(
        help:
            "'timeline' keeps the recorded times (open loop); 'think' keeps the pauses after each response (closed loop)."
    )
    var pacing = Pacing.timeline

    @Option(
        help: ArgumentHelp(
            "Spread the starts of the slots, or of the copies of one session, over D; 0 starts them together.",
            discussion: "Default: one mean session (the mean gap between sessions with --copies) / speed, at most 10s.",
            valueName: "D"),
        transform: PlanArguments.ramp)
    var ramp: Duration?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "Go on dealing sessions until D has passed, ramp included; without it, one pass.", valueName: "D"))
    var duration: Duration?

    @Option(
        help: ArgumentHelp(
            "Which connections a clone has: as 'recorded', at most six at once, or 'one' for all its requests to a target.",
            valueName: "rule"))
    var connections = ConnectionRule.recorded

    @Option(
        help: ArgumentHelp(
            "When sessions begin, without --sessions: as 'recorded', 'rate:N/s' evenly, or 'poisson:N/s' at random.",
            valueName: "arrivals"))
    var arrivals = Arrivals.recorded

    @Option(help: "Seed of everything random in the plan.")
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "What the user names of logins and registrations become; 'recorded' keeps them.",
            discussion:
                """
                {clone} is the clone's number, {counter} one that counts from 1, {uuid} a random UUID, {now} the time. Unless \
                given, names that were recorded without an @ become user{clone}, or user_{clone} if they had an underscore.
                """,
            valueName: "template"))
    var identity = PlanOptions.usualIdentityTemplate

    @OptionGroup var feeds: FeedArguments

    @Option(
        help: ArgumentHelp(
            "Sign JWTs that no recorded response has anew, with the key in FILE or in a variable. Repeatable.",
            discussion: """
                PEM, a JSON Web Key or a set of them (RSA, P-256, P-384, P-521, Ed25519, oct); anything else is a shared \
                secret, all of its bytes. Chosen by the token's kid and algorithm.
                """,
            valueName: "file|env:name"))
    var mintKey: [String] = []

    @Option(
        help: ArgumentHelp(
            "A claim of the tokens that are signed anew, such as sub=user-{clone}. Repeatable.",
            valueName: "name=template"),
        transform: PlanArguments.claim)
    var claim: [ClaimTemplate] = []

    @Option(
        help: ArgumentHelp(
            "Sign requests with an AWS signature (SigV4) anew, with the keys in FILE or, for 'env', in the usual variables.",
            discussion: """
                FILE is one of aws's credentials files: aws_access_key_id, aws_secret_access_key and, if need be, \
                aws_session_token, of the profile [default] or the first one. Region and service stay as recorded.
                """,
            valueName: "file|env"))
    var awsKeys: String?

    @Option(
        name: .customLong("bindings"), defaultAsFlag: .listed,
        help: ArgumentHelp(
            "List the bindings; with FILE.yaml, add, drop, pin and rename them as it says.",
            discussion: "plan --bindings-out writes a file to begin with.", valueName: "file.yaml"))
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
            "Send only what the filters keep, not the logins and other requests that it needs.",
            discussion: "Without it these are sent ahead of what is kept; their figures are told apart."))
    var noPrelude = false

    @Flag(help: "Send cookies that no recorded response set, as recorded.")
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
            throw ValidationError("--arrivals is for runs without --sessions: slots begin over --ramp.")
        }
        if let duration, duration <= .zero { throw ValidationError("--for takes a time above 0.") }
        if identity != PlanArguments.recorded, IdentityTemplate(identity) == nil, feeds.identities == nil,
            feeds.feed.isEmpty
        {
            throw ValidationError(
                "--identity needs {clone}, {counter} or {uuid} in it, or all clones would be one person.")
        }
        if !claim.isEmpty, mintKey.isEmpty { throw ValidationError("--claim needs --mint-key.") }
    }

    /// The options that the arguments name; reads the files of keys.
    func options() throws -> PlanOptions {
        var options = PlanOptions()
        options.speed = speed
        options.pacing = pacing
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
        if case .file(let path) = bindings { options.bindingRules = try BindingsFile.rules(path) }
        return options
    }

    private static let recorded = "recorded"

    private static func claim(_ text: String) throws -> ClaimTemplate {
        guard let claim = ClaimTemplate(text: text) else {
            throw ValidationError("'\(text)' is no claim such as sub=user-{clone}.")
        }
        return claim
    }

    private static func ramp(_ text: String) throws -> Duration {
        if text == "0" { return .zero }
        guard let duration = Duration(text: text) else {
            throw ValidationError("'\(text)' is no time such as 500ms, 10s or 5m.")
        }
        return duration
    }
}

extension Speed: ExpressibleByArgument {
    /// A speed on the command line: `10`, `0.5`, `max`.
    public init?(argument: String) { self.init(text: argument) }

    public var defaultValueDescription: String { description }
}

extension Pacing: ExpressibleByArgument {}
extension ConnectionRule: ExpressibleByArgument {}

extension Arrivals: ExpressibleByArgument {
    /// Arrivals on the command line: `recorded`, `rate:50/s`, `poisson:50/s`.
    public init?(argument: String) { self.init(text: argument) }

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
