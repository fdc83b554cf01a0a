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

    @Test func aTextOfTheUsersGoesBeforeAll() throws {
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

    @Test(arguments: ["", "$.", "$.a[", "$.a[x]", "header ", "header X y", "element a"])
    func whatIsNoPlaceIsNotRead(text: String) { #expect(ValueSource.Locator(text: text) == nil) }
}
