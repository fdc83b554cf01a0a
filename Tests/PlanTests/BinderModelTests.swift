import Formats
import Testing
import Traffic

@testable import Plan

/// The binder compared with a slow one that compares everything with everything.
@Suite struct BinderModelTests {
    @Test func smallRecordingsAreBoundAsTheModelSays() throws {
        var bound = 0
        var shared = 0
        for seed in UInt64(1)...220 {
            var random = SplitMix64(seed: seed)
            let model = BinderModel.random(&random)
            let plan = try ReplayPlan(sessions: model.sessions.map(\.recording.recorded), options: PlanOptions())
            let decisions = model.decisions()
            for (session, (script, expected)) in zip(model.sessions, zip(plan.scripts, decisions)) {
                try BinderModelTests.compare(session, script, expected, seed: seed)
            }
            let all = decisions.flatMap { $0.flatMap(\.self) }
            let constants = all.count { $0 == .shared }
            let own = all.count { $0 != .shared && $0 != .recorded }
            #expect(plan.findings.bindings.reduce(0) { $0 + $1.count } == own, "seed \(seed): uses")
            #expect(plan.findings.constants.reduce(0) { $0 + $1.count } == constants, "seed \(seed): constants")
            bound += own
            shared += constants
        }
        #expect(bound > 1_200 && shared > 20, "the recordings have something to find: \(bound) and \(shared)")
    }

    /// Runs one clone against a service that gives a different value at every place.
    private static func compare(
        _ session: BinderModel.Session, _ script: SessionScript, _ expected: [[BinderModel.Decision]], seed: UInt64
    ) throws {
        let offset = session.person == nil ? 0 : 1
        func fresh(_ step: Int, _ leaf: Int) -> String { "step\(step).leaf\(leaf)" }
        for (index, step) in session.steps.enumerated() {
            var values = CloneValues(script: script, clone: 0)
            let earlier = session.steps.indices.filter { session.steps[$0].endedNs <= step.beganNs }
            for other in earlier.sorted(by: { session.steps[$0].endedNs < session.steps[$1].endedNs }) {
                var leaf = -1
                let answer = session.steps[other].answer { _ in
                    leaf += 1
                    return fresh(other, leaf)
                }
                script.take(other + offset, from: answer, into: &values)
            }
            var decisions = expected[index][...]
            let texts = Dictionary(
                uniqueKeysWithValues: step.sent.map { leaf in
                    if case .bound(let source, let place)? = decisions.popFirst() {
                        return (leaf.place, fresh(source, place))
                    }
                    return (leaf.place, leaf.value.text)
                })
            let (target, fields, body) = step.request { texts[$0.place] ?? "" }
            let rendered = script.rendered(index + offset, values)
            #expect(
                rendered?.target == target && rendered?.body == body
                    && fields.allSatisfy { $0 == "X-Key: \(rendered?.fields["X-Key"] ?? "")" },
                "seed \(seed), session \(session.number), request \(index): \(String(describing: rendered))")
        }
    }
}
