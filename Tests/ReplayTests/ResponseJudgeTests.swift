import Plan
import TestSupport
import Testing
import Traffic

@testable import Measurement
@testable import Replay

/// Which responses are good. The recording has a status, and more than that for gRPC and GraphQL.
@Suite struct ResponseJudgeTests {
    @Test(arguments: [
        (UInt16(401), UInt16(200), Fate.betterThanRecorded), (304, 200, .betterThanRecorded),
        (429, 200, .betterThanRecorded), (500, 204, .betterThanRecorded), (503, 201, .betterThanRecorded),
        (404, 200, .unexpectedStatus), (403, 200, .unexpectedStatus), (200, 201, .unexpectedStatus),
        (401, 302, .unexpectedStatus), (401, 500, .unexpectedStatus), (200, 401, .unexpectedStatus),
        (401, 401, .answered), (200, 200, .answered),
    ])
    func aSuccessWhereTheRecordingHasAnErrorIsBetter(recorded: UInt16, live: UInt16, fate: Fate) throws {
        let session = RecordedSession(
            number: 1, exchanges: [Exchange(path: "/a", begin: 0, end: 1, status: recorded)])
        #expect(try ScriptedRun([session]) { _, _ in .init(status: live) }.fates == [fate: 1])
        let exact = try ScriptedRun([session], options: { $0.expectation = .exact }) { _, _ in .init(status: live) }
        #expect(exact.fates == [live == recorded ? .answered : .unexpectedStatus: 1], "exact")
        let better = try ScriptedRun([session]) { _, _ in .init(status: live) }
        #expect(better.counts.failures == (fate == .unexpectedStatus ? 1 : 0))
    }

    private func grpc(_ status: Int) -> RecordedSession {
        var exchange = Exchange("POST", path: "/pkg.Service/Call", begin: 0, end: 1)
        exchange.response?.head = Array(":status: 200\r\ncontent-type: application/grpc\r\n\r\n".utf8)
        exchange.response?.trailers = Array("grpc-status: \(status)\r\n".utf8)
        return RecordedSession(number: 1, exchanges: [exchange])
    }

    @Test(arguments: [
        (0, "grpc-status: 0", ReplayOptions.Expectation.recorded, Fate.answered),
        (0, "Grpc-Status: 16", .recorded, .unexpectedStatus), (0, "x: y", .recorded, .unexpectedStatus),
        (5, "grpc-status: 5", .recorded, .answered), (5, "grpc-status: 0", .recorded, .unexpectedStatus),
        (16, "grpc-status: 0", .recorded, .betterThanRecorded), (16, "grpc-status: 0", .exact, .unexpectedStatus),
        (5, "grpc-status: 7", .sameClass, .answered), (5, "grpc-status: 5", .success, .unexpectedStatus),
        (0, "grpc-status: 13", .any, .answered),
    ])
    func grpcStatusCountsAsTheStatus(
        recorded: Int, field: String, expectation: ReplayOptions.Expectation, fate: Fate
    ) throws {
        let run = try ScriptedRun([grpc(recorded)], options: { $0.expectation = expectation }) { _, _ in
            .init(fields: [field])
        }
        #expect(run.fates == [fate: 1])
    }

