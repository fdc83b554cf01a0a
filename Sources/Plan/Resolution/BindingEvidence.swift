import Formats

/// The combined evidence of all recorded sessions about values that occur in a response and again in a request.
///
/// A single session cannot distinguish its own value from a constant, nor a short number from chance. Several sessions
/// can: a value shared by sessions of different people is a constant. Two places that hold equal values in nearly every
/// session, but different values in each, belong together however short the values are.
struct BindingEvidence {
    /// A place in responses and a place in requests.
    struct Pair: Hashable {
        var source: UInt64
        var sink: UInt64

        /// A hash of both places.
        var key: UInt64 { (source ^ sink.byteSwapped) &* 0x9e37_79b9_7f4a_7c15 }
    }

    /// The judgement on two places with short values.
    enum Verdict {
        case confirmed, contradicted, unknown
    }

    /// The number of sessions from which on a value that they share is a constant.
    static let sharingSessions = 3
    /// The number of sessions, with as many different values, from which on two places belong together.
    static let confirmingSessions = 3
    /// In this many of those sessions the client must not have sent the value before.
    static let ownSessions = 2
    /// The number of sessions with the place in requests from which on a match can be called coincidence.
    static let contradictingSessions = 5
    /// The most values and pairs of places kept; later ones have no evidence.
    static let limit = 4_000_000

    private struct Sharing {
        var person: UInt64
        var session: Int
        var sessions = 1
        var hasOthers = false

        mutating func add(person: UInt64, session: Int) {
            if self.session != session {
                self.session = session
                sessions += 1
            }
            if self.person != person { hasOthers = true }
        }
    }

    private struct Agreement {
        var session: Int
        var sessions = 1
        var values: Set<UInt64> = []
        /// The last session in which the client had not sent the value before, and the number of such sessions.
        var ownSession: Int?
        var ownSessions = 0
        /// The position of the values in their lists, from the beginning and from the end; nil if it differs.
        var ordinal: Int?
        var ordinalFromEnd: Int?
        var hasChoices = false

        mutating func add(_ choice: Choice) {
            if !hasChoices { (ordinal, ordinalFromEnd) = (choice.ordinal, choice.ordinalFromEnd) }
            hasChoices = true
            if ordinal != choice.ordinal { ordinal = nil }
            if ordinalFromEnd != choice.ordinalFromEnd { ordinalFromEnd = nil }
        }

        mutating func add(_ value: UInt64, session: Int, isEcho: Bool) {
            if self.session != session {
                self.session = session
                sessions += 1
            }
            if !isEcho, ownSession != session {
                ownSession = session
                ownSessions += 1
            }
            if values.count < BindingEvidence.confirmingSessions { values.insert(value) }
        }
    }

    /// The forms in which the clients of the sessions so far write passwords.
    var secretForms = SecretForms()
    private var sharing = HashTable<Sharing>()
    /// The person whose paths have a segment, by its hash; nil for a segment of several people.
    private var segments: [UInt64: UInt64?] = [:]
    /// Keyed by ``Pair/key``.
    private var agreements = HashTable<Agreement>()
    /// Sessions with a short value at a place of their requests; the other counts those with any value.
    private var shortSessions = HashTable<(session: Int, sessions: Int)>()
    private var placeSessions = HashTable<(session: Int, sessions: Int)>()

    /// Notes that session `session` of `person` received the value with hash `value` in a response and sent it.
    mutating func see(value: UInt64, session: Int, person: UInt64) {
        guard sharing.count < BindingEvidence.limit || sharing[value] != nil else { return }
        sharing[value, default: Sharing(person: person, session: session)].add(person: person, session: session)
    }

    /// Notes that session `session` has a value at the place `sink` of its requests.
    mutating func see(sink: UInt64, session: Int, isShort: Bool) {
        guard placeSessions.count < BindingEvidence.limit || placeSessions[sink] != nil else { return }
        BindingEvidence.add(session, to: &placeSessions[sink, default: (session, 1)])
        if isShort { BindingEvidence.add(session, to: &shortSessions[sink, default: (session, 1)]) }
    }

    private static func add(_ session: Int, to known: inout (session: Int, sessions: Int)) {
        guard known.session != session else { return }
        known = (session, known.sessions + 1)
    }

    /// Notes that session `session` has the value with hash `value` at both places of `pair`.
    ///
    /// - Parameters:
    ///   - isEcho: whether the client had sent the value before, perhaps with another meaning.
    ///   - choice: the option of a page that the value is.
    mutating func see(_ pair: Pair, value: UInt64, session: Int, isEcho: Bool = false, choice: Choice? = nil) {
        guard agreements.count < BindingEvidence.limit || agreements[pair.key] != nil else { return }
        agreements[pair.key, default: Agreement(session: session)].add(value, session: session, isEcho: isEcho)
        if let choice { agreements[pair.key, default: Agreement(session: session)].add(choice) }
    }

    /// Notes the segments of a path that a session of `person` requests.
    mutating func see(path target: [UInt8], person: UInt64) {
        target.withUnsafeBufferPointer { target in
            for segment in URLParts(target, 0..<target.count).segments(target) where segment.count <= 64 {
                let hash = ValueHash.of(target, segment)
                if let known = segments[hash] {
                    if known != person { segments[hash] = .some(nil) }
                } else if segments.count < BindingEvidence.limit {
                    segments[hash] = .some(person)
                }
            }
        }
    }

    /// Whether the paths of several people have the segment with hash `value`.
    func isCommonSegment(_ value: UInt64) -> Bool {
        guard let person = segments[value] else { return false }
        return person == nil
    }

    /// Whether sessions of different people share the value with hash `value`.
    func isShared(_ value: UInt64) -> Bool {
        guard let known = sharing[value] else { return false }
        return known.hasOthers && known.sessions >= BindingEvidence.sharingSessions
    }

    /// Whether some session has a short value at a place of its requests.
    func hasShortValues(at sink: UInt64) -> Bool { shortSessions[sink] != nil }

    /// The number of sessions with a value at a place of their requests.
    func sessions(withPlace sink: UInt64) -> Int { placeSessions[sink]?.sessions ?? 0 }

    /// The index of the option of a page that goes to a place of requests, if the sessions agree: counted from 0, or
    /// from the end where only that agrees; nil if neither does.
    func ordinal(_ pair: Pair) -> Int? {
        guard let known = agreements[pair.key] else { return nil }
        return known.ordinal ?? known.ordinalFromEnd
    }

    /// Whether two places with short values belong together.
    func verdict(_ pair: Pair) -> Verdict {
        guard let known = agreements[pair.key] else { return .unknown }
        let sessions = max(known.sessions, shortSessions[pair.sink]?.sessions ?? 0)
        if known.sessions >= BindingEvidence.confirmingSessions,
            known.values.count >= BindingEvidence.confirmingSessions,
            known.ownSessions >= BindingEvidence.ownSessions, known.sessions * 5 >= sessions * 4
        {
            return .confirmed
        }
        let isRare = sessions >= BindingEvidence.contradictingSessions && known.sessions * 2 < sessions
        return isRare ? .contradicted : .unknown
    }

    /// The key of a short value together with its place in responses: the value alone proves nothing.
    static func key(value: UInt64, source: UInt64) -> UInt64 { Pair(source: value, sink: source).key }
}
