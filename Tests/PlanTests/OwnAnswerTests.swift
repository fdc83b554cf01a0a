import Formats
import TestSupport
import Testing
import Traffic

@testable import Plan

/// Which places of responses hold a value of the session itself, by the evidence of several sessions.
@Suite struct OwnAnswerTests {
    /// An exchange of a session, with `@` in place of its person's name and `~` in place of its id.
    private struct Step {
        var line: String
        var body = ""
        var answer: String
    }

    private static let login = Step(
        line: "POST /login", body: #"{"username":"@","password":"p"}"#, answer: #"{"token":"t-~","user":{"id":"~"}}"#)

    private static let people = ["alice", "bob17", "carol"]
    private static let ids = ["8c1f6e0a94b24d7f", "0d2a7b6c11f34e59", "55aa01c9e3b74f20"]

    /// - Parameter take: how the sessions take turns: one after the other, or step by step.
    private func recording(_ steps: [Step], names: [String] = people, stepByStep: Bool = false) -> [RecordedSession] {
        names.indices.map { person in
            let exchanges = steps.indices.map { step in
                let at = stepByStep ? step * names.count + person : person * steps.count + step
                func filled(_ text: String) -> String {
                    text.replacing("@", with: names[person]).replacing("~", with: Self.ids[person])
                }
                let line = filled(steps[step].line).split(separator: " ").map(String.init)
                return Exchange(
                    line[0], path: line[1], session: UInt32(person + 1), begin: Int64(at * 10),
                    end: Int64(at * 10 + 5), fields: [("Content-Type", "application/json")],
                    body: filled(steps[step].body), responseBody: filled(steps[step].answer))
            }
            return RecordedSession(number: UInt32(person + 1), exchanges: exchanges)
        }
    }

    /// The places of the responses to the last request, the same in every session.
    private func places(_ sessions: [RecordedSession], sourceLocation: SourceLocation = #_sourceLocation) throws
        -> [String]
    {
        let plan = try ReplayPlan(sessions: sessions, options: PlanOptions())
        let found = plan.scripts.map { script in
            script.requests.last?.recordedResponse.own.map(\.path.description) ?? []
        }
        #expect(Set(found).count == 1, "the sessions differ: \(found)", sourceLocation: sourceLocation)
        return try #require(found.first)
    }

    @Test(
        arguments: [
            // What says who asks: the path, a member, the request itself.
            ("GET /me", #"{"username":"@","plan":"free"}"#, ["$.username"]),
            ("GET /api/v1/users/me", #"{"data":{"name":"@"}}"#, ["$.data.name"]),
            ("GET /api/user", #"{"login":"@"}"#, ["$.login"]),
            ("POST /graphql", #"{"data":{"viewer":{"login":"@"}}}"#, ["$.data.viewer.login"]),
            ("GET /people/@", #"{"handle":"@"}"#, ["$.handle"]),
            ("GET /accounts/~", #"{"id":"~","owner":"@"}"#, ["$.id", "$.owner"]),
            // Nothing says it, and the sessions took turns.
            ("GET /feed/latest", #"{"author":"@"}"#, []),
            // Lists depend on what others do.
            ("GET /me", #"{"friends":["@"],"items":[{"by":"@"}]}"#, []),
            // The same for everyone, and what is not an id.
            ("GET /me", #"{"id":17,"version":"~","etag":"~"}"#, []),
            ("GET /accounts/~", #"{"version_id":"~"}"#, []),
        ] as [(String, String, [String])])
    func placesThatSayWhoAsksAreCompared(line: String, answer: String, expected: [String]) throws {
        let steps = [Self.login, Step(line: line, answer: answer)]
        #expect(try places(recording(steps)) == expected)
    }

    @Test func aPlaceThatDependsOnTheSessionIsComparedWhateverItsName() throws {
        let steps = [Self.login, Step(line: "GET /start", answer: #"{"author":"@"}"#)]
        #expect(try places(recording(steps, stepByStep: true)) == ["$.author"])
        #expect(try places(recording(steps)) == [])
    }

    @Test func twoSessionsOrOneNameAreNoEvidence() throws {
        let steps = [Self.login, Step(line: "GET /me", answer: #"{"username":"@"}"#)]
        #expect(try places(recording(steps, names: Array(Self.people.prefix(2)))) == [])
        #expect(try places(recording(steps, names: ["alice", "alice", "bob17"])) == [])
    }

    /// Each of these is a response with another value at the place.
    @Test(arguments: ["dave", "", "17"])
    func oneOtherValueDisprovesAPlace(other: String) throws {
        let steps = [Self.login, Step(line: "GET /me", answer: #"{"username":"@"}"#)]
        var sessions = recording(steps)
        let answer = Step(line: "GET /me", answer: #"{"username":"\#(other)"}"#)
        sessions.append(
            RecordedSession(
                number: 4,
                exchanges: [
                    Exchange(path: "/me", session: 4, begin: 900, end: 901, responseBody: answer.answer)
                ]))
        let plan = try ReplayPlan(sessions: sessions, options: PlanOptions())
        let found = plan.scripts.prefix(3).map { $0.requests[1].recordedResponse.own.map(\.path.description) }
        #expect(found == Array(repeating: other.isEmpty ? ["$.username"] : [], count: 3))
    }

    @Test func shortIdsAreComparedOnlyWhereTheyAreAskedFor() throws {
        // In a fresh database, order and invoice have the same number in every session.
        func steps(_ last: Step, _ id: Int) -> [Step] {
            [Step(line: "POST /orders", body: "{}", answer: #"{"id":\#(id)}"#), last]
        }
        func sessions(_ line: String, _ answer: String) -> [RecordedSession] {
            (1...4).map { number in
                let id = number + 40
                let filled = steps(
                    Step(line: line.replacing("~", with: "\(id)"), answer: answer.replacing("~", with: "\(id)")), id)
                let exchanges = filled.enumerated().map { step, one in
                    let words = one.line.split(separator: " ").map(String.init)
                    let at = Int64(number * 100 + step * 10)
                    return Exchange(
                        words[0], path: words[1], session: UInt32(number), begin: at, end: at + 5,
                        fields: [("Content-Type", "application/json")], body: one.body, responseBody: one.answer)
                }
                return RecordedSession(number: UInt32(number), exchanges: exchanges)
            }
        }
        #expect(try places(sessions("GET /orders/~", #"{"id":~,"invoice_id":~}"#)) == ["$.id"])
        #expect(try places(sessions("POST /orders/~/pay", #"{"id":~}"#)) == [])
        #expect(try places(sessions("GET /orders/~/invoice", #"{"id":~}"#)) == [])
    }

    @Test(
        arguments: [
            (#"{"username":"user_7"}"#, nil), (#"{"username":"USER-7"}"#, nil), (#"{}"#, nil), ("", nil),
            (#"{"username":null}"#, nil), (#"{"username":""}"#, nil), ("[1]", nil),
            (
                #"{"username":"alice"}"#,
                "answered with another session's data: $.username is the recorded one"
            ),
            (
                #"{"username":"user_1"}"#,
                "answered with another session's data: $.username is not the session's own"
            ),
            (
                #")]}'{"username":"bob"}"#,
                "answered with another session's data: $.username is not the session's own"
            ),
        ] as [(String, String?)])
    func anotherValueIsADeparture(body: String, text: String?) throws {
        let script = SessionScript(
            sessionNumber: 1, plannedDurationNs: 0, requests: [], values: [.bound],
            recordedValues: [
                Array("alice".utf8)
            ])
        var values = CloneValues(script: script, clone: 7)
        values[0] = Array("user_7".utf8)
        let path = try #require(JSONPath(text: "$.username"))
        let answer = OwnAnswer(path: path, value: 0, recorded: Array("alice".utf8))
        let found = Array(body.utf8).withUnsafeBufferPointer { answer.departure($0, values: values) }
        #expect(found == text)
        values[0] = nil
        #expect(
            Array(body.utf8).withUnsafeBufferPointer { answer.departure($0, values: values) } == nil,
            "a clone without the value expects none")
    }
}
