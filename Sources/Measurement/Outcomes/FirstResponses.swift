internal import Traffic

/// How many responses a clone received before its first one of some kind, for example how soon a service blocks it.
public struct FirstResponse: Hashable, Sendable {
    /// Index into the kinds looked for.
    public var kinds: UInt8
    /// The traffic: an index into the plan's parts.
    public var part: Int
    /// Responses before it, or all responses if there was none of the kind.
    public var answers: UInt32
    /// Whether the clone received one of the kind; otherwise it ended without.
    public var isMet: Bool
    /// When the answered request was scheduled, or when the clone ended, in nanoseconds since the run's start.
    public var timeNs: Int64

    /// See the properties for the meaning of each parameter.
    public init(kinds: UInt8, part: Int, answers: UInt32, isMet: Bool, timeNs: Int64) {
        self.kinds = kinds
        self.part = part
        self.answers = answers
        self.isMet = isMet
        self.timeNs = timeNs
    }
}

/// Follows the responses of a clone until it has received the first of each kind looked for.
public struct FirstResponseSearch: Hashable, Sendable {
    /// The most kinds that a run can look for: one bit each.
    public static let limit = 8

    private var answers: UInt32 = 0
    private var met: UInt8 = 0
    private var part = 0

    /// A clone without responses.
    public init() {}

    /// Takes the outcome of a request; preludes are ignored.
    ///
    /// - Parameter kinds: the kinds looked for; at most ``limit``.
    /// - Returns: the first responses found.
    public mutating func take(_ outcome: RequestOutcome, lookingFor kinds: [Set<ResponseKind>]) -> [FirstResponse] {
        guard !outcome.isPrelude, outcome.fate != .cut else { return [] }
        part = outcome.part
        var found: [FirstResponse] = []
        for index in kinds.indices.prefix(Self.limit) where met & 1 << UInt8(index) == 0 {
            guard kinds[index].contains(where: { $0.holds(status: outcome.status, fate: outcome.fate) }) else {
                continue
            }
            met |= 1 << UInt8(index)
            found.append(
                FirstResponse(
                    kinds: UInt8(index), part: part, answers: answers, isMet: true,
                    timeNs: outcome.times.scheduled.nanoseconds))
        }
        if outcome.fate.isAnswer, answers < .max { answers += 1 }
        return found
    }

    /// Ends the clone.
    ///
    /// - Returns: one for each kind that it received no response of; none if it received no responses at all.
    public func end(lookingFor count: Int, atNs time: Int64) -> [FirstResponse] {
        guard answers > 0 else { return [] }
        return (0..<min(count, Self.limit)).filter { met & 1 << UInt8($0) == 0 }.map {
            FirstResponse(kinds: UInt8($0), part: part, answers: answers, isMet: false, timeNs: time)
        }
    }
}

/// The first responses of a run's clones, by stretch and traffic; not stored in run folders.
public struct FirstResponseTable: Hashable, Sendable {

    /// The common properties of clones in a row.
    public struct Key: Hashable, Sendable {
        /// The kinds looked for.
        public var kinds: Set<ResponseKind>
        /// Index into ``RunStretches/stretches``.
        public var stretch: Int
        /// Index into ``RunStretches/parts``.
        public var part: Int
    }

    /// The counts of clones with one key, or with several.
    public struct Counts: Hashable, Sendable {
        /// Clones that received a response of the kind.
        public var met: UInt64 = 0
        /// The fewest responses that one of them received before it.
        public var fewest: UInt32 = .max
        /// The most responses that one of them received before it.
        public var most: UInt32 = 0
        /// Clones that ended without one.
        public var unmet: UInt64 = 0
        /// The most responses that one of those received.
        public var mostUnmet: UInt32 = 0

        mutating func take(_ first: FirstResponse) {
            if first.isMet {
                met += 1
                fewest = min(fewest, first.answers)
                most = max(most, first.answers)
            } else {
                unmet += 1
                mostUnmet = max(mostUnmet, first.answers)
            }
        }

        mutating func add(_ other: Counts) {
            met.add(saturating: other.met)
            unmet.add(saturating: other.unmet)
            fewest = min(fewest, other.fewest)
            most = max(most, other.most)
            mostUnmet = max(mostUnmet, other.mostUnmet)
        }
    }

    private var rows: [Key: Counts] = [:]

    /// Nothing measured.
    public init() {}

    /// Adds the first responses of clones.
    ///
    /// - Parameter kinds: the kinds looked for.
    mutating func take(_ firsts: [FirstResponse], lookingFor kinds: [Set<ResponseKind>], _ stretches: RunStretches) {
        for first in firsts where Int(first.kinds) < kinds.count {
            let key = Key(
                kinds: kinds[Int(first.kinds)], stretch: stretches.index(ofNs: first.timeNs), part: first.part)
            rows[key, default: Counts()].take(first)
        }
    }

    /// The combined counts of all wanted keys.
    public func counts(where isWanted: (Key) -> Bool) -> Counts {
        rows.reduce(into: Counts()) { sum, row in if isWanted(row.key) { sum.add(row.value) } }
    }
}
