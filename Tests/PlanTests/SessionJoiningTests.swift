import ContentCodings
import Testing
import Traffic

@testable import Plan

@Suite struct SessionJoiningTests {
    private static let token = "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b"

    private func login(_ number: UInt32 = 1, answer: String, fields: [String] = [], method: String = "POST")
        -> Recording
    {
        var recording = Recording(session: number)
        recording.add(method, "/login", answer: answer, answerFields: fields)
        return recording
    }

    private func visit(_ number: UInt32 = 2, startMs: Int64 = 1000, fields: [String]) -> Recording {
        var recording = Recording(session: number, startMs: startMs)
        recording.add("GET", "/me", fields: fields)
        return recording
    }

    struct Row: CustomTestStringConvertible {
        var reason: String
        var field = "Authorization: Token \(token)"
        var answer = #"{"key":"\#(token)"}"#
        var startMs: Int64 = 1000
        var joins = true
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Row(reason: "a token under a name of the service's own"),
        Row(reason: "in a field of the service's own", field: "X-App-Token: \(token)"),
        Row(reason: "deep in the answer", answer: #"{"a":[{"b":{"c":"\#(token)"}}]}"#),
        Row(reason: "another token", answer: #"{"key":"0044b09199c62bcf9418ad846dd0e4bbdfc6ee4b"}"#, joins: false),
        Row(reason: "given only later", startMs: -1000, joins: false),
        Row(
            reason: "next to the name in base64", field: "X-App-Auth: " + PlantedValues.base64("ann:\(token)")),
        Row(
            reason: "as the password of HTTP Basic",
            field: "Authorization: Basic " + PlantedValues.base64("ann:\(token)")),
        Row(
            reason: "a signature that the client makes", field: "Authorization: Hawk \(token)", joins: false),
        Row(reason: "no secret", field: "X-App-Token: abc", answer: #"{"key":"abc"}"#, joins: false),
    ])
    func aSessionContinuesWithATokenThatAnotherReceived(row: Row) throws {
        let sessions = [login(answer: row.answer), visit(startMs: row.startMs, fields: [row.field])]
        let plan = try ReplayPlan(sessions: sessions.map(\.recorded), options: PlanOptions())
        #expect(plan.scripts.count == (row.joins ? 1 : 2))
        #expect(plan.findings.joinedSessions == (row.joins ? 1 : 0))
        if row.joins { #expect(!plan.scripts[0].requests[1].neededValues.isEmpty) }
    }

    @Test func aCompressedAnswerIsRead() throws {
        var recording = login(answer: #"{"key":"\#(SessionJoiningTests.token)"}"#, fields: ["Content-Encoding: gzip"])
        let coded = try ContentCoding([.gzip]).encoded(try #require(recording.exchanges[0].response).body)
        recording.edit {
            $0.response?.body = coded
            $0.response?.bodyBytes = UInt64(coded.count)
        }
        let sessions = [recording, visit(fields: ["Authorization: Token \(SessionJoiningTests.token)"])]
        #expect(SessionJoining.joined(sessions.map(\.recorded)).count == 1)
    }

    @Test func severalSessionsGoOnUnderTheTokenOfOne() throws {
        let field = "Authorization: Token \(SessionJoiningTests.token)"
        let sessions = [
            login(answer: #"{"key":"\#(SessionJoiningTests.token)"}"#), visit(2, fields: [field]),
            visit(3, startMs: 2000, fields: [field]),
        ]
        #expect(SessionJoining.joined(sessions.map(\.recorded)).count == 1)
    }

    @Test func aKeyThatSeveralWereGivenIsNobodys() throws {
        let field = "Authorization: Token \(SessionJoiningTests.token)"
        let answer = #"{"key":"\#(SessionJoiningTests.token)"}"#
        var other = Recording(session: 2, startMs: 100)
        other.add("POST", "/login", answer: answer)
        let sessions = [login(answer: answer), other, visit(3, fields: [field])]
        let result = SessionJoining.result(of: sessions.map(\.recorded))
        #expect(result.sessions.count == 3)
        #expect(result.foreignRequests == 1)
        #expect(result.foreignSessions == 1)
    }

    @Test func oneAfterAnotherTheyAreOne() throws {
        let second = "1144b09199c62bcf9418ad846dd0e4bbdfc6ee4c"
        var middle = visit(fields: ["Authorization: Token \(SessionJoiningTests.token)"])
        middle.add("POST", "/refresh", answer: #"{"key":"\#(second)"}"#)
        let sessions = [
            visit(9, startMs: 3000, fields: ["Authorization: Token \(second)"]), middle,
            login(answer: #"{"key":"\#(SessionJoiningTests.token)"}"#),
        ]
        let joined = SessionJoining.joined(sessions.map(\.recorded))
        #expect(joined.map(\.number) == [1])
        #expect(joined[0].exchanges.count == 4)
    }

    /// A registration and a login on separate connections, as two commands would make them.
    private func commands(_ register: (String, String, UInt16)) -> [RecordedSession] {
        var first = Recording(session: 1)
        first.add("PUT", register.0, body: register.1, status: register.2)
        var second = Recording(session: 2, startMs: 1000)
        second.add("POST", "/login", body: #"{"username":"ann","password":"x"}"#)
        return [first.recorded, second.recorded]
    }

    @Test(arguments: [
        ("/users/", #"{"username":"ann","password":"x"}"#, UInt16(200), 1),
        ("/new", #"{"username":"ann","password":"x"}"#, 201, 1),
        ("/new", #"{"username":"ann","password1":"x","password2":"x"}"#, 200, 1),
        ("/accounts/ann", #"{"data":{"password":"x"}}"#, 200, 1),
        ("/ann", #"{"email":"ann@mail.example","password":"x"}"#, 201, 1),
        ("/login", #"{"username":"ann","password":"x"}"#, 200, 2),
        ("/users/", #"{"username":"bob","password":"x"}"#, 201, 2),
        ("/v3/auth/tokens", #"{"username":"ann","password":"x"}"#, 201, 2),
        ("/sessions", #"{"username":"ann","password":"x"}"#, 201, 2),
        ("/auth/register", #"{"username":"ann","password":"x"}"#, 201, 1),
        ("/api.php", #"{"action":"createaccount","username":"ann","password":"x"}"#, 200, 1),
        ("/api.php", #"{"action":"login","username":"ann","password":"x"}"#, 200, 2),
        ("/graphql", #"{"operationName":"signUp","variables":{"username":"ann","password":"x"}}"#, 200, 1),
        ("/new", #"{"username":"ann","password":"x","retype":"x"}"#, 200, 1),
    ])
    func whoeverRegisteredLogsInInTheSameSession(target: String, body: String, status: UInt16, sessions: Int) {
        #expect(SessionJoining.joined(commands((target, body, status))).count == sessions)
    }

    @Test func whoeverRegistersTwiceIsTwoPeople() {
        let body = #"{"username":"ann","password":"x"}"#
        var sessions = commands(("/users/", body, 201))
        var third = Recording(session: 3, startMs: 2000)
        third.add("POST", "/users/", body: body, status: 201)
        third.add("POST", "/login", body: body)
        sessions.append(third.recorded)
        #expect(SessionJoining.joined(sessions).map(\.exchanges.count) == [2, 2])
    }
}
