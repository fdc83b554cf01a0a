import Testing
import Traffic

@testable import Plan

/// The decision on a place, and the question that decides it.
@Suite struct PlaceDecisionTests {
    struct Case: CustomTestStringConvertible {
        var reason: String
        /// The response of the first exchange, and the request of the second.
        var answer = "{}"
        var target = "/use"
        var fields: [String] = []
        var body = ""
        var options = PlanOptions()
        /// The number of equal sessions of other people.
        var others = 0
        /// The place, and the decision on it.
        var place: String
        var decision: String
        var testDescription: String { reason }
    }

    private static func rules(_ rules: BindingRules.Rule...) -> PlanOptions {
        var options = PlanOptions()
        options.bindingRules = BindingRules(rules)
        return options
    }

    private static let sink = BindingRules.Place(endpoint: "POST /use", place: "JSON ref")

    private static func asking(_ name: String) -> BindingRules.Rule {
        var rule = BindingRules.Rule(sinks: [sink])
        rule.asked = name
        return rule
    }

    private static let bound = #"{"k":"\#(BindingTests.opaque)"}"#
    private static let used = #"{"ref":"\#(BindingTests.opaque)"}"#

    private static var fetching: PlanOptions {
        var options = PlanOptions()
        options.tokenEndpoint = TokenEndpoint(path: "/token", kind: .clientCredentials, clientID: "c")
        return options
    }

    @Test(arguments: [
        Case(
            reason: "a value of a response is bound", answer: bound, body: used, place: "JSON ref",
            decision: "bound $.k"),
        Case(
            reason: "a value that three people share is a constant", answer: bound, body: used, others: 2,
            place: "JSON ref", decision: "constant $.k"),
        Case(
            reason: "two people are too few to tell", answer: bound, body: used, others: 1, place: "JSON ref",
            decision: "bound $.k"),
        Case(
            reason: "the user's text goes before a response", answer: bound, body: used,
            options: rules(.init(value: "x{clone}", sinks: [sink])), place: "JSON ref", decision: "text"),
        Case(
            reason: "the user's command goes before a response", answer: bound, body: used, options: rules(asking("m")),
            place: "JSON ref", decision: "command m"),
        Case(
            reason: "a source that is dropped", answer: bound, body: used,
            options: rules(.init(source: .init(endpoint: "POST /give", place: "$.k"), isDropped: true)),
            place: "JSON ref", decision: "recorded"),
        Case(
            reason: "a source that is pinned, though people share it", answer: bound, body: used,
            options: rules(.init(source: .init(endpoint: "POST /give", place: "$.k"), sinks: [sink], isPinned: true)),
            others: 2, place: "JSON ref", decision: "bound $.k"),
        Case(
            reason: "a source that the search does not find", answer: #"{"k":"other"}"#, body: #"{"ref":"own"}"#,
            options: rules(.init(source: .init(endpoint: "POST /give", place: "$.k"), sinks: [sink])),
            place: "JSON ref", decision: "named $.k"),
        Case(
            reason: "a person's name", body: #"{"username":"ann99","password":"x"}"#, place: "JSON username",
            decision: "person"),
        Case(
            reason: "a person's name that a response gave", answer: #"{"k":"anna-99-client-7"}"#,
            body: #"{"username":"anna-99-client-7","password":"x"}"#, place: "JSON username", decision: "bound $.k"),
        Case(
            reason: "a token that no response gave", fields: ["Authorization: Bearer \(Tokens.first)"],
            place: "field Authorization", decision: "token"),
        Case(
            reason: "a bearer token that is fetched", fields: ["Authorization: Bearer abcdefghijklmnop1234"],
            options: fetching, place: "field Authorization", decision: "fetched"),
        Case(
            reason: "a bearer token that a response gave is not fetched", answer: #"{"t":"abcdefghijklmnop1234"}"#,
            fields: ["Authorization: Bearer abcdefghijklmnop1234"], options: fetching, place: "field Authorization",
            decision: "bound $.t"),
    ])
    func placesAreDecidedByTheFirstQuestionThatHasAnAnswer(test: Case) throws {
        var evidence = BindingEvidence()
        var searched: [(SessionReading, SessionIdentities, SessionSearch)] = []
        for number in 0...test.others {
            var recording = Recording(session: UInt32(number + 1))
            recording.add("GET", "/start")
            recording.add("POST", "/give", answer: test.answer)
            recording.add("POST", test.target, fields: test.fields, body: test.body)
            let reading = SessionReading(recording.recorded)
            let identities = SessionIdentities(of: reading, knownNames: [], options: test.options)
            let search = SessionSearch(reading, identities: identities, options: test.options, evidence: &evidence)
            searched.append((reading, identities, search))
        }
        for (reading, identities, search) in searched {
            let decider = PlaceDecider(
                reading: reading, search: search, identities: identities, evidence: evidence, options: test.options)
            let decisions = search.sinks.compactMap { sink -> String? in
                search.bytes(around: sink, of: reading).withUnsafeBufferPointer { bytes in
                    let place = PlaceContext(sink, of: reading.requests[sink.request], in: bytes, isLabelled: true)
                    guard place.label == test.place else { return nil }
                    return PlaceDecisionTests.text(decider.decision(on: place) { _ in true })
                }
            }
            #expect(decisions.first { $0 != "recorded" } ?? "recorded" == test.decision)
        }
    }

    private static func text(_ decision: PlaceDecision) -> String {
        switch decision {
        case .recorded: "recorded"
        case .constant(let candidate): "constant \(candidate.locator)"
        case .bound(let candidate, _): "bound \(candidate.locator)"
        case .named(_, let locator, _): "named \(locator)"
        case .person: "person"
        case .text: "text"
        case .command(let name, _, _): "command \(name)"
        case .fetched: "fetched"
        case .token: "token"
        case .origin: "origin"
        }
    }
}
