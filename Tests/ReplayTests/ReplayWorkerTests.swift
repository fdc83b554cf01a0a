import Plan
import TestSupport
import Testing
import Traffic

@testable import Measurement
@testable import Replay

/// A whole worker with a manual clock: recorded sessions and responses in, outcomes out. Times are milliseconds.
@Suite struct ReplayWorkerTests {
    private func slots(_ options: inout PlanOptions, _ count: Int = 1, duration: Duration? = nil) {
        options.population = .slots(count)
        options.ramp = .zero
        options.duration = duration
    }

    @Test func waitingForAConnectionIsHeldTimeAndNoSendLag() throws {
        let run = try ScriptedRun([RecordedSession([(0, 100), (10, 100)])], hasOneConnection: true) { _, _ in
            .init(after: 50)
        }
        #expect(run.sent == ["0.0@0: GET /0", "0.1@50: GET /1"])
        #expect(run.fates == [.answered: 2])
        #expect(run.counts.held.connectionNs == 40_000_000, "due at 10, its connection free at 50")
        #expect(run.counts.held.totalNs == 40_000_000, "and nothing else")
        let samples = run.record.flatMap(\.samples)
        #expect(samples.map { TimeBuckets.lowestNs(ofIndex: $0[.sendLag]) } == [0, 0])
        #expect(samples.map { TimeBuckets.lowestNs(ofIndex: $0[.held]) / 1_000_000 } == [0, 39])
    }

    /// Requests in flight at the run's end have the drain time to finish, to the millisecond.
    @Test(arguments: [
        (Int64?(9_999), Fate.answered, Int64(10_999), "just in time"), (10_001, .cut, 11_000, "just too late"),
        (nil, .cut, 11_000, "never"),
    ])
    func answerCountsWithinTheDrain(after: Int64?, fate: Fate, end: Int64, reason: String) throws {
        let run = try ScriptedRun(
            [RecordedSession([(0, 5), (1000, 1005)])],
            plan: {
                slots(&$0, duration: .seconds(1))
                $0.pacing = .timeline
            },
            options: { $0.drain = .seconds(10) }
        ) { _, _ in .init(after: after.map { $0 + 1000 }) }
        #expect(run.fates == [fate: 1], "\(reason)")
        #expect(run.counts.sessionsCut == 1, "\(reason)")
        #expect(run.ended == RunTime(nanoseconds: end * 1_000_000), "\(reason)")
        #expect(run.sent.count == 1, "\(reason)")
    }

    @Test func nothingBeginsAtTheEndOfTheDuration() throws {
        let run = try ScriptedRun(
            [RecordedSession([(0, 5), (999, 1000), (1000, 1005), (5000, 5005)])],
            plan: { slots(&$0, duration: .seconds(1)) }
        ) { _, _ in .init(after: 0) }
        #expect(run.sent == ["0.0@0: GET /0", "0.1@999: GET /1"])
        #expect(run.counts.requestsGivenUp == 2)
        #expect(run.counts.sessionsCut == 1)
        #expect(run.ended == RunTime(nanoseconds: 1_000_000_000))
    }

    /// A closed loop against a target that responds immediately always has something due; the run ends nevertheless.
    @Test func aLoopThatNeverWaitsEndsWithItsDuration() throws {
        var answered = 0
        let run = try ScriptedRun(
            [RecordedSession([(0, 5), (10, 15)])],
            plan: {
                slots(&$0, 3, duration: .milliseconds(20))
                $0.speed = .max
            }
        ) { _, _ in
            answered += 1
            return .init(after: answered % 50 == 0 ? 1 : 0, fate: .refused)
        }
        #expect(run.ended <= RunTime(nanoseconds: 21_000_000))
        #expect(run.counts.failures == UInt64(run.sent.count))
    }

    @Test func requestsAfterALateAnswerAreHeldByOrder() throws {
        let run = try ScriptedRun([RecordedSession([(0, 5), (10, 15), (20, 25)])]) { id, _ in
            .init(after: id.request == 0 ? 300 : 0)
        }
        #expect(run.sent == ["0.0@0: GET /0", "0.1@300: GET /1", "0.2@300: GET /2"])
        #expect(run.counts.held.orderNs == (290 + 280) * 1_000_000)
        #expect(run.counts.held.totalNs == (290 + 280) * 1_000_000)
        #expect(run.counts.sessionsCompleted == 1)
    }

    /// A process that was stopped returns late from its wait: this is reported as a stall of the generator, not of the
    /// target.
    @Test(arguments: [(Int64(99), UInt64(0)), (100, 1), (2000, 1)])
    func lateWaitsAreTheGeneratorsStalls(lateness: Int64, stalls: UInt64) throws {
        var isOver = false
        let run = try ScriptedRun(
            [RecordedSession([(0, 5), (1000, 1005)])],
            lateness: { until in
                guard until.nanoseconds == 1_000_000_000, !isOver else { return 0 }
                isOver = true
                return lateness
            }
        ) { _, _ in .init(after: 0) }
        #expect(run.fates == [.answered: 2])
        #expect(run.counts.generatorStalls == stalls)
        #expect(run.counts.generatorStallNs == stalls * UInt64(lateness) * 1_000_000)
    }

    /// Requests due while the worker stalled are delayed by it, and so are those that their clone sends afterwards
    /// until it has caught up; later ones and other clones are not.
    @Test func whatWasDueInAStallIsDelayedByTheGenerator() throws {
        var isOver = false
        let run = try ScriptedRun(
            [RecordedSession((0..<6).map { (begin: Int64($0) * 1000, end: Int64($0) * 1000 + 900) })],
            lateness: { until in
                guard until.nanoseconds == 1_000_000_000, !isOver else { return 0 }
                isOver = true
                return 1500
            }
        ) { _, _ in .init(after: 900) }
        #expect(
            run.sent.map { $0.prefix { $0 != ":" } } == [
                "0.0@0", "0.1@2500", "0.2@3400", "0.3@4300", "0.4@5200", "0.5@6100",
            ])
        #expect(run.record.map(\.counts.requestsDelayedByGenerator) == [0, 0, 0, 1, 1, 1, 1, 1])
        #expect(run.record.map { $0.counts.generatorStallNs / 1_000_000 } == [0, 1000, 500, 0, 0, 0, 0, 0])
        #expect(run.record.map(\.counts.generatorStalls) == [0, 1, 0, 0, 0, 0, 0, 0])
    }

    /// A clone that has caught up is not delayed by an earlier stall.
    @Test func aCloneThatHasCaughtUpIsNotDelayed() throws {
        var isOver = false
        let run = try ScriptedRun(
            [RecordedSession((0..<4).map { (begin: Int64($0) * 1000, end: Int64($0) * 1000 + 10) })],
            lateness: { until in
                guard until.nanoseconds == 1_000_000_000, !isOver else { return 0 }
                isOver = true
                return 500
            }
        ) { _, _ in .init(after: 10) }
        #expect(run.record.map(\.counts.requestsDelayedByGenerator) == [0, 1, 0, 0])
    }

    @Test func fatesOfTheNetworkAreThoseOfTheRequests() throws {
        let fates = Fate.allCases.filter { $0 != .cut }
        let spans = fates.indices.map { (begin: Int64($0) * 10, end: Int64($0) * 10 + 1) }
        let run = try ScriptedRun([RecordedSession(spans)]) { id, _ in .init(fate: fates[id.request]) }
        for fate in fates { #expect(run.counts[fate] == 1, "\(fate)") }
        #expect(run.counts.sessionsFailed == 1)
    }
}
