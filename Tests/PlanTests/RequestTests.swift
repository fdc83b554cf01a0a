import Testing
import Traffic

@testable import Plan

@Suite struct RequestTests {
    private static func script(head: String, body: String = "", scheme: HTTPScheme = .http) throws -> RequestScript {
        var recording = Recording()
        recording.add("GET", "/")
        recording.edit { exchange in
            exchange.scheme = scheme
            exchange.request?.head = Array(head.utf8)
            exchange.request?.body = Array(body.utf8)
            exchange.request?.bodyBytes = UInt64(body.utf8.count)
        }
        return try recording.script().requests[0]
    }

    @Test func fieldsOfTheConnectionAreLeftOut() throws {
        let request = try RequestTests.script(
            head: """
                POST /a HTTP/1.1\r
                Host: api.example.com:8080\r
                Connection: keep-alive, X-Hop\r
                Keep-Alive: timeout=5\r
                X-Hop: 1\r
                TE: trailers\r
                Trailer: X\r
                Transfer-Encoding: chunked\r
                Upgrade: h2c\r
                Proxy-Authorization: Basic eA==\r
                Proxy-Connection: keep-alive\r
                Content-Length: 4\r
                Expect: 100-continue\r
                X-Kept:  two  words \r
                x-kept: again\r
                X-Folded: one\r
                 two\r
                X-Empty:\r
                \r

                """, body: "body")
        #expect(
            request.fields.map { "\($0.name)=\($0.value.literalBytes.text)" } == [
                "X-Kept=two  words", "x-kept=again", "X-Folded=one two", "X-Empty=",
            ])
        #expect(request.authority == "api.example.com:8080")
        #expect(request.method == "POST")
        #expect(request.body.literalBytes.text == "body")
    }

    @Test(arguments: [
        (
            "GET http://other.example/a/b?c=1 HTTP/1.1\r\nHost: h\r\n\r\n", "/a/b?c=1", Optional("other.example"),
            HTTPScheme.http
        ),
        ("GET https://other.example:8443 HTTP/1.1\r\nHost: h\r\n\r\n", "/", "other.example:8443", .https),
        ("GET HTTP://other.example?x=1 HTTP/1.1\r\n\r\n", "/?x=1", "other.example", .http),
        ("OPTIONS http://other.example HTTP/1.1\r\nHost: h\r\n\r\n", "*", "other.example", .http),
        ("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "*", "h", .http),
        (
            ":method: GET\r\n:scheme: https\r\n:authority: h2.example\r\n:path: /x\r\nhost: y\r\n\r\n", "/x",
            "h2.example", .http
        ),
        ("GET /a\u{e9} HTTP/1.1\r\n\r\n", "/a\u{e9}", nil, .http),
    ])
    func targetsComeInOriginForm(head: String, target: String, authority: String?, scheme: HTTPScheme) throws {
        let request = try RequestTests.script(head: head)
        #expect(request.target.literalBytes.text == target)
        #expect(request.authority == authority)
        #expect(request.scheme == scheme)
    }

    @Test func fieldsThatAreNotTextAreSentByteForByte() throws {
        var recording = Recording()
        recording.add("GET", "/")
        recording.edit {
            $0.request?.head = Array("GET / HTTP/1.1\r\nX-A: ".utf8) + [0xff, 0xe9] + Array("\r\n\r\n".utf8)
        }
        #expect(try recording.script().requests[0].fields[0].value.literalBytes == [0xff, 0xe9])
    }

    @Test func whatCannotBeSentIsLeftOutAndCounted() throws {
        var recording = Recording()
        recording.add("GET", "/kept")
        recording.add("GET", "/lost")
        recording.edit { $0.request?.isComplete = false }
        recording.add("POST", "/cut", body: "abc")
        recording.edit { $0.request?.bodyBytes = 1_000_000 }
        recording.add("GET", "/none")
        recording.edit { $0.request = nil }
        recording.add("CONNECT", "h:443")
        recording.add("GET", "/ws", status: 101)
        recording.add("GET", "/pushed")
        recording.edit { $0.isPush = true }
        recording.add("GET", "/odd")
        recording.edit { $0.request?.head = Array("\u{1}\u{2} x\r\n\r\n".utf8) }
        recording.add("GET", "/unanswered")
        recording.edit {
            $0.response = nil
            $0.status = nil
        }
        let plan = try recording.plan()
        #expect(
            plan.findings.leftOut == [
                .incompleteRequest: 1, .bodyNotKept: 1, .noRequest: 1, .tunnel: 2, .unreadableHead: 1, .push: 1,
            ])
        #expect(plan.findings.recordedExchanges == 9)
        #expect(plan.findings.requests == 2)
        #expect(plan.scripts[0].requests.map(\.expectedStatus) == [200, nil])
        #expect(plan.scripts[0].requests.map(\.recordedServiceNs) == [5_000_000, nil])
        #expect(plan.endpoints.map(\.label) == ["GET /kept", "GET /unanswered"])
    }

    @Test func nothingToSendIsAnError() {
        var recording = Recording()
        recording.add("GET", "/")
        recording.edit { $0.request = nil }
        #expect(throws: PlanError.nothingToSend) { try recording.plan() }
        #expect(throws: PlanError.nothingToSend) { try ReplayPlan(sessions: [], options: PlanOptions()) }
    }

    @Test func connectionsAreCountedInTheOrderOfTheirUse() throws {
        var recording = Recording()
        for connection: UInt32 in [9, 4, 9, 7, 4] {
            recording.connection = connection
            recording.add("GET", "/")
        }
        let plan = try recording.plan()
        #expect(plan.scripts[0].requests.map(\.connection) == [0, 1, 0, 2, 1])
        #expect(plan.scripts[0].connectionCount == 3)
        #expect(plan.connectionsPerClone == 2, "each lasts until its last use")
    }

    @Test func equalFieldsShareTheirStorage() throws {
        var recording = Recording()
        for _ in 0..<2 { recording.add("GET", "/", fields: ["X-Long: \(String(repeating: "v", count: 100))"]) }
        let requests = try recording.script().requests
        let places = requests.map {
            $0.fields[0].value.literal.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
        }
        #expect(places[0] == places[1])
    }
}
