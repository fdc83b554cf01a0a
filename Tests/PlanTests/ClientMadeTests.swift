import Testing
import Traffic

@testable import Plan

/// What clients make for themselves, and what becomes of the user's rules.
@Suite struct ClientMadeTests {
    private static func uuid(_ number: Int) -> String { "3f2b8c1e-9a4d-4c7b-8e1f-0a1b2c3d4e0\(number)" }

    /// Two sessions of two payments each.
    private static func sessions() -> [RecordedSession] {
        (0..<2).map { session in
            var recording = Recording(session: UInt32(session + 1), startMs: Int64(session) * 1000)
            for payment in 0..<2 {
                recording.add(
                    "POST", "/pay",
                    fields: ["Idempotency-Key: \(uuid(session * 2 + payment))", "X-Tenant: \(uuid(9))"],
                    body: #"{"amount":17}"#, status: 201, answer: "{}")
            }
            return recording.recorded
        }
    }

    @Test func valuesThatClientsMakeAreNamed() throws {
        let plan = try ReplayPlan(sessions: ClientMadeTests.sessions(), options: PlanOptions())
        let made = plan.findings.clientMade
        #expect(made.map(\.place) == ["field Idempotency-Key"], "one value everywhere is a constant")
        #expect(made.map(\.endpoint) == ["POST /pay"])
        #expect(made.map(\.count) == [4] && made.map(\.values) == [4] && made.map(\.sessions) == [2])
    }

    @Test func whatAResponseGaveIsNotTheClients() throws {
        var recording = Recording()
        recording.add("GET", "/a", answer: #"{"id":"\#(ClientMadeTests.uuid(1))"}"#)
        recording.add("GET", "/b/\(ClientMadeTests.uuid(1))")
        recording.add("GET", "/b/\(ClientMadeTests.uuid(2))")
        recording.add("GET", "/b/\(ClientMadeTests.uuid(3))")
        let made = try recording.plan().findings.clientMade
        #expect(made.map(\.values) == [2])
    }

    @Test(arguments: [false, true]) func aUUIDOfTheUsersIsNewInEachRequest(isForClone: Bool) throws {
        var rule = BindingRules.Rule(
            value: "{uuid}", sinks: [.init(endpoint: "POST /pay", place: "field Idempotency-Key")])
        rule.isForClone = isForClone
        var options = PlanOptions()
        options.bindingRules = BindingRules([rule])
        let plan = try ReplayPlan(sessions: ClientMadeTests.sessions(), options: options)
        var sent: [String] = []
        for script in plan.scripts {
            for clone in [script.sessionNumber == 1 ? 0 : 1, script.sessionNumber == 1 ? 2 : 3] {
                let values = CloneValues(script: script, clone: clone)
                sent += (0..<2).compactMap { script.rendered($0, values)?.fields["Idempotency-Key"] }
            }
        }
        #expect(sent.count == 8)
        #expect(sent.allSatisfy { $0.count == 36 })
        #expect(Set(sent).count == (isForClone ? 4 : 8))
        #expect(plan.findings.clientMade.isEmpty)
        #expect(plan.findings.rules.map(\.places) == [4])
    }

    typealias Problem = PlanFindings.RuleEffect.Problem

    struct Case: CustomTestStringConvertible {
        var reason: String
        var rule: BindingRules.Rule
        var problem: Problem?
        var testDescription: String { reason }
    }

    private static func rule(
        _ value: String? = nil, from source: (String, String)? = nil, into sinks: [(String, String)],
        drops: Bool = false
    ) -> BindingRules.Rule {
        BindingRules.Rule(
            source: source.map { .init(endpoint: $0.0, place: $0.1) }, value: value,
            sinks: sinks.map { .init(endpoint: $0.0, place: $0.1) }, isDropped: drops)
    }

    @Test(arguments: [
        Case(
            reason: "a text in effect", rule: rule("x{clone}", into: [("PUT /things/{id}", "JSON note")]), problem: nil),
        Case(
            reason: "a text for requests that there are none of",
            rule: rule("x", into: [("POST /nosuch", "JSON note")]),
            problem: .noSuchRequest),
        Case(
            reason: "a text for a place that those requests lack",
            rule: rule("x", into: [("PUT /things/{id}", "JSON nosuch")]), problem: .noSuchPlace),
        Case(
            reason: "a source in effect",
            rule: rule(from: ("POST /things", "$.note"), into: [("PUT /things/{id}", "JSON note")]), problem: nil),
        Case(
            reason: "a source in responses that there are none of",
            rule: rule(from: ("GET /nosuch", "$.id"), into: [("PUT /things/{id}", "JSON note")]),
            problem: .noSuchResponse),
        Case(
            reason: "a source that is written in no known way",
            rule: rule(from: ("POST /things", "the note"), into: [("PUT /things/{id}", "JSON note")]),
            problem: .unreadableSource),
        Case(
            reason: "a source that no response has",
            rule: rule(from: ("POST /things", "$.nosuch"), into: [("PUT /things/{id}", "JSON note")]), problem: .noValue
        ),
        Case(
            reason: "a binding that is dropped", rule: rule(from: ("POST /things", "$.id"), into: [], drops: true),
            problem: nil),
        Case(
            reason: "a binding that is dropped though there is none",
            rule: rule(from: ("POST /things", "$.note"), into: [], drops: true), problem: .noSuchPlace),
    ])
    func rulesWithoutEffectAreTold(test: Case) throws {
        var recording = Recording()
        recording.add("POST", "/things", status: 201, answer: #"{"id":"\#(BindingTests.opaque)","note":"hello"}"#)
        recording.add("PUT", "/things/\(BindingTests.opaque)", body: #"{"note":"other words"}"#)
        let findings = try recording.plan { $0.bindingRules = BindingRules([test.rule]) }.findings
        #expect(findings.rules.map(\.problem) == [test.problem])
        #expect(findings.rules.allSatisfy { ($0.places > 0) == (test.problem == nil) })
    }

    @Test func identityRulesWithoutEffectAreTold() throws {
        let rules = [
            BindingRules.IdentityRule(endpoint: "POST /nosuch", field: "email", value: "a{clone}@x.example"),
            BindingRules.IdentityRule(endpoint: "POST /xml", field: "nosuch", value: "a{clone}@x.example"),
            BindingRules.IdentityRule(endpoint: "POST /xml", field: "email", value: "a{clone}@x.example"),
        ]
        var recording = Recording()
        recording.add(
            "POST", "/xml", body: "<user><email>ann@example.com</email><password>pw</password></user>",
            type: "application/xml", status: 201)
        let plan = try recording.plan { $0.bindingRules = BindingRules([], identities: rules) }
        #expect(plan.findings.rules.map(\.problem) == [.noSuchRequest, .noSuchPlace, nil])
        let values = CloneValues(script: plan.scripts[0], clone: 7)
        #expect(plan.scripts[0].rendered(0, values)?.body.contains("<email>a7@x.example</email>") == true)
    }
}
