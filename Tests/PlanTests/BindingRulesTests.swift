import Formats
import Testing

@testable import Plan

/// Users' decisions about bindings.
@Suite struct BindingRulesTests {
    private static func recording(_ value: String = BindingTests.opaque) -> Recording {
        var recording = Recording()
        recording.add("POST", "/login", answer: #"{"key":"\#(value)","other":"abc"}"#)
        recording.add("GET", "/items/17?key=\(value)", fields: ["Authorization: Bearer recorded-elsewhere"])
        return recording
    }

    private static let source = BindingRules.Place(endpoint: "POST /login", place: "$.key")
    private static let sink = BindingRules.Place(endpoint: "GET /items/{id}", place: "query key")

    private static func sent(_ rules: [BindingRules.Rule], _ recording: Recording = recording()) throws -> Rendered? {
        let script = try recording.script { $0.bindingRules = BindingRules(rules) }
        var values = CloneValues(script: script, clone: 3)
        script.take(0, from: #"{"key":"live","other":"fresh"}"#, into: &values)
        return script.rendered(1, values)
    }

    @Test func withoutRulesWhatIsFoundIsBound() throws {
        #expect(try BindingRulesTests.sent([])?.target == "/items/17?key=live")
    }

    @Test func aDroppedBindingIsSentAsRecorded() throws {
        let rule = BindingRules.Rule(source: BindingRulesTests.source, isDropped: true)
        #expect(try BindingRulesTests.sent([rule])?.target == "/items/17?key=\(BindingTests.opaque)")
    }

    @Test func oneSinkOfABindingCanBeDropped() throws {
        let elsewhere = BindingRules.Place(endpoint: "GET /items/{id}/x", place: "query key")
        let rule = BindingRules.Rule(source: BindingRulesTests.source, sinks: [elsewhere], isDropped: true)
        #expect(try BindingRulesTests.sent([rule])?.target == "/items/17?key=live")
        let own = BindingRules.Rule(source: BindingRulesTests.source, sinks: [BindingRulesTests.sink], isDropped: true)
        #expect(try BindingRulesTests.sent([own])?.target == "/items/17?key=\(BindingTests.opaque)")
    }

    @Test func whatWasNotFoundCanBeAdded() throws {
        let rule = BindingRules.Rule(
            source: .init(endpoint: "POST /login", place: "$.other"),
            sinks: [.init(endpoint: "GET /items/{id}", place: "field Authorization")])
        #expect(try BindingRulesTests.sent([rule])?.fields["Authorization"] == "Bearer fresh")
        let path = BindingRules.Rule(
            source: .init(endpoint: "POST /login", place: "$.other"),
            sinks: [.init(endpoint: "GET /items/{id}", place: "path[1]")])
        #expect(try BindingRulesTests.sent([path])?.target == "/items/fresh?key=live")
    }

    @Test func aTextFromTheUserHasPriority() throws {
        let rule = BindingRules.Rule(value: "k-{clone}", sinks: [BindingRulesTests.sink])
        #expect(try BindingRulesTests.sent([rule])?.target == "/items/17?key=k-3")
    }

    @Test func aConstantIsBoundWhenItIsPinned() throws {
        var sessions: [Recording] = []
        for number in 1...4 {
            var recording = Recording(session: UInt32(number), startMs: Int64(number) * 100)
            recording.add("POST", "/register", body: #"{"username":"person\#(number)","password":"x"}"#)
            recording.add("POST", "/login", answer: #"{"key":"\#(BindingTests.opaque)"}"#)
            recording.add("GET", "/items/17?key=\(BindingTests.opaque)")
            sessions.append(recording)
        }
        func bound(_ rules: [BindingRules.Rule]) throws -> Int {
            var options = PlanOptions()
            options.bindingRules = BindingRules(rules)
            let plan = try ReplayPlan(sessions: sessions.map(\.recorded), options: options)
            return plan.scripts.count { !$0.requests[2].neededValues.isEmpty }
        }
        #expect(try bound([]) == 0)
        let rule = BindingRules.Rule(
            name: "tenant", source: BindingRulesTests.source, sinks: [BindingRulesTests.sink], isPinned: true)
        #expect(try bound([rule]) == 4)
    }

    @Test func aBindingIsCalledWhatTheUserCallsIt() throws {
        let rule = BindingRules.Rule(name: "ticket", source: BindingRulesTests.source, sinks: [BindingRulesTests.sink])
        let plan = try BindingRulesTests.recording().plan { $0.bindingRules = BindingRules([rule]) }
        #expect(plan.findings.bindings.map(\.name) == ["ticket"])
        #expect(try BindingRulesTests.recording().plan().findings.bindings.map(\.name) == ["key"])
    }

    /// Findings that are given back as rules lead to the same findings.
    @Test func whatIsFoundIsTheSameWhenGivenBack() throws {
        let life = BindingTests.life()
        let found = try life.plan().findings
        let rules = found.bindings.map { binding in
            BindingRules.Rule(
                name: binding.name, source: .init(endpoint: binding.sourceEndpoint, place: binding.source),
                sinks: binding.sinks.map { .init(endpoint: $0.endpoint, place: $0.place) })
        }
        var again = try life.plan { $0.bindingRules = BindingRules(rules) }.findings
        #expect(again.rules.map(\.places) == found.bindings.map(\.count))
        #expect(again.rules.allSatisfy { $0.problem == nil })
        again.rules = []
        #expect(again == found)
    }

    @Test(arguments: [
        "$.a.b[0].c", "$", #"$["a b"][2]"#, "header X-Token", "header Location path[2]", "header Location ?code",
        "cookie sid", "form code", "HTML field csrf", #"$.a after "Bearer ""#,
    ])
    func placesAreReadAsTheyAreWritten(text: String) {
        #expect(ValueSource.Locator(text: text)?.description == text)
    }

    @Test(arguments: [
        ("/items/{id}", "/items/17", true), ("/items/{id}", "/items/17/x", false), ("/items/{id}", "/item/17", false),
        ("/Items({id})/x", "/Items(17)/x", true), ("/Items({id})/x", "/Items()/x", false),
        ("/Items({id})/x", "/Items(17/x", false), ("/a-{x}-b-{y}.json", "/a-1-b-2.json", true),
        ("/a-{x}-b-{y}.json", "/a--b-2.json", false), ("/a-{x}-b-{y}.json", "/a-1-c-2.json", false),
        ("/{x", "/{x", true),
        ("/{x", "/y", false), ("/a/{x}?q=1", "/a/b", false), ("/aa{x}a", "/aaa", false),
    ])
    func aPatternMatchesSegmentsAndTheirParts(pattern: String, target: String, isMatch: Bool) throws {
        var recording = Recording()
        recording.add("GET", target)
        let draft = try ParsedRequest.make(of: recording.exchanges[0], at: 0).get()
        let place = BindingRules.Place(endpoint: "GET \(pattern)", place: "target")
        #expect(place.matches(draft) == isMatch, "\(pattern) and \(target)")
    }

    private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    private static let path = JSONPath([.member(bytes("a b")), .element(2), .member(bytes(#"c"]d\"#))])

    /// Every kind of place, and every way to take a value out of one.
    private static let places: [ValueSource.Locator] =
        [
            .json(JSONPath([])), .json(path), .jsonLine(3, path), .jsonName(path, 0), .jsonName(path, 2),
            .header("X-Token"), .trailer("X-Sum"), .cookie("sid"), .cookie("wp-1[a]"), .form("code"), .form("my code"),
            .form("user[email]"), .html("csrf", ordinal: 0), .html("csrf token", ordinal: 2), .html("[0]", ordinal: 1),
            .option("author", ordinal: 0), .option("author", ordinal: -1), .option("an author", ordinal: 4),
            .link(LinkPattern(segments: [bytes("t"), nil, bytes("a b")], parameter: nil), ordinal: 0),
            .link(LinkPattern(segments: [bytes("t"), nil], parameter: "page no"), ordinal: 3),
            .protobuf(ProtobufPath(frame: nil, steps: [.init(number: 3, ordinal: 0), .init(number: 1, ordinal: 2)])),
            .protobuf(ProtobufPath(frame: 2, steps: [.init(number: 3, ordinal: 0)])), .body, .challenge,
        ] + ["/s:a/b[2]", "/a/@x:id"].compactMap { XMLPath(text: $0).map(ValueSource.Locator.xml) }
        + derivations.map { .inside(.header("Location"), $0) } + derivations.map { .inside(.json(path), $0) }
        + derivations.map { .inside(.inside(.html("a b", ordinal: 1), .base64), $0) }

    private static let derivations: [Derivation] = [
        .pathSegment(0), .pathSegment(3), .queryParameter("code"), .queryParameter("my code"),
        .queryParameter("a[\"b\"]"), .fragmentParameter("state"), .fragmentParameter("a b"), .json(path), .claim(path),
        .base64, .percentDecoded, .trailingDigits, .word(after: bytes("token=")), .word(after: bytes(#"a "b\" "#)),
        .word(after: []), .digits(after: bytes("id: ")), .number(0), .number(4),
        .slice(after: bytes("a "), .before([])),
        .slice(after: bytes("a=\""), .before(bytes("\" "))), .slice(after: bytes("and"), .before(bytes(" and "))),
        .slice(after: bytes("\n\t"), .count(36)),
    ]

    @Test(arguments: places) func everyPlaceIsReadAsItIsPrinted(place: ValueSource.Locator) throws {
        let read = try #require(ValueSource.Locator(text: place.description), "\(place.description)")
        #expect(read == place)
        let label = place.labelWithoutPositions
        #expect(try #require(ValueSource.Locator(text: label), "\(label)").labelWithoutPositions == label)
    }

    @Test(arguments: [
        "", "$.", "$.a[", "$.a[x]", "header ", "header X y", "element a", "header", "HTML", "HTML field",
        "HTML field a [x]", "HTML option author by its text", "link a", "protobuf", "protobuf 1.x", "protobuf 0",
        "$.a JSON",
        "$.a between \"x\"", "$.a between \"x\" and \"\"", "$.a after x", "$.a after \"x", "$.a number[-1]",
        "$.a 0 bytes after \"x\"",
        "$.a 3 bytes", "line[1]", "line[-1] $.a", "body  base64", "$[\"a]", "Digest",
    ])
    func whatIsNotAPlaceIsNotRead(text: String) { #expect(ValueSource.Locator(text: text) == nil) }
}
