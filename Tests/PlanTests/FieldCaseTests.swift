import Testing

@testable import Plan

/// Values as the frameworks and services of the field give them and take them back, and such as only look so.
@Suite struct FieldCaseTests {
    @Test(
        arguments: FieldCase.frameworks + FieldCase.bodies + FieldCase.protocols + FieldCase.pages + FieldCase.alone
            + FieldCase.others + FieldCase.procedures)
    func theFieldsValuesAreSentAsTheyAreRight(test: FieldCase) throws {
        let sent = try test.sent()
        for (found, wanted) in zip(sent, test.expected()) {
            #expect(found?.target == wanted.target)
            #expect(found?.body == wanted.body)
            for (name, value) in wanted.fields { #expect(found?.fields[name] == value) }
        }
        #expect(sent.count == test.values.count)
    }

    /// What `plan` prints of a source can be read again, and finds the recorded value.
    @Test(arguments: FieldCase.frameworks + FieldCase.bodies + FieldCase.protocols + FieldCase.pages + FieldCase.alone)
    func whatIsPrintedOfASourceIsRead(test: FieldCase) throws {
        let found = try ReplayPlan(sessions: test.sessions, options: PlanOptions()).findings
        for binding in found.bindings {
            let locator = try #require(ValueSource.Locator(text: binding.source), "\(binding.source)")
            #expect(locator.labelWithoutPositions == binding.source)
        }
        var options = PlanOptions()
        options.bindingRules = BindingRules(
            found.bindings.map { binding in
                BindingRules.Rule(
                    source: .init(endpoint: binding.sourceEndpoint, place: binding.source),
                    sinks: binding.sinks.map { .init(endpoint: $0.endpoint, place: $0.place) })
            })
        let again = try ReplayPlan(sessions: test.sessions, options: options).findings
        #expect(again.bindings == found.bindings)
        #expect(again.rules.allSatisfy { $0.problem == nil })
    }
}
