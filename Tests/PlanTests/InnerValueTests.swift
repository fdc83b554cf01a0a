import Formats
import Testing
import Traffic

@testable import Plan

/// Values inside longer texts, of responses and of requests.
@Suite struct InnerValueTests {
    /// What a service gives and a client sends, with `$` where the value is.
    struct Case: CustomTestStringConvertible {
        var reason: String
        var answer = #"{"id":$}"#
        var type = "application/json"
        var answerFields: [String] = []
        var target = "/use"
        var fields: [String] = []
        var body = ""
        var bodyType: String?
        var testDescription: String { reason }

        func with(_ value: String) -> Case {
            var own = self
            own.answer = answer.replacing("$", with: value)
            own.answerFields = answerFields.map { $0.replacing("$", with: value) }
            own.target = target.replacing("$", with: value)
            own.fields = fields.map { $0.replacing("$", with: value) }
            own.body = body.replacing("$", with: value)
            return own
        }

        func session(_ number: Int, _ value: String) -> RecordedSession {
            let own = with(value)
            var recording = Recording(session: UInt32(number + 1), startMs: Int64(number) * 1000)
            recording.add(
                "POST", "/orders", body: "{}", status: 201, answer: own.answer, answerFields: own.answerFields,
                answerType: own.type)
            recording.add(body.isEmpty ? "GET" : "POST", own.target, fields: own.fields, body: own.body, type: bodyType)
            return recording.recorded
        }

        /// What the clones of `values` send when they are given `live`.
        func sent(_ values: [String], live: String) throws -> [Rendered?] {
            let sessions = values.enumerated().map { session($0, $1) }
            return try ReplayPlan(sessions: sessions, options: PlanOptions()).scripts.map { script in
                var values = CloneValues(script: script, clone: 7)
                let own = with(live)
                script.take(0, from: own.answer, fields: own.answerFields, into: &values)
                return script.rendered(1, values)
            }
        }

        func isRight(_ sent: Rendered?, live: String) -> Bool {
            let own = with(live)
            return sent?.target == own.target && sent?.body == own.body
                && own.fields.allSatisfy { line in
                    let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
                    return sent?.fields[parts[0]] == parts[1]
                }
        }
    }

    static let form = "application/x-www-form-urlencoded"

