public import Traffic

/// What a user decides about a replay before it is planned.
public struct PlanOptions: Sendable {
    /// The factor recorded gaps are divided by.
    public var speed: Speed = .factor(1)
    /// What requests' scheduled times are measured from.
    public var pacing: Pacing = .timeline
    /// The pause before each request, seeded, in place of the recorded ones; needs ``Pacing/think``. Never scaled by speed.
    public var think: ThinkTime?
    /// How many clones of the recorded sessions run.
    public var population: Population = .asRecorded
    /// When clones arrive, without slots.
    public var arrivals: Arrivals = .recorded
    /// Which connections a clone has.
    public var connections: ConnectionRule = .recorded
    /// With slots: the span their starts are spread over; nil for one mean session / speed, at most 10 s. With copies: the
    /// range of the jitter; nil for the mean gap between recorded arrivals / speed, at most 10 s. Never scaled by speed.
    public var ramp: Duration?
    /// How long clones are started for, from the first due time; nil for one pass over the recorded sessions. Never scaled.
    public var duration: Duration?
    /// The seed of everything random in the plan.
    public var seed: UInt64 = 1
    /// What recorded user names are replaced by, with `{clone}`, `{uuid}` or `{counter}` in it; nil to send them as recorded.
    public var identityTemplate: String? = PlanOptions.usualIdentityTemplate
    /// Whether people whose recorded names are no addresses are called by what is before the template's `@`.
    public var fitsIdentityTemplate = true
    /// What people are called unless the user says otherwise.
    public static let usualIdentityTemplate = "user_{clone}@example.com"
    /// Values from files: who the clones are, keys that they have.
    public var feeds = Feeds()
    /// The keys that tokens without a recorded source are signed with; nil to send them as recorded.
    public var mintKeys: KeyRing?
    /// The keys that requests with an AWS signature are re-signed with; nil to send them as recorded.
    public var awsKeys: AWSKeys?
    /// Claims that minted tokens have of the user's.
    public var claims: [ClaimTemplate] = []

    /// Where bearer tokens without a recorded source are fetched; nil to send them as recorded.
    public var tokenEndpoint: TokenEndpoint?

    /// Whether cookies that no recorded response set are sent as recorded.
    public var keepsCookies = false

    /// What the user decides about bindings.
    public var bindingRules = BindingRules()

    /// What the endpoints of requests are; nil for templates learned from the sessions that are planned.
    public var endpointTemplates: EndpointTemplates?

    /// The defaults: every session once, at its recorded times.
    public init() {}
}

extension PlanOptions {
    /// Whether recorded people become the clones' own.
    var replacesPeople: Bool { identityTemplate != nil || feeds.people != nil || bindingRules.namesIdentities }
}
