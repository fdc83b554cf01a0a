internal import Formats
internal import Traffic

/// A worker's examples: the slowest requests, of every kind of failure the first and some at random, and the first of every
/// endpoint, fate and status. Bounded. `Content` is what is kept beside the outcome.
public struct ExampleReservoir<Content: Sendable>: Sendable {
    /// What is kept of one request.
    public struct Example: Sendable {
        /// What came of it.
        public let outcome: RequestOutcome
        /// What else was kept.
        public let content: Content
    }

    private var slow: [Example] = []
    private var failures: [[Example]]
    /// The first failures of their endpoint, fate and status.
    private var firsts: [First: Example] = [:]
    private var seen: [UInt64]
    private var random: UInt64
    /// No request is among the slowest that took less, in nanoseconds since it was ready.
    private var slowestFloorNs = Nanoseconds.perMillisecond
    /// Whether anything came in since ``taken()``.
    public private(set) var hasChanged = false

    private struct First: Hashable {
        let endpoint: Int
        let fate: Fate
        let status: UInt16

        init(_ outcome: borrowing RequestOutcome) {
            endpoint = outcome.endpoint
            fate = outcome.fate
            status = outcome.status
        }
    }

    /// An empty reservoir; `seed` decides which failures stay.
    public init(seed: UInt64) {
        failures = Array(repeating: [], count: Fate.allCases.count)
        seen = Array(repeating: 0, count: Fate.allCases.count)
        random = seed | 1
    }

    /// Whether an outcome is to be kept. Vitter's algorithm R for failures.
    @inline(__always)
    public mutating func wants(_ outcome: borrowing RequestOutcome) -> Bool {
        guard outcome.fate.isFailure else { return outcome.times.sinceReadyNs > slowestFloorNs }
        return wantsFailure(outcome)
    }

    private mutating func wantsFailure(_ outcome: borrowing RequestOutcome) -> Bool {
        // Both are asked: the second counts what it sees.
        let isFirst = isFirst(outcome)
        let isPicked = picksFailure(outcome.fate)
        return isFirst || isPicked
    }

    private func isFirst(_ outcome: borrowing RequestOutcome) -> Bool {
        let first = First(outcome)
        return firsts.count < ExampleLimits.first && firsts[first] == nil
    }

    private mutating func picksFailure(_ fate: Fate) -> Bool {
        let index = Int(fate.rawValue)
        seen[index] += 1
        guard failures[index].count >= ExampleLimits.failure else { return true }
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return random % seen[index] < UInt64(ExampleLimits.failure)
    }

    /// Keeps a request that ``wants(_:)`` wanted.
    public mutating func keep(_ content: Content, of outcome: RequestOutcome) {
        hasChanged = true
        let example = Example(outcome: outcome, content: content)
        guard outcome.fate.isFailure else { return keepSlow(example) }
        guard !isFirst(outcome) else {
            firsts[First(outcome)] = example
            return
        }
        let index = Int(outcome.fate.rawValue)
        if failures[index].count < ExampleLimits.failure {
            failures[index].append(example)
        } else {
            // The first one stays: it tells when it began.
            failures[index][1 + Int(random >> 33) % (ExampleLimits.failure - 1)] = example
        }
    }

    private mutating func keepSlow(_ example: Example) {
        slow.append(example)
        guard slow.count > ExampleLimits.slow else { return }
        slow.sort { $0.outcome.times.sinceReadyNs > $1.outcome.times.sinceReadyNs }
        slow.removeLast()
        slowestFloorNs = slow[slow.count - 1].outcome.times.sinceReadyNs
    }

    /// All that is kept: the slowest, the first of each kind of failure by the time they were scheduled, then others.
    public mutating func taken() -> [Example] {
        hasChanged = false
        return slow + firsts.values.sorted { $0.outcome.times.scheduled < $1.outcome.times.scheduled }
            + failures.flatMap { $0 }
    }
}

/// How many examples a worker keeps.
public enum ExampleLimits {
    /// Slow requests.
    public static let slow = 16
    /// Failures of one kind.
    public static let failure = 8
    /// First failures of an endpoint, fate and status.
    public static let first = 64
}
