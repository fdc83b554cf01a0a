import Testing
import Traffic

@testable import Plan

/// One decision per place: what some sessions confirm holds for all, and amounts and words do not become ids by chance.
@Suite struct OnePlaceTests {
    /// A session that sends `first`, receives `given` and sends `sent`.
    private static func session(
        _ number: Int, first: String = "/start", answer: String, answerFields: [String] = [], target: String = "/use",
        body: String = ""
    ) -> RecordedSession {
        var recording = Recording(session: UInt32(number + 1), startMs: Int64(number) * 1000)
        recording.add("POST", "/login", body: #"{"username":"p\#(number)@people.example","password":"x"}"#)
        recording.add("GET", first)
        recording.add("POST", "/give", status: 201, answer: answer, answerFields: answerFields)
        recording.add("POST", target, body: body, type: body.hasPrefix("{") ? nil : PlantedValues.formType)
        return recording.recorded
    }

    /// The last request of each session if a service responds with `answer`.
    private static func sent(
        _ sessions: [RecordedSession], after answer: String, fields: [String] = []
    ) throws -> [Rendered?] {
        try ReplayPlan(sessions: sessions, options: PlanOptions()).scripts.map { script in
            var values = CloneValues(script: script, clone: 7)
            script.take(2, from: answer, fields: fields, into: &values)
            return script.rendered(3, values)
        }
    }

    /// Four people create an author and use its id; one of them had sent the same number before with another meaning.
    private static func authors(_ ids: [Int], first: String = "/start?total=1") -> [RecordedSession] {
        ids.enumerated().map { number, id in
            session(
                number, first: first, answer: "{}", answerFields: ["Location: /admin/author/\(id)/change"],
                body: "author=\(id)&title=x")
        }
    }

    @Test func aNumberThatOneSessionHadSentBeforeIsNotAConstant() throws {
        let sent = try OnePlaceTests.sent(
            OnePlaceTests.authors([1, 2, 3, 4]), after: "{}", fields: ["Location: /admin/author/931/change"])
        #expect(sent.map { $0?.body } == Array(repeating: "author=931&title=x", count: 4))
    }

    /// The ids of four people are the numbers in their passwords, or in a comment that they sent.
    @Test(arguments: [
        ("/login", "username=p%d@people.example&password=Pa-anna-%d"), ("/comment", "text=try+number+%d+of+%d"),
    ])
    func aNumberInATextSentBeforeIsNotAnEcho(path: String, body: String) throws {
        let sessions = (1...4).map { number in
            var recording = Recording(session: UInt32(number), startMs: Int64(number) * 1000)
            recording.add(
                "POST", path, body: body.replacing("%d", with: "\(number)"), type: PlantedValues.formType)
            recording.add("POST", "/give", status: 302, answerFields: ["Location: /admin/author/\(number)/change"])
            recording.add("POST", "/use", body: "author=\(number)&title=x", type: PlantedValues.formType)
            return recording.recorded
        }
        let sent = try ReplayPlan(sessions: sessions, options: PlanOptions()).scripts.map { script in
            var values = CloneValues(script: script, clone: 7)
            script.take(1, from: "", fields: ["Location: /admin/author/931/change"], into: &values)
            return script.rendered(2, values)?.body
        }
        #expect(sent == Array(repeating: "author=931&title=x", count: 4))
    }

    @Test func whereSessionsDisagreeThePlanSaysInHowMany() throws {
        var sessions = OnePlaceTests.authors([11, 12, 13, 14], first: "/start")
        sessions.append(
            OnePlaceTests.session(
                4, answer: "{}", answerFields: ["Location: /admin/author/15/change"], body: "author=3&title=x"))
        let found = try ReplayPlan(sessions: sessions, options: PlanOptions()).findings.bindings
        let sinks = found.flatMap(\.sinks).filter { $0.place == "form author" }
        #expect(sinks.map(\.sessions) == [4])
        #expect(sinks.map(\.recordedSessions) == [1])
    }

    @Test func whatTheClientSentInAllSessionsIsItsOwn() throws {
        // The service repeats what it received: nothing shows that the number comes from there.
        let sessions = (1...4).map { number in
            OnePlaceTests.session(
                number, first: "/start?n=\(number)", answer: #"{"n":\#(number)}"#, body: "n=\(number)")
        }
        #expect(try OnePlaceTests.sent(sessions, after: #"{"n":77}"#).map { $0?.body } == (1...4).map { "n=\($0)" })
    }

    @Test func anIDThatTheClientSentInCapitalsIsItsOwnInATextOfTheServiceToo() throws {
        let sessions = (1...2).map { number in
            let id = "3f2b8c1\(number)-9d4e-4a6b-8c7d-1e2f3a4b5c6d"
            return OnePlaceTests.session(
                number, first: "/start?id=\(id.uppercased())", answer: #"{"message":"started \#(id) at last"}"#,
                body: "ref=\(id)")
        }
        let live = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
        let sent = try OnePlaceTests.sent(sessions, after: #"{"message":"started \#(live) at last"}"#)
        #expect(sent.allSatisfy { $0?.body.contains(live) == false }, "\(sent.map { $0?.body })")
    }

    /// Some of the ids have digits and some have none.
    @Test func anIDInAPathInsideABodyNeedsNoDigits() throws {
        let ids = ["dyV1i-NM", "kqOf95tS", "r_zJZpI-", "LgMPocFl"]
        let sessions = ids.enumerated().map { number, id in
            OnePlaceTests.session(
                number, answer: #"{"data":{"id":"\#(id)"}}"#,
                body: #"{"requests":[{"path":"/buckets/\#(id)/records","method":"POST"}]}"#)
        }
        let sent = try OnePlaceTests.sent(sessions, after: #"{"data":{"id":"QwErTyUi"}}"#)
        #expect(
            sent.map { $0?.body }
                == Array(repeating: #"{"requests":[{"path":"/buckets/QwErTyUi/records","method":"POST"}]}"#, count: 4))
    }

    /// In a fresh database the ids of a topic and of its poll are the same numbers.
    @Test func theLinkThatIsFollowedGivesTheID() throws {
        let sessions = (1...4).map { number in
            var recording = Recording(session: UInt32(number), startMs: Int64(number) * 1000)
            recording.add("POST", "/login", body: #"{"username":"p\#(number)@people.example","password":"x"}"#)
            recording.add("POST", "/topics", status: 302, answerFields: ["Location: /topics/\(number)/title"])
            recording.add(
                "GET", "/topics/\(number)/title", answer: #"<form action="/poll/vote/\#(number)/"></form>"#,
                answerType: "text/html")
            recording.add("POST", "/poll/vote/\(number)/", body: "choice=1", type: PlantedValues.formType)
            return recording.recorded
        }
        let sent = try ReplayPlan(sessions: sessions, options: PlanOptions()).scripts.map { script in
            var values = CloneValues(script: script, clone: 7)
            script.take(1, from: "", fields: ["Location: /topics/501/title"], into: &values)
            script.take(2, from: #"<form action="/poll/vote/77/"></form>"#, into: &values)
            return (2...3).map { script.rendered($0, values)?.target }
        }
        #expect(sent == Array(repeating: ["/topics/501/title", "/poll/vote/77/"], count: 4))
    }

    @Test func theSourceOfTheSameNameIsMeant() throws {
        let sessions = [8, 12, 17, 23].enumerated().map { number, revision in
            OnePlaceTests.session(
                number,
                answer:
                    #"{"header":{"revision":"\#(revision)"},"kvs":[{"create_revision":"\#(revision)","mod_revision":"\#(revision)"}]}"#,
                body: #"{"compare":[{"mod_revision":"\#(revision)"}]}"#)
        }
        let answer = #"{"header":{"revision":"1"},"kvs":[{"create_revision":"2","mod_revision":"3"}]}"#
        let sent = try OnePlaceTests.sent(sessions, after: answer)
        #expect(sent.map { $0?.body } == Array(repeating: #"{"compare":[{"mod_revision":"3"}]}"#, count: 4))
        // The same holds for values that belong to no one else.
        let one = OnePlaceTests.session(
            0, answer: #"{"data":"\#(BindingTests.opaque)","list":[{"ref":"\#(BindingTests.opaque)"}]}"#,
            body: #"{"ref":"\#(BindingTests.opaque)"}"#)
        let other = try OnePlaceTests.sent([one], after: #"{"data":"d","list":[{"ref":"r"}]}"#)
        #expect(other.map { $0?.body } == [#"{"ref":"r"}"#])
    }

    @Test(arguments: ["qty", "quantity", "page", "limit", "count"]) func anAmountIsNotAnID(name: String) throws {
        let sessions = [3, 5, 7, 9].enumerated().map { number, id in
            OnePlaceTests.session(
                number, answer: #"{"item":{"id":\#(id)}}"#, body: #"{"item_id":\#(id),"\#(name)":\#(id)}"#)
        }
        let sent = try OnePlaceTests.sent(sessions, after: #"{"item":{"id":77}}"#)
        #expect(sent.map { $0?.body } == [3, 5, 7, 9].map { #"{"item_id":77,"\#(name)":\#($0)}"# })
    }

    @Test(arguments: [
        ("ids without a mark", "pageid", ["41", "52", "63", "74"], "99"),
        ("names without digits", "copy_from", ["anna", "bert", "cleo", "dora"], "emil"),
        ("values with blanks", "copy_from", ["First page", "Second page", "Third page", "Fourth page"], "Other page"),
        ("words", "slot", ["morning", "evening", "midday", "night"], "dawn"),
    ])
    func whatSessionsAgreeOnIsBound(reason: String, name: String, values: [String], live: String) throws {
        let sessions = values.enumerated().map { number, value in
            OnePlaceTests.session(
                number, answer: #"{"result":{"\#(name)":"\#(value)"}}"#, body: #"{"source":"\#(value)"}"#)
        }
        let sent = try OnePlaceTests.sent(sessions, after: #"{"result":{"\#(name)":"\#(live)"}}"#)
        #expect(sent.map { $0?.body } == Array(repeating: #"{"source":"\#(live)"}"#, count: 4), "\(reason)")
        let two = try OnePlaceTests.sent(Array(sessions.prefix(2)), after: #"{"result":{"\#(name)":"\#(live)"}}"#)
        #expect(two.map { $0?.body } == values.prefix(2).map { #"{"source":"\#($0)"}"# }, "two sessions are chance")
    }

    @Test func sharedWordsAreConstants() throws {
        let words = ["ready", "ready", "done", "done", "ready", "done", "ready", "done", "late"]
        let sessions = words.enumerated().map { number, word in
            OnePlaceTests.session(number, answer: #"{"state":"\#(word)"}"#, body: #"{"state":"\#(word)"}"#)
        }
        let sent = try OnePlaceTests.sent(sessions, after: #"{"state":"other"}"#)
        #expect(sent.dropLast().map { $0?.body } == words.dropLast().map { #"{"state":"\#($0)"}"# })
    }

    @Test(arguments: [[1, 302, 3], [1, 2, 3]]) func aSessionThatDistinguishesTwoSourcesDecidesForAll(carts: [Int])
        throws
    {
        let sessions = carts.enumerated().map { index, cart in
            var recording = Recording(session: UInt32(index + 1), startMs: Int64(index) * 1000)
            recording.add("GET", "/start")
            recording.add("GET", "/me", answer: #"{"user":{"id":\#(index + 1)},"cart":{"id":\#(cart)}}"#)
            recording.add("GET", "/carts/\(cart)")
            recording.add("GET", "/users/\(index + 1)")
            return recording.recorded
        }
        let sent = try ReplayPlan(sessions: sessions, options: PlanOptions()).scripts.map { script in
            var values = CloneValues(script: script, clone: 7)
            script.take(1, from: #"{"user":{"id":71},"cart":{"id":72}}"#, into: &values)
            return [2, 3].map { script.rendered($0, values)?.target }
        }
        #expect(sent == Array(repeating: ["/carts/72", "/users/71"], count: 3))
    }

    @Test(arguments: [
        ("_primary_term", "/use?if_primary_term=1", "", "/use?if_primary_term=9", ""),
        ("version", "/use", #"{"version":1,"stock":1}"#, "/use", #"{"version":9,"stock":1}"#),
        ("lockVersion", "/use", "lock_version=1&qty=1", "/use", "lock_version=9&qty=1"),
        ("count", "/use", #"{"count":1}"#, "/use", #"{"count":1}"#),
        ("api", "/use?v=1", "", "/use?v=1", ""),
    ])
    func aVersionIsBoundThoughItIsTheSameInAllSessions(
        name: String, target: String, body: String, sentTarget: String, sentBody: String
    ) throws {
        let sessions = (0..<4).map { number in
            OnePlaceTests.session(number, answer: #"{"\#(name)":1,"stock":1}"#, target: target, body: body)
        }
        let sent = try OnePlaceTests.sent(sessions, after: #"{"\#(name)":9,"stock":7}"#)
        #expect(sent.map { $0?.target } == Array(repeating: sentTarget, count: 4))
        #expect(sent.map { $0?.body } == Array(repeating: sentBody, count: 4))
        let one = try OnePlaceTests.sent([sessions[0]], after: #"{"\#(name)":9,"stock":7}"#)
        #expect(one.map { $0?.body } == [sentBody])
    }

    @Test(arguments: [
        ("text/html", #"<script type="application/json">{"order":{"id":$}}</script>"#),
        ("text/html", #"<script>window.PAGE = {"orderId":$,"x":1};</script>"#),
        ("text/html", "<script>var orderId = $;</script>"), ("text/csv", "orderId;x\n$;1\n"),
        ("text/event-stream", "data: {\"id\":$}\n\n"), ("text/plain", "OK: $\n"), ("text/plain", "order #$ is made"),
        ("text/html", "OK=1&TRANSID=$&X=2"),
    ])
    func aNumberInFreeTextIsBoundWhereSessionsAgree(type: String, text: String) throws {
        for first in [1017, 54_321, 1_234_567] {
            let sessions = (0..<3).map { number in
                var recording = Recording(session: UInt32(number + 1), startMs: Int64(number) * 1000)
                let answer = text.replacing("$", with: "\(first + number)")
                recording.add("GET", "/page", answer: answer, answerType: type)
                recording.add("POST", "/orders/\(first + number)/pay")
                return recording.recorded
            }
            let sent = try ReplayPlan(sessions: sessions, options: PlanOptions()).scripts.map { script in
                var values = CloneValues(script: script, clone: 7)
                script.take(0, from: text.replacing("$", with: "500001"), into: &values)
                return script.rendered(1, values)?.target
            }
            #expect(sent == Array(repeating: "/orders/500001/pay", count: 3), "\(first)")
            let one = try ReplayPlan(sessions: [sessions[0]], options: PlanOptions()).scripts[0]
            guard type != "text/html" || !text.hasPrefix("OK"), first < 100_000 else { continue }
            #expect(
                one.rendered(1, CloneValues(script: one, clone: 7))?.target == "/orders/\(first)/pay",
                "alone it may be chance")
        }
    }
}
