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

    @Test func slowResponsesAreNotARecovery() {
        let effect = Self.effect(
            Self.timeline(seconds: 150, milliseconds: { (600..<945).contains($0) ? 300 : 10 }))
        #expect(effect.outageSeconds == 0, "slow is not failed")
        let recovery = effect.recoverySeconds ?? -1
        // A second whose first slices are slow also has a high p95.
        #expect(recovery >= 4.4 && recovery <= 4.5)
    }

    @Test func anOutageThatNeverEndsIsReportedAsSuch() {
        let effect = Self.effect(Self.timeline(seconds: 150, fails: { $0 >= 600 ? 10 : 0 }))
        #expect(effect.outageSeconds == 90)
        #expect(effect.recoverySeconds == 60)
        #expect(effect.remarks.count == 2)
    }

    @Test func aShortTimeWithoutFailuresIsNotAnOutage() {
        let effect = Self.effect(Self.timeline(seconds: 62), began: 60, undone: 61, end: 62)
        #expect(effect.outageSeconds == 0)
    }

    @Test func aShortTimeWithFailuresIsInconclusive() {
        let effect = Self.effect(
            Self.timeline(seconds: 62, fails: { $0 >= 605 ? 5 : 0 }), began: 60, undone: nil, end: 61)
        #expect(effect.outageSeconds == nil)
        #expect(effect.remarks.count == 1)
    }

    /// Slow from one tenth of a second to another; the undo is at 900, the end at 1500.
    struct Course: Sendable, CustomTestStringConvertible {
        var what: String
        var slow: [Range<Int>]
        var fails: [Range<Int>] = []
        /// In tenths of a second since the undo.
        var recovery: ClosedRange<Int>
        var testDescription: String { what }

        /// Five seconds slow, five not.
        static let flapping = stride(from: 900, to: 1300, by: 100).map { $0..<$0 + 50 }
    }

    @Test(arguments: [
        Course(what: "nothing happened", slow: [], recovery: 0...0),
        Course(what: "one slow second much later is noise", slow: [1400..<1410], recovery: 0...0),
        Course(
            what: "a slow second every ten is noise", slow: (0..<6).map { 950 + $0 * 100..<960 + $0 * 100 },
            recovery: 0...0),
        Course(what: "slow for three seconds", slow: [900..<930], recovery: 29...30),
        Course(what: "slow until the last two seconds", slow: [900..<1479], recovery: 578...579),
        Course(what: "slow again for five seconds much later", slow: [900..<930, 1300..<1350], recovery: 449...450),
        Course(what: "good and bad by turns is not as before", slow: Course.flapping, recovery: 349...350),
        Course(what: "as noisy as before", slow: [300..<325, 1200..<1225], recovery: 0...0),
        Course(what: "noisier than before", slow: [300..<325, 1200..<1245], recovery: 345...345),
        Course(what: "failures are no noise", slow: [], fails: [1300..<1303], recovery: 403...403),
        Course(
            what: "where a second failed before, one may after", slow: [], fails: [300..<303, 1300..<1303],
            recovery: 0...0),
    ]) func recoveryIsWhenTheLoadIsAsInTheMinuteBeforeAndStaysSo(course: Course) throws {
        let timeline = Self.timeline(
            seconds: 150, fails: { tenth in course.fails.contains { $0.contains(tenth) } ? 10 : 0 },
            milliseconds: { tenth in course.slow.contains { $0.contains(tenth) } ? 300 : 10 })
        let effect = Self.effect(timeline)
        let recovery = try #require(effect.recoverySeconds)
        #expect(course.recovery.contains(Int((recovery * 10).rounded())), "\(recovery) s")
        #expect(effect.remarks == [])
        #expect(effect.bandText?.isEmpty == false)
    }

    @Test func slownessUntilTheEndIsReportedAsSuch() {
        let effect = Self.effect(Self.timeline(seconds: 150, milliseconds: { $0 >= 900 ? 300 : 10 }))
        #expect(effect.recoverySeconds == 60)
        #expect(effect.remarks == ["response times and failures did not return to normal"])
        #expect(effect.recoveryRemark == effect.remarks[0] && effect.outageRemark == nil)
        #expect(effect.recoveryIsOpen == true && effect.recoveryText == "≥ 60.0 s")
    }

    /// The way to the level is slow, as connections are opened: that is no measure for the level.
    @Test func onlyTheLevelItselfIsTheMeasure() {
        let timeline = Self.timeline(
            seconds: 150, milliseconds: { $0 < 400 ? 300 : (900..<960).contains($0) ? 100 : 10 })
        let ofLevel = FaultEffect(
            name: "redis", began: 60 * Self.second, undone: 90 * Self.second, settled: 40 * Self.second,
            end: 150 * Self.second, timeline: timeline)
        #expect((5.9...6).contains(ofLevel.recoverySeconds ?? 0), "\(ofLevel.recoverySeconds ?? -1)")
        let ofAll = Self.effect(timeline)
        #expect(ofAll.recoverySeconds == 0)
    }

    @Test func aSecondMayBeHalfAsSlowAgain() {
        for (milliseconds, isSlow) in [(13.0, false), (16, false), (17, true), (40, true)] {
            let effect = Self.effect(
                Self.timeline(seconds: 150, milliseconds: { (900..<1000).contains($0) ? milliseconds : 10 }))
            #expect((effect.recoverySeconds ?? 0 > 0) == isSlow, "\(milliseconds) ms")
        }
    }

    @Test func tooLittleLoadBeforehandLeavesTheRecoveryUnknown() {
        let effect = Self.effect(Self.timeline(seconds: 60), began: 2, undone: 20, end: 60)
        #expect(effect.recoverySeconds == nil)
        #expect(effect.remarks.count == 1)
    }
}
