import Formats
import Traffic

/// One request of a run as a whole: why it is kept, its times, and what was sent and received, with secrets masked.
public struct RequestExample: Codable, Hashable, Sendable {
    /// Why an example is kept.
    public enum Kind: Hashable, Sendable {
        case slow
        case failure(Fate)
    }

    /// Why it is kept.
    public var kind: Kind
    /// Its endpoint's label.
    public var endpoint: String
    /// The clone's number.
    public var clone: Int
    /// When it was scheduled, in seconds since the run's start.
    public var scheduledSeconds: Double
    /// Ready − scheduled.
    public var heldMs: Double
    /// Started − ready.
    public var sendLagMs: Double
    /// Sent − started.
    public var connectMs: Double
    /// Finished − sent.
    public var serviceMs: Double
    /// Finished − scheduled.
    public var responseMs: Double
    /// Status of the response; 0 when there was none.
    public var status: UInt16
    /// Bytes of the request written.
    public var requestBytes: Int
    /// Bytes of the response received.
    public var responseBytes: Int
    /// The head that was sent; values of the clone's own are left out.
    public var sent: String
    /// The beginning of what came back; empty where it was not at hand any more.
    public var received: String

    /// The example of an outcome; its texts come masked.
    public init(_ outcome: RequestOutcome, endpoint: String, clone: Int, sent: String, received: String) {
        let times = outcome.times
        kind = outcome.fate.isFailure ? .failure(outcome.fate) : .slow
        self.endpoint = endpoint
        self.clone = clone
        scheduledSeconds = times.scheduled.seconds
        heldMs = Nanoseconds.inMilliseconds(times.heldNs)
        sendLagMs = Nanoseconds.inMilliseconds(times.sendLagNs)
        connectMs = Nanoseconds.inMilliseconds(times.connectNs)
        serviceMs = Nanoseconds.inMilliseconds(times.serviceNs)
        responseMs = Nanoseconds.inMilliseconds(times.responseNs)
        status = outcome.status
        requestBytes = outcome.requestBytes
        responseBytes = outcome.responseBytes
        self.sent = sent
        self.received = received
    }
}

extension RequestExample.Kind: Codable {
    /// Reads `slow` or the label of a fate.
    public init(from decoder: any Decoder) throws {
        let label = try decoder.singleValueContainer().decode(String.self)
        if label == "slow" { self = .slow } else { self = .failure(try Fate(from: decoder)) }
    }

    /// Writes `slow` or the label of the fate.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .slow: try container.encode("slow")
        case .failure(let fate): try container.encode(fate)
        }
    }
}

/// A worker's examples: the slowest requests, of every kind of failure the first and some at random, and the first of every
/// endpoint, fate and status. Bounded.
public struct ExampleReservoir: Sendable {
    /// Slow requests kept.
    public static let slowLimit = 16
    /// Failures of one kind kept.
    public static let failureLimit = 8
    /// First failures of an endpoint, fate and status kept.
    public static let firstLimit = 64

    private var slow: [RequestExample] = []
    private var failures: [[RequestExample]]
    /// The first failures of their endpoint, fate and status.
    private var firsts: [First: RequestExample] = [:]
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

    /// Whether an outcome is to be kept, so that its texts are worth making. Vitter's algorithm R for failures.
    @inline(__always)
    public mutating func wants(_ outcome: borrowing RequestOutcome) -> Bool {
        guard outcome.fate.isFailure else { return outcome.times.sinceReadyNs > slowestFloorNs }
        // Both are asked: the second counts what it sees.
        let first = First(outcome)
        let isFirst = firsts.count < ExampleReservoir.firstLimit && firsts[first] == nil
        let isPicked = wantsFailure(outcome.fate)
        return isFirst || isPicked
    }

    private mutating func wantsFailure(_ fate: Fate) -> Bool {
        let index = Int(fate.rawValue)
        seen[index] += 1
        guard failures[index].count >= ExampleReservoir.failureLimit else { return true }
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return random % seen[index] < UInt64(ExampleReservoir.failureLimit)
    }

    /// Keeps an example that ``wants(_:)`` wanted.
    public mutating func keep(_ example: RequestExample, of outcome: borrowing RequestOutcome) {
        hasChanged = true
        if outcome.fate.isFailure {
            let first = First(outcome)
            if firsts.count < ExampleReservoir.firstLimit, firsts[first] == nil {
                firsts[first] = example
                return
            }
            let index = Int(outcome.fate.rawValue)
            if failures[index].count < ExampleReservoir.failureLimit {
                failures[index].append(example)
            } else {
                // The first one stays: it tells when it began.
                failures[index][1 + Int(random >> 33) % (ExampleReservoir.failureLimit - 1)] = example
            }
            return
        }
        slow.append(example)
        guard slow.count > ExampleReservoir.slowLimit else { return }
        slow.sort { $0.sinceReadyMs > $1.sinceReadyMs }
        slow.removeLast()
        slowestFloorNs = Int64(Nanoseconds.fromMilliseconds(slow[slow.count - 1].sinceReadyMs).rounded(.up))
    }

    /// All that is kept.
    public mutating func taken() -> [RequestExample] {
        hasChanged = false
        return slow + firsts.values.sorted { $0.scheduledSeconds < $1.scheduledSeconds }
            + failures.flatMap { $0 }
    }
}

extension RequestExample {
    /// What the endpoint is slow by: without what earlier requests delayed.
    public var sinceReadyMs: Double { responseMs - heldMs }
}
