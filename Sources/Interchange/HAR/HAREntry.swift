import HTTPWire
import Traffic

/// The members of a HAR entry that an exchange is made from. Missing members are nil.
struct HAREntry {
    /// Longer bodies are truncated.
    static let maximumBodyBytes = 64 << 20

    var started: CaptureTime?
    /// Total milliseconds; used if there are no timings.
    var time: Double?
    var request = Request()
    var response = Response()
    var timings = Timings()
    var connection: String?
    var pageReference: String?
    var serverAddress: String?
    /// The source of the response if it was not the server.
    var origin: Origin?
    /// Messages on the connection after the exchange, which the log does not contain.
    var webSocketMessages: UInt64 = 0
    /// Additions by this program's own exports: the exact start, and the numbers and addresses that HAR cannot
    /// represent.
    var began: Int64?
    var session: String?
    var client: String?

    /// The source of a response to a request that never reached the network.
    enum Origin {
        case cache
        case serviceWorker
    }

    struct Request {
        var method: String?
        var url: String?
        var version: String?
        var fields: [HeaderField] = []
        var cookies: [HeaderField] = []
        var query: [Parameter] = []
        var body: Body?
        var parameters: [Parameter] = []
        var mimeType: String?
        var bodyBytes: Int64?
        /// Whether the body is in a separate file, or in a form other than its bytes.
        var hasBodyElsewhere = false
        var isComplete: Bool?
    }

    struct Response {
        var status: Int64?
        var reason: String?
        var version: String?
        var fields: [HeaderField] = []
        var cookies: [Cookie] = []
        var body: Body?
        var mimeType: String?
        /// Size after content decoding; −1 if the exporter does not know it.
        var contentBytes: Int64?
        /// Size before content decoding; −1 if the exporter does not know it.
        var bodyBytes: Int64?
        /// Bytes received over the network, including the head.
        var transferBytes: Int64?
        var isFromServiceWorker = false
        var hasBodyElsewhere = false
        var isComplete: Bool?
    }

    /// A field of a query or form.
    struct Parameter {
        var name: String
        /// Nil if the file has none, as for an uploaded file.
        var value: String?
        var fileName: String?
        var contentType: String?
    }

    /// A cookie that a response sets.
    struct Cookie {
        var name: String
        var value: String
        var path: String?
        var domain: String?
        var expires: CaptureTime?
        var isHTTPOnly = false
        var isSecure = false
    }

    /// A body as text or base64.
    struct Body {
        var bytes: [UInt8]
        /// The number of bytes before truncation.
        var count: Int
        /// Whether the file has it as text, so that bytes that are not text were changed.
        var isText = true
        /// Whether content codings are still applied, as this program does for unknown ones.
        var isEncoded = false
        /// Whether the bytes are not those of the body: declared as base64, but invalid.
        var isDamaged = false
    }

    /// Milliseconds; negative values do not apply.
    struct Timings {
        var blocked: Double?
        var dns: Double?
        var connect: Double?
        var send: Double?
        var wait: Double?
        var receive: Double?
    }
}
