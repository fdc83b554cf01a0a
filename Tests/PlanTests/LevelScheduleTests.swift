import Testing

@testable import Plan

struct LevelScheduleTests {

    /// 0 to 10 until 100, 10 until 200, down to 4 within 60, 4 until 360, then 8 immediately until 400.
    private let schedule = LevelSchedule([
        .init(begin: 0, end: 100, from: 0, to: 10), .init(begin: 100, end: 200, from: 10, to: 10),
        .init(begin: 200, end: 260, from: 10, to: 4), .init(begin: 260, end: 360, from: 4, to: 4),
        .init(begin: 360, end: 400, from: 8, to: 8),
    ])

    @Test(arguments: [
        (0, 0, 0, "the first slot starts with the rise"), (3, 0, 30, "slot k starts at k/N of the ramp"),
        (9, 0, 90, "the last slot starts before the ramp is over"), (9, 95, 95, "a running slot continues immediately"),
        (3, 300, 300, "below the lower level a slot always runs"),
        (7, 240, 360, "a slot above the level waits for the next rise"),
        (5, 360, 360, "a level that jumps starts its slots immediately"),
    ]) func aSlotBeginsWhenTheLevelIsAboveIt(slot: Int, from: Int, begin: Int, reason: Comment) {
        #expect(schedule.begin(ofSlot: slot, from: Int64(from)) == Int64(begin), reason)
    }

    @Test(arguments: [
        (9, 215, "the level is below the slot for good"), (10, 0, "no level reaches the slot"),
        (0, 400, "the schedule is over"),
    ]) func aSlotEndsWithItsLevel(slot: Int, from: Int, reason: Comment) {
        #expect(schedule.begin(ofSlot: slot, from: Int64(from)) == nil, reason)
    }

    @Test(
        arguments: [
            (3, 30, nil, "the level stays above the slot"), (9, 90, 210, "the last slot leaves first"),
            (4, 40, 260, "a slot leaves where the level comes down to it"),
            (5, 250, 250, "at once where it is there already"),
            (7, 360, nil, "the end of the schedule is no fall"),
        ] as [(Int, Int, Int?, Comment)]) func aCloneLeavesItsSlotAsTheLevelFalls(
            slot: Int, from: Int, leave: Int?, reason: Comment
        )
    {
        #expect(schedule.leave(ofSlot: slot, from: Int64(from)) == leave.map(Int64.init), reason)
    }

    @Test(
        arguments: [
            (0, 2, 100, "a level that jumps down"), (20, 2, 120, "later by the grace"),
            (49, 2, 149, "up to when the level is back"), (50, 2, nil, "a level that is back within the grace"),
            (500, 2, 600, "a grace longer than the run ends none within it"), (0, 0, nil, "a slot that always runs"),
        ] as [(Int, Int, Int?, Comment)]) func graceIsTimeToComeToAnEnd(
            grace: Int, slot: Int, leave: Int?, reason: Comment
        )
    {
        let schedule = LevelSchedule([
            .init(begin: 0, end: 100, from: 3, to: 3), .init(begin: 100, end: 150, from: 1, to: 1, grace: Int64(grace)),
            .init(begin: 150, end: 200, from: 3, to: 3),
        ])
        #expect(schedule.leave(ofSlot: slot, from: 0) == leave.map(Int64.init), reason)
    }

    @Test func theNumberOfSlotsFollowsTheLevel() {
        #expect(schedule.slotCount == 10)
        for time in stride(from: Int64(1), to: 400, by: 7) {
            let running = (0..<schedule.slotCount).filter { schedule.begin(ofSlot: $0, from: time) == time }.count
            #expect(abs(Double(running) - schedule.level(at: time)) <= 1, "at \(time)")
        }
    }

    /// Where a slot begins, it stays for a while: a plan whose clone leaves when it begins never ends.
    @Test func noCloneLeavesWhenItBegins() {
        for length in [Int64(7), 10, 999_999_999, 1_000_000_000, 3_333_333_333, 7_200_000_000_001] {
            for (from, to) in [(0.0, 3.0), (0.3, 7), (2.5, 9)] {
                let schedule = LevelSchedule([
                    .init(begin: 5, end: 5 + length, from: from, to: to),
                    .init(begin: 5 + length, end: 6 + length, from: 0, to: 0),
                ])
                for slot in 0..<schedule.slotCount {
                    guard let begin = schedule.begin(ofSlot: slot, from: 0) else { continue }
                    let leave = schedule.leave(ofSlot: slot, from: begin)
                    #expect(leave ?? .max > begin, "slot \(slot) of \(from) to \(to) in \(length)")
                }
            }
        }
    }
}
