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
    /// What this program's own exports add: the exact beginning, and the numbers and address that HAR has no place for.
    var began: Int64?
    var session: String?
    var client: String?

    struct Request {
        var method: String?
        var url: String?
        var version: String?
        var fields: [HeaderField] = []
        var cookies: [HeaderField] = []
        var body: Body?
        var parameters: [HeaderField] = []
        var mimeType: String?
        var bodyBytes: Int64?
        var isComplete: Bool?
    }

    struct Response {
        var status: Int64?
        var reason: String?
        var version: String?
        var fields: [HeaderField] = []
        var body: Body?
        var mimeType: String?
        /// Size after content decoding.
        var contentBytes: Int64?
        var isComplete: Bool?
    }

    /// A body as text or base64.
    struct Body {
        var bytes: [UInt8]
        /// How many there were before it was cut.
        var count: Int
        /// Whether content codings are still applied, as this program writes those it does not know.
        var isEncoded = false
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