    @Test(arguments: [
        Case(reason: "a file's name", target: "/reports/order_$.pdf"),
        Case(reason: "a word and a hyphen", target: "/threads/post-$"),
        Case(reason: "a file by its number", target: "/items/$.json"),
        Case(reason: "an expression in a query", target: "/use?where=id%3D$"),
        Case(reason: "an expression of OData", target: "/use?filter=OrderID+eq+$+and+Open+eq+true"),
        Case(reason: "a topic", body: #"{"channel":"order.$.events"}"#),
        Case(reason: "a path in a string", body: #"{"topic":"devices/$/cmd"}"#),
        Case(reason: "a URN", body: #"{"ref":"urn:x:$"}"#),
        Case(reason: "an id of GraphQL's relay", body: #"{"ref":"gid://shop/Order/$"}"#),
        Case(reason: "an expression in a string", body: #"{"where":"id = $ and x = 1"}"#),
        Case(reason: "a form's field", body: "q=order-$&x=1", bodyType: form),
        Case(reason: "a header", fields: ["X-Scope: order=$;v=1"]),
        Case(reason: "XML", body: "<a><ref>order/$</ref></a>", bodyType: "text/xml"),
        Case(reason: "plain text", body: "close #$ please", bodyType: "text/plain"),
        Case(reason: "a list", answer: #"{"rows":[{"id":$}]}"#, target: "/use?ids=5%2C$%2C9"),
        Case(reason: "a part of a cookie", fields: ["Cookie: last=item_$"]),
        Case(reason: "a name before the number", answer: #"{"serial":"SN$"}"#, target: "/devices/$"),
        Case(reason: "the same on both sides", answer: #"{"serial":"SN$"}"#, body: #"{"topic":"devices/SN$/cmd"}"#),
        Case(reason: "a URN of the service", answer: #"{"id":"urn:x:$"}"#, target: "/x/$"),
        Case(reason: "an id behind a word", answer: #"{"items":[{"ref":"A-$"}]}"#, target: "/items/$"),
        Case(
            reason: "an id of Atom", answer: "<entry><id>tag:x,2024:post-$</id></entry>", type: "application/atom+xml",
            target: "/posts/$"),
        Case(
            reason: "a row's id", answer: #"<table><tr id="row-$"><td>x</td></tr></table>"#, type: "text/html",
            body: "row=$", bodyType: form),
        Case(
            reason: "a script's call", answer: #"<a onclick="edit($)">x</a>"#, type: "text/html", target: "/edit/$"),
        Case(
            reason: "a call in a link", answer: #"<a href="javascript:edit($)">x</a>"#, type: "text/html",
            target: "/edit/$"),
        Case(
            reason: "JSON in a string of a script",
            answer: #"<script>window.S = JSON.parse("{\"id\":$,\"n\":1}");</script>"#, type: "text/html",
            target: "/edit/$"),
        Case(
            reason: "a file that is sent", answer: "x", type: "application/pdf",
            answerFields: ["Content-Disposition: attachment; filename=\"export-$.pdf\""], target: "/exports/$"),
        Case(reason: "a member's name", body: #"{"lines":{"$":{"qty":2}}}"#),
        Case(reason: "a field's name", body: "qty[$]=2&x=1", bodyType: form),
        Case(reason: "a field's name in percent-encoding", body: "qty%5B$%5D=2&x=1", bodyType: form),
        Case(reason: "names of members", answer: #"{"objects":{"item-$":{"n":1}}}"#, target: "/items/$"),
        Case(reason: "members named by ids", answer: #"{"objects":{"$":{"n":1}}}"#, target: "/items/$"),
        Case(
            reason: "the name of a page's field", answer: #"<input name="qty[$]" value="1">"#, type: "text/html",
            body: "qty[$]=2&x=1", bodyType: form),
    ])
    func aShortNumberIsBoundWhereSessionsAgree(test: Case) throws {
        for first in [17, 1017, 81_017] {
            let values = (0..<3).map { "\(first + $0)" }
            let sent = try test.sent(values, live: "500001")
            #expect(sent.allSatisfy { test.isRight($0, live: "500001") }, "\(first): \(sent)")
        }
    }

    @Test func allIDsOfAListAreBound() throws {
        let sessions = (0..<3).map { number in
            var recording = Recording(session: UInt32(number + 1), startMs: Int64(number) * 1000)
            let ids = (0..<3).map { 1017 + 3 * number + $0 }
            recording.add(
                "GET", "/rows", answer: "{\"rows\":[" + ids.map { "{\"id\":\($0)}" }.joined(separator: ",") + "]}")
            recording.add("GET", "/bulk?ids=" + ids.map(String.init).joined(separator: "%2C"))
            return recording.recorded
        }
        for script in try ReplayPlan(sessions: sessions, options: PlanOptions()).scripts {
            var values = CloneValues(script: script, clone: 7)
            script.take(0, from: #"{"rows":[{"id":5001},{"id":5002},{"id":5003}]}"#, into: &values)
            #expect(script.rendered(1, values)?.target == "/bulk?ids=5001%2C5002%2C5003")
        }
    }

    @Test(arguments: [
        Case(reason: "a word that names the thing", target: "/reports/order_$.pdf"),
        Case(reason: "an id of the resource", target: "/orders?where=id%3D$"),
    ])
    func aNumberIsBoundAloneWhereTheNamesAgree(test: Case) throws {
        let sent = try test.sent(["17"], live: "5001")
        #expect(test.isRight(sent[0], live: "5001"), "\(sent)")
    }

    @Test(arguments: [
        Case(reason: "a version", target: "/v$/use"), Case(reason: "a date", target: "/use?since=2024-05-$"),
        Case(reason: "a time", body: #"{"at":"10:$"}"#), Case(reason: "a fraction", body: #"{"at":"a 10.$"}"#),
        Case(reason: "another thing", target: "/reports/user_$.pdf"),
        Case(reason: "a field that is counted", target: "/use?order$=x"),
        Case(reason: "a member that is counted", body: #"{"order$":"x"}"#),
        Case(reason: "a word that says nothing", target: "/reports/x$.pdf"),
    ])
    func aNumberIsNotBoundByChance(test: Case) throws {
        let sent = try test.sent(["17"], live: "5001")
        #expect(test.isRight(sent[0], live: "17"), "\(sent)")
    }

    @Test(arguments: [
        Case(reason: "a number in a text of another kind", answer: #"{"id":$}"#, target: "/use?size=12px"),
        Case(reason: "a constant", answer: #"{"id":$}"#, body: #"{"name":"step-17"}"#),
    ])
    func aConstantNumberIsSentAsRecorded(test: Case) throws {
        let sent = try test.sent(["17", "18", "19", "20", "21", "22"], live: "5001")
        #expect(sent.allSatisfy { test.isRight($0, live: "x") }, "\(sent)")
    }

    private static let token = "hoeNbusSLzH5HBfO7xYiBmonm_hgtMz0"
    private static let live = "6EdWvmoW1RTZgs-mshvXPDu095TCeR1Dx"

    @Test(arguments: [
        Case(
            reason: "escaped JSON in a script", answer: #"<script>S = JSON.parse("{\"csrf\":\"$\"}");</script>"#,
            type: "text/html", fields: ["X-Ref: $"]),
        Case(
            reason: "a stream of a framework",
            answer: #"<script>self.__next_f.push([1,"5:{\"csrfToken\":\"$\"}\n"])</script>"#, type: "text/html",
            body: #"{"csrfToken":"$"}"#),
        Case(
            reason: "a script's constant", answer: "<script>const nonce = `$`;\nlet b=1;</script>", type: "text/html",
            fields: ["X-Ref: $"]),
        Case(
            reason: "a fragment that is a route", answer: "", answerFields: ["Location: /app/#/reset/$"],
            body: #"{"token":"$"}"#),
        Case(
            reason: "half of a cookie", answer: "{}", answerFields: ["Set-Cookie: csrf=$%7C0a1b2c3d; Path=/"],
            fields: ["X-CSRF: $"]),
        Case(
            reason: "a field of a cookie", answer: "{}", answerFields: ["Set-Cookie: _xsrf=2|1a2b|$|17000; Path=/"],
            fields: ["X-CSRF: $"]),
        Case(
            reason: "a protocol of its own", answer: #"//OK[2,1,["com.x.Session/123","$"],0,7]"#,
            body: "7|0|6|com.x.Svc|get|$|1|2|", bodyType: "text/x-gwt-rpc"),
        Case(
            reason: "a panel of ASP.NET", answer: "1|#||12|updatePanel|p|<b>x</b>|32|hiddenField|__VIEWSTATE|$|8|a|",
            type: "text/plain", body: "__VIEWSTATE=$&a=1", bodyType: form),
        Case(
            reason: "a file that is sent", answer: "x", type: "application/pdf",
            answerFields: ["Content-Disposition: attachment; filename=\"export-$.pdf\""], target: "/exports/$"),
        Case(reason: "text of a page", answer: "<p>It is <b>$</b>.</p>", type: "text/html", target: "/use?o=$"),
        Case(
            reason: "a string of JSON", answer: #"{"cmd":"export KEY=$; run"}"#, fields: ["X-Ref: $"]),
        Case(reason: "a file's name", answer: #"{"id":"$"}"#, target: "/reports/report_$.pdf"),
        Case(reason: "an expression", answer: #"{"id":"$"}"#, body: #"{"where":"id = '$' and x = 1"}"#),
    ])
    func aLongValueIsBoundWhereverItIs(test: Case) throws {
        let sent = try test.sent([InnerValueTests.token], live: InnerValueTests.live)
        #expect(test.isRight(sent[0], live: InnerValueTests.live), "\(sent)")
    }

    @Test func aValueThatNoResponseGaveIsSentAsRecorded() throws {
        let test = Case(
            reason: "", answer: #"{"a":"hoeNbusSLzH5HBfO7xYiBmon"}"#, fields: ["X-Ref: \(InnerValueTests.token)"])
        let sent = try test.sent([""], live: "x")
        #expect(sent[0]?.fields["X-Ref"] == InnerValueTests.token)
    }

    @Test func anAbbreviationIsAsLongAsRecorded() throws {
        let test = Case(reason: "", answer: #"{"sha":"$0a1b2c3d4e5f60718293"}"#, target: "/commits/$")
        let sent = try test.sent(["9f86d081884c7d65"], live: "2c26b46b68ffc68f")
        #expect(test.isRight(sent[0], live: "2c26b46b68ffc68f"), "\(sent)")
    }

    @Test(arguments: [
        ("2514a8e4-c773-45e3-914f-3153efebb60b", "/page/Title-2514a8e4c77345e3914f3153efebb60b", "uuid → digits"),
        (
            "2514a8e4c77345e3914f3153efebb60b", "/page/2514A8E4-C773-45E3-914F-3153EFEBB60B",
            "digits → capitals of a UUID"
        ),
        ("2514A8E4-C773-45E3-914F-3153EFEBB60B", "/page/2514a8e4c77345e3914f3153efebb60b", "capitals → digits"),
    ])
    func aUUIDIsBoundInItsOtherForms(given: String, target: String, reason: String) throws {
        var recording = Recording()
        recording.add("GET", "/give", answer: #"{"id":"\#(given)"}"#)
        recording.add("GET", target)
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 7)
        let live = given.replacing("2514", with: "9999").replacing("8e4", with: "abc").replacing("8E4", with: "ABC")
        script.take(0, from: #"{"id":"\#(live)"}"#, into: &values)
        let expected = target.replacing("2514", with: "9999").replacing("8e4", with: "abc").replacing(
            "8E4", with: "ABC")
        #expect(script.rendered(1, values)?.target == expected, "\(reason)")
    }

    @Test func aListOfValidatorsIsBound() throws {
        var recording = Recording()
        recording.add("GET", "/a", answer: "{}", answerFields: [#"ETag: "n17""#])
        recording.add("GET", "/b", answer: "{}", answerFields: [#"ETag: W/"m3""#])
        recording.add("PUT", "/a", fields: [#"If-Match: "zz", "n17", W/"m3""#], body: "{}")
        let script = try recording.script()
        var values = CloneValues(script: script, clone: 7)
        script.take(0, from: "{}", fields: [#"ETag: "n501""#], into: &values)
        script.take(1, from: "{}", fields: [#"ETag: W/"m502""#], into: &values)
        #expect(script.rendered(2, values)?.fields["If-Match"] == #""zz", "n501", W/"m502""#)
    }

    @Test func numbersAreDistinguishedFromDatesAndTokens() {
        func numbers(_ text: String) -> [String] {
            Array(text.utf8).withUnsafeBufferPointer { bytes in
                var numbers = NumbersInText(bytes, 0..<bytes.count, mayBeList: true)
                var found: [String] = []
                while let number = numbers.next() {
                    let word = number.word.map { String(decoding: bytes[$0], as: UTF8.self) } ?? ""
                    found.append("\(word) \(String(decoding: bytes[number.digits], as: UTF8.self))")
                }
                return found
            }
        }
        #expect(numbers("order_17.pdf") == ["order 17"])
        #expect(numbers("OrderID eq 17 and Page eq 2") == ["eq 17", "eq 2"])
        #expect(numbers("urn:x:17") == [" 17"], "one letter is no word")
        #expect(numbers("SN1018") == ["SN 1018"])
        #expect(numbers("17,18") == [" 17", " 18"])
        #expect(numbers("2024-05-17T10:11:12Z") == [])
        #expect(numbers("at 10:30") == [])
        #expect(numbers("v1 of 3a17 at 10.5") == [])
        #expect(numbers("2514a8e4-c773-45e3-914f-3153efebb60b") == [])
        #expect(numbers("17") == [], "a number by itself is no part of a text")
        #expect(numbers("SLzaxrNmPEkSiyXKRvBwXh0") == [], "so many letters are no word")
    }
}
