import ContentCodings
import Formats
import HTTPWire
import Traffic

/// Writes the members of a HAR entry from an exchange.
struct HAREntryText {
    private let exchange: Exchange
    private let request: Exchange.Message
    private let head: RequestHead
    private let connection: RecordedConnection?

    init(
        _ exchange: Exchange, _ request: Exchange.Message, _ head: RequestHead, _ connection: RecordedConnection?
    ) {
        self.exchange = exchange
        self.request = request
        self.head = head
        self.connection = connection
    }

    /// Writes `time` and `timings` from the times of the captured bytes; connecting is not part of an exchange.
    func writeTimings(to entry: inout JSONBuffer) {
        let send = max(0, request.lastByte.nanoseconds(since: request.firstByte))
        let wait = exchange.response.map { max(0, $0.firstByte.nanoseconds(since: request.lastByte)) } ?? 0
        let receive = exchange.response.map { max(0, $0.lastByte.nanoseconds(since: $0.firstByte)) } ?? 0
        let (total, overflow) = send.addingReportingOverflow(wait)
        let sum = overflow ? Int64.max : total.addingReportingOverflow(receive).overflow ? .max : total + receive
        entry.member("time", milliseconds: sum)
        entry.object("timings") { timings in
            for name: StaticString in ["blocked", "dns", "connect", "ssl"] { timings.member(name, -1) }
            timings.member("send", milliseconds: send)
            timings.member("wait", milliseconds: wait)
            timings.member("receive", milliseconds: receive)
        }
    }

    func writeRequest(to object: inout JSONBuffer) {
        object.member("method", head.method)
        object.member("url", url)
        object.member("httpVersion", "HTTP/\(exchange.version.label)")
        object.array("cookies") { cookies in
            for field in head.all("cookie") {
                for pair in field.split(separator: ";") { HAREntryText.write(cookie: pair, to: &cookies) }
            }
        }
        HAREntryText.write(head.fields, as: "headers", to: &object)
        let query = head.target.firstIndex(of: "?").map { head.target[head.target.index(after: $0)...] } ?? ""
        let parameters = FormText.pairs(query).map { HeaderField(name: $0.name, value: $0.value) }
        HAREntryText.write(parameters, as: "queryString", to: &object)
        object.member("headersSize", exchange.version == .http2 ? -1 : request.head.count)
        object.member("bodySize", request.bodyBytes)
        if !request.body.isEmpty {
            object.object("postData") { data in
                data.member("mimeType", head.first("content-type") ?? "")
                let isText = request.body.withUnsafeBytes { isUTF8($0) }
                data.member("text", isText ? String(decoding: request.body, as: UTF8.self) : "")
                if !isText { data.member("_textBase64", base64: request.body) }
            }
        }
        if !request.isComplete { object.member("_complete", false) }
    }

    func writeResponse(to object: inout JSONBuffer) {
        let response = exchange.response
        let head = response.flatMap { ResponseHead($0.head) }
        object.member("status", exchange.status ?? 0)
        object.member("statusText", head?.reason ?? "")
        object.member("httpVersion", response == nil ? "" : "HTTP/\(exchange.version.label)")
        object.array("cookies") { cookies in
            for field in head?.all("set-cookie") ?? [] { HAREntryText.write(setCookie: field, to: &cookies) }
        }
        HAREntryText.write(head?.fields ?? [], as: "headers", to: &object)
        object.object("content") { writeContent(to: &$0, head) }
        object.member("redirectURL", head?.first("location") ?? "")
        object.member("headersSize", response.map { exchange.version == .http2 ? -1 : $0.head.count } ?? -1)
        object.member("bodySize", response.map { Int64(clamping: $0.bodyBytes) } ?? -1)
        if response?.isComplete == false { object.member("_complete", false) }
    }

    private func writeContent(to content: inout JSONBuffer, _ head: ResponseHead?) {
        guard let response = exchange.response else {
            content.member("size", 0)
            content.member("mimeType", "")
            return
        }
        let decoded = decodedBody(response, head)
        let body = decoded ?? response.body
        let isWhole = UInt64(response.body.count) == response.bodyBytes
        content.member("size", isWhole ? UInt64(body.count) : max(response.bodyBytes, UInt64(body.count)))
        if decoded != nil, isWhole { content.member("compression", body.count - response.body.count) }
        content.member("mimeType", head?.first("content-type") ?? "")
        guard !body.isEmpty else { return }
        if body.withUnsafeBytes({ isUTF8($0) }) {
            content.member("text", String(decoding: body, as: UTF8.self))
        } else {
            content.member("text", base64: body)
            content.member("encoding", "base64")
        }
        if decoded == nil, head?.first("content-encoding") != nil { content.member("_contentEncoded", true) }
    }

    /// The body without its content codings; nil if it has none, or if decoding fails.
    private func decodedBody(_ response: Exchange.Message, _ head: ResponseHead?) -> [UInt8]? {
        guard let names = head?.all("content-encoding"), !names.isEmpty,
            let coding = try? ContentCoding(fieldValue: names.joined(separator: ",")), !coding.isIdentity
        else { return nil }
        return try? coding.decoded(response.body)
    }

    /// The absolute URL, from the target and the authority, or from the server's address if the request has no
    /// authority.
    private var url: String {
        let target = HeadText.line(head.target)
        if target.contains("://"), HARAddress(target) != nil { return String(target.prefix { $0 != "#" }) }
        let authority = head.authority ?? connection?.server.description ?? "unknown.invalid"
        let path = target.hasPrefix("/") ? String(target.prefix { $0 != "#" }) : "/"
        return "\(exchange.scheme.label)://\(HeadText.line(authority))\(path)"
    }
}

extension HAREntryText {
    private static func write(_ fields: [HeaderField], as name: StaticString, to object: inout JSONBuffer) {
        object.array(name) { array in
            for field in fields {
                array.object { pair in
                    pair.member("name", field.name)
                    pair.member("value", field.value)
                }
            }
        }
    }

    private static func write(cookie pair: Substring, to cookies: inout JSONBuffer) {
        let trimmed = pair.drop { $0 == " " }
        guard !trimmed.isEmpty else { return }
        let equals = trimmed.firstIndex(of: "=")
        cookies.object { cookie in
            cookie.member("name", String(trimmed[..<(equals ?? trimmed.endIndex)]))
            cookie.member("value", equals.map { String(trimmed[trimmed.index(after: $0)...]) } ?? "")
        }
    }

    /// Writes name, value and attributes (RFC 6265 section 4.1); `Expires` is left to the header, as its date has
    /// another format.
    private static func write(setCookie field: String, to cookies: inout JSONBuffer) {
        let parts = field.split(separator: ";")
        guard let first = parts.first else { return }
        let equals = first.firstIndex(of: "=")
        cookies.object { cookie in
            cookie.member("name", String(first[..<(equals ?? first.endIndex)]))
            cookie.member("value", equals.map { String(first[first.index(after: $0)...]) } ?? "")
            for part in parts.dropFirst() {
                let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                let value = pair.count > 1 ? String(pair[1]) : ""
                switch pair.first?.lowercased() {
                case "path": cookie.member("path", value)
                case "domain": cookie.member("domain", value)
                case "httponly": cookie.member("httpOnly", true)
                case "secure": cookie.member("secure", true)
                default: break
                }
            }
        }
    }
}
