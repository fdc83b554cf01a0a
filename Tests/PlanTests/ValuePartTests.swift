import Formats
import Testing
import Traffic

@testable import Plan

/// Values that are parts of what is sent, or parts of what responses contain.
@Suite struct ValuePartTests {
    private static let signed = #"["ann", []].aZ9kQw.9xTbH3vLp0s8Rr2mQeYd"#
    private static let otherSigned = #"["user7", []].bY8jPv.1aAbB2cCdD3eEfF4gGhH"#
    private static let long = "Zk9pQ2x4WmRtS3lR"
    private static let other = "Qm7xN0bV5cX2zL1k"

    private static func json(_ text: String) -> String { text.replacing("\"", with: "\\\"") }
    private static func basic(_ text: String) -> String { PlantedValues.base64(text) }

    /// Places where a value is sent as a part of a longer text.
    static let goes: [ValueFormTests.Case] = [
        .init(
            reason: "a token with blanks after a name, in base64", recorded: signed, live: otherSigned,
            answer: { #"{"result":{"password":"\#(json($0))"}}"# }, fields: { ["X-Auth: \(basic("svc:" + $0))"] }),
        .init(
            reason: "a token with blanks as a whole field", recorded: signed, live: otherSigned,
            answer: { #"{"p":"\#(json($0))"}"# }, fields: { ["X-Auth: \($0)"] }),
        .init(
            reason: "a key before a colon, in base64", recorded: long, live: other,
            fields: { ["Authorization: Basic \(basic($0 + ":"))"] }),
        .init(
            reason: "a key after a colon, in base64", recorded: long, live: other,
            fields: { ["Authorization: Basic \(basic(":" + $0))"] }),
        .init(
            reason: "a key of a scheme of the service's", recorded: long, live: other,
            fields: { ["Authorization: ApiKey \(basic($0 + ":" + $0))"] }),
        .init(
            reason: "a UUID in a longer name of a path", recorded: ValueFormTests.longUUIDs,
            live: ValueFormTests.otherUUID, target: { "/next/item-\($0)_small.png" }),
        .init(
            reason: "a UUID in a longer name of JSON", recorded: ValueFormTests.longUUIDs,
            live: ValueFormTests.otherUUID, body: { #"{"object":"uploads/u_\#($0)/v2"}"# }),
        .init(
            reason: "a UUID in a longer value of a query", recorded: ValueFormTests.longUUIDs,
            live: ValueFormTests.otherUUID, target: { "/next?key=doc_\($0)_1" }),
        .init(reason: "a key after a prefix", recorded: long, live: other, fields: { ["X-Key: key_\($0)"] }),
        .init(
            reason: "a parameter of a path's segment", recorded: long, live: other, target: { "/next;sid=\($0)?a=1" }),
        .init(
            reason: "the URL of WebDAV's Destination", recorded: long, live: other,
            fields: { ["Destination: http://api.example.com/f/\($0)/a"] }),
        .init(
            reason: "a lock's token", recorded: ValueFormTests.longUUIDs, live: ValueFormTests.otherUUID,
            fields: { ["If: (<urn:uuid:\($0)>)"] }),
        .init(
            reason: "the last event that was seen", recorded: long, live: other, fields: { ["Last-Event-ID: \($0)"] }),
    ]

    /// Places where a value is a part of a longer text.
    static let comes: [ValueFormTests.Case] = [
        .init(
            reason: "after a scheme in JSON", recorded: long, live: other,
            answer: { #"{"authorization":"Bearer \#($0)"}"# }, target: { "/next?token=\($0)" }),
        .init(
            reason: "after a number and a bar in JSON", recorded: long, live: other, answer: { #"{"t":"17|\#($0)"}"# },
            fields: { ["X-Key: \($0)"] }),
        .init(
            reason: "in a sentence of JSON", recorded: long, live: other,
            answer: { #"{"message":"Your code is \#($0), keep it"}"# }, target: { "/next?code=\($0)" }),
        .init(
            reason: "in an XML text", recorded: long, live: other, answer: { "<r><m>Key: \($0) (new)</m></r>" },
            answerType: "text/xml", fields: { ["X-Key: \($0)"] }),
        .init(
            reason: "in a stream of events", recorded: long, live: other,
            answer: { "id: 7\nevent: made\ndata: {\"ref\":\"\($0)\"}\n\n" }, answerType: "text/event-stream",
            target: { "/next/\($0)" }),
        .init(
            reason: "in a script's call", recorded: long, live: other, answer: { "done({\"ref\":\"\($0)\"});" },
            answerType: "application/javascript", target: { "/next/\($0)" }),
        .init(
            reason: "in YAML", recorded: long, live: other, answer: { "apiVersion: v1\ntoken: \($0)\n" },
            answerType: "application/yaml", fields: { ["Authorization: Bearer \($0)"] }),
        .init(
            reason: "in a table", recorded: ValueFormTests.longUUIDs, live: ValueFormTests.otherUUID,
            answer: { "id,name\n\($0),a\n" }, answerType: "text/csv", target: { "/next/\($0)" }),
        .init(
            reason: "in the URL of Refresh", recorded: long, live: other, answer: { _ in "{}" },
            answerFields: { ["Refresh: 0;url=/go?ticket=\($0)"] }, target: { "/go?ticket=\($0)" }),
        .init(
            reason: "in a challenge", recorded: long, live: other, answer: { _ in "{}" },
            answerFields: { [#"WWW-Authenticate: UMA realm="r", ticket="\#($0)""#] }, body: { #"{"ticket":"\#($0)"}"# }),
        .init(
            reason: "percent-encoded in a cookie, plain in a field", recorded: long + "+/=", live: other + "/+=",
            answer: { _ in "{}" }, answerFields: { ["Set-Cookie: XSRF-TOKEN=\(ValueFormTests.percent($0)); Path=/"] },
            fields: { ["X-XSRF-TOKEN: \($0)"] }),
        .init(
            reason: "a text of XML-RPC", recorded: long, live: other,
            answer: {
                "<?xml version='1.0'?><methodResponse><params><param><value><struct><member><name>token</name><value>"
                    + "<string>\($0)</string></value></member></struct></value></param></params></methodResponse>"
            }, answerType: "text/xml", body: { "<methodCall><params><param>\($0)</param></params></methodCall>" },
            type: "text/xml"),
        .init(
            reason: "JSON inside JSON inside JSON", recorded: long, live: other,
            answer: { #"{"a":"{\"b\":\"{\\\"c\\\":\\\"\#($0)\\\"}\"}"}"# }, fields: { ["X-Key: \($0)"] }),
    ]

    @Test(arguments: goes + comes)
    func partsAreFoundAndWritten(test: ValueFormTests.Case) throws {
        try ValueFormTests().valuesAreFoundAndWrittenAsTheyAre(test: test)
    }

    /// The last request of each of `sessions` after `answer` to its second one.
    private static func sent(_ sessions: [RecordedSession], after answer: String) throws -> [Rendered?] {
        try ReplayPlan(sessions: sessions, options: PlanOptions()).scripts.map { script in
            var values = CloneValues(script: script, clone: 7)
            script.take(1, from: answer, into: &values)
            return script.rendered(2, values)
        }
    }

    private static func session(_ number: Int, answer: String, fields: [String] = [], target: String = "/use")
        -> RecordedSession
    {
        var recording = Recording(session: UInt32(number + 1), startMs: Int64(number) * 1000)
        recording.add("GET", "/start")
        recording.add("POST", "/give", status: 201, answer: answer)
        recording.add("GET", target, fields: fields)
        return recording.recorded
    }

    /// A field that consists of an id and a key.
    enum Pair: CaseIterable {
        case plain, basic, cookie

        func field(_ id: String, _ key: String) -> (name: String, value: String) {
            switch self {
            case .plain: ("X-Auth", "\(id):\(key)")
            case .basic: ("Authorization", "Basic " + PlantedValues.base64("\(id):\(key)"))
            case .cookie: ("Cookie", "remember=\(id)|\(key)")
            }
        }
    }

    @Test(arguments: Pair.allCases)
    func sessionsDecideAboutAShortIDNextToAKey(pair: Pair) throws {
        var random = SplitMix64(seed: 9)
        let people = ["17", "23", "8", "105"].map { (id: $0, key: PlantedValues.letters(20, &random)) }
        let sessions = people.enumerated().map { number, person in
            let field = pair.field(person.id, person.key)
            return ValuePartTests.session(
                number, answer: #"{"user":{"no":\#(person.id)},"key":"\#(person.key)"}"#,
                fields: ["\(field.name): \(field.value)"])
        }
        let live = PlantedValues.letters(20, &random)
        let answer = #"{"user":{"no":931},"key":"\#(live)"}"#
        let sent = try ValuePartTests.sent(sessions, after: answer)
        let expected = pair.field("931", live)
        #expect(sent.map { $0?.fields[expected.name] } == Array(repeating: expected.value, count: 4))
        let one = try ValuePartTests.sent([sessions[0]], after: answer)
        #expect(one.map { $0?.fields[expected.name] } == [pair.field("17", live).value], "one session cannot tell")
    }

    @Test func aNameWithoutDigitsIsBoundWhereOthersHaveThem() throws {
        let names = ["Untitled.ipynb", "Untitled1.ipynb", "Untitled2.ipynb", "Untitled3.ipynb"]
        let sessions = names.enumerated().map { number, name in
            ValuePartTests.session(number, answer: #"{"name":"\#(name)"}"#, target: "/use?from=\(name)")
        }
        let sent = try ValuePartTests.sent(sessions, after: #"{"name":"Untitled77.ipynb"}"#)
        #expect(sent.map { $0?.target } == Array(repeating: "/use?from=Untitled77.ipynb", count: 4))
    }

    @Test func whatSomeSessionsTakeFromElsewhereIsNotBoundInOthers() throws {
        // Two places agree in three sessions of nine: that is chance, whatever the values are.
        let sessions = (0..<9).map { number in
            let value = number < 3 ? "file\(number)abc.txt" : "notes"
            return ValuePartTests.session(
                number, answer: #"{"name":"\#(number < 4 ? value : "other\(number)z.txt")"}"#,
                target: "/use?from=\(value)")
        }
        let sent = try ValuePartTests.sent(sessions, after: #"{"name":"live9live.txt"}"#)
        #expect(sent[3]?.target == "/use?from=notes")
    }

    @Test func sentencesThatEqualByChanceAreSentAsRecorded() throws {
        let sessions = (0..<4).map { number in
            ValuePartTests.session(
                number, answer: #"{"text":"Order placed at 10:15 by staff"}"#,
                target: "/use?text=Order%20placed%20at%2010:15%20by%20staff")
        }
        let sent = try ValuePartTests.sent(sessions, after: #"{"text":"Order placed at 11:20 by staff"}"#)
        #expect(sent.allSatisfy { $0?.target == "/use?text=Order%20placed%20at%2010:15%20by%20staff" })
    }
}
