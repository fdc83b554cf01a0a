import Analysis
import Testing

@testable import Measurement

struct FaultEffectTests {

    private static let second: Int64 = 1_000_000_000

    /// 200 requests per second; `fails` and `milliseconds` give the outcome of requests by the tenth of a second in
    /// which they were scheduled.
    private static func timeline(
        seconds: Int, fails: (Int) -> Int = { _ in 0 }, milliseconds: (Int) -> Double = { _ in 10 }
    ) -> LoadTimeline {
        var timeline = LoadTimeline()
        for tenth in 0..<seconds * 10 {
            for number in 0..<20 {
                let isFailure = number < fails(tenth)
                timeline.count(
                    slice: UInt32(tenth), isFailure: isFailure, milliseconds: isFailure ? nil : milliseconds(tenth))
            }
        }
        return timeline
    }

    private static func effect(_ timeline: LoadTimeline, began: Int64 = 60, undone: Int64? = 90, end: Int64 = 150)
        -> FaultEffect
    {
        FaultEffect(
            name: "redis", began: began * second, undone: undone.map { $0 * second }, end: end * second,
            timeline: timeline)
    }

    @Test func anOutageEndsWhenAFallbackTakesOver() {
        let effect = Self.effect(Self.timeline(seconds: 150, fails: { (600..<608).contains($0) ? 20 : 0 }))
        #expect(effect.outageSeconds == 0.8)
        #expect(effect.recoverySeconds == 0)
        #expect(effect.remarks == [])
    }

    @Test func anOutageLastsUntilAfterTheUndoWhereNothingTakesOver() {
        let effect = Self.effect(Self.timeline(seconds: 150, fails: { (600..<923).contains($0) ? 20 : 0 }))
        #expect(effect.outageSeconds == 32.3)
        #expect(effect.recoverySeconds == 2.3)
    }

    @Test func failuresThatComeBackMakeTheOutageLonger() {
        let effect = Self.effect(
            Self.timeline(seconds: 150, fails: { (600..<605).contains($0) || (800..<810).contains($0) ? 20 : 0 }))
        #expect(effect.outageSeconds == 21)
    }

    @Test func slowAnswersAreNoRecovery() {
        let effect = Self.effect(
            Self.timeline(seconds: 150, milliseconds: { (600..<945).contains($0) ? 300 : 10 }))
        #expect(effect.outageSeconds == 0, "slow is not failed")
        let recovery = effect.recoverySeconds ?? -1
        // A second whose first slices are slow also has a high p95.
        #expect(recovery >= 4.4 && recovery <= 4.5)
    }

    @Test func whatNeverEndsIsToldSo() {
        let effect = Self.effect(Self.timeline(seconds: 150, fails: { $0 >= 600 ? 10 : 0 }))
        #expect(effect.outageSeconds == 90)
        #expect(effect.recoverySeconds == 60)
        #expect(effect.remarks.count == 2)
    }

    @Test func aShortTimeWithoutFailuresIsNoOutage() {
        let effect = Self.effect(Self.timeline(seconds: 62), began: 60, undone: 61, end: 62)
        #expect(effect.outageSeconds == 0)
    }

    @Test func aShortTimeWithFailuresTellsNothing() {
        let effect = Self.effect(
            Self.timeline(seconds: 62, fails: { $0 >= 605 ? 5 : 0 }), began: 60, undone: nil, end: 61)
        #expect(effect.outageSeconds == nil)
        #expect(effect.remarks.count == 1)
    }

    @Test func tooLittleLoadBeforeTellsNothingOfTheRecovery() {
        let effect = Self.effect(Self.timeline(seconds: 60), began: 2, undone: 20, end: 60)
        #expect(effect.recoverySeconds == nil)
        #expect(effect.remarks.count == 1)
    }
}
