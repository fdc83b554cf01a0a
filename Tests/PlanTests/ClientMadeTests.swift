import Testing
import Traffic

@testable import Plan

/// Values that clients generate, and the effects of the user's rules.
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

    private static let seconds = Recording.epochNs / 1_000_000_000

    @Test(
        arguments: [
            ("X-Hub-Signature-256: sha256=$", "field X-Hub-Signature-256", .signature),
            ("X-Signature: $", "field X-Signature", .signature), ("X-Api-HMAC: $", "field X-Api-HMAC", .signature),
            ("X-Timestamp: \(seconds)#", "field X-Timestamp", .time),
            ("X-Amz-Date: 20231114T22130#Z", "field X-Amz-Date", .time),
            ("X-When: \(seconds)00#", "field X-When", .time),
            ("X-Nonce: $", "field X-Nonce", .perRequest),
            ("X-Message: 01HF7YAT31JKM8QZ5WVC3XD2N#", "field X-Message", .perRequest),
            ("X-Other: $", nil, nil), ("X-Ticket: 159999999#", nil, nil),
        ] as [(String, String?, PlanFindings.ClientMade.Kind?)])
    func whatAClientMakesIsNamedByWhatItIsFor(
        field: String, place: String?, kind: PlanFindings.ClientMade.Kind?
    ) throws {
        var recording = Recording()
        for number in 0..<3 {
            let digest = HashAlgorithm.sha256.hex([UInt8(number)]).text
            let value = field.replacing("$", with: digest).replacing("#", with: "\(number)")
            recording.add("POST", "/pay", fields: [value], body: #"{"amount":17}"#, status: 201, answer: "{}")
        }
        let made = try recording.plan().findings.clientMade
        #expect(made.map(\.place) == [place].compactMap(\.self))
        #expect(made.map(\.kind) == [kind].compactMap(\.self))
        #expect(made.allSatisfy { $0.count == 3 && $0.values == 3 && !$0.isReused && $0.changedRequests == 0 })
    }

    /// Ids that a client makes for each request, at the places where clients put them.
    @Test(
        arguments: [
            ("PUT /docs/$", "", "", "path[1]"), ("GET /search?request_id=$", "", "", "query request_id"),
            ("POST /pay", "", #"{"payment":{"id":"$"}}"#, "JSON id"),
            (
                "POST /graphql", "", #"{"query":"{x}","variables":{"clientMutationId":"$"}}"#,
                "JSON clientMutationId"
            ),
            ("POST /pay", "Idempotency-Key: $", "{}", "field Idempotency-Key"),
            ("POST /pay", "X-Request-Id: req-$", "{}", "field X-Request-Id"),
            ("POST /soap", "", "<Header><MessageID>urn:uuid:$</MessageID></Header>", "XML MessageID"),
            ("POST /form", "", "amount=3&idempotency_key=$", "form idempotency_key"),
        ])
    func idsThatAClientMakesAreNamedWhereTheyStand(line: String, field: String, body: String, place: String) throws {
        let sessions = (0..<2).map { session in
            var recording = Recording(session: UInt32(session + 1), startMs: Int64(session) * 1000)
            let words = line.split(separator: " ").map(String.init)
            for request in 0..<2 {
                func filled(_ text: String) -> String {
                    text.replacing("$", with: ClientMadeTests.uuid(session * 2 + request))
                }
                recording.add(
                    words[0], filled(words[1]), fields: field.isEmpty ? [] : [filled(field)], body: filled(body),
                    type: body.contains("&") ? PlantedValues.formType : body.hasPrefix("<") ? "text/xml" : nil,
                    answer: "{}")
            }
            return recording.recorded
        }
        let plan = try ReplayPlan(sessions: sessions, options: PlanOptions())
        let made = plan.findings.clientMade
        #expect(made.map(\.place) == [place])
        #expect(made.map(\.kind) == [.perRequest])
        #expect(made.map(\.values) == [4] && made.map(\.sessions) == [2])
        // A rule of the user makes a new one for each request at the same place.
        var options = PlanOptions()
        let endpoint = try #require(made.first?.endpoint)
        options.bindingRules = BindingRules([ClientMadeTests.rule("{uuid}", into: [(endpoint, place)])])
        let asked = try ReplayPlan(sessions: sessions, options: options)
        #expect(asked.findings.rules.map(\.places) == [4])
        let sent = asked.scripts.flatMap { script in
            (0..<2).map { script.rendered($0, CloneValues(script: script, clone: Int(script.sessionNumber))) }
        }
        #expect(Set(sent.map { "\($0.map { "\($0)" } ?? "nothing")" }).count == 4)
        #expect(!sent.contains { "\($0.map { "\($0)" } ?? "")".contains(ClientMadeTests.uuid(0).prefix(34)) })
    }

    @Test func theStepsOfAnAuthorizationAreNamed() throws {
        let sessions = (0..<2).map { number in
            var recording = Recording(session: UInt32(number + 1), startMs: Int64(number) * 1000)
            let word = HashAlgorithm.sha256.hex([UInt8(number)]).text
            recording.add("GET", "/authorize?code_challenge=\(word)c&state=\(word)s", status: 302)
            recording.add("POST", "/token", body: "code_verifier=\(word)v", type: PlantedValues.formType)
            return recording.recorded
        }
        let made = try ReplayPlan(sessions: sessions, options: PlanOptions()).findings.clientMade
        #expect(made.map(\.place) == ["query code_challenge", "query state", "form code_verifier"])
        #expect(made.allSatisfy { $0.kind == .authorization })
    }

    @Test func aSignatureOfAChangedRequestIsReported() throws {
        let signature = HashAlgorithm.sha256.hex([1]).text
        var recording = Recording()
        recording.add("GET", "/a", answer: #"{"id":"\#(BindingTests.opaque)"}"#)
        recording.add("POST", "/b", fields: ["X-Signature: \(signature)"], body: #"{"id":"\#(BindingTests.opaque)"}"#)
        recording.add(
            "PUT", "/c", fields: ["Authorization: AWS4-HMAC-SHA256 Credential=AKIAX/1, Signature=\(signature)"])
        let made = try recording.plan().findings.clientMade
        #expect(made.map(\.endpoint) == ["POST /b", "PUT /c"])
        #expect(made.map(\.kind) == [.signature, .signature])
        #expect(made.map(\.changedRequests) == [1, 0])
    }

    @Test func whatNamesAThingIsSentInSeveralRequests() throws {
        let sessions = (0..<2).map { number in
            var recording = Recording(session: UInt32(number + 1), startMs: Int64(number) * 1000)
            recording.add("PUT", "/docs/\(ClientMadeTests.uuid(number))")
            recording.add("DELETE", "/docs/\(ClientMadeTests.uuid(number))")
            return recording.recorded
        }
        let made = try ReplayPlan(sessions: sessions, options: PlanOptions()).findings.clientMade
        #expect(made.map(\.isReused) == [true, true])
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
            reason: "a text for requests that do not exist",
            rule: rule("x", into: [("POST /nosuch", "JSON note")]),
            problem: .noSuchRequest),
        Case(
            reason: "a text for a place that those requests lack",
            rule: rule("x", into: [("PUT /things/{id}", "JSON nosuch")]), problem: .noSuchPlace),
        Case(
            reason: "a source in effect",
            rule: rule(from: ("POST /things", "$.note"), into: [("PUT /things/{id}", "JSON note")]), problem: nil),
        Case(
            reason: "a source in responses that do not exist",
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
            reason: "a dropped binding that does not exist",
            rule: rule(from: ("POST /things", "$.note"), into: [], drops: true), problem: .noSuchPlace),
    ])
    func rulesWithoutEffectAreReported(test: Case) throws {
        var recording = Recording()
        recording.add("POST", "/things", status: 201, answer: #"{"id":"\#(BindingTests.opaque)","note":"hello"}"#)
        recording.add("PUT", "/things/\(BindingTests.opaque)", body: #"{"note":"other words"}"#)
        let findings = try recording.plan { $0.bindingRules = BindingRules([test.rule]) }.findings
        #expect(findings.rules.map(\.problem) == [test.problem])
        #expect(findings.rules.allSatisfy { ($0.places > 0) == (test.problem == nil) })
    }

    @Test func anOverriddenRuleIsReportedAsSuch() throws {
        var recording = Recording()
        recording.add("PUT", "/things/1", body: #"{"note":"other words"}"#)
        let rules = ["a{clone}", "b{clone}"].map {
            ClientMadeTests.rule($0, into: [("PUT /things/{id}", "JSON note")])
        }
        let findings = try recording.plan { $0.bindingRules = BindingRules(rules) }.findings
        #expect(findings.rules.map(\.problem) == [.overruled, nil])
        #expect(findings.rules.map(\.places) == [0, 1])
    }

    @Test(
        arguments: [
            ("x{clone}", []), ("x{nocolumn}", ["nocolumn"]), (#"{"a":"{b_1}"}"#, ["b_1"]), ("{uuid}{clone:7}{}", []),
            ("{name} {nam}", ["nam"]), ("{", []),
        ] as [(String, [String])])
    func namesThatNoTableHasAreFound(template: String, unknown: [String]) throws {
        var feeds = Feeds()
        _ = feeds.add(people: try FeedTable(csv: Array("name,password\nben,pw\n".utf8)))
        #expect(IdentityTemplate.unknownNames(in: template, feeds: feeds) == unknown)
    }

    @Test func identityRulesWithoutEffectAreReported() throws {
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
