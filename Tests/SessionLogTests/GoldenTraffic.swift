import Traffic

/// The contents of the golden logs of version 2: a little of everything the format can represent.
enum GoldenTraffic {
    static let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3IiwiZXhwIjoxNzAwMDAwMzAwfQ.c2lnbmF0dXJl"

    static var batches: [ExchangeBatch] {
        var first = ExchangeBatch()
        first.connections = [
            RecordedConnection(
                number: 1, client: SocketAddress(v4: 0xc000_0201, port: 51000),
                server: SocketAddress(v4: 0xc000_0202, port: 80)),
            RecordedConnection(
                number: 2, client: SocketAddress(high: 0x2001_0db8_0000_0000, low: 1, port: 51001),
                server: SocketAddress(high: 0x2001_0db8_0000_0000, low: 2, port: 443)),
        ]
        for exchange in [login, items, notFound] { first.append(exchange) }
        var second = ExchangeBatch()
        for exchange in [http2, cut, unanswered, answerOnly] { second.append(exchange) }
        var loss = CaptureLoss(second: 1_700_000_001)
        loss.kernelDrops = 3
        loss.gaps = 1
        loss.gapBytes = 1448
        second.losses = [loss]
        return [first, second]
    }

    /// `milliseconds` after the recording's start.
    static func time(_ milliseconds: Int64) -> CaptureTime {
        CaptureTime(nanoseconds: 1_700_000_000_000_000_000 + milliseconds * 1_000_000 + 123)
    }

    private static func message(
        _ head: String, body: [UInt8] = [], trailers: String = "", bodyBytes: UInt64? = nil, _ first: Int64,
        _ last: Int64, isComplete: Bool = true
    ) -> Exchange.Message {
        Exchange.Message(
            head: Array(head.utf8), body: body, trailers: Array(trailers.utf8), bodyBytes: bodyBytes,
            firstByte: time(first), lastByte: time(last), isComplete: isComplete)
    }

    private static let login = Exchange(
        connection: 1, session: 1,
        request: message(
            "POST /auth/login HTTP/1.1\r\nHost: shop.test\r\nContent-Type: application/json\r\nContent-Length: 33\r\n\r\n",
            body: Array(#"{"user":"ann","password":"gehei"}"#.utf8), 0, 1),
        response: message(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: sid=1\r\n\r\n",
            body: Array(#"{"token":"\#(token)","none":{},"list":[1,2.50,-3e9,null,"a\"b"]}"#.utf8), 20, 21), status: 200
    )
    private static let items = Exchange(
        connection: 1, session: 1,
        request: message(
            "GET /items/42?q=%20\"x\" HTTP/1.1\r\nhost: shop.test:8080\r\nAuthorization: Bearer \(token)\r\nCookie: sid=1\r\n\r\n",
            100, 100),
        response: message(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n", body: [0, 1, 0xff, 0xfe, 0x80],
            trailers: "X-Sum: 1\r\n\r\n", 112, 115), status: 200)
    private static let notFound = Exchange(
        connection: 1, session: 1, version: .http10, request: message("HEAD /nothing HTTP/1.0\r\n\r\n", 200, 200),
        response: message("HTTP/1.0 404 Not Found\r\nContent-Length: 9\r\n\r\n", 201, 201), status: 404)
    private static let http2 = Exchange(
        connection: 2, session: 2, version: .http2, scheme: .https,
        request: message(
            ":method: GET\r\n:scheme: https\r\n:authority: api.test\r\n:path: /v2/ü\r\nauthorization: Basic eDp5\r\n\r\n",
            50,
            50),
        response: message(":status: 503\r\nretry-after: 1\r\n\r\n", body: Array("später\n".utf8), 1050, 1050),
        status: 503)
    private static let cut = Exchange(
        connection: 2, session: 2, version: .http2, scheme: .https,
        request: message(":method: PUT\r\n:scheme: https\r\n:authority: api.test\r\n:path: /v2/files\r\n\r\n", 60, 700),
        response: message(":status: 200\r\n\r\n", body: Array("0123456789".utf8), bodyBytes: 5_000_000_000, 710, 3000),
        status: 200)
    private static let unanswered = Exchange(
        connection: 1, session: 1, request: message("GET /slow HTTP/1.1\r\nHost: shop.test\r\n\r\n", 300, 300),
        response: nil, status: nil)
    private static let answerOnly = Exchange(
        connection: 3, session: 3, request: nil,
        response: message("HTTP/1.1 204 No Content\r\n\r\n", 10, 11, isComplete: false), status: 204)
}
