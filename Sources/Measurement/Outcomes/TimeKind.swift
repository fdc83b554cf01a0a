/// A measured part of a request's life.
///
///     scheduled ──held── ready ──send lag── started ──connect── sent ──service── finished
///     └──────────────────────────────── response ─────────────────────────────────────┘
///                          └──────────────── turnaround ──────────────────────────────┘
///
/// Response, turnaround and service time exist only for answered requests: the time until a request failed is not a
/// latency of the target. The others exist for all requests sent.
public enum TimeKind: UInt8, CaseIterable, Hashable, Sendable {
    /// Finished − scheduled: free of coordinated omission.
    case response
    /// Finished − ready: used to judge endpoints, so that one stall is not counted for each request after it.
    case turnaround
    /// Finished − first byte sent: the time that the target took.
    case service
    /// Started − ready: how late the generator itself was.
    case sendLag
    /// Ready − scheduled.
    case held
    /// Sent − started, for requests that opened a connection.
    case connect

    /// Whether it exists only for answered requests.
    public var needsResponse: Bool {
        switch self {
        case .response, .turnaround, .service: true
        case .sendLag, .held, .connect: false
        }
    }

    /// The name for display.
    public var name: String {
        switch self {
        case .response: "response"
        case .turnaround: "turnaround"
        case .service: "service"
        case .sendLag: "send lag"
        case .held: "held"
        case .connect: "connect"
        }
    }
}

extension TimeKind: Encodable {
    /// Encodes the name.
    ///
    /// - Throws: the encoder's error.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }
}

/// A histogram for each kind of time.
public struct TimeHistograms: Hashable, Sendable {
    private var response = SparseHistogram()
    private var turnaround = SparseHistogram()
    private var service = SparseHistogram()
    private var sendLag = SparseHistogram()
    private var held = SparseHistogram()
    private var connect = SparseHistogram()

    /// Empty histograms.
    public init() {}

    /// The histogram of a kind of time; empty if nothing was measured.
    public subscript(kind: TimeKind) -> SparseHistogram {
        get {
            switch kind {
            case .response: response
            case .turnaround: turnaround
            case .service: service
            case .sendLag: sendLag
            case .held: held
            case .connect: connect
            }
        }
        set {
            switch kind {
            case .response: response = newValue
            case .turnaround: turnaround = newValue
            case .service: service = newValue
            case .sendLag: sendLag = newValue
            case .held: held = newValue
            case .connect: connect = newValue
            }
        }
    }

    /// Adds the times of other requests.
    public mutating func add(_ other: TimeHistograms) {
        for kind in TimeKind.allCases where !other[kind].isEmpty { self[kind].add(other[kind]) }
    }

    /// The size of all buckets in memory in bytes.
    var byteCount: Int { TimeKind.allCases.reduce(0) { $0 + self[$1].byteCount } }
}

extension TimeHistograms: ExpressibleByDictionaryLiteral {
    /// The given histograms; the others are empty. For a repeated kind the last one counts.
    public init(dictionaryLiteral elements: (TimeKind, SparseHistogram)...) {
        self.init()
        for (kind, histogram) in elements { self[kind] = histogram }
    }
}
