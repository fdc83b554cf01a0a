internal import Formats
internal import Traffic

/// A worker's examples: the slowest requests; of each kind of failure the first and some at random; and the first
/// failure of each endpoint, fate and status. Bounded. `Content` is what is kept in addition to the outcome.
public struct ExampleReservoir<Content: Sendable>: Sendable {
    /// A kept request.
    public struct Example: Sendable {
        /// Its outcome.
        public let outcome: RequestOutcome
        /// Its content.
        public let content: Content
    }

    private var slow: [Example] = []
    private var failures: [[Example]]
    /// The first failure of each endpoint, fate and status.
    private var firsts: [First: Example] = [:]
    private var seen: [UInt64]
    private var random: UInt64
    /// Requests must take longer than this to be among the slowest, in nanoseconds since they were ready.
    private var slowestFloorNs = Nanoseconds.perMillisecond
    /// Whether anything was added since ``taken()``.
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

    /// An empty reservoir; `seed` determines which failures are kept.
    public init(seed: UInt64) {
        failures = Array(repeating: [], count: Fate.allCases.count)
        seen = Array(repeating: 0, count: Fate.allCases.count)
        random = seed | 1
    }

    /// Whether an outcome should be kept, by Vitter's algorithm R for failures.
    @inline(__always)
    public mutating func wants(_ outcome: borrowing RequestOutcome) -> Bool {
        guard outcome.fate.isFailure else { return outcome.times.sinceReadyNs > slowestFloorNs }
        return wantsFailure(outcome)
    }

    private mutating func wantsFailure(_ outcome: borrowing RequestOutcome) -> Bool {
        // Both must be called: the second counts failures.
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

    /// Keeps a request that ``wants(_:)`` selected.
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
            // The first one is never replaced: it shows when the failures began.
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

    /// All examples: the slowest requests, then the first failures by scheduled time, then others.
    public mutating func taken() -> [Example] {
        hasChanged = false
        return slow + firsts.values.sorted { $0.outcome.times.scheduled < $1.outcome.times.scheduled }
            + failures.flatMap { $0 }
    }
}

/// The most examples per worker.
public enum ExampleLimits {
    /// Slow requests.
    public static let slow = 16
    /// Failures of one fate.
    public static let failure = 8
    /// First failures by endpoint, fate and status.
    public static let first = 64
}
