/// A request and its response, with the times of their first and last bytes, as a value that owns its bytes.
///
/// Hot paths pass exchanges in an ``ExchangeBatch``; this type is for code that handles single exchanges.
public struct Exchange: Hashable, Sendable {
    /// Number of the TCP connection, unique in its log.
    public var connection: UInt32
    /// Number of the session (client identity), unique in its log.
    public var session: UInt32
    /// The HTTP version of the exchange.
    public var version: HTTPVersion
    /// Whether the connection was encrypted.
    public var scheme: HTTPScheme
    /// The request; nil if only a response was seen.
    public var request: Message?
    /// The final response; nil if none was seen.
    public var response: Message?
    /// Status code of the final response; nil if none was seen.
    public var status: UInt16?
    /// Whether the exchange is an HTTP/2 server push (RFC 9113 section 8.4): the server promised the request, and no
    /// client sent it.
    public var isPush: Bool

    /// One direction of an exchange.
    public struct Message: Hashable, Sendable {
        /// Start line and header section. HTTP/1: the bytes as received, including the final empty line. HTTP/2: the
        /// fields as `name: value` lines ending with CRLF, pseudo-header fields first (`:method: GET`), and an empty
        /// line.
        public var head: [UInt8]
        /// The body after transfer decoding, before content decoding; shorter than `bodyBytes` if it was truncated by
        /// policy.
        public var body: [UInt8]
        /// The trailer section, in the format of `head` without a start line; empty if there was none.
        public var trailers: [UInt8]
        /// Bytes of the body on the wire after transfer decoding, whether kept or not.
        public var bodyBytes: UInt64
        /// When the packet with the first byte was seen.
        public var firstByte: CaptureTime
        /// When the packet with the last byte was seen.
        public var lastByte: CaptureTime
        /// False if bytes were lost, truncated or could not be parsed.
        public var isComplete: Bool

        /// A message; see the properties for the form and unit of each.
        public init(
            head: [UInt8], body: [UInt8] = [], trailers: [UInt8] = [], bodyBytes: UInt64? = nil,
            firstByte: CaptureTime, lastByte: CaptureTime, isComplete: Bool = true
        ) {
            self.head = head
            self.body = body
            self.trailers = trailers
            self.bodyBytes = bodyBytes ?? UInt64(body.count)
            self.firstByte = firstByte
            self.lastByte = lastByte
            self.isComplete = isComplete
        }
    }

    /// An exchange; see the properties for the meaning of each.
    public init(
        connection: UInt32, session: UInt32, version: HTTPVersion = .http11, scheme: HTTPScheme = .http,
        request: Message?, response: Message?, status: UInt16?, isPush: Bool = false
    ) {
        self.connection = connection
        self.session = session
        self.version = version
        self.scheme = scheme
        self.request = request
        self.response = response
        self.status = status
        self.isPush = isPush
    }

    /// When the exchange began: the request's first byte, or the response's if no request was seen.
    public var began: CaptureTime { request?.firstByte ?? response?.firstByte ?? .epoch }

    /// When the exchange ended: the last byte seen.
    public var ended: CaptureTime {
        max(response?.lastByte ?? began, request?.lastByte ?? began)
    }

    /// Whether both messages are complete.
    public var isComplete: Bool { request?.isComplete == true && response?.isComplete == true }
}
