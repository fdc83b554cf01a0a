import HTTPWire
import Traffic

/// What a HAR entry says, as far as an exchange is made of it. Missing members are nil.
struct HAREntry {
    /// A body longer than this is cut.
    static let maximumBodyBytes = 64 << 20

    var started: CaptureTime?
    /// Milliseconds in all; used when there are no timings.
    var time: Double?
    var request = Request()
    var response = Response()
    var timings = Timings()
    var connection: String?
    var pageReference: String?
    var serverAddress: String?
    /// Who answered, when it was not the server.
    var origin: Origin?
    /// What this program's own exports add: the exact beginning, and the numbers and address that HAR has no place for.
    var began: Int64?
    var session: String?
    var client: String?

    /// Who answers a request that never reaches the network.
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
        /// Whether the body was put in a file beside this one, or is there in a form that is not its bytes.
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
        /// Size after content decoding.
        var contentBytes: Int64?
        /// Bytes that came over the network, head included.
        var transferBytes: Int64?
        var isFromServiceWorker = false
        var hasBodyElsewhere = false
        var isComplete: Bool?
    }

    /// A field of a query or form.
    struct Parameter {
        var name: String
        /// Nil when the file has none, as of a file that was uploaded.
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
        /// How many there were before it was cut.
        var count: Int
        /// Whether the file has it as text, so that bytes which are none were changed.
        var isText = true
        /// Whether content codings are still applied, as this program writes those it does not know.
        var isEncoded = false
        /// Whether the bytes are not those of the body: the file says that they are base64, and they are not.
        var isDamaged = false
    }

    /// Milliseconds; negative ones do not apply.
    struct Timings {
        var blocked: Double?
        var dns: Double?
        var connect: Double?
        var send: Double?
        var wait: Double?
        var receive: Double?
    }
}
