import Capture
import Testing
import Traffic

/// Requests with `Expect: 100-continue` (RFC 9110 section 10.1.1).
@Suite struct ExpectTests {
    private static func ask(_ target: String, _ fields: String = "Content-Length: 30\r\n") -> String {
        "POST \(target) HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\(fields)\r\n"
    }

    private static let body = String(repeating: "b", count: 30)

    @Test func continueIsNotAResponse() {
        var talk = Talk.opened()
        talk.client(Self.ask("/a"))
        talk.server("HTTP/1.1 100 Continue\r\n\r\n")
        talk.client(Self.body)
        talk.server(ok("taken"))
        talk.visit("/next")
        talk.close()
        #expect(Recording(talk).lines == ["POST /a \(Self.body) → 200 taken", "GET /next → 200 ok"])
    }

    /// Refused: the body is never sent, and the next bytes are another request.
    @Test(arguments: ["Content-Length: 30\r\n", "Transfer-Encoding: chunked\r\n"], [417, 401, 413])
    func refused(_ framing: String, _ status: Int) {
        var talk = Talk.opened()
        talk.client(Self.ask("/refused", framing))
        talk.server(ok("no", status: status))
        talk.client("POST /again HTTP/1.1\r\nHost: h\r\nContent-Length: 30\r\n\r\n\(Self.body)")
        talk.server(ok("taken"))
        talk.visit("/next")
        talk.close()
        let recording = Recording(talk)
        #expect(
            recording.lines == [
                "POST /refused → \(status) no", "POST /again \(Self.body) → 200 taken", "GET /next → 200 ok",
            ])
        #expect(recording.totals.completeExchanges == 3)
        #expect(recording.exchanges[0].request?.bodyBytes == 0)
        #expect(recording.losses.isNone)
    }

    /// A client may send the body anyway, or without waiting.
    @Test(arguments: [true, false]) func sentAnyway(_ hasWaited: Bool) {
        var talk = Talk.opened()
        talk.client(Self.ask("/a"))
        if hasWaited { talk.server(ok("no", status: 401)) }
        talk.client(Self.body)
        if !hasWaited { talk.server(ok("no", status: 401)) }
        talk.visit("/next")
        talk.close()
        #expect(Recording(talk).lines == ["POST /a \(Self.body) → 401 no", "GET /next → 200 ok"])
    }

    /// Refused after 100 (Continue): the next bytes are the body, whatever they look like.
    @Test func aBodyThatLooksLikeARequest() {
        let body = "GET /body HTTP/1.1\r\nHost: h\r\n\r\n"
        var talk = Talk.opened()
        talk.client(Self.ask("/a", "Content-Length: \(body.utf8.count)\r\n"))
        talk.server("HTTP/1.1 100 Continue\r\n\r\n")
        talk.client(body)
        talk.server(ok("taken"))
        talk.close()
        #expect(Recording(talk).lines == ["POST /a \(body) → 200 taken"])
    }

    @Test func refusedAndClosed() {
        var talk = Talk.opened()
        talk.client(Self.ask("/refused"))
        talk.server(ok("no", status: 417))
        talk.close()
        let recording = Recording(talk)
        #expect(recording.lines == ["POST /refused → 417 no"])
        #expect(recording.totals.completeExchanges == 1)
    }
}
