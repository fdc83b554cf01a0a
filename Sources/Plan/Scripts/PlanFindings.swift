/// What was found in a recording while it was planned. Names of places and counts; never a value.
public struct PlanFindings: Hashable, Sendable, Codable {
    /// A value taken out of responses to one endpoint, and where it is put.
    public struct Binding: Hashable, Sendable, Codable {
        /// What it is called: by the user, or after its place.
        public var name: String
        /// The endpoint whose response has the value (`POST /auth/login`).
        public var sourceEndpoint: String
        /// Where it is there (`$.access_token`); list positions are left out (`$.items[*].id`).
        public var source: String
        /// Where it is put.
        public var sinks: [Sink]
        /// In how many recorded sessions.
        public var sessions: Int
        /// How many times it is put somewhere.
        public var count: Int { sinks.reduce(0) { $0 + $1.count } }
    }

    /// Where values are put.
    public struct Sink: Hashable, Sendable, Codable {
        /// The endpoint of the request.
        public var endpoint: String
        /// The part of the request (`field Authorization`, `path`, `query cursor`, `JSON refresh_token`, `cookie sid`).
        public var place: String
        /// How many requests of the recording have it there.
        public var count: Int
        /// In how many recorded sessions.
        public var sessions: Int
        /// In how many other recorded sessions what is at this place is sent as recorded.
        public var recordedSessions: Int
    }

    /// A value that clients make, for each request as far as can be told, and that is sent as recorded.
    public struct ClientMade: Hashable, Sendable, Codable {
        /// What a value is for.
        public enum Kind: String, Sendable, CaseIterable, Codable {
            /// It tells a request from others, or a thing that the client makes from others.
            case perRequest
            /// A signature of the request.
            case signature
            /// It ties the steps of an authorization together: PKCE (RFC 7636), `state`.
            case authorization
            /// The time of the request.
            case time
        }

        /// The endpoint of the requests.
        public var endpoint: String
        /// The part of them.
        public var place: String
        /// How many requests of the recording have one there.
        public var count: Int
        /// How many different ones.
        public var values: Int
        /// In how many recorded sessions.
        public var sessions: Int
        /// What it is for.
        public var kind = Kind.perRequest
        /// Whether a session sends it in several requests: it names a thing, and is the same in all of them.
        public var isReused = false
        /// How many of the requests are not sent as recorded.
        public var changedRequests = 0
    }

    /// What became of one of the user's rules.
    public struct RuleEffect: Hashable, Sendable, Codable {
        /// Why a rule has no effect.
        public enum Problem: String, Sendable, CaseIterable, Codable {
            /// No recorded request is one of those that it names.
            case noSuchRequest
            /// Those requests have nothing at that place.
            case noSuchPlace
            /// No recorded response is one of those that it names.
            case noSuchResponse
            /// Its source is not written as one.
            case unreadableSource
            /// No recorded response has a value there before the request.
            case noValue
        }

        /// `bindings 1` or `identities 2`, with its name where it has one, and what it names.
        public var rule: String
        /// How many places of the recording it decides.
        public var places: Int
        /// Why none; nil where there are some.
        public var problem: Problem?
    }

    /// A field that people's names were found in.
    public struct Identity: Hashable, Sendable, Codable {
        /// The endpoint of the request.
        public var endpoint: String
        /// The field (`username`).
        public var field: String
        /// Recorded names found in it, a session's name counted once.
        public var names: Int
        /// How many places in requests they are in and are replaced.
        public var places: Int
        /// What they become, with placeholders; nil where they are sent as recorded.
        public var becomes: String?
    }

    /// Tokens in requests that no recorded response of their session has.
    public struct Token: Hashable, Sendable, Codable {
        /// The endpoint of the requests with them.
        public var endpoint: String
        /// The part of those requests.
        public var place: String
        /// `alg` of the token's header; nil for what is no JWT.
        public var algorithm: String?
        /// How long they are valid, in seconds; nil where that is unknown or forever.
        public var lifetimeSeconds: Int64?
        /// Why they are sent as recorded; nil when they are re-signed.
        public var sentAsRecorded: UnsignedReason?
        /// Whether a response of another session gave it.
        public var isOfAnotherSession: Bool
        /// How many places in requests they are in.
        public var count: Int
    }

    /// What logins gave that lets later requests in, and how a clone renews it when it runs out.
    public struct Login: Hashable, Sendable, Codable {
        /// The endpoint that gives it (`POST /auth/login`); nil where it is fetched from a token endpoint.
        public var endpoint: String?
        /// The endpoint that it is refreshed at, as recorded; nil when it never was.
        public var refresh: String?
        /// Requests that a login takes when it is replayed, those that it needs included; 0 when it works only once.
        public var steps: Int
        /// In how many recorded sessions.
        public var sessions: Int
    }

    /// Requests that a filter leaves out and that are sent because others need what their responses give.
    public struct PreludeRequests: Hashable, Sendable, Codable {
        /// Their endpoint.
        public var endpoint: String
        /// How many there are in one pass over the recording.
        public var count: Int
    }

    /// Sessions and exchanges in the recording.
    public var recordedSessions = 0
    /// Exchanges in the recording.
    public var recordedExchanges = 0
    /// Requests in one pass over the recording.
    public var requests = 0
    /// Exchanges left out, by why.
    public var leftOut: [ExclusionReason: Int] = [:]
    /// Sessions of which a filter keeps nothing.
    public var filteredSessions = 0
    /// What is sent ahead of the requests that a filter keeps, most requests first.
    public var prelude: [PreludeRequests] = []
    /// Sessions left out because nothing of them can be sent.
    public var emptySessions = 0
    /// Values bound, most used first.
    public var bindings: [Binding] = []
    /// Values of responses in requests that are sent as recorded, because sessions of different people share them.
    public var constants: [Binding] = []
    /// People found, most names first.
    public var identities: [Identity] = []
    /// Tokens without a recorded source, most used first.
    public var tokens: [Token] = []
    /// Values that clients make for each request, most frequent first.
    public var clientMade: [ClientMade] = []
    /// What became of the user's rules, in their order.
    public var rules: [RuleEffect] = []
    /// Logins, most frequent first.
    public var logins: [Login] = []
    /// The most people of one recorded session whose names are replaced.
    public var peoplePerSession = 0
    /// People who log in without having registered in their session: a fresh target does not know the clones' names.
    public var loginsWithoutRegistration = 0
    /// Sessions that are part of another: they go on under a token that a response to that one gave.
    public var joinedSessions = 0
    /// Requests that send values which only responses of other sessions gave, and how many sessions they are in.
    public var foreignRequests = 0
    /// Sessions with such requests.
    public var foreignSessions = 0
    /// Sessions of one exchange, after joining.
    public var shortSessions = 0
    /// Bodies that were not searched because their content coding cannot be undone, or they are too long.
    public var codedBodies = 0
    /// Cookies in requests that no recorded response had set, and that are not sent.
    public var droppedCookies = 0
    /// Rows above that are not shown because there are more than ``rowLimit``.
    public var rowsNotShown = 0

    /// The most bindings, identities and tokens told apart.
    public static let rowLimit = 1000

    /// Nothing found.
    public init() {}
}
