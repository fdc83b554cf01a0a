internal import Traffic

/// How many answers a clone had before its first answer of some kind: how soon a service blocks, say.
public struct FirstAnswer: Hashable, Sendable {
    /// Index into the kinds that the run looks for.
    public var kinds: UInt8
    /// The traffic: an index into the plan's parts.
    public var part: Int
    /// Answers before it, or all where there was none.
    public var answers: UInt32
    /// Whether the clone had one of the kind; else it ended without.
    public var isMet: Bool
    /// When the request was scheduled that it answers, or when the clone ended, in nanoseconds since the run's start.
    public var timeNs: Int64

    /// What a clone had.
    public init(kinds: UInt8, part: Int, answers: UInt32, isMet: Bool, timeNs: Int64) {
        self.kinds = kinds
        self.part = part
        self.answers = answers
        self.isMet = isMet
        self.timeNs = timeNs
    }
}

/// Follows the answers of a clone, until it has had the first of each kind that is looked for.
public struct FirstAnswerSearch: Hashable, Sendable {
    /// Kinds that a run can look for: one bit each.
    public static let limit = 8

    private var answers: UInt32 = 0
    private var met: UInt8 = 0
    private var part = 0

    /// A clone without answers.
    public init() {}

    /// Takes what came of a request; preludes count for nothing.
    ///
    /// - Parameter kinds: what is looked for; at most ``limit``
    /// - Returns: each first answer
    public mutating func take(_ outcome: RequestOutcome, lookingFor kinds: [Set<AnswerKind>]) -> [FirstAnswer] {
        guard !outcome.isPrelude, outcome.fate != .cut else { return [] }
        part = outcome.part
        var found: [FirstAnswer] = []
        for index in kinds.indices.prefix(Self.limit) where met & 1 << UInt8(index) == 0 {
            guard kinds[index].contains(where: { $0.holds(status: outcome.status, fate: outcome.fate) }) else {
                continue
            }
            met |= 1 << UInt8(index)
            found.append(
                FirstAnswer(
                    kinds: UInt8(index), part: part, answers: answers, isMet: true,
                    timeNs: outcome.times.scheduled.nanoseconds))
        }
        if outcome.fate.isAnswer, answers < .max { answers += 1 }
        return found
    }

    /// The clone has ended.
    ///
    /// - Returns: one for each kind that it had no answer of; none where it had no answers at all
    public func end(lookingFor count: Int, atNs time: Int64) -> [FirstAnswer] {
        guard answers > 0 else { return [] }
        return (0..<min(count, Self.limit)).filter { met & 1 << UInt8($0) == 0 }.map {
            FirstAnswer(kinds: UInt8($0), part: part, answers: answers, isMet: false, timeNs: time)
        }
    }
}

/// The first answers of a run's clones, by the stretch and the traffic that they belong to; in no run folder.
public struct FirstAnswerTable: Hashable, Sendable {

    /// What clones have in common.
    public struct Key: Hashable, Sendable {
        /// What was looked for.
        public var kinds: Set<AnswerKind>
        /// Index into ``RunStretches/stretches``.
        public var stretch: Int
        /// Index into ``RunStretches/parts``.
        public var part: Int
    }

    /// Clones of one key, or of several together.
    public struct Counts: Hashable, Sendable {
        /// Clones that had an answer of the kind.
        public var met: UInt64 = 0
        /// The fewest answers that one of them had before it.
        public var fewest: UInt32 = .max
        /// The most answers that one of them had before it.
        public var most: UInt32 = 0
        /// Clones that ended without.
        public var unmet: UInt64 = 0
        /// The most answers that one of those had.
        public var mostUnmet: UInt32 = 0

        mutating func take(_ first: FirstAnswer) {
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

    /// Takes what clones had.
    ///
    /// - Parameter kinds: what the run looks for
    mutating func take(_ firsts: [FirstAnswer], lookingFor kinds: [Set<AnswerKind>], _ stretches: RunStretches) {
        for first in firsts where Int(first.kinds) < kinds.count {
            let key = Key(
                kinds: kinds[Int(first.kinds)], stretch: stretches.index(ofNs: first.timeNs), part: first.part)
            rows[key, default: Counts()].take(first)
        }
    }

    /// The clones of the keys that are wanted, together.
    public func counts(where isWanted: (Key) -> Bool) -> Counts {
        rows.reduce(into: Counts()) { sum, row in if isWanted(row.key) { sum.add(row.value) } }
    }
}
