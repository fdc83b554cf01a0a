import Formats
import HTTPWire
public import Traffic

/// One exchange as a list shows it: where to find it, what was asked, what came back and how long that took.
public struct ListedExchange: Hashable, Sendable, Encodable {
    /// Its number in its logs, from 1, by the time it began.
    public var number: UInt64
    /// When it began, in nanoseconds since the Unix epoch.
    public var time: Int64
    /// The session and the connection.
    public var session: UInt32
    /// The connection's number.
    public var connection: UInt32
    /// The method; nil when no request was seen.
    public var method: String?
    /// The host that the request names; nil when it names none or was not seen.
    public var host: String?
    /// The request target: the path with its query; nil when no request was seen.
    public var target: String?
    /// The status code; nil when no response was seen.
    public var status: UInt16?
    /// The status of a gRPC response, 0 for success; nil where the response is none of gRPC's.
    public var grpcStatus: UInt16?
    /// The service time: from the first byte of the request to the last of the response, in milliseconds; nil when one was not seen.
    public var ms: Double?
    /// Bytes of both bodies, after transfer decoding.
    public var requestBodyBytes: UInt64
    /// Bytes of the response's body on the wire.
    public var responseBodyBytes: UInt64
    /// Whether both messages were seen whole.
    public var isComplete: Bool

    private enum CodingKeys: String, CodingKey {
        case number, time, session, connection, method, host, target, status, grpcStatus, ms
        case requestBodyBytes, responseBodyBytes
        case isComplete = "complete"
    }

    /// The row of an exchange.
    ///
    /// - Parameters:
    ///   - number: its number in its logs, from 1.
    ///   - grpcStatus: what a gRPC response says beside its status.
    public init(_ exchange: Exchange, number: UInt64, grpcStatus: UInt16? = nil) {
        let head = exchange.request.flatMap { RequestHead($0.head) }
        self.number = number
        time = exchange.began.nanoseconds
        session = exchange.session
        connection = exchange.connection
        method = head?.method
        host = head?.authority
        target = head?.target
        status = exchange.response == nil ? nil : exchange.status
        self.grpcStatus = grpcStatus
        if let request = exchange.request, let response = exchange.response {
            ms = Nanoseconds.inMilliseconds(response.lastByte.nanoseconds(since: request.firstByte))
        }
        requestBodyBytes = exchange.request?.bodyBytes ?? 0
        responseBodyBytes = exchange.response?.bodyBytes ?? 0
        isComplete = exchange.isComplete
    }
}

/// By what a list of exchanges is sorted.
public enum ListOrder: String, CaseIterable, Sendable {
    case number, time, session, method, path, status, ms, bytes

    /// Whether `first` is listed before `second`: the slowest, the largest and the highest status first, otherwise the lowest;
    /// exchanges without a value last, and those that are alike by number.
    public func lists(_ first: ListedExchange, before second: ListedExchange) -> Bool {
        switch self {
        case .number, .time: first.number < second.number
        case .session: (first.session, first.number) < (second.session, second.number)
        case .method: (first.method ?? "\u{FF}", first.number) < (second.method ?? "\u{FF}", second.number)
        case .path: (first.target ?? "\u{FF}", first.number) < (second.target ?? "\u{FF}", second.number)
        case .status:
            (second.status.map(Int.init) ?? -1, first.number) < (first.status.map(Int.init) ?? -1, second.number)
        case .ms: (second.ms ?? -1, first.number) < (first.ms ?? -1, second.number)
        case .bytes: (second.responseBodyBytes, first.number) < (first.responseBodyBytes, second.number)
        }
    }
}
