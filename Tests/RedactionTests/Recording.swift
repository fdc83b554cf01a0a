import ContentCodings
import Traffic

/// Builds recorded exchanges from text.
enum Recording {
    static func exchange(
        _ target: String = "/", method: String = "POST", fields: [String] = [], body: [UInt8] = [],
        answer: [String] = [], answerBody: [UInt8] = [], status: UInt16 = 200, trailers: [String] = [],
        isHTTP2: Bool = false, cutTo: Int? = nil
    ) -> Exchange {
        let start =
            isHTTP2
            ? ":method: \(method)\r\n:scheme: https\r\n:authority: api.example.com\r\n:path: \(target)\r\n"
            : "\(method) \(target) HTTP/1.1\r\nHost: api.example.com\r\n"
        let length = body.isEmpty ? "" : "Content-Length: \(body.count)\r\n"
        let request = Exchange.Message(
            head: Array((start + fields.map { $0 + "\r\n" }.joined() + length + "\r\n").utf8),
            body: cutTo.map { Array(body.prefix($0)) } ?? body, bodyBytes: UInt64(body.count),
            firstByte: CaptureTime(nanoseconds: 1), lastByte: CaptureTime(nanoseconds: 2))
        let answerStart = isHTTP2 ? ":status: \(status)\r\n" : "HTTP/1.1 \(status) OK\r\n"
        let answerLength = "Content-Length: \(answerBody.count)\r\n"
        let response = Exchange.Message(
            head: Array((answerStart + answer.map { $0 + "\r\n" }.joined() + answerLength + "\r\n").utf8),
            body: answerBody, trailers: Array(trailers.map { $0 + "\r\n" }.joined().utf8),
            firstByte: CaptureTime(nanoseconds: 3), lastByte: CaptureTime(nanoseconds: 4))
        return Exchange(
            connection: 1, session: 1, version: isHTTP2 ? .http2 : .http11, request: request, response: response,
            status: status)
    }

    static func json(_ text: String, to target: String = "/login") -> Exchange {
        exchange(target, fields: ["Content-Type: application/json"], body: Array(text.utf8))
    }

    static func answer(_ text: String, type: String = "application/json", coding: ContentCoding? = nil) -> Exchange {
        var fields = ["Content-Type: \(type)"]
        var body = Array(text.utf8)
        if let coding, let coded = try? coding.encoded(body) {
            fields.append("Content-Encoding: \(coding.fieldValue)")
            body = coded
        }
        return exchange(method: "GET", answer: fields, answerBody: body)
    }

    static func form(_ text: String) -> Exchange {
        exchange(fields: ["Content-Type: application/x-www-form-urlencoded"], body: Array(text.utf8))
    }

    static func multipart(_ head: String, _ content: String) -> Exchange {
        let body =
            "--b1\r\n\(head)\r\n\r\n\(content)\r\n--b1\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--b1--\r\n"
        return exchange(fields: ["Content-Type: multipart/form-data; boundary=\"b1\""], body: Array(body.utf8))
    }
}

/// An independent base64 encoder for tests.
func base64(_ text: String, isURL: Bool = false) -> String {
    let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + (isURL ? "-_" : "+/"))
    let bytes = Array(text.utf8)
    var output = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32((3 - group.count) * 8)
        for place in 0...group.count { output.append(alphabet[Int(bits >> UInt32(18 - 6 * place)) & 63]) }
        if !isURL { output += String(repeating: "=", count: 3 - group.count) }
    }
    return output
}

/// A token with these claims.
func token(_ claims: String, header: String = #"{"alg":"HS256","typ":"JWT"}"#, signature: String) -> String {
    base64(header, isURL: true) + "." + base64(claims, isURL: true) + "." + signature
}

func percent(_ text: String) -> String {
    text.utf8.map { byte in
        let isOpen = (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
        return isOpen
            ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }.joined()
}

/// Every byte of `text` percent-encoded, whether it needs it or not.
func percentAll(_ text: String) -> String {
    text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

func jsonAll(_ text: String) -> String {
    text.utf16.map { "\\u" + String(repeating: "0", count: 4 - String($0, radix: 16).count) + String($0, radix: 16) }
        .joined()
}
