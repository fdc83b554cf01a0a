import SessionLog
import Testing
import Traffic

@Suite("Times as users write them")
struct LogTimeTests {
    static let instants: [(text: String, nanoseconds: Int64, reason: String)] = [
        ("1970-01-01T00:00:00Z", 0, "the epoch"), ("1970-01-02", 86_400_000_000_000, "a date is its midnight"),
        ("2024-02-29T12:30", 1_709_209_800_000_000_000, "a leap day; no zone is UTC"),
        ("2026-03-01 12:30:15", 1_772_368_215_000_000_000, "a blank in place of T"),
        ("2026-03-01T12:30:15.25Z", 1_772_368_215_250_000_000, "a fraction"),
        ("2026-03-01T12:30:15.123456789z", 1_772_368_215_123_456_789, "nanoseconds"),
        ("2026-03-01T14:30:15+02:00", 1_772_368_215_000_000_000, "a zone east"),
        ("2026-03-01T07:00:15-0530", 1_772_368_215_000_000_000, "a zone west, without colon"),
        ("1969-12-31T23:59:59Z", -1_000_000_000, "before the epoch"),
        ("1772368215", 1_772_368_215_000_000_000, "seconds since the epoch"),
        ("1772368215.5", 1_772_368_215_500_000_000, "with a fraction"), ("0", 0, "the epoch again"),
    ]

    @Test("Absolute", arguments: instants)
    func absolute(row: (text: String, nanoseconds: Int64, reason: String)) {
        #expect(LogTime(text: row.text) == .absolute(CaptureTime(nanoseconds: row.nanoseconds)), "\(row.reason)")
    }

    @Test("Since the start", arguments: [("5m", 300), ("1h30m", 5400), ("0s", 0)] as [(String, Int64)])
    func relative(text: String, seconds: Int64) {
        #expect(LogTime(text: text) == .afterStart(.seconds(seconds)))
    }

    @Test(
        "What is no time",
        arguments: [
            "", "noon", "-5m", "2026-13-01", "2026-00-10", "2026-3-1", "2026-03-01T25:00", "2026-03-01T12",
            "2026-03-01T12:61",
            "2026-03-01T12:00:00+2", "2026-03-01T12:00:00.", "1.", ".5", "12345678901", "9999-01-01", "1.1234567891",
        ])
    func none(text: String) { #expect(LogTime(text: text) == nil) }
}
