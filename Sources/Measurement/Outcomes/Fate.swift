/// The outcome of a request: data, never an error. The set of labels is bounded.
public enum Fate: UInt8, CaseIterable, Hashable, Sendable {
    /// A complete response with an expected status.
    case answered = 0
    /// A complete response with a status that the expectation does not allow.
    case unexpectedStatus = 1
    /// No complete response in time.
    case timeout = 2
    /// The target refused the connection.
    case refused = 3
    /// The connection was reset.
    case reset = 4
    /// The connection was closed before the response was complete.
    case closed = 5
    /// The TLS handshake failed.
    case tls = 6
    /// The target's name did not resolve.
    case dns = 7
    /// No route to the target.
    case unreachable = 8
    /// The response could not be parsed.
    case badFraming = 9
    /// A value taken from an earlier response was missing, so the request was never sent.
    case missingBinding = 10
    /// The response exceeded the limit on body size.
    case bodyTooLarge = 11
    /// The generator ran out of sockets, ports or memory.
    case exhausted = 12
    /// In flight when the drain ended: neither completed nor failed.
    case cut = 13
    /// Anything else.
    case other = 14
    /// A complete response with an expected status, but a different body than recorded.
    case bodyDiffers = 15
    /// The proxy was unavailable, refused, or did not reach the target.
    case proxy = 16
    /// A complete, successful response where the recorded error does not describe the service now.
    case betterThanRecorded = 17
    /// A complete response to a request that was sent with a recorded value because the live one was missing
    /// (`--on-missing send`).
    case recordedValue = 18

    /// A short name for tables and files.
    public var label: String {
        switch self {
        case .answered: "answered"
        case .unexpectedStatus: "status"
        case .timeout: "timeout"
        case .refused: "refused"
        case .reset: "reset"
        case .closed: "closed"
        case .tls: "tls"
        case .dns: "dns"
        case .unreachable: "unreachable"
        case .badFraming: "framing"
        case .missingBinding: "binding"
        case .bodyTooLarge: "body too large"
        case .exhausted: "exhausted"
        case .cut: "cut"
        case .other: "other"
        case .bodyDiffers: "body"
        case .proxy: "proxy"
        case .betterThanRecorded: "better"
        case .recordedValue: "recorded value"
        }
    }

    /// Whether the request counts as failed.
    public var isFailure: Bool {
        switch self {
        case .answered, .cut, .betterThanRecorded: false
        default: true
        }
    }

    /// Whether a complete response was received, expected or not: only answered requests have latencies and count as
    /// throughput.
    public var isAnswer: Bool {
        switch self {
        case .answered, .unexpectedStatus, .bodyDiffers, .betterThanRecorded, .recordedValue: true
        default: false
        }
    }

    /// The fate with a label; nil if there is none.
    init?(label: String) {
        guard let fate = Fate.allCases.first(where: { $0.label == label }) else { return nil }
        self = fate
    }
}

extension Fate: Codable {
    /// Decodes a label.
    ///
    /// - Throws: `DecodingError` when fields are missing.
    public init(from decoder: any Decoder) throws {
        let label = try decoder.singleValueContainer().decode(String.self)
        guard let fate = Fate(label: label) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no such fate"))
        }
        self = fate
    }

    /// Encodes the label.
    ///
    /// - Throws: the encoder's error.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(label)
    }
}
