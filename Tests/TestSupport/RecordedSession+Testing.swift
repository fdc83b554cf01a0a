public import Traffic

extension RecordedSession {
    /// A session of `GET /0`, `GET /1`, …, each begun and ended at the given milliseconds.
    public init(number: UInt32 = 1, _ spans: [(begin: Int64, end: Int64)]) {
        self.init(
            number: number,
            exchanges: spans.enumerated().map { index, span in
                Exchange(path: "/\(index)", session: number, begin: span.begin, end: span.end)
            })
    }
}

extension Exchange {
    /// An exchange answered by a 200 with `responseBody`; times in milliseconds.
    public init(
        _ method: String = "GET", path: String, session: UInt32 = 1, begin: Int64, end: Int64,
        fields: [(String, String)] = [], body: String = "", status: UInt16 = 200, responseBody: String = ""
    ) {
        let lines = fields.map { "\($0.0): \($0.1)\r\n" }.joined()
        let start = CaptureTime(nanoseconds: begin * 1_000_000)
        let finish = CaptureTime(nanoseconds: end * 1_000_000)
        self.init(
            connection: session, session: session,
            request: Message(
                head: Array("\(method) \(path) HTTP/1.1\r\nHost: recorded.example\r\n\(lines)\r\n".utf8),
                body: Array(body.utf8), firstByte: start, lastByte: start),
            response: Message(
                head: Array("HTTP/1.1 \(status) OK\r\nContent-Type: application/json\r\n\r\n".utf8),
                body: Array(responseBody.utf8), firstByte: finish, lastByte: finish),
            status: status)
    }
}
