import Formats
import HTTPWire
public import Traffic

/// A row of a list of exchanges: its position, the request, the response and the service time.
public struct ListedExchange: Hashable, Sendable, Encodable {
    /// Its number in its logs, from 1, in order of its start time.
    public var number: UInt64
    /// When it began, in nanoseconds since the Unix epoch.
    public var time: Int64
    /// The session's number.
    public var session: UInt32
    /// The connection's number.
    public var connection: UInt32
    /// The method; nil if no request was seen.
    public var method: String?
    /// The host in the request; nil if it has none or was not seen.
    public var host: String?
    /// The request target: the path with its query; nil if no request was seen.
    public var target: String?
    /// The status code; nil if no response was seen.
    public var status: UInt16?
    /// The status of a gRPC response, 0 for success; nil if it is not a gRPC response.
    public var grpcStatus: UInt16?
    /// The service time, from the first byte of the request to the last byte of the response, in milliseconds; nil if
    /// one of them was not seen.
    public var ms: Double?
    /// Bytes of the request's body on the wire, after transfer decoding.
    public var requestBodyBytes: UInt64
    /// Bytes of the response's body on the wire, after transfer decoding.
    public var responseBodyBytes: UInt64
    /// Whether both messages are complete.
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
    ///   - grpcStatus: the gRPC status of the response.
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

/// The sort key of a list of exchanges.
public enum ListOrder: String, CaseIterable, Sendable {
    case number, time, session, method, path, status, ms, bytes

    /// Whether `first` is listed before `second`: for duration, size and status the highest value first, otherwise the
    /// lowest. Exchanges without a value come last; equal ones are sorted by number.
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
