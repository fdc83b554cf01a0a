import Testing

@testable import Analysis

@Suite struct SampleTableTests {
    static func samples(_ text: String) throws -> SoakSamples {
        var table = SampleTable()
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            try table.append(Array(line.utf8)[...])
        }
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
        ("0,5\n1", 2, TableError.Reason.notASample, "a field is missing"),
        ("time,value\n0,5\n1,x", 3, .notASample, "no number"), ("0,5\n1,inf", 2, .notASample, "not finite"),
        ("0,5\nnan,4", 2, .notASample, "no time"), ("5,1\n4,1", 2, .goesBack, "an earlier time"),
        ("a,b\nc,d", 2, .notASample, "two headers"), ("0,5\n1,-1", 2, .negative, "below 0"),
        ("0,5\n1,1e300", 2, .tooLarge, "more than there is"), ("0,5\n1e15,5", 2, .noTime, "no time in seconds"),
    ]) func whatIsNotATableIsRefused(text: String, line: Int, problem: TableError.Reason, reason: String) {
        #expect(throws: TableError(line: line, reason: problem), "\(reason)") { try Self.samples(text) }
    }

    @Test func requestsAndStartsAreReadWhereThereAre() throws {
        let samples = try Self.samples("seconds,bytes,requests,started\n0,5,10,100\n1,6,20,100\n2,4,3,102\n3,5,,102")
        #expect(samples.answered == [10, 20, 23, 23], "a count that begins again goes on; a gap keeps the last")
        #expect(samples.starts == [100, 100, 102, 102])
    }

    @Test(arguments: ["nan", "", "NaN", "null"]) func aLineWithoutAFigureIsAGap(text: String) throws {
        var table = SampleTable()
        for line in ["seconds,bytes", "0,5", "1,\(text)", "2,6"] { try table.append(Array(line.utf8)[...]) }
        #expect(table.samples == SoakSamples(seconds: [0, 2], values: [5, 6]))
        #expect(table.notes.first == "1 lines without a figure were treated as gaps")
    }

    @Test func timeWithoutSamplesIsReported() throws {
        var table = SampleTable()
        for second in 0..<100 { try table.append(Array("\(second < 50 ? second : second + 100),5".utf8)[...]) }
        #expect(table.isMostlyGap)
        #expect(MemorySeriesVerdict(file: "f", table).verdict == .inconclusive)
        #expect(table.notes == ["no samples for 101 s from second 49, 51 % of the time"])
    }

    @Test func percentagesAreNotTakenForBytes() throws {
        var table = SampleTable()
        for second in 0..<600 { try table.append(Array("\(second),\(40 + second / 20)".utf8)[...]) }
        let verdict = MemorySeriesVerdict(file: "f", table)
        #expect(verdict.verdict == .inconclusive && verdict.growthBytesPerHour == nil)
        #expect(verdict.reason.contains("page of memory"))
    }

    @Test(arguments: [
        ("1970-01-01 00:00:00", 0.0), ("2000-02-29T12:00:00.5Z", 951_825_600.5), ("2026-11-21 13:00:00", 1_795_266_000),
        ("1969-12-31 23:59:59", -1), ("2100-03-01 00:00:00", 4_107_542_400),
        ("2026-01-01 00:00:00+02:00", 1_767_218_400),
    ]) func datesAreSecondsSince1970(text: String, seconds: Double) { #expect(SampleColumns.date(text) == seconds) }

    @Test(arguments: ["2026-13-01 00:00:00", "2026-01-01", "2026-01-01 25:00:00", "x"])
    func otherTextIsNotADate(text: String) { #expect(SampleColumns.date(text) == nil) }

    @Test func aLongTableIsThinned() throws {
        var table = SampleTable()
        for second in 0..<200_000 {
            try table.append(Array("\(second),\(second)".utf8)[...])
        }
        #expect(table.samples.values.count == 50_000)
        #expect(table.samples.values.prefix(3) == [0, 4, 8] && table.samples.seconds.last == 199_996)
    }
}
