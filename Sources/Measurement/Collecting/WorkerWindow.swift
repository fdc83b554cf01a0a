import Traffic

/// A worker's measurements in one window of time, on their way to the collector.
public struct WorkerWindow: Sendable {
    /// The window's index: its start divided by the window length.
    public let index: Int
    /// Sums over the window.
    public internal(set) var counts = WindowCounts()
    /// The worker's running clones at the window's end; nil in a supplement to a window already taken.
    public internal(set) var concurrentSessions: Int?
    /// The worker's open connections at the window's end; nil in a supplement.
    public internal(set) var openConnections: Int?
    /// When the last request of the window finished, in nanoseconds since the run's start; 0 when none did.
    public internal(set) var lastFinishNs: Int64 = 0

    /// Whether it is the worker's last one.
    public internal(set) var isLast = false

    var samples: [RequestSample]
    /// Failures since the previous windows; only set in the last of those handed over together.
    var failures = FailureTable()
    /// First responses of clones.
    var firsts: [FirstResponse] = []
    /// Buckets of the service times of renewal requests.
    var renewals: [UInt16] = []
    /// Buckets of the service times of prelude requests.
    var preludes: [UInt16] = []
    /// Buckets of the times taken to make a token.
    var minting: [UInt16] = []
    /// Buckets of the times that requests waited for tokens made for them.
    var tokenWaits: [UInt16] = []

    /// An empty window.
    public init(index: Int, capacity: Int = 0) {
        self.index = index
        samples = []
        samples.reserveCapacity(capacity)
    }
}

/// A request reduced to the buckets of its times: 24 bytes, so a worker's second at 50,000 requests/s is 1.2 MB.
struct RequestSample: Sendable {
    var endpoint: UInt16
    var fate: UInt8
    /// 0 for a request that was not sent; otherwise its status class plus one.
    private let kind: UInt8
    /// Buckets of its times, by kind.
    private var buckets: InlineArray<6, UInt16>
    /// The status; 0 without a response.
    let status: UInt16
    /// Its group: ``RunStretches/tag(ofNs:part:)``.
    let tag: UInt16
    /// The slice in which it was scheduled: ``LoadTimeline/index(ofNs:)``.
    let slice: UInt32

    var wasSent: Bool { kind > 0 }

    /// The first digit of the status; 0 without a response, or for a request that was not sent.
    var statusClass: Int { max(0, Int(kind) - 1) }

    @inline(__always)
    init(_ outcome: borrowing RequestOutcome, endpoint: UInt16, tag: UInt16 = 0) {
        status = outcome.status
        self.tag = tag
        slice = LoadTimeline.index(ofNs: outcome.times.scheduled.nanoseconds)
        self.endpoint = endpoint
        fate = outcome.fate.rawValue
        kind = outcome.wasSent ? 1 + UInt8(min(outcome.status / 100, UInt16(StatusClassWindow.highest))) : 0
        buckets = [
            TimeBuckets.index(ofNs: outcome.times[.response]),
            TimeBuckets.index(ofNs: outcome.times[.turnaround]),
            TimeBuckets.index(ofNs: outcome.times[.service]),
            TimeBuckets.index(ofNs: outcome.times[.sendLag]),
            TimeBuckets.index(ofNs: outcome.times[.held]),
            TimeBuckets.index(ofNs: outcome.times[.connect]),
        ]
    }

    /// The bucket of a kind of time.
    subscript(kind: TimeKind) -> UInt16 { buckets[Int(kind.rawValue)] }
}
