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

    @Test func asManySlotsRunAsTheLevelSays() {
        #expect(schedule.slotCount == 10)
        for time in stride(from: Int64(1), to: 400, by: 7) {
            let running = (0..<schedule.slotCount).filter { schedule.begin(ofSlot: $0, from: time) == time }.count
            #expect(abs(Double(running) - schedule.level(at: time)) <= 1, "at \(time)")
        }
    }
}
