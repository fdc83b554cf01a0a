/// An instant as people and logs write it: `2026-03-14 09:26:53 UTC`.
///
/// The date is counted in eras of 400 years of 146,097 days, which begin on 1 March so that the leap day is a year's last.
struct UTCText {
    let text: String

    /// - Parameter secondsSince1970: without leap seconds, as Unix counts them.
    init(secondsSince1970: Double) {
        guard secondsSince1970.isFinite, secondsSince1970.magnitude < 1e11 else {
            text = "–"
            return
        }
        let whole = Int(secondsSince1970.rounded(.down))
        let (days, second) = UTCText.floorDivided(whole, by: 86400)
        let (year, month, day) = UTCText.date(days: days)
        let time = [second / 3600, second / 60 % 60, second % 60].map(UTCText.twoDigits).joined(separator: ":")
        text = "\(year)-\(UTCText.twoDigits(month))-\(UTCText.twoDigits(day)) \(time) UTC"
    }

    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = floorDivided(days + 719_468, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    private static func floorDivided(_ value: Int, by divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
