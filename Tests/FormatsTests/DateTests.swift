import Formats
import Testing

@Suite struct DateTests {
    @Test(arguments: [
        (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017), (1600, 3, 1, -135_080),
        (2100, 3, 1, 47_541), (0, 3, 1, -719_468), (-1, 12, 31, -719_529),
    ])
    func daysAreCountedFromTheEpoch(year: Int64, month: Int64, day: Int64, days: Int64) {
        let date = CivilDate(year: year, month: month, day: day)
        #expect(date.daysSinceEpoch == days)
        #expect(CivilDate(daysSinceEpoch: days) == date)
    }

    @Test func everyDayFollowsTheOneBefore() {
        var last = CivilDate(daysSinceEpoch: -200_000)
        for days in Int64(-199_999)...200_000 {
            let date = CivilDate(daysSinceEpoch: days)
            let isNext =
                date.day == last.day + 1 && date.month == last.month && date.year == last.year
                || date.day == 1 && (date.month == last.month + 1 || date.month == 1 && date.year == last.year + 1)
            if !isNext || date.daysSinceEpoch != days { Issue.record("day \(days) is \(date)") }
            last = date
        }
    }
}
