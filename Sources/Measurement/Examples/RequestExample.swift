import Traffic

/// One request of a run as a whole: why it is kept, its times, and what was sent and received, with secrets masked.
public struct RequestExample: Codable, Hashable, Sendable {
    /// Why it is kept: `slow`, or the label of its fate.
    public var kind: String
    /// Its endpoint's label.
    public var endpoint: String
    /// The clone's number.
    public var clone: Int
    /// When it was scheduled, in seconds since the run's start.
    public var scheduledSeconds: Double
    public var heldMs: Double
    public var sendLagMs: Double
    public var connectMs: Double
    public var serviceMs: Double
    public var responseMs: Double
    /// Status of the response; 0 when there was none.
    public var status: UInt16
    public var requestBytes: Int
    public var responseBytes: Int
    /// The head that was sent; values of the clone's own are left out.
    public var sent: String
    /// The beginning of what came back; empty where it was not at hand any more.
    public var received: String

    /// The example of an outcome; its texts come masked.
    public init(_ outcome: RequestOutcome, kind: String, endpoint: String, clone: Int, sent: String, received: String) {
        let times = outcome.times
        self.kind = kind
        self.endpoint = endpoint
        self.clone = clone
        scheduledSeconds = Double(times.scheduled.nanoseconds) / 1e9
        heldMs = Double(times.heldNanoseconds) / 1e6
        sendLagMs = Double(times.sendLagNanoseconds) / 1e6
        connectMs = Double(times.connectNanoseconds) / 1e6
        serviceMs = Double(times.serviceNanoseconds) / 1e6
        responseMs = Double(times.responseNanoseconds) / 1e6
        status = outcome.status
        requestBytes = outcome.requestBytes
        responseBytes = outcome.responseBytes
        self.sent = sent
        self.received = received
    }
}

/// A worker's examples: the slowest requests, and of every kind of failure the first and some at random. Bounded.
public struct ExampleReservoir: Sendable {
    /// Slow requests kept.
    public static let slowLimit = 16
    /// Failures of one kind kept.
    public static let failureLimit = 8

    private var slow: [RequestExample] = []
    private var failures: [[RequestExample]]
    private var seen: [UInt64]
    private var random: UInt64
    /// No request is among the slowest that took less, in nanoseconds since it was ready.
    private var slowestFloorNs: Int64 = 1_000_000
    /// Whether anything came in since ``taken()``.
    public private(set) var hasChanged = false

    /// An empty reservoir; `seed` decides which failures stay.
    public init(seed: UInt64) {
        failures = Array(repeating: [], count: Fate.allCases.count)
        seen = Array(repeating: 0, count: Fate.allCases.count)
        random = seed | 1
    }

    /// Whether an outcome is to be kept, so that its texts are worth making. Vitter's algorithm R for failures.
    @inline(__always)
    public mutating func wants(_ outcome: borrowing RequestOutcome) -> Bool {
        guard outcome.fate.isFailure else { return outcome.times.sinceReadyNanoseconds > slowestFloorNs }
        return wantsFailure(outcome.fate)
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
        slowestFloorNs = Int64((slow[slow.count - 1].sinceReadyMs * 1e6).rounded(.up))
    }

    /// All that is kept.
    public mutating func taken() -> [RequestExample] {
        hasChanged = false
        return slow + failures.flatMap { $0 }
    }
}

extension RequestExample {
    /// What the endpoint is slow by: without what earlier requests delayed.
    public var sinceReadyMs: Double { responseMs - heldMs }
}
