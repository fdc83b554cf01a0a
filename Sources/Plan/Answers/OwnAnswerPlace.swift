import Formats

/// A place in the responses of an endpoint, and the evidence that it always holds a value of the session itself.
struct OwnAnswerPlace {
    /// What the value is.
    enum Kind {
        /// The login name or address of a person.
        case name
        /// An id from an earlier response.
        case id
    }

    /// The value of the session itself in one response, with times in nanoseconds since the epoch.
    struct Reading {
        var session: UInt32
        /// The value's hash.
        var value: UInt64
        /// When all earlier exchanges of the session had ended.
        var quietNs: Int64
        var beganNs: Int64
        var endedNs: Int64
        /// Whether the request says whose data it asks for: it carries the value itself, or the session's id of
        /// something.
        var isNamed: Bool
    }

    /// The most readings kept for a place; later ones are counted only.
    private static let readingLimit = 1024
    /// The most readings that are looked at for one of another session in between.
    private static let betweenLimit = 64

    let kind: Kind
    /// Whether the endpoint's path or the place itself means the caller: `/me`, `$.data.viewer.login`.
    private var isCallers: Bool
    private var lastSession: UInt32?
    private var sessions = 0
    private var values: Set<UInt64> = []
    private var isNamed = true
    private var readings: [Reading] = []

    init(_ kind: Kind, isCallers: Bool) {
        self.kind = kind
        self.isCallers = isCallers
    }

    /// Adds a response that holds the session's own value. A session's readings come one after the other.
    ///
    /// - Returns: false if the value is of another kind than those before.
    mutating func add(_ reading: Reading, _ kind: Kind, isCallers: Bool) -> Bool {
        guard kind == self.kind else { return false }
        self.isCallers = self.isCallers && isCallers
        if lastSession != reading.session {
            lastSession = reading.session
            sessions += 1
        }
        if values.count < BindingEvidence.confirmingSessions { values.insert(reading.value) }
        isNamed = isNamed && reading.isNamed
        if readings.count < OwnAnswerPlace.readingLimit { readings.append(reading) }
        return true
    }

    /// Whether enough sessions had their own values there, and the value depends on who asks.
    ///
    /// A value that depends on the whole service, such as the author of the latest entry, is the session's own too
    /// while the recorded sessions take turns, and another's in a replay of many at once.
    var isConfirmed: Bool {
        sessions >= BindingEvidence.confirmingSessions && values.count >= BindingEvidence.confirmingSessions
            && (isNamed || isCallers || dependsOnSession)
    }

    /// Whether a session found its own value after another session had found another one there, without having sent
    /// anything in between.
    private var dependsOnSession: Bool {
        let ordered = readings.sorted { $0.endedNs < $1.endedNs }
        for reading in ordered where reading.quietNs < reading.beganNs {
            // The readings that had ended before this one began, the latest first.
            var index = OwnAnswerPlace.count(ordered, endedBefore: reading.beganNs)
            var left = OwnAnswerPlace.betweenLimit
            while index > 0, left > 0, ordered[index - 1].endedNs > reading.quietNs {
                index -= 1
                left -= 1
                let other = ordered[index]
                if other.session != reading.session, other.value != reading.value, other.beganNs > reading.quietNs {
                    return true
                }
            }
        }
        return false
    }

    private static func count(_ readings: [Reading], endedBefore time: Int64) -> Int {
        var (low, high) = (0, readings.count)
        while low < high {
            let middle = (low + high) / 2
            if readings[middle].endedNs < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension OwnAnswerPlace {
    /// Whether a path of a request target asks for the caller's own data.
    static func namesCaller(target: [UInt8]) -> Bool {
        let path = target.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        let segments = path.split(separator: UInt8(ascii: "/")).map(plain)
        return segments.contains(where: callers.contains) || segments.last.map(callersResources.contains) ?? false
    }

    /// Whether a member of a response is the caller: `viewer`, `me`.
    static func namesCaller(member: some Sequence<UInt8>) -> Bool { callers.contains(plain(member)) }

    /// Whether a member is the identifier of what contains it: `id`, `user_id`, `uuid`; not a version or a token.
    static func namesIdentifier(_ member: some Sequence<UInt8>) -> Bool {
        let name = plain(member)
        guard !others.contains(where: name.contains) else { return false }
        return ["id", "uuid", "guid"].contains(where: name.hasSuffix)
            || ["key", "slug", "name", "sub", "login"].contains(name)
    }

    /// A name in lower case, without separators.
    private static func plain(_ name: some Sequence<UInt8>) -> String {
        String(
            decoding: name.lazy.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }.map(ASCII.lowercased),
            as: UTF8.self)
    }

    private static let callers: Set<String> = [
        "me", "my", "mine", "myself", "self", "whoami", "currentuser", "viewer", "userinfo",
    ]
    /// The same, but only as the last segment of a path.
    private static let callersResources: Set<String> = [
        "user", "profile", "account", "session", "identity", "current", "login", "signin", "signup", "register",
    ]
    /// Words in names of ids that change from response to response.
    private static let others = ["request", "trace", "correlation", "version", "rev", "transaction", "span", "event"]
}
