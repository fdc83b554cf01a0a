import ContentCodings
import Testing
import Traffic

@testable import Plan

/// Places that determine by themselves where a value belongs, however short it is.
@Suite struct BindingPlacesTests {
    /// The request at `index` of a clone that received other responses.
    private func rendered(
        _ script: SessionScript, _ index: Int, after answers: [(request: Int, body: String, fields: [String])]
    ) -> Rendered? {
        var values = CloneValues(script: script, clone: 7)
        for answer in answers { script.take(answer.request, from: answer.body, fields: answer.fields, into: &values) }
        return script.rendered(index, values)
    }

    @Test func aFormHandsBackTheFieldsOfItsPage() throws {
        var recording = Recording()
        let form = PlantedValues.formType
        recording.add(
            "GET", "/notes/", answer: #"<input type=checkbox name="pick" value="5">"#, answerType: "text/html")
        recording.add(
            "GET", "/notes/5/change",
            answer: #"<input type=hidden name="line-id" value="5"><input name="line-note" value="5">"#,
            answerType: "text/html")
        recording.add("POST", "/notes/5/change", body: "line-id=5&line-note=5&n=1", type: form)
        let script = try recording.script()
        let page = #"<input type=hidden name="line-id" value="81"><input name="line-note" value="42">"#
        let answers = [(0, #"<input type=checkbox name="pick" value="42">"#, [String]()), (1, page, [])]
        #expect(rendered(script, 2, after: answers)?.body == "line-id=81&line-note=42&n=1")
    }

    @Test(arguments: [
        ("ETag", "\"3\"", "If-Match", "\"4\""), ("ETag", "W/\"17\"", "If-None-Match", "W/\"18\""),
        ("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT", "If-Unmodified-Since", "Thu, 22 Oct 2015 07:28:00 GMT"),
    ])
    func aConditionHoldsTheValidatorThatCame(given: String, value: String, asked: String, other: String) throws {
        var recording = Recording()
        recording.add("GET", "/a", answer: "{}", answerFields: ["\(given): \(value)"])
        recording.add("PUT", "/a", fields: ["\(asked): \(value)"], body: #"{"n":1}"#)
        let script = try recording.script()
        #expect(
            rendered(script, 1, after: [(0, "{}", ["\(given): \(other)"])])?.fields[asked] == other)
    }

    @Test func attributesOfAnyNameHoldPathsAndJSON() throws {
        let item = "3f2b8c1e-9a4d-4c7b-8e1f-0a1b2c3d4e5f"
        let token = BindingTests.opaque
        var recording = Recording()
        recording.add(
            "GET", "/page",
            answer: #"<body hx-headers='{"X-CSRF": "\#(token)"}'><a hx-post="/items/\#(item)/done">x</a>"#,
            answerType: "text/html")
        recording.add("POST", "/items/\(item)/done", fields: ["X-CSRF: \(token)"])
        let script = try recording.script()
        let page = #"<body hx-headers='{"X-CSRF": "other"}'><a hx-post="/items/17/done">x</a>"#
        let request = try #require(rendered(script, 1, after: [(0, page, [])]))
        #expect(request.target == "/items/17/done")
        #expect(request.fields["X-CSRF"] == "other")
    }

    @Test(arguments: ContentCoding.Step.allCases)
    func compressedRequestsAreSearchedAndCompressedAgain(step: ContentCoding.Step) throws {
        let coding = ContentCoding([step])
        var recording = Recording()
        recording.add("GET", "/a", answer: #"{"k":"\#(BindingTests.opaque)"}"#)
        recording.add(
            "POST", "/b", fields: ["Content-Encoding: \(coding.fieldValue)"],
            body: #"{"list":[{"k":"\#(BindingTests.opaque)"}]}"#)
        let plain = try #require(recording.exchanges[1].request).body
        let coded = try coding.encoded(plain)
        recording.edit {
            $0.request?.body = coded
            $0.request?.bodyBytes = UInt64(coded.count)
        }
        recording.add("POST", "/c", fields: ["Content-Encoding: \(coding.fieldValue)"], body: "{}")
        recording.edit {
            $0.request?.body = coded.dropLast(3) + []
            $0.request?.bodyBytes = UInt64(coded.count - 3)
        }
        let plan = try recording.plan()
        let script = plan.scripts[0]
        var values = CloneValues(script: script, clone: 0)
        script.take(0, from: #"{"k":"another value"}"#, into: &values)
        var body: [UInt8] = []
        #expect(script.requests[1].body.append(to: &body, values: values))
        #expect(try coding.decoded(body).text == #"{"list":[{"k":"another value"}]}"#)
        #expect(script.requests[2].body.isLiteral, "what cannot be decoded goes as it is")
        #expect(plan.findings.codedBodies == 1)
    }

    @Test func aCompressedRequestWithoutValuesIsSentAsRecorded() throws {
        let coding = ContentCoding([.gzip])
        var recording = Recording()
        recording.add("POST", "/b", fields: ["Content-Encoding: gzip"], body: #"{"n":1}"#)
        // The output of another encoder: the same content after an empty member.
        let coded = try coding.encoded([]) + coding.encoded(Array(#"{"n":1}"#.utf8))
        recording.edit {
            $0.request?.body = coded
            $0.request?.bodyBytes = UInt64(coded.count)
        }
        #expect(try recording.script().requests[0].body.literalBytes == coded)
    }

    @Test(arguments: [
        ("/issue12", "/rest/issue/12", "/issue931", "/rest/issue/931"),
        ("/issue12", "/issue12?x=1", "/issue931", "/issue931?x=1"),
        ("/issue12", "/rest/user/12", "/issue931", "/rest/user/12"),
        ("/v2", "/v/2", "/v3", "/v/2"),
    ])
    func aWordWithItsNumberNamesAThing(given: String, asked: String, other: String, sent: String) throws {
        var recording = Recording()
        recording.add("POST", "/new", status: 302, answerFields: ["Location: \(given)"])
        recording.add("GET", asked)
        #expect(rendered(try recording.script(), 1, after: [(0, "", ["Location: \(other)"])])?.target == sent)
    }

    @Test(arguments: [
        ("/data/issue?size=1", "/data/issue/7", "page 1 is not issue 1"),
        ("/data/user/1", "/data/issue/7", "nor is user 1"),
        ("/data/issue/1", "/data/issue/1", "the client knew the issue before"),
    ])
    func aSmallNumberIsTheClientsWhereItMeansTheSame(before: String, sent: String, reason: String) throws {
        var recording = Recording()
        recording.add("GET", before, answer: "{}")
        recording.add("POST", "/data/issue", status: 201, answer: #"{"data":{"id":"1"}}"#)
        recording.add("GET", "/data/issue/1")
        #expect(
            rendered(try recording.script(), 2, after: [(1, #"{"data":{"id":"7"}}"#, [])])?.target == sent, "\(reason)")
    }

    @Test func aNumberIsSentAfterItsWord() throws {
        var recording = Recording()
        recording.add("POST", "/rest/issue", status: 201, answer: #"{"id":"12"}"#)
        recording.add("GET", "/issue12")
        #expect(rendered(try recording.script(), 1, after: [(0, #"{"id":"931"}"#, [])])?.target == "/issue931")
    }

    @Test(arguments: [
        ("/js/core.js", "/js/other.js", "/js/core.js"), ("/help/about", "/help/imprint", "/help/about"),
        ("/posts/my-first-post", "/posts/my-first-post-2", "/posts/my-first-post-2"),
        ("/posts/17", "/posts/18", "/posts/18"),
    ])
    func wordsOfLinksAreNotValues(given: String, other: String, sent: String) throws {
        var recording = Recording()
        recording.add("GET", "/", answer: "<a href='\(given)'>x</a>", answerType: "text/html")
        recording.add("GET", given)
        let answers = [(0, "<a href='\(other)'>x</a>", [String]())]
        #expect(rendered(try recording.script(), 1, after: answers)?.target == sent)
    }
}
