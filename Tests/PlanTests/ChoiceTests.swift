import Testing
import Traffic

@testable import Plan

/// Which value of a page's list is sent.
@Suite struct ChoiceTests {
    private typealias Option = (value: String, text: String)

    private static func page(_ options: [Option]) -> String {
        let rows = options.map { "<option value=\"\($0.value)\">\n \($0.text) </option>" }.joined()
        return "<form><select name=box><option value=\"\">---</option>\(rows)</select></form>"
    }

    /// A person who writes `note`, receives a page with `options`, and sends `value`.
    private static func session(_ number: Int, person: String, note: String, _ options: [Option], value: String)
        -> RecordedSession
    {
        var recording = Recording(session: UInt32(number + 1), startMs: Int64(number) * 1000)
        recording.add("POST", "/login", body: #"{"username":"\#(person)","password":"x"}"#)
        recording.add("POST", "/boxes", body: "title=\(note)", type: PlantedValues.formType)
        recording.add("GET", "/items/new", answer: page(options), answerType: "text/html")
        recording.add("POST", "/items", body: "box=\(value)", type: PlantedValues.formType)
        return recording.recorded
    }

    private static func sent(_ sessions: [RecordedSession], after live: (Int) -> [Option]) throws -> [String?] {
        try ReplayPlan(sessions: sessions, options: PlanOptions()).scripts.enumerated().map { number, script in
            var values = CloneValues(script: script, clone: 7)
            script.take(2, from: page(live(number)), into: &values)
            return script.rendered(3, values)?.body
        }
    }

    private static let people = ["anna7", "bert7", "cleo7", "dora7"]

    /// Each person's list has the boxes of earlier people, followed by their own.
    private static func sessions(note: (String) -> String, text: (String) -> String) -> [RecordedSession] {
        people.enumerated().map { number, person in
            session(
                number, person: person, note: note(person),
                (0...number).map { ("\(11 + $0)", text(people[$0])) }, value: "\(11 + number)")
        }
    }

    @Test func aChoiceIsTheOneWithTheTextThatTheClientWrote() throws {
        let sessions = ChoiceTests.sessions(note: { "Box+of+\($0)" }, text: { "Box of \($0)" })
        let sent = try ChoiceTests.sent(sessions) { _ in
            [("901", "Old box"), ("902", "Box of user7"), ("903", "Box of user9")]
        }
        #expect(sent == Array(repeating: "box=902", count: 4))
    }

    @Test func aTextThatIsTheSameForAllMeansTheLastOne() throws {
        let sessions = ChoiceTests.sessions(note: { _ in "My+box" }, text: { _ in "My box" })
        let sent = try ChoiceTests.sent(sessions) { _ in [("901", "My box"), ("902", "My box"), ("903", "Zebra")] }
        #expect(sent == Array(repeating: "box=902", count: 4))
    }

    @Test func aChoiceThatIsTheLastInAllSessionsIsTheLast() throws {
        let sessions = ChoiceTests.sessions(note: { _ in "x" }, text: { _ in "Box" })
        let sent = try ChoiceTests.sent(sessions) { _ in (0..<9).map { ("\(900 + $0)", "Box") } }
        #expect(sent == Array(repeating: "box=908", count: 4))
    }

    @Test func aChoiceAtTheSamePlaceInAllSessionsIsThere() throws {
        let sessions = ChoiceTests.people.enumerated().map { number, person in
            ChoiceTests.session(
                number, person: person, note: "x",
                [("\(50 + number)", "Box"), ("\(60 + number)", "Box")] + (0...number).map { ("\(80 + $0)", "Box") },
                value: "\(60 + number)")
        }
        let sent = try ChoiceTests.sent(sessions) { _ in (0..<9).map { ("\(900 + $0)", "Box") } }
        #expect(sent == Array(repeating: "box=901", count: 4))
    }

    @Test func aChoiceAtNoCommonPlaceIsSentAsRecorded() throws {
        let places = [0, 2, 1, 4]
        let sessions = ChoiceTests.people.enumerated().map { number, person in
            ChoiceTests.session(
                number, person: person, note: "x", (0..<6).map { ("\(70 + number * 10 + $0)", "Box") },
                value: "\(70 + number * 10 + places[number])")
        }
        let sent = try ChoiceTests.sent(sessions) { _ in (0..<9).map { ("\(900 + $0)", "Box") } }
        #expect(sent == places.enumerated().map { "box=\(70 + $0 * 10 + $1)" })
    }
}
