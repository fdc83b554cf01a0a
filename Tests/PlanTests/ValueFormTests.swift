import ContentCodings
import Formats
import Testing
import Traffic

@testable import Plan

/// Common notations of values: where they come from, and how they are written where they are sent.
@Suite struct ValueFormTests {
    /// A response with a value, and a request with it.
    struct Case: CustomTestStringConvertible, Sendable {
        var reason: String
        var recorded = "Zk9pQ2x4WmRtS3lR"
        var live = "a+b/c==Zm9vYmFy"
        var answer: @Sendable (String) -> String = { #"{"k":"\#($0)"}"# }
        var answerFields: @Sendable (String) -> [String] = { _ in [] }
        var answerType = "application/json"
        var method = "POST"
        var target: @Sendable (String) -> String = { _ in "/next" }
        var fields: @Sendable (String) -> [String] = { _ in [] }
        var body: @Sendable (String) -> String = { _ in "" }
        var type = "application/json"
        var testDescription: String { reason }
    }

    static func percent(_ value: String) -> String { PlantedValues.form(value) }

    static let longUUIDs = "3f2b8c1e-9a4d-4c7b-8e1f-0a1b2c3d4e5f"
    static let otherUUID = "11111111-2222-4333-8444-555555555555"

    static let goes: [Case] = [
        Case(reason: "a part of a field after a colon", fields: { ["X-Key: client-7:\($0)"] }),
        Case(reason: "a parameter of a field", fields: { [#"X-Sig: Token token="\#($0)""#] }),
        Case(reason: "the last of two parameters", fields: { ["X-Sig: ApiKey id=7, key=\($0)"] }),
        Case(reason: "a piece of a cookie", fields: { ["Cookie: auth=v1:\($0)"] }),
        Case(
            reason: "a piece of a part of a form with files",
            body: { "--b\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nkey:\($0)\r\n--b--\r\n" },
            type: "multipart/form-data; boundary=b"),
        Case(
            reason: "the password of HTTP Basic",
            fields: { ["Authorization: Basic \(PlantedValues.base64("api:" + $0))"] }),
        Case(reason: "a piece of a query, encoded once", target: { "/next?q=key%3A\(percent($0))" }),
        Case(reason: "a piece of a path, encoded once", target: { "/next/key%3D\(percent($0))" }),
        Case(
            reason: "a piece of a form, encoded once", body: { "cmd=auth+\(percent($0))" }, type: PlantedValues.formType
        ),
        Case(reason: "a URL inside JSON", body: { #"{"url":"https://h.example/p?k=\#(percent($0))"}"# }),
        Case(reason: "a URL inside a field", fields: { ["Referer: https://h.example/p?k=\(percent($0))"] }),
        Case(reason: "a word of a text inside JSON", body: { #"{"auth":"Bearer \#($0)"}"# }),
        Case(
            reason: "two values with a full stop between", recorded: longUUIDs, live: "abcdefghij0123456789",
            body: { #"{"d":"\#($0).\#($0)"}"# }),
        Case(reason: "a word of XML", body: { "<r><t>key \($0)</t></r>" }, type: "text/xml"),
        Case(reason: "a word of plain text", body: { "AUTH \($0)\n" }, type: "text/plain"),
        Case(
            reason: "a word of a text in XML that has to be escaped", live: "a<b&c",
            body: {
                "<r><t>key \($0.replacing("&", with: "&amp;").replacing("<", with: "&lt;"))</t></r>"
            }, type: "text/xml"),
    ]

    static let comes: [Case] = [
        Case(reason: "JSON after )]}'", answer: { ")]}',\n{\"k\":\"\($0)\"}" }, fields: { ["X-Ref: \($0)"] }),
        Case(reason: "JSON after for(;;);", answer: { "for(;;);{\"k\":\"\($0)\"}" }, fields: { ["X-Ref: \($0)"] }),
        Case(
            reason: "JSON after a byte order mark", answer: { "\u{feff}{\"k\":\"\($0)\"}" },
            fields: { ["X-Ref: \($0)"] }),
        Case(
            reason: "a later line of JSON Lines", answer: { "{\"n\":1}\n{\"k\":\"\($0)\"}\n" },
            answerType: "application/x-ndjson", fields: { ["X-Ref: \($0)"] }),
        Case(
            reason: "all lines of a bulk request",
            body: { "{\"index\":{\"_id\":\"1\"}}\n{\"delete\":{\"_id\":\"\($0)\"}}\n" }, type: "application/x-ndjson"),
        Case(
            reason: "JSON that says it is a form", answerType: PlantedValues.formType,
            body: { #"{"a":{"b":"\#($0)"}}"# },
            type: PlantedValues.formType),
        Case(reason: "JSON that says it is an image", answerType: "image/png", fields: { ["X-Ref: \($0)"] }),
        Case(reason: "JSON in bytes of no kind", answerType: "application/octet-stream", fields: { ["X-Ref: \($0)"] }),
        Case(
            reason: "XML without a type", live: "a+b/c==Zm9vYmFy",
            answer: { "<?xml version=\"1.0\"?><r><s>\($0)</s></r>" },
            answerType: "", body: { "<q><s>\($0)</s></q>" }, type: ""),
        Case(
            reason: "a form that says it is text", answer: { "access=\(percent($0))&expires=5183" },
            answerType: "text/plain",
            fields: { ["X-Ref: \($0)"] }),
        Case(
            reason: "a part of a multipart response",
            answer: {
                "--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 201 Created\r\n\r\n{\"ref\":\"\($0)\"}\r\n--b--\r\n"
            },
            answerType: "multipart/mixed; boundary=b", fields: { ["X-Ref: \($0)"] }),
        Case(
            reason: "a parameter of a fragment", live: "abcdefghij0123456789", answer: { _ in "{}" },
            answerFields: { ["Location: /cb.html#access_token=\($0)&token_type=Bearer&state=xyz"] },
            fields: { ["X-Ref: \($0)"] }),
        Case(
            reason: "a list with commas in a query", recorded: longUUIDs, live: otherUUID,
            target: { "/next?ids=\($0),\($0)" }),
        Case(
            reason: "a list with bars in a query", recorded: longUUIDs, live: otherUUID,
            target: { "/next?ids=x%7C\($0)%7C\($0)" }),
        Case(
            reason: "a list with full stops in a query", recorded: longUUIDs, live: otherUUID,
            target: { "/next?ids=\($0).\($0)" }),
        Case(
            reason: "a list with bars in a cookie", recorded: longUUIDs, live: otherUUID,
            fields: { ["Cookie: cart=\($0)|\($0)"] }),
        Case(
            reason: "the name of a member, in a path", recorded: longUUIDs, live: otherUUID,
            answer: { #"{"lines":{"\#($0)":{"qty":1}}}"# }, target: { "/line/\($0)" }),
        Case(
            reason: "the name of a member of an empty object", recorded: longUUIDs, live: otherUUID,
            answer: { #"{"a12345678":{},"lines":{"\#($0)":{}}}"# }, target: { "/line/\($0)" }),
        Case(
            reason: "the name of a member of a request", recorded: longUUIDs, live: otherUUID,
            body: { #"{"a":{"\#($0)":{"b":{"qty":2}}}}"# }),
        Case(
            reason: "the name of a form field", recorded: longUUIDs, live: otherUUID, body: { "qty%5B\($0)%5D=2" },
            type: PlantedValues.formType),
        Case(
            reason: "the name of a form field with plain brackets", recorded: longUUIDs, live: otherUUID,
            body: { "qty[\($0)]=2" }, type: PlantedValues.formType),
        Case(
            reason: "the name of a query parameter", recorded: longUUIDs, live: otherUUID, target: { "/next?\($0)=1" }),
        Case(
            reason: "a list in a GraphQL document without the word query", recorded: longUUIDs, live: otherUUID,
            body: { #"{"query":"{ items(ids: [\"\#($0)\", \"\#($0)\"]) { id } }"}"# }),
        Case(
            reason: "a number in a GraphQL document", recorded: "4711", live: "9",
            answer: { #"{"data":{"addMsg":{"id":\#($0)}}}"# }, body: { #"{"query":"{ msg(id: \#($0)) { text } }"}"# }),
        Case(
            reason: "a short id in a GraphQL document", recorded: "2", live: "77",
            answer: { #"{"data":{"comment":{"id":"\#($0)"}}}"# },
            body: { #"{"query":"mutation {editComment(id:\"\#($0)\",text:\"x\"){id}}"}"# }),
        Case(
            reason: "the name of a file", recorded: longUUIDs, live: otherUUID,
            body: {
                "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\($0).pdf\"\r\n\r\nabc\r\n--b--\r\n"
            }, type: "multipart/form-data; boundary=b"),
        Case(
            reason: "a table in a file", recorded: longUUIDs, live: otherUUID,
            body: {
                "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.csv\"\r\n\r\nid,name\n\($0),a\n\r\n--b--\r\n"
            }, type: "multipart/form-data; boundary=b"),
        Case(
            reason: "a table", recorded: longUUIDs, live: otherUUID, body: { "id,name\n\($0),a\n" }, type: "text/csv"),
        Case(
            reason: "bytes of no kind that are text", recorded: longUUIDs, live: otherUUID, body: { "id=\($0);x" },
            type: "application/octet-stream"),
        Case(
            reason: "SQL inside JSON", recorded: longUUIDs, live: otherUUID,
            body: { #"{"filter":"owner='\#($0)' AND id<>'x'"}"# }),
        Case(
            reason: "a choice of a page", recorded: longUUIDs, live: otherUUID,
            answer: { "<select name=author><option value=\"\">-</option><option value=\"\($0)\">x</option></select>" },
            answerType: "text/html", body: { "author=\($0)" }, type: PlantedValues.formType),
    ]

    @Test(arguments: goes + comes)
    func valuesAreFoundAndWrittenAsTheyAre(test: Case) throws {
        var recording = Recording()
        recording.add(
            "POST", "/things", answer: test.answer(test.recorded), answerFields: test.answerFields(test.recorded),
            answerType: test.answerType)
        recording.add(
            test.method, test.target(test.recorded), fields: test.fields(test.recorded), body: test.body(test.recorded),
            type: test.type)
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 7)
        script.take(0, from: test.answer(test.live), fields: test.answerFields(test.live), into: &values)
        let rendered = try #require(script.rendered(1, values))
        #expect(rendered.target == test.target(test.live))
        #expect(rendered.body == test.body(test.live))
        for line in test.fields(test.live) {
            let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
            #expect(rendered.fields[parts[0]] == parts[1])
        }
    }

    @Test(arguments: [9_000, 20_000, 300_000, 1 << 20])
    func longValuesAreBoundAsWholeFields(count: Int) throws {
        var random = SplitMix64(seed: 3)
        let recorded = PlantedValues.letters(count, &random)
        let live = PlantedValues.letters(count, &random)
        var recording = Recording()
        func page(_ value: String) -> String { "<form><input type=hidden name=__STATE value=\"\(value)\"></form>" }
        recording.add("GET", "/page", answer: page(recorded), answerType: "text/html")
        recording.add("POST", "/page", body: "__STATE=\(recorded)&a=1", type: PlantedValues.formType)
        recording.add("GET", "/next", answer: #"{"cursor":"\#(recorded)x"}"#)
        recording.add("POST", "/next", body: #"{"cursor":"\#(recorded)x"}"#)
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 7)
        script.take(0, from: page(live), into: &values)
        script.take(2, from: #"{"cursor":"\#(live)y"}"#, into: &values)
        #expect(script.rendered(1, values)?.body == "__STATE=\(live)&a=1")
        let isLast = count == 1 << 20
        #expect(script.rendered(3, values)?.body == #"{"cursor":"\#(isLast ? recorded + "x" : live + "y")"}"#)
    }

    @Test(arguments: [
        ("3F2B8C1E-9A4D-4C7B-8E1F-0A1B2C3D4E5F", "3f2b8c1e-9a4d-4c7b-8e1f-0a1b2c3d4e5f"),
        ("3f2b8c1e9a4d4c7b8e1f0a1b2c3d4e5f", "3F2B8C1E9A4D4C7B8E1F0A1B2C3D4E5F"),
    ])
    func digitsAreWrittenInTheCaseOfTheirPlace(given: String, sent: String) throws {
        var recording = Recording()
        recording.add("POST", "/things", answer: #"{"id":"\#(given)"}"#)
        recording.add("GET", "/things/\(sent)")
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 7)
        let isUppercase = sent == sent.uppercased()
        script.take(0, from: #"{"id":"ABcdef-00112233445566"}"#, into: &values)
        let expected = isUppercase ? "ABCDEF-00112233445566" : "abcdef-00112233445566"
        #expect(script.rendered(1, values)?.target == "/things/\(expected)")
    }

    @Test func deflateIsWrittenWithoutWrappingWhereItHadNone() throws {
        let bare = ContentCoding([.deflate]).inForm(of: [0x4b])
        #expect(bare.isBareDeflate)
        var recording = Recording()
        recording.add("GET", "/a", answer: #"{"k":"\#(BindingTests.opaque)"}"#)
        recording.add("POST", "/b", fields: ["Content-Encoding: deflate"], body: #"{"k":"\#(BindingTests.opaque)"}"#)
        let coded = try bare.encoded(Array(#"{"k":"\#(BindingTests.opaque)"}"#.utf8))
        recording.edit {
            $0.request?.body = coded
            $0.request?.bodyBytes = UInt64(coded.count)
        }
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        script.take(0, from: #"{"k":"another value"}"#, into: &values)
        var body: [UInt8] = []
        #expect(script.requests[1].body.append(to: &body, values: values))
        #expect(ContentCoding([.deflate]).inForm(of: body).isBareDeflate)
        #expect(try bare.decoded(body).text == #"{"k":"another value"}"#)
    }

    @Test func textsOfProtobufAreBoundByTheirFields() throws {
        /// A message with a text in field 1 inside field 3, and a number in field 2.
        func message(_ text: String) -> [UInt8] {
            let inner = [0x0a, UInt8(text.utf8.count)] + Array(text.utf8)
            return [0x1a, UInt8(inner.count)] + inner + [0x10, 0x05]
        }
        func framed(_ message: [UInt8]) -> [UInt8] { [0, 0, 0, 0, UInt8(message.count)] + message }
        for (type, form) in [("application/grpc", framed), ("application/x-protobuf", { $0 })]
            as [(String, ([UInt8]) -> [UInt8])]
        {
            var recording = Recording()
            recording.add("POST", "/s.Items/Add", answer: "x", answerType: type)
            recording.edit {
                $0.response?.body = form(message(BindingTests.uuid))
                $0.response?.bodyBytes = UInt64(form(message(BindingTests.uuid)).count)
            }
            recording.add("POST", "/s.Items/Get", body: "x", type: type)
            recording.edit {
                $0.request?.body = form(message(BindingTests.uuid))
                $0.request?.bodyBytes = UInt64(form(message(BindingTests.uuid)).count)
            }
            let script = try recording.script()
            var values = CloneValues(script: script, clone: 0)
            let head = Array("HTTP/1.1 200 OK\r\n\r\n".utf8)
            for source in script.requests[0].sources {
                values[source.value] = source.value(head: head, body: form(message("short")))
            }
            var body: [UInt8] = []
            #expect(script.requests[1].body.append(to: &body, values: values))
            #expect(body == form(message("short")), "\(type)")
            let found = try recording.plan().findings.bindings
            #expect(found.map(\.source) == ["protobuf 3.1"])
            #expect(found.flatMap { $0.sinks.map(\.place) } == ["protobuf 3.1"])
        }
    }

    /// A message with a number in field 1 of field 3, in the given form, and another in field 2.
    private static func message(_ number: UInt64, _ form: BinaryNumber) -> [UInt8] {
        let wire: UInt8 = form == .varint ? 0 : form == .eightBytes ? 1 : 5
        var inner: [UInt8] = [1 << 3 | wire]
        form.append(number, to: &inner)
        return [0x1a, UInt8(inner.count)] + inner + [0x10, 0x05]
    }

    private static func framed(_ message: [UInt8]) -> [UInt8] { [0, 0, 0, 0, UInt8(message.count)] + message }

    @Test(
        arguments: [BinaryNumber.varint, .fourBytes, .eightBytes],
        ["application/grpc", "application/x-protobuf", "application/grpc-web-text"])
    func numbersOfProtobufAreBoundWhereSessionsAgree(form: BinaryNumber, type: String) throws {
        func body(_ number: UInt64) -> [UInt8] {
            let message = ValueFormTests.message(number, form)
            if type == "application/x-protobuf" { return message }
            let frame = ValueFormTests.framed(message)
            return type == "application/grpc" ? frame : Array(PlantedValues.base64(frame).utf8)
        }
        let sessions = (0..<3).map { session in
            var recording = Recording(session: UInt32(session + 1), startMs: Int64(session) * 1000)
            recording.add("POST", "/s.Items/Add", answer: "x", answerType: type)
            recording.edit {
                $0.response?.body = body(UInt64(17 + session))
                $0.response?.bodyBytes = UInt64(body(UInt64(17 + session)).count)
            }
            recording.add("POST", "/s.Items/Get", body: "x", type: type)
            recording.edit {
                $0.request?.body = body(UInt64(17 + session))
                $0.request?.bodyBytes = UInt64(body(UInt64(17 + session)).count)
            }
            return recording.recorded
        }
        let plan = try ReplayPlan(sessions: sessions, options: PlanOptions())
        for script in plan.scripts {
            var values = CloneValues(script: script, clone: 0)
            for source in script.requests[0].sources {
                values[source.value] = source.value(head: Array("HTTP/1.1 200 OK\r\n\r\n".utf8), body: body(9_500_001))
            }
            var sent: [UInt8] = []
            #expect(script.requests[1].body.append(to: &sent, values: values))
            #expect(sent == body(9_500_001), "\(type)")
        }
        #expect(plan.findings.bindings.map(\.source) == ["protobuf 3.1"])
        let one = try ReplayPlan(sessions: [sessions[0]], options: PlanOptions())
        #expect(one.findings.bindings.isEmpty, "alone it may be chance")
    }

    @Test func lengthsInsideABatchAreThoseOfWhatIsSent() throws {
        func batch(_ value: String) -> String {
            let inner = #"{"ticket":"\#(value)"}"#
            let part = "PUT /docs/1 HTTP/1.1\r\nContent-Length: \(inner.utf8.count)\r\n\r\n\(inner)"
            return "--b\r\nContent-Type: application/http\r\nContent-Length: \(part.utf8.count)\r\n\r\n\(part)\r\n"
                + "--b\r\nContent-Type: application/http\r\nContent-Length: 7\r\n\r\nwrong\r\n--b--\r\n"
        }
        var recording = Recording()
        recording.add("GET", "/a", answer: #"{"k":"\#(BindingTests.opaque)"}"#)
        recording.add("POST", "/batch", body: batch(BindingTests.opaque), type: "multipart/mixed; boundary=b")
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 0)
        script.take(
            0, from: #"{"k":"another and quite a bit longer value than before, past one hundred bytes in all"}"#,
            into: &values)
        let expected = batch("another and quite a bit longer value than before, past one hundred bytes in all")
        #expect(script.rendered(1, values)?.body == expected)
    }
}
