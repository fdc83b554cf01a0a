import Testing

@testable import Analysis

@Suite struct SampleTableTests {
    static func samples(_ text: String) throws -> SoakSamples {
        var table = SampleTable()
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) { try table.append(line) }
        return table.samples
    }

    @Test(arguments: [
        ("0,5\n1,6", "no header"), ("time,value\n0,5\n1,6", "names"), ("100,5\r\n101,6\r\n", "times from the first"),
        ("value,timestamp\n5,0\n6,1\n", "the other way round"), ("# a remark\n\n0, 5\n1 ,6", "remarks and blanks"),
        ("time_ns,pid,rss_bytes\n7000000000,3,5\n8000000000,3,6", "nanoseconds, by name"),
        ("\"time_ms\",\"memory\"\n0,5\n1000,6", "quoted"), ("when,what\n0,5\n1,6", "names unknown"),
        (",0\n0,5\n1,6", "a header without the first name"),
        ("timestamp,value\n2014-02-28 23:59:59,5\n2014-03-01T00:00:00Z,6", "dates"),
    ]) func tablesAreRead(text: String, reason: String) throws {
        #expect(try Self.samples(text) == SoakSamples(seconds: [0, 1], values: [5, 6]), "\(reason)")
    }

    @Test(arguments: [
        ("0,5\n1", 2, SampleTableError.Reason.notASample, "a field is missing"),
        ("time,value\n0,5\n1,x", 3, .notASample, "no number"), ("0,5\n1,nan", 2, .notASample, "not finite"),
        ("5,1\n4,1", 2, .goesBack, "an earlier time"), ("a,b\nc,d", 2, .notASample, "two headers"),
    ]) func whatIsNoTableIsRefused(text: String, line: Int, problem: SampleTableError.Reason, reason: String) {
        #expect(throws: SampleTableError(line: line, reason: problem), "\(reason)") { try Self.samples(text) }
    }

    @Test(arguments: [
        ("1970-01-01 00:00:00", 0.0), ("2000-02-29T12:00:00.5Z", 951_825_600.5), ("2026-11-21 13:00:00", 1_795_266_000),
        ("1969-12-31 23:59:59", -1), ("2100-03-01 00:00:00", 4_107_542_400),
    ]) func datesAreSecondsSince1970(text: String, seconds: Double) { #expect(UTCDate.seconds(text[...]) == seconds) }

    @Test(arguments: ["2026-13-01 00:00:00", "2026-01-01", "2026-01-01 25:00:00", "2026-01-01 00:00:00+02:00", "x"])
    func otherTextIsNoDate(text: String) { #expect(UTCDate.seconds(text[...]) == nil) }

    @Test func aLongTableIsThinned() throws {
        var table = SampleTable()
        for second in 0..<200_000 { try table.append("\(second),\(second)") }
        #expect(table.samples.values.count == 50_000)
        #expect(table.samples.values.prefix(3) == [0, 4, 8] && table.samples.seconds.last == 199_996)
    }
}
