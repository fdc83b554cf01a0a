/// A span of a request's life that is measured.
///
///     scheduled ──held── ready ──send lag── started ──connect── sent ──service── finished
///     └──────────────────────────────── response ─────────────────────────────────────┘
///                          └──────────────── turnaround ──────────────────────────────┘
///
/// Response, turnaround and service time are known of answered requests only: how long it took until a request failed is no
/// latency of the target. The others are known of all requests sent.
public enum TimeKind: UInt8, CaseIterable, Hashable, Sendable {
    /// Finished − scheduled: free of coordinated omission.
    case response
    /// Finished − ready: what endpoints are judged by, so that one stall is not counted for each request behind it.
    case turnaround
    /// Finished − first byte sent: what the target took.
    case service
    /// Started − ready: how late the generator itself was.
    case sendLag
    /// Ready − scheduled.
    case held
    /// Sent − started, of the requests that opened a connection.
    case connect

    /// Whether only answered requests have it.
    public var needsAnswer: Bool {
        switch self {
        case .response, .turnaround, .service: true
        case .sendLag, .held, .connect: false
        }
    }

    /// As a reader sees it.
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
    /// Writes the name.
    ///
    /// - Throws: what the encoder throws.
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

    /// No times yet.
    public init() {}

    /// The histogram of a kind of time; empty where none was measured.
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

    /// Bytes of its buckets in memory.
    var byteCount: Int { TimeKind.allCases.reduce(0) { $0 + self[$1].byteCount } }
}

extension TimeHistograms: ExpressibleByDictionaryLiteral {
    /// The histograms named; the others are empty. A kind named twice has the last one.
    public init(dictionaryLiteral elements: (TimeKind, SparseHistogram)...) {
        self.init()
        for (kind, histogram) in elements { self[kind] = histogram }
    }
}
