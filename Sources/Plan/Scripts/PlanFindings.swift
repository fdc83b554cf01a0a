/// The findings about a recording made while planning it: names of places and counts, never values.
public struct PlanFindings: Hashable, Sendable, Codable {
    /// A value taken from responses of one endpoint, and the places it is put.
    public struct Binding: Hashable, Sendable, Codable {
        /// Its name: given by the user, or derived from its place.
        public var name: String
        /// The endpoint whose response has the value (`POST /auth/login`).
        public var sourceEndpoint: String
        /// Its place in the response (`$.access_token`); list positions are left out (`$.items[*].id`).
        public var source: String
        /// The places it is put.
        public var sinks: [Sink]
        /// The number of recorded sessions that use it.
        public var sessions: Int
        /// The total number of places it is put.
        public var count: Int { sinks.reduce(0) { $0 + $1.count } }
    }

    /// A place that values are put in.
    public struct Sink: Hashable, Sendable, Codable {
        /// The endpoint of the request.
        public var endpoint: String
        /// The part of the request (`field Authorization`, `path`, `query cursor`, `JSON refresh_token`, `cookie sid`).
        public var place: String
        /// Recorded requests with the value there.
        public var count: Int
        /// Recorded sessions with the value there.
        public var sessions: Int
        /// Other recorded sessions whose value at this place is sent as recorded.
        public var recordedSessions: Int
    }

    /// A value that clients seem to generate for each request, and that is sent as recorded.
    public struct ClientMade: Hashable, Sendable, Codable {
        /// The purpose of a value.
        public enum Kind: String, Sendable, CaseIterable, Codable {
            /// Distinguishes a request, or an object that the client creates.
            case perRequest
            /// A signature of the request.
            case signature
            /// Ties the steps of an authorization together: PKCE (RFC 7636), `state`.
            case authorization
            /// The time of the request.
            case time
        }

        /// The endpoint of the requests.
        public var endpoint: String
        /// The part of the requests.
        public var place: String
        /// Recorded requests with a value there.
        public var count: Int
        /// The number of different values.
        public var values: Int
        /// Recorded sessions with a value there.
        public var sessions: Int
        /// Its purpose.
        public var kind = Kind.perRequest
        /// Whether a session sends it in several requests: it names an object and is the same in all of them.
        public var isReused = false
        /// Requests with such a value that are not sent as recorded.
        public var changedRequests = 0
    }

    /// The effect of one of the user's rules.
    public struct RuleEffect: Hashable, Sendable, Codable {
        /// Why a rule has no effect.
        public enum Problem: String, Sendable, CaseIterable, Codable {
            /// No recorded request matches the rule.
            case noSuchRequest
            /// The matching requests have nothing at that place.
            case noSuchPlace
            /// No recorded response matches the rule.
            case noSuchResponse
            /// Its source cannot be parsed.
            case unreadableSource
            /// No matching response has a value there before the request.
            case noValue
            /// A later rule decides the same places.
            case overruled
        }

        /// `bindings 1` or `identities 2`, with the rule's name if it has one, and what it names.
        public var rule: String
        /// The number of places in the recording that it decides.
        public var places: Int
        /// Why it has no effect; nil if it has one.
        public var problem: Problem?
    }

    /// A field with people's names.
    public struct Identity: Hashable, Sendable, Codable {
        /// The endpoint of the request.
        public var endpoint: String
        /// The field (`username`).
        public var field: String
        /// Different recorded names in it, counted once per session.
        public var names: Int
        /// Places in requests where the names occur and are replaced.
        public var places: Int
        /// The replacement, with placeholders; nil if the names are sent as recorded.
        public var becomes: String?
    }

    /// Tokens in requests that no recorded response of the same session contains.
    public struct Token: Hashable, Sendable, Codable {
        /// The endpoint of the requests.
        public var endpoint: String
        /// The part of the requests.
        public var place: String
        /// `alg` of the token's header; nil for a token that is not a JWT.
        public var algorithm: String?
        /// The tokens' lifetime in seconds; nil if it is unknown or unlimited.
        public var lifetimeSeconds: Int64?
        /// Why they are sent as recorded; nil when they are signed again.
        public var sentAsRecorded: UnsignedReason?
        /// Whether a response of another session contains it.
        public var isOfAnotherSession: Bool
        /// Places in requests where they occur.
        public var count: Int
    }

    /// Credentials that logins give to later requests, and how a clone renews them when they expire.
    public struct Login: Hashable, Sendable, Codable {
        /// The endpoint that issues them (`POST /auth/login`); nil if they are fetched from a token endpoint.
        public var endpoint: String?
        /// The recorded endpoint that refreshes them; nil when they were never refreshed.
        public var refresh: String?
        /// Requests sent to repeat the login, including those it depends on; 0 when it works only once.
        public var steps: Int
        /// Recorded sessions with it.
        public var sessions: Int
    }

    /// Requests that a filter leaves out but that are sent because others need values from their responses.
    public struct PreludeRequests: Hashable, Sendable, Codable {
        /// Their endpoint.
        public var endpoint: String
        /// Their number in one pass over the recording.
        public var count: Int
    }

    /// Sessions in the recording.
    public var recordedSessions = 0
    /// Exchanges in the recording.
    public var recordedExchanges = 0
    /// Requests in one pass over the recording.
    public var requests = 0
    /// Exchanges left out, by reason.
    public var leftOut: [ExclusionReason: Int] = [:]
    /// Sessions that a filter leaves out entirely.
    public var filteredSessions = 0
    /// Requests sent ahead of those that a filter keeps, most frequent first.
    public var prelude: [PreludeRequests] = []
    /// Sessions left out because they have nothing to send.
    public var emptySessions = 0
    /// Bound values, most used first.
    public var bindings: [Binding] = []
    /// Response values in requests that are sent as recorded, because sessions of different people share them.
    public var constants: [Binding] = []
    /// Fields with people's names, most names first.
    public var identities: [Identity] = []
    /// Tokens without a recorded source, most used first.
    public var tokens: [Token] = []
    /// Values that clients generate for each request, most frequent first.
    public var clientMade: [ClientMade] = []
    /// The effects of the user's rules, in the order of the rules.
    public var rules: [RuleEffect] = []
    /// Logins, most frequent first.
    public var logins: [Login] = []
    /// The most people of one recorded session whose names are replaced.
    public var peoplePerSession = 0
    /// People who log in without registering in their session: a fresh target does not know the clones' names.
    public var loginsWithoutRegistration = 0
    /// Sessions joined to another: they continue with a token from a response of that session.
    public var joinedSessions = 0
    /// Requests with values found only in responses of other sessions.
    public var foreignRequests = 0
    /// Sessions with such requests.
    public var foreignSessions = 0
    /// Sessions of one exchange, after joining.
    public var shortSessions = 0
    /// Bodies not searched because their content coding cannot be decoded, or because they are too long.
    public var codedBodies = 0
    /// Cookies in requests that no recorded response set; they are not sent.
    public var droppedCookies = 0
    /// Addresses of the service itself in requests that follow the targets, in addition to those in Origin and Referer.
    public var ownAddresses = 0
    /// Rows left out above ``rowLimit``.
    public var rowsNotShown = 0

    /// The most bindings, identities and tokens kept separate.
    public static let rowLimit = 1000

    /// No findings.
    public init() {}
}