    @Test(arguments: [
        (#"{"data":{"me":1}}"#, #"{"data":{"me":2}}"#, Fate.answered),
        (#"{"data":{"me":1}}"#, #"{"data":null,"errors":[{"message":"not let in"}]}"#, .bodyDiffers),
        (#"{"errors":[{"message":"a"}]}"#, #"{"errors":[{"message":"b"}]}"#, .answered),
        (#"{"data":{"me":1}}"#, #"{"data":{"me":1},"errors":[]}"#, .answered),
    ])
    func graphQLErrorsAreFailuresWhereTheRecordingHasNone(recorded: String, live: String, fate: Fate) throws {
        let session = RecordedSession(
            number: 1,
            exchanges: [
                Exchange(
                    "POST", path: "/api", begin: 0, end: 1, fields: [("Content-Type", "application/json")],
                    body: #"{"query":"query { me }"}"#, responseBody: recorded)
            ])
        #expect(try ScriptedRun([session]) { _, _ in .init(body: live) }.fates == [fate: 1])
    }

    @Test(
        arguments: [
            (ReplayOptions.Expectation.recorded, Fate.bodyDiffers), (.exact, .bodyDiffers), (.success, .bodyDiffers),
            (.any, .answered),
        ])
    func nullWhereSomeoneWasIsAFailure(expectation: ReplayOptions.Expectation, fate: Fate) throws {
        let session = answered(200, ["Content-Type: application/json"], #"{"data":{"me":{"name":"ann"}}}"#)
        func fates(_ answer: ScriptedTransport.Answer) throws -> [Fate: Int] {
            try ScriptedRun([session], options: { $0.expectation = expectation }) { _, _ in answer }.fates
        }
        #expect(try fates(.init(body: #"{"data":{"me":null}}"#)) == [fate: 1])
        #expect(try fates(.init(isBodiless: true)) == [expectation == .exact ? .bodyDiffers : .answered: 1])
        #expect(try fates(.init(body: #"{"data":{"me":{"name":"bob"}}}"#)) == [.answered: 1])
        if expectation == .success { #expect(try fates(.init(status: 204, isBodiless: true)) == [.answered: 1]) }
    }

    /// A recorded answer with this status, these header lines and this body.
    private func answered(_ status: UInt16, _ lines: [String], _ body: String) -> RecordedSession {
        var exchange = Exchange(
            "POST", path: "/rpc", begin: 0, end: 1, fields: [("Content-Type", "application/json")], body: #"{"a":1}"#,
            status: status, responseBody: body)
        exchange.response?.head = Array(
            "HTTP/1.1 \(status) X\r\n\(lines.map { $0 + "\r\n" }.joined())\r\n".utf8)
        return RecordedSession(number: 1, exchanges: [exchange])
    }

    @Test(
        arguments: [
            ("/orders/17", "/orders/18", nil), ("/orders/17", "/orders/18?new=1#top", nil),
            ("/orders/17", "http://127.0.0.1:1/orders/18", nil), ("/orders/17", "//127.0.0.1/orders/9f3c", nil),
            ("http://recorded.example/orders/17", "/orders/18", nil), ("/", "/?page=2", nil),
            ("/my-first-post", "/my-first-post-2", nil), ("orders/17", "orders/18", nil),
            ("https://other.example/pay/1", "https://third.example/x/y/z", nil), ("/login", "/login?error", nil),
            ("/login/done", "/login/other", "redirected to /login/other instead of /login/done"),
            ("/orders/17", "/login?next=%2Forders", "redirected to /login instead of /orders/{id}"),
            ("/orders/17", "/users/sign_in", "redirected to /users/sign_in instead of /orders/{id}"),
            ("/wp-admin/", "http://127.0.0.1:1/wp-login.php?a=b", "redirected to /wp-login.php instead of /{id}"),
            ("/orders/17", "/cart/18", "redirected to /cart/{id} instead of /orders/{id}"),
            ("/orders/17", "/orders", "redirected to /orders instead of /orders/{id}"),
            ("/home", "https://sso.example/", "redirected to / instead of /home"),
            ("orders/17", "login", "redirected to a login page instead of another place"),
        ] as [(String, String, String?)])
    func redirectsToAnotherPlaceAreFailures(recorded: String, live: String, cause: String?) throws {
        let session = answered(302, ["Location: \(recorded)"], "")
        func run(_ expectation: ReplayOptions.Expectation) throws -> ScriptedRun {
            try ScriptedRun([session], options: { $0.expectation = expectation }) { _, _ in
                .init(status: 302, fields: ["location: \(live)"])
            }
        }
        let judged = try run(.recorded)
        #expect(judged.fates == [cause == nil ? .answered : .bodyDiffers: 1])
        #expect(judged.record.flatMap { $0.failures.rows.keys.compactMap(\.cause?.text) } == [cause].compactMap(\.self))
        #expect(try run(.exact).fates == judged.fates)
        #expect(try run(.any).fates == [.answered: 1])
    }

    @Test func redirectsOfOneEndpointMayLeadWhereAnyOfThemDoes() throws {
        let sessions = ["/orders/17", "/cart"].map { answered(302, ["Location: \($0)"], "") }
        let names = ["ann", "bob", "cid", "dee"].map { answered(302, ["Location: /\($0)"], "") }
        func fates(_ sessions: [RecordedSession], _ live: String) throws -> [Fate: Int] {
            let sessions = sessions.enumerated().map { index, session in
                var exchange = session.exchanges[0]
                exchange.session = UInt32(index + 1)
                exchange.connection = UInt32(index + 1)
                return RecordedSession(number: UInt32(index + 1), exchanges: [exchange])
            }
            return try ScriptedRun(sessions) { _, _ in .init(status: 302, fields: ["Location: \(live)"]) }.fates
        }
        #expect(try fates(sessions, "/cart") == [.answered: 2])
        #expect(try fates(sessions, "/help") == [.bodyDiffers: 2])
        #expect(try fates(names, "/eve") == [.answered: 4], "one of many words is a name")
        #expect(try fates(names, "/login") == [.bodyDiffers: 4])
    }

    @Test(arguments: [
        (#"{"jsonrpc":"2.0","id":1,"result":{"error":1}}"#, #"{"jsonrpc":"2.0","id":1,"result":2}"#, Fate.answered),
        (#"{"id":1,"result":1,"error":null}"#, #"{"id":1,"result":null,"error":{"code":-1}}"#, .bodyDiffers),
        (#"[{"id":1,"result":1}]"#, #"[{"id":1,"result":1},{"id":2,"error":{"code":-1}}]"#, .bodyDiffers),
        (#"{"id":1,"error":{"code":-1}}"#, #"{"id":1,"error":{"code":-2}}"#, .answered),
        (#"{"ok":true,"ts":"1"}"#, #"{"ok":false,"error":"invalid_auth"}"#, .bodyDiffers),
        (#"{"ok":true,"ts":"1"}"#, #"{"error":"invalid_auth"}"#, .bodyDiffers),
        (#"{"ok":true}"#, #"{"ok":true,"error":"deprecated"}"#, .answered),
        (#"{"Success" : true}"#, #"{"Success" : false}"#, .bodyDiffers),
        (#"{"ok":false}"#, #"{"ok":false}"#, .answered), (#"{"ok":false}"#, #"{"ok":true}"#, .answered),
        (#"{"a":{"ok":true}}"#, #"{"a":{"ok":false}}"#, .answered),
        (#"{"succeeded":true}"#, #"{"header":{}}"#, .bodyDiffers),
        (#"{"errors":false,"items":[1]}"#, #"{"took":1,"errors":true,"items":[]}"#, .bodyDiffers),
        (#"{"errors":true}"#, #"{"errors":true}"#, .answered), (#"{"errors":[]}"#, #"{"errors":["no"]}"#, .bodyDiffers),
        (#"{"errcode":0}"#, #"{"errcode":40001}"#, .bodyDiffers),
        (#"{"code":0,"msg":"ok"}"#, #"{"code":401,"msg":"no"}"#, .bodyDiffers),
        (#"{"code":0,"rows":1}"#, #"{"code":7,"rows":1}"#, .answered),
        (#"{"status":"success"}"#, #"{"status":"error"}"#, .bodyDiffers),
        (#"{"status":"ok"}"#, #"{"status":"pending"}"#, .answered),
        (
            "<s:Envelope xmlns:s='a'><s:Body><r>1</r></s:Body></s:Envelope>",
            "<s:Envelope xmlns:s='a'><s:Body><s:Fault><faultcode>x</faultcode></s:Fault></s:Body></s:Envelope>",
            .bodyDiffers
        ),
        (
            "<s:Envelope xmlns:s='a'><s:Body><r>1</r></s:Body></s:Envelope>",
            "<s:Envelope xmlns:s='a'><s:Body><Faults>none</Faults></s:Body></s:Envelope>", .answered
        ),
        ("<methodResponse><params/></methodResponse>", "<methodResponse><fault/></methodResponse>", .bodyDiffers),
        ("<page><r/></page>", "<page><Fault/></page>", .answered), (#"{"ok":tru"#, #"{"ok":"#, .answered),
    ])
    func errorsAtAGoodStatusAreFailuresWhereTheRecordingHasNone(recorded: String, live: String, fate: Fate) throws {
        let session = answered(200, ["Content-Type: application/json"], recorded)
        #expect(try ScriptedRun([session]) { _, _ in .init(body: live) }.fates == [fate: 1])
        let any = try ScriptedRun([session], options: { $0.expectation = .any }) { _, _ in .init(body: live) }
        #expect(any.fates == [.answered: 1])
    }

    @Test(arguments: [
        ("application/json", "Content-Type: text/html; charset=utf-8", Fate.bodyDiffers),
        ("application/hal+json", "content-type:TEXT/HTML", .bodyDiffers),
        ("application/json", "Content-Type: application/problem+json", .answered),
        ("application/json", "X: y", .answered), ("text/html", "Content-Type: text/html", .answered),
        ("application/json", "X-Content-Type: text/html", .answered),
        ("text/csv", "Content-Type: text/html", .bodyDiffers),
        ("application/pdf", "Content-Type: text/html", .bodyDiffers),
        ("text/csv", "Content-Type: text/plain", .answered),
    ])
    func aPageWhereTheRecordingHasSomethingElseIsAFailure(recorded: String, live: String, fate: Fate) throws {
        let session = answered(200, ["Content-Type: \(recorded)"], #"{"orders":[1]}"#)
        let run = try ScriptedRun([session]) { _, _ in .init(fields: ["Server: x", live]) }
        #expect(run.fates == [fate: 1])
    }

    @Test func aPageToLogInAtWhereAnotherWasRecordedIsAFailure() throws {
        let session = answered(200, ["Content-Type: text/html"], "<title>Orders</title><p>17</p>")
        let fields = ["Content-Type: text/html"]
        let login = try ScriptedRun([session]) { _, _ in
            .init(body: #"<title>Shop</title><input type="password" name="p">"#, fields: fields)
        }
        #expect(login.fates == [.bodyDiffers: 1])
        let same = try ScriptedRun([session]) { _, _ in .init(body: "<title>Orders</title><p>5001</p>", fields: fields)
        }
        #expect(same.fates == [.answered: 1])
        let any = try ScriptedRun([session], options: { $0.expectation = .any }) { _, _ in
            .init(body: "<input type=password>", fields: fields)
        }
        #expect(any.fates == [.answered: 1])
    }

    @Test(arguments: [
        (#"{"items":[1]}"#, #"{"error":"unauthorized"}"#, Fate.bodyDiffers),
        (#"{"items":[1]}"#, #" { "errors" : [{"message":"x"}]}"#, .bodyDiffers),
        (#"{"items":[1]}"#, #"{"error":null,"items":[]}"#, .answered),
        (#"{"items":[1]}"#, #"{"errors":[],"items":[]}"#, .answered),
        (#"{"items":[1]}"#, #"{"items":[],"error":"x"}"#, .answered), (#"{"error":"a"}"#, #"{"error":"b"}"#, .answered),
        (#"{"items":[1]}"#, #"{"errorless":true}"#, .answered),
    ])
    func anAnswerThatBeginsWithAnErrorIsAFailure(recorded: String, live: String, fate: Fate) throws {
        let session = answered(200, ["Content-Type: application/json"], recorded)
        let run = try ScriptedRun([session]) { _, _ in .init(body: live) }
        #expect(run.fates == [fate: 1])
    }

    @Test(arguments: [
        ("text/plain", "OK 17", "ERROR not logged in", Fate.bodyDiffers), ("text/plain", "OK 17", "OK 5001", .answered),
        ("text/plain", "Hello", "Error", .answered),
        ("text/xml", "<rsp stat='ok'><a/></rsp>", "<rsp stat='fail'><err code='1'/></rsp>", .bodyDiffers),
        ("application/json", #"{"authenticated":true}"#, #"{"authenticated":false}"#, .bodyDiffers),
        ("application/json", #"{"loggedIn":true}"#, #"{"loggedIn":false}"#, .bodyDiffers),
        ("application/json", #"{"code":0,"data":{}}"#, #"{"code":401,"message":"log in"}"#, .bodyDiffers),
        ("application/json", #"{"code":200,"msg":"ok"}"#, #"{"code":401,"msg":"log in"}"#, .bodyDiffers),
        ("application/json", #"{"code":17,"data":{}}"#, #"{"code":18,"data":{}}"#, .answered),
        ("application/json", #"{"status":"ok"}"#, #"{"status":"unauthorized"}"#, .bodyDiffers),
        ("application/json", #"{"status":"ok"}"#, #"{"status":"queued"}"#, .answered),
    ])
    func otherSignsOfFailureAreSeen(type: String, recorded: String, live: String, fate: Fate) throws {
        let session = answered(200, ["Content-Type: \(type)"], recorded)
        let run = try ScriptedRun([session]) { _, _ in .init(body: live, fields: ["Content-Type: \(type)"]) }
        #expect(run.fates == [fate: 1], "\(recorded) → \(live)")
    }

    @Test(arguments: [
        (#"{"items":[1,2]}"#, #"{"items":[1,"#, Fate.bodyDiffers, "cut off behind a comma"),
        (#"{"items":[1,2]}"#, #"{"items":[{"a":1}"#, .bodyDiffers, "cut off behind an inner object"),
        (#"[{"a":1}]"#, #"[{"a":1}"#, .bodyDiffers, "a list"),
        (#"{"a":1}"#, #"{"a":1}}"#, .bodyDiffers, "more than one"),
        (#"{"a":"b"}"#, #"{"a":"b"#, .bodyDiffers, "within a text"),
        (#"{"a":1}"#, "\u{feff}\n{\"a\":2}\n", .answered, "white space around it"),
        (#"{"a":1}"#, #"{"a":[]}"#, .answered, "other content"),
        ("{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}\n{\"a\":", .answered, "JSON Lines may stop anywhere"),
        (#"{"a":1"#, #"{"a":2"#, .answered, "a recorded one without end"),
    ])
    func jsonWithoutItsEndIsAFailure(recorded: String, live: String, fate: Fate, reason: String) throws {
        let session = answered(200, ["Content-Type: application/json"], recorded)
        #expect(try ScriptedRun([session]) { _, _ in .init(body: live) }.fates == [fate: 1], "\(reason)")
        let any = try ScriptedRun([session], options: { $0.expectation = .any }) { _, _ in .init(body: live) }
        #expect(any.fates == [.answered: 1], "\(reason)")
    }

    @Test func onlyTheLastByteOfLongJSONIsLookedAt() throws {
        let many = (0..<200).map { #"{"number":\#($0)}"# }.joined(separator: ",")
        let session = answered(200, ["Content-Type: application/json"], #"{"items":[\#(many)]}"#)
        let cut = try ScriptedRun([session]) { _, _ in .init(body: #"{"items":[\#(many.dropLast(3))"#) }
        #expect(cut.fates == [.bodyDiffers: 1])
        let whole = try ScriptedRun([session]) { _, _ in .init(body: #"{"items":[\#(many),{}]}"#) }
        #expect(whole.fates == [.answered: 1])
    }
}
