import Credentials
import Redaction
import Report
import Testing
import Traffic

@testable import reprise

/// All that shows, keeps or binds recorded values is asked about the same secrets, and gives the same answers.
@Suite struct SameAnswersTests {
    /// A secret in its place.
    struct Row: CustomTestStringConvertible {
        /// The request target.
        var target = "/a"
        /// A field of the request.
        var field: String?
        var body: String?
        var type = "application/json"
        var secret: String
        /// Whether it says who calls: it makes exchanges one session.
        var isIdentity = false

        var testDescription: String { field ?? body ?? target }
    }

    static let rows: [Row] = [
        Row(field: "Authorization: Bearer Xk29", secret: "Xk29", isIdentity: true),
        Row(field: "Authorization: Bearer opaque=Tok3n99", secret: "opaque=Tok3n99", isIdentity: true),
        Row(field: "X-Session-Id: s-4f7a9c21", secret: "s-4f7a9c21", isIdentity: true),
        Row(field: "X-Subject-Token: s-4f7a9c22", secret: "s-4f7a9c22", isIdentity: true),
        Row(field: "X-Auth-Token: a-4f7a9c23", secret: "a-4f7a9c23", isIdentity: true),
        Row(field: "X-Api-Key: kEy42short", secret: "kEy42short"),
        Row(field: "X-CSRF: c5rf-Value", secret: "c5rf-Value"),
        Row(field: "X-CSRF-Token: c5rf-Token9", secret: "c5rf-Token9"), Row(field: "Secret-Key: sK9x", secret: "sK9x"),
        Row(field: "Cookie: JSESSIONID=Ab12Cd34Ef", secret: "Ab12Cd34Ef", isIdentity: true),
        Row(field: "Cookie: theme=Dk9", secret: "Dk9"),
        Row(field: "Referer: https://h.example/?token=ref9Tok1x", secret: "ref9Tok1x"),
        Row(field: "Referer: https://u:Pw9xQz@h.example/", secret: "Pw9xQz"),
        Row(target: "/a?sid=Sid9f8e7d", secret: "Sid9f8e7d", isIdentity: true),
        Row(target: "/a?password=Hu2x", secret: "Hu2x"), Row(target: "/a?code=9x7Yq", secret: "9x7Yq"),
        Row(target: "/a;jsessionid=Jid9f8e7d/b", secret: "Jid9f8e7d", isIdentity: true),
        Row(target: "/bot123:AAE-x9f8K2/getMe", secret: "AAE-x9f8K2"),
        Row(target: "/reset-password/Rst9x", secret: "Rst9x"),
        Row(
            target: "/a/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl/b",
            secret: "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl"),
        Row(body: #"{"access":"Acc3ss-9f8e7d"}"#, secret: "Acc3ss-9f8e7d", isIdentity: true),
        Row(body: #"{"device_code":"Dev1ce-9f8e"}"#, secret: "Dev1ce-9f8e", isIdentity: true),
        Row(body: #"{"password":"pW7"}"#, secret: "pW7"), Row(body: #"{"pinCode":"48x1"}"#, secret: "48x1"),
        Row(body: #"{"type":"password","value":"pW8x"}"#, secret: "pW8x"),
        Row(body: "a=1&passwd=pW9x", type: "application/x-www-form-urlencoded", secret: "pW9x"),
        Row(body: "<password>pW0x</password>", type: "text/xml", secret: "pW0x"),
        Row(body: "<input type=password value='pW1x'>", type: "text/html", secret: "pW1x"),
        Row(body: "login with password=pW2x", type: "text/plain", secret: "pW2x"),
    ]

    private static func exchange(_ row: Row) -> Exchange {
        var head = "POST \(row.target) HTTP/1.1\r\nHost: api.example.com\r\n"
        if let field = row.field { head += "\(field)\r\n" }
        let body = Array((row.body ?? "").utf8)
        if row.body != nil { head += "Content-Type: \(row.type)\r\nContent-Length: \(body.count)\r\n" }
        let time = CaptureTime(nanoseconds: 1)
        return Exchange(
            connection: 1, session: 1, version: .http11,
            request: Exchange.Message(head: Array((head + "\r\n").utf8), body: body, firstByte: time, lastByte: time),
            response: Exchange.Message(
                head: Array("HTTP/1.1 204 No Content\r\n\r\n".utf8), body: [], firstByte: time, lastByte: time),
            status: 204)
    }

    @Test("A secret is one for everything", arguments: rows)
    func sameAnswers(row: Row) {
        let exchange = Self.exchange(row)
        let request = (exchange.request?.head ?? []) + (exchange.request?.body ?? [])
        #expect(String(decoding: request, as: UTF8.self).contains(row.secret), "it is not even planted")

        var redactor = Redactor(policy: .default, key: Array("a key for this test".utf8))
        let redacted = redactor.redacted(exchange)
        for bytes in [redacted.request?.head, redacted.request?.body] {
            #expect(!String(decoding: bytes ?? [], as: UTF8.self).contains(row.secret), "redact")
        }
        let page = ExchangePage(exchange, number: 1, connection: nil)
        #expect(!page.text.contains(row.secret), "inspect")
        #expect(!MaskedText.text(of: request).contains(row.secret), "the examples of a replay")
        let endpoint = Endpoint(method: "POST", target: row.target)
        #expect(!endpoint.label.contains(row.secret), "endpoints of plans, runs and figures")

        var found: [String] = []
        request.withUnsafeBytes { bytes in
            CallerScanner.forEachCredential(inHead: bytes) { found.append(String(decoding: $0.value, as: UTF8.self)) }
        }
        Array(row.target.utf8).withUnsafeBytes { bytes in
            CallerScanner.forEachCredential(inTarget: bytes) { found.append(String(decoding: $0.value, as: UTF8.self)) }
        }
        Array((row.body ?? "").utf8).withUnsafeBytes { bytes in
            CallerScanner.forEachToken(inBody: bytes) { found.append(String(decoding: $0.value, as: UTF8.self)) }
        }
        #expect(
            found.contains { $0.hasSuffix(row.secret) } == row.isIdentity, "what makes exchanges one session: \(found)")
    }

    @Test("Secrets are shown to those who ask for them")
    func shown() {
        for row in Self.rows where row.type != "text/html" {
            let page = ExchangePage(
                Self.exchange(row), number: 1, connection: nil, options: ExchangePage.Options(showsSecrets: true))
            #expect(page.text.contains(row.secret), "\(row)")
        }
    }
}
