import Capture
import Testing
import Traffic

/// Sessions by what the user names: `header:NAME`, `cookie:NAME`, `jwt:CLAIM`.
@Suite struct SessionKeyTests {
    struct Row: CustomTestStringConvertible {
        var reason: String
        var sessionBy: SessionBy
        var visits: [Visit]
        var sessions: [Int]
        var testDescription: String { reason }
    }

    private static func token(_ payload: String) -> String { "Authorization: Bearer \(TestToken.with(payload))" }

    static let rows: [Row] = [
        Row(
            reason: "a field splits a proxy's connection and joins others, whatever the case of its name",
            sessionBy: .header("X-User"),
            visits: [
                Visit(connection: 1, carrying: ["X-User: ann"]), Visit(connection: 1, carrying: ["x-user: bob"]),
                Visit(connection: 2, carrying: ["X-USER:ann "]), Visit(connection: 2, carrying: ["X-Users: carl"]),
                Visit(connection: 3),
            ],
            sessions: [0, 1, 0, 0, 2]),
        Row(
            reason: "other credentials do not count",
            sessionBy: .header("X-User"),
            visits: [1, 2].map { Visit(connection: $0, carrying: ["Authorization: Bearer token-of-ann"]) },
            sessions: [0, 1]),
        Row(
            reason: "the response's field where the request has none",
            sessionBy: .header("X-Session"),
            visits: [
                Visit(connection: 1, given: ["X-Session: one"]), Visit(connection: 2, carrying: ["X-Session: one"]),
                Visit(connection: 1, carrying: ["X-Session: two"], given: ["X-Session: one"]),
            ],
            sessions: [0, 0, 1]),
        Row(
            reason: "a cookie of this name and no other",
            sessionBy: .cookie("sid"),
            visits: [
                Visit(connection: 1, carrying: ["Cookie: asid=9; sid=1; xsid=8"]),
                Visit(connection: 1, carrying: ["Cookie: sid=2; theme=dark"]),
                Visit(connection: 2, carrying: ["Cookie: sid=1; asid=7"]),
                Visit(connection: 3, carrying: ["Cookie: SID=1"]),
            ],
            sessions: [0, 1, 0, 2]),
        Row(
            reason: "a cookie that is given, then renewed",
            sessionBy: .cookie("sid"),
            visits: [
                Visit(connection: 1), Visit(connection: 1, given: ["Set-Cookie: sid=1; Path=/; HttpOnly"]),
                Visit(connection: 2, carrying: ["Cookie: sid=1"], given: ["Set-Cookie: sid=2"]),
                Visit(connection: 3, carrying: ["Cookie: sid=2"], given: ["Set-Cookie: sid=; Max-Age=0"]),
                Visit(connection: 4, carrying: ["Cookie: sid="]),
            ],
            sessions: [0, 0, 0, 0, 1]),
        Row(
            reason: "a query parameter of this name and no other, wherever it is in the query",
            sessionBy: .query("key"),
            visits: [
                Visit(connection: 1, target: "/a?key=1&x=2"), Visit(connection: 1, target: "/a?x=2&key=2#key=1"),
                Visit(connection: 2, target: "/b?akey=1&key=2"), Visit(connection: 2, target: "/b/key=1?key=&keys=1"),
                Visit(connection: 3, target: "/c?key=1"), Visit(connection: 4, target: "/key=1"),
            ],
            sessions: [0, 1, 1, 1, 0, 2]),
        Row(
            reason: "tokens of one subject are one session, whatever else they hold and wherever they stand",
            sessionBy: .jwt(claim: "sub"),
            visits: [
                Visit(connection: 1, carrying: [token("{\"sub\":\"ann\",\"iat\":1}")]),
                Visit(connection: 2, carrying: [token("{\"iat\": 2, \"sub\": \"ann\"}")]),
                Visit(connection: 2, carrying: [token("{\"sub\":\"bob\",\"act\":{\"sub\":\"ann\"}}")]),
                Visit(connection: 3, carrying: ["Cookie: a=b; t=\(TestToken.with("{\"sub\":\"bob\"}"))"]),
            ],
            sessions: [0, 0, 1, 1]),
        Row(
            reason: "a claim of an object within the payload is another claim",
            sessionBy: .jwt(claim: "id"),
            visits: [
                Visit(connection: 1, carrying: [token("{\"user\":{\"id\":7},\"id\":1}")]),
                Visit(connection: 2, carrying: [token("{\"user\":{\"id\":7}}")]),
                Visit(connection: 3, carrying: [token("{\"name\":\"id\",\"id\":1}")]),
            ],
            sessions: [0, 1, 0]),
        Row(
            reason: "a token given by a login names who logged in, not who asked",
            sessionBy: .jwt(claim: "sub"),
            visits: [
                Visit(connection: 1, answer: "{\"token\":\"\(TestToken.with("{\"sub\":\"ann\"}"))\"}"),
                Visit(connection: 2, carrying: [token("{\"sub\":\"ann\"}")]),
                Visit(
                    connection: 3, carrying: [token("{\"sub\":\"gateway\"}")],
                    answer: "{\"token\":\"\(TestToken.with("{\"sub\":\"bob\"}"))\"}"),
                Visit(connection: 4, carrying: [token("{\"sub\":\"bob\"}")]),
            ],
            sessions: [0, 0, 1, 2]),
        Row(
            reason: "what is no token, or lacks the claim, falls back to its connection",
            sessionBy: .jwt(claim: "sub"),
            visits: [
                Visit(connection: 1, carrying: ["Authorization: Bearer eyJhbGciOiJIUzI1NiJ9"]),
                Visit(connection: 1, carrying: ["Authorization: Bearer eyJ.eyJ.x"]),
                Visit(connection: 2, carrying: [token("{\"sub\":null}")]),
                Visit(connection: 3, carrying: [token("{\"sub\":\"unended")]),
            ],
            sessions: [0, 0, 1, 2]),
    ]

    @Test(arguments: rows) func sessions(_ row: Row) {
        #expect(Visit.sessions(row.visits, by: row.sessionBy) == row.sessions)
    }

    @Test("The sessions of a log are the same as in a capture", arguments: rows)
    func regrouped(_ row: Row) {
        #expect(Visit.regrouped(row.visits, by: row.sessionBy) == row.sessions)
    }

    @Test("Exchanges with the key are counted, so that a misspelt key is noticed")
    func keysAreCounted() {
        var talk = Talk.opened()
        for field in ["X-User: ann\r\n", ""] {
            talk.client(get("/", fields: field))
            talk.server(ok())
        }
        for (sessionBy, count) in [
            (SessionBy.header("X-User"), 1), (.header("X-Usr"), 0), (.auto, nil), (.client, nil),
        ] as [(SessionBy, UInt64?)] {
            var regrouping = SessionRegrouping(by: sessionBy)
            for exchange in Recording(talk).exchanges {
                var batch = ExchangeBatch()
                batch.append(exchange)
                regrouping.regroup(&batch)
            }
            #expect(regrouping.exchangesWithKey == count, "\(sessionBy.text)")
        }
    }

    @Test(arguments: [
        ("auto", SessionBy.auto), ("connection", .connection), ("client", .client),
        ("header:X-User", .header("X-User")),
        ("cookie:sid", .cookie("sid")), ("query:api_key", .query("api_key")),
        ("jwt:https://example.com/id", .jwt(claim: "https://example.com/id")),
    ])
    func isWrittenAsItIsRead(_ text: String, _ sessionBy: SessionBy) {
        #expect(SessionBy(text: text) == sessionBy)
        #expect(sessionBy.text == text)
    }

    @Test(arguments: [
        "", "Auto", "header", "header:", "cookie:", "cookie:a b", "header:a:b", "jwt:", "query:", "client:x",
    ])
    func refuses(_ text: String) { #expect(SessionBy(text: text) == nil) }

    @Test func credentialsInUseAreNotForgotten() {
        var options = CaptureOptions()
        options.limits.maxCredentials = 4
        var talk = Talk.opened()
        for number in 0..<20 {
            for name in ["of-ann", "number-\(number)"] {
                talk.client(get("/", fields: "Authorization: Bearer token-\(name)\r\n"))
                talk.server(ok())
            }
        }
        let sessions = Recording(talk, options: options).exchanges.map(\.session)
        #expect(Set(stride(from: 0, to: 40, by: 2).map { sessions[$0] }).count == 1)
        #expect(Set(sessions).count == 21)
    }
}
