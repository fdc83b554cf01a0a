import Testing
import Traffic

@testable import Plan

/// The combined evidence of several sessions: whose a value is, and which short values belong together.
@Suite struct EvidenceTests {
    /// A session of `person` that receives `value` as `pin.no` and sends `sent` as `answer`.
    private static func session(_ number: UInt32, person: String, given: String, sent: String) -> RecordedSession {
        var recording = Recording(session: number, startMs: Int64(number) * 1000)
        recording.add("POST", "/login", body: #"{"username":"\#(person)@people.example","password":"x"}"#)
        recording.add("GET", "/pin", answer: #"{"pin":{"no":"\#(given)"}}"#)
        recording.add("GET", "/confirm?answer=\(sent)")
        return recording.recorded
    }

    /// The number of `sessions` that replace their value by that of another response.
    private static func boundSessions(_ sessions: [RecordedSession]) throws -> Int {
        try ReplayPlan(sessions: sessions, options: PlanOptions()).scripts.count { script in
            var values = CloneValues(script: script, clone: 7)
            script.take(1, from: #"{"pin":{"no":"FRESH"}}"#, into: &values)
            return script.rendered(2, values)?.target == "/confirm?answer=FRESH"
        }
    }

    struct Sharing: CustomTestStringConvertible {
        var reason: String
        /// The person of each session.
        var people: [String]
        var isBound: Bool
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Sharing(
            reason: "one person's value in three sessions is the person's", people: ["a", "a", "a"], isBound: true),
        Sharing(
            reason: "one person's value in ten sessions too", people: Array(repeating: "a", count: 10), isBound: true),
        Sharing(reason: "two sessions are too few to tell", people: ["a", "b"], isBound: true),
        Sharing(reason: "three sessions of two people share a constant", people: ["a", "b", "a"], isBound: false),
        Sharing(reason: "the last one counts", people: ["a", "a", "b"], isBound: false),
        Sharing(reason: "three people share a constant", people: ["a", "b", "c"], isBound: false),
    ])
    func aConstantIsWhatPeopleShare(test: Sharing) throws {
        let sessions = test.people.enumerated().map { index, person in
            EvidenceTests.session(
                UInt32(index + 1), person: person, given: BindingTests.opaque, sent: BindingTests.opaque)
        }
        #expect(try EvidenceTests.boundSessions(sessions) == (test.isBound ? sessions.count : 0))
        let findings = try ReplayPlan(sessions: sessions, options: PlanOptions()).findings
        #expect(findings.constants.map(\.count) == (test.isBound ? [] : [sessions.count]), "what is shared is named")
    }

    struct Agreement: CustomTestStringConvertible {
        var reason: String
        /// Sessions in which both places agree, each with its own value.
        var agreeing: Int
        /// Sessions in which they do not agree.
        var others: Int
        var isConfirmed: Bool
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Agreement(reason: "two sessions are chance", agreeing: 2, others: 0, isConfirmed: false),
        Agreement(reason: "three sessions with three values", agreeing: 3, others: 0, isConfirmed: true),
        Agreement(reason: "a coincidence in three of ten", agreeing: 3, others: 7, isConfirmed: false),
        Agreement(reason: "seven of ten are not enough", agreeing: 7, others: 3, isConfirmed: false),
        Agreement(reason: "four of five are", agreeing: 4, others: 1, isConfirmed: true),
        Agreement(reason: "three of four are not", agreeing: 3, others: 1, isConfirmed: false),
        Agreement(reason: "eight of ten are", agreeing: 8, others: 2, isConfirmed: true),
    ])
    func shortValuesBelongTogetherWhereNearlyAllSessionsSaySo(test: Agreement) throws {
        let sessions = (0..<(test.agreeing + test.others)).map { number in
            let given = "\(41_000 + number)"
            return EvidenceTests.session(
                UInt32(number + 1), person: "p\(number)", given: given,
                sent: number < test.agreeing ? given : "\(77_000 + number)")
        }
        #expect(try EvidenceTests.boundSessions(sessions) == (test.isConfirmed ? test.agreeing : 0))
    }

    @Test(arguments: [1, 2, 3]) func equalValuesInAllSessionsConfirmNothing(values: Int) throws {
        let sessions = (0..<9).map { number in
            let given = "\(41_000 + number % values)"
            return EvidenceTests.session(UInt32(number + 1), person: "p\(number)", given: given, sent: given)
        }
        // Three people share each value, so it is a constant even where the places belong together.
        #expect(try EvidenceTests.boundSessions(sessions) == 0)
    }
}
