public import Traffic

/// The user's options for planning a replay.
public struct PlanOptions: Sendable {
    /// The factor that recorded gaps are divided by.
    public var speed: Speed = .factor(1)
    /// The reference point of scheduled times.
    public var pacing: Pacing = .timeline
    /// The random pause before each request, seeded, in place of the recorded ones; requires ``Pacing/think``. Speed
    /// never scales it.
    public var think: ThinkTime?
    /// How many clones of the recorded sessions run.
    public var population: Population = .asRecorded
    /// When clones arrive in a replay without slots.
    public var arrivals: Arrivals = .recorded
    /// How a clone's connections are opened and kept.
    public var connections: ConnectionRule = .recorded
    /// With slots: the span their starts are spread over; nil for one mean session / speed, at most 10 s. With copies:
    /// the range of the jitter; nil for the mean gap between recorded arrivals / speed, at most 10 s. Speed never
    /// scales it.
    public var ramp: Duration?
    /// How long clones are started, from the first due time; nil for one pass over the recorded sessions. Speed never
    /// scales it.
    public var duration: Duration?
    /// The seed of all randomness in the plan.
    public var seed: UInt64 = 1
    /// The replacement for recorded user names, with `{clone}`, `{uuid}` or `{counter}` in it; nil to send them as
    /// recorded.
    public var identityTemplate: String? = PlanOptions.usualIdentityTemplate
    /// Whether people whose recorded names are not addresses get only the part of the template before `@`.
    public var fitsIdentityTemplate = true
    /// The default identity template.
    public static let usualIdentityTemplate = "user_{clone}@example.com"
    /// Values from files: the clones' identities and their keys.
    public var feeds = Feeds()
    /// The keys that tokens without a recorded source are signed with; nil to send them as recorded.
    public var mintKeys: KeyRing?
    /// The keys that sign requests with an AWS signature again; nil to send them as recorded.
    public var awsKeys: AWSKeys?
    /// Claims of minted tokens that the user sets.
    public var claims: [ClaimTemplate] = []

    /// Where bearer tokens without a recorded source are fetched; nil to send them as recorded.
    public var tokenEndpoint: TokenEndpoint?

    /// Whether cookies that no recorded response set are sent as recorded.
    public var keepsCookies = false

    /// The user's decisions about bindings.
    public var bindingRules = BindingRules()

    /// The templates that give requests their endpoints; nil to learn them from the planned sessions.
    public var endpointTemplates: EndpointTemplates?

    /// The defaults: every session once, at its recorded times.
    public init() {}
}

extension PlanOptions {
    /// Whether recorded people are replaced by the clones' own identities.
    var replacesPeople: Bool { identityTemplate != nil || feeds.people != nil || bindingRules.namesIdentities }
}
