import Formats
import Traffic

/// A request of a run in full: the reason it is kept, its times, and what was sent and received, with secrets masked.
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
    /// The number of the recorded exchange in the log, as `inspect --list` has it; nil if it is not known.
    public var exchange: UInt64?
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
    /// The head that was sent, without the clone's own values.
    public var sent: String
    /// The beginning of the response; empty if it was no longer in memory.
    public var received: String

    /// The example of an outcome; its texts must already be masked.
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
    /// Decodes `slow` or the label of a fate.
    ///
    /// - Throws: `DecodingError` when fields are missing.
    public init(from decoder: any Decoder) throws {
        let label = try decoder.singleValueContainer().decode(String.self)
        if label == "slow" { self = .slow } else { self = .failure(try Fate(from: decoder)) }
    }

    /// Encodes `slow` or the label of the fate.
    ///
    /// - Throws: the encoder's error.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .slow: try container.encode("slow")
        case .failure(let fate): try container.encode(fate)
        }
    }
}
