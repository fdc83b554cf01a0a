import Formats
public import Traffic

/// A recorded request as it will be sent.
public struct RequestScript: Sendable {
    /// A header field whose value may differ from clone to clone.
    public struct Field: Hashable, Sendable {
        /// The name as recorded.
        public var name: String
        /// The value.
        public var value: Template

        /// See the properties for the meaning of each parameter.
        public init(name: String, value: Template) {
            self.name = name
            self.value = value
        }
    }

    /// What identifies a recorded exchange in its logs.
    public struct Recorded: Hashable, Sendable {
        /// The number of its session in the logs, which may have been joined with another one.
        public var session: UInt32
        /// When its first byte was seen.
        public var began: CaptureTime

        /// See the properties for the meaning of each parameter.
        public init(session: UInt32, began: CaptureTime) {
            self.session = session
            self.began = began
        }
    }

    /// From the session's beginning to the request's first byte as recorded, unscaled; in a prelude, without the gaps.
    public var offsetNs: Int64
    /// From the session's beginning to the exchange's end as recorded, unscaled; requests that began then or later wait
    /// for this one. Greater than `offsetNs`; nil when no end was seen, in which case nothing waits for it.
    public var endOffsetNs: Int64?
    /// From the end of the latest predecessor to the request's first byte as recorded, unscaled; `offsetNs` when it has
    /// none.
    public var thinkNs: Int64
    /// Indices of the session's requests that must have ended before this one is sent, ascending: those that had ended
    /// in the recording before this one began, without those implied by others.
    public var predecessors: [Int]
    /// The session's connection that carried it, numbered from 0 in order of first use.
    public var connection: Int
    /// Whether it is the last of its session on that connection.
    public var isLastOfConnection: Bool
    /// The HTTP version it was recorded in.
    public var version: HTTPVersion
    /// The recorded scheme.
    public var scheme: HTTPScheme
    /// The method as recorded.
    public var method: String
    /// The recorded authority: that of an absolute target, else Host or `:authority`; nil when there was none.
    public var authority: String?
    /// The target in origin or asterisk form.
    public var target: Template
    /// The fields in recorded order, without connection-specific fields (RFC 9110 section 7.6.1), Host, Content-Length
    /// and Expect.
    public var fields: [Field]
    /// The body.
    public var body: Template
    /// The whole head as HTTP/1 bytes as recorded: sent where we write the bytes ourselves.
    public var head: WireHead
    /// The recorded status code; nil when no response was seen.
    public var expectedStatus: UInt16?
    /// What the recorded response says about success in addition to its status.
    public var recordedResponse = RecordedResponse()
    /// The recorded response's body; nil when it was not seen completely.
    public var recordedBody: RecordedBody?
    /// Bytes of the recorded response, head and body.
    public var responseBytes: Int
    /// The endpoint its figures are grouped under: an index into ``ReplayPlan/endpoints``.
    public var endpoint: Int
    /// The exchange it was recorded in; nil if it was not recorded.
    public var recorded: Recorded?
    /// The recorded service time, request's first byte to response's last; nil when no response was seen.
    public var recordedServiceNs: Int64?
    /// The values to take out of its response.
    public var sources: [ValueSource]
    /// Whether the cookies of its response go into the clone's jar.
    public var takesCookies: Bool
    /// Which of the session's clients sends it and keeps the cookies of its response: 0, or another one that was
    /// recorded without the cookies of that one, such as a script beside a browser.
    var cookieClient: UInt8 = 0
    /// Names of its recorded cookies that were set by responses.
    public var cookieNames: [[UInt8]] = []
    /// For each of ``cookieNames``, the request of the session whose response last set it.
    public var cookieSources: [Int] = []
    /// Names of the cookies set by its recorded response.
    public var setCookies: [[UInt8]] = []
    /// The values that the target, the fields and the body use, ascending: indices into ``SessionScript/values``.
    public var neededValues: [Int]
    /// The grants that authorise it: indices into ``SessionScript/grants``.
    public var grants: [Int] = []
    /// The grant that its response issues or renews; nil for most requests.
    public var renews: Int?
    /// Whether a filter leaves it out but others need values from its response, so that it is sent. Its figures are
    /// kept separate.
    public var isPrelude = false
    /// Where its response gives the lifetime of that grant, in seconds.
    var lifetimes: [JSONPath] = []

    /// See the properties for the meaning of each parameter.
    public init(
        offsetNs: Int64, thinkNs: Int64? = nil, predecessors: [Int] = [], connection: Int = 0,
        isLastOfConnection: Bool = false, version: HTTPVersion = .http11, scheme: HTTPScheme = .http, method: String,
        authority: String?,
        target: Template, fields: [Field] = [], body: Template = Template(),
        head: WireHead = WireHead(), expectedStatus: UInt16? = nil,
        recordedBody: RecordedBody? = nil, responseBytes: Int = 0, endpoint: Int = 0, recordedServiceNs: Int64? = nil,
        sources: [ValueSource] = [], takesCookies: Bool = false, neededValues: [Int] = []
    ) {
        self.offsetNs = offsetNs
        self.thinkNs = thinkNs ?? offsetNs
        self.predecessors = predecessors
        self.connection = connection
        self.isLastOfConnection = isLastOfConnection
        self.version = version
        self.scheme = scheme
        self.method = method
        self.authority = authority
        self.target = target
        self.fields = fields
        self.body = body
        self.head = head
        self.expectedStatus = expectedStatus
        self.recordedBody = recordedBody
        self.responseBytes = responseBytes
        self.endpoint = endpoint
        self.recordedServiceNs = recordedServiceNs
        self.sources = sources
        self.takesCookies = takesCookies
        self.neededValues = neededValues
    }
}
