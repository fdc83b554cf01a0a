import SessionLog
import TestSupport
import Testing
import Traffic
import Workflows

/// Logs that follow one another.
@Suite struct LogSeriesTests {
    @Test(arguments: [
        ("day.rlog", false, 1, "day.rlog"), ("day.rlog", true, 1, "day-00001.rlog"), ("day", true, 12, "day-00012"),
        ("/var/log.d/day", true, 2, "/var/log.d/day-00002"), ("a.b/.rlog", true, 3, "a.b/.rlog-00003"),
        ("day.rlog", true, 123_456, "day-123456.rlog"),
    ])
    func names(_ path: String, _ isNumbered: Bool, _ number: Int, _ name: String) {
        #expect(LogNaming(path: path, isNumbered: isNumbered).path(number) == name)
    }

    private func progress(logs: Int, _ bytes: UInt64) -> LogSeries.Progress {
        var progress = LogSeries.Progress()
        (progress.logs, progress.currentBytes, progress.totalBytes) = (logs, bytes, bytes)
        return progress
    }

    private func batch(_ number: UInt32) -> ExchangeBatch {
        var batch = ExchangeBatch()
        let time = CaptureTime(nanoseconds: Int64(number) * 1_000_000)
        let message = Exchange.Message(
            head: Array("GET /\(number) HTTP/1.1\r\n\r\n".utf8), firstByte: time, lastByte: time)
        batch.append(Exchange(connection: 1, session: 1, request: message, response: nil, status: nil))
        return batch
    }

    private func exchanges(_ path: String) throws -> Int {
        var reader = try LogReader(LogSelection(paths: [path]))
        var batch = ExchangeBatch()
        var count = 0
        while try reader.next(into: &batch) { count += batch.records.count }
        #expect(reader.statuses.map(\.ending) == [.whole])
        return count
    }

    @Test func everyLogIsWholeAndNothingIsLostBetweenThem() throws {
        let folder = try TemporaryFolder()
        // A file that exists is passed over.
        _ = try folder.write("day-00002.rlog", [1])
        var series = try LogSeries(path: folder.file("day.rlog"), options: .init(), rotates: true)
        for number in 0..<6 as Range<UInt32> {
            try series.append(batch(number))
            if number == 2 { try series.rotate() }
        }
        try series.finish()
        #expect(series.lastPath == folder.file("day-00003.rlog"))
        #expect(series.progress.exchanges == 6)
        #expect(try exchanges(folder.file("day-00001.rlog")) == 3)
        #expect(try exchanges(folder.file("day-00003.rlog")) == 3)
    }

    @Test func rotatesByTheTrafficsTime() {
        var clock = RotationClock(interval: .seconds(10))
        let progress = LogSeries.Progress()
        let seconds: [Int64?] = [nil, 100, 109, 110, 119, 121, 129, 171, 179, 180]
        let answers = seconds.indices.map { index in
            let time = seconds[index].map { CaptureTime(nanoseconds: $0 * 1_000_000_000) }
            return clock.isRotationDue(progress, at: time, exchanges: UInt64(index))
        }
        // Silence makes no empty logs, and boundaries stay where they were.
        #expect(answers == [false, false, false, true, false, true, false, true, false, true])
        #expect(clock.nextBoundary.second == 190)
    }

    @Test func timeWithoutExchangesMakesNoEmptyLogs() {
        var clock = RotationClock(interval: .seconds(10))
        let steps: [(seconds: Int64, exchanges: UInt64)] = [(0, 0), (10, 0), (15, 3), (20, 3), (30, 3), (41, 4)]
        let answers = steps.map { seconds, exchanges in
            clock.isRotationDue(
                LogSeries.Progress(), at: CaptureTime(nanoseconds: seconds * 1_000_000_000), exchanges: exchanges)
        }
        #expect(answers == [false, false, false, true, false, true])
    }

    @Test func rotatesOnceForASizeAlsoWhenTheWriterLagsBehind() {
        var clock = RotationClock(logBytes: 1 << 20)
        let steps: [(logs: Int, bytes: UInt64)] = [(1, 1000), (1, 1 << 20), (1, 1 << 21), (2, 100), (2, 1 << 20)]
        let answers = steps.map { logs, bytes in
            return clock.isRotationDue(progress(logs: logs, bytes), at: .epoch, exchanges: 1)
        }
        #expect(answers == [false, true, false, false, true])
    }

    @Test func endsAtTheSizeOfAllLogs() {
        let clock = RotationClock(logBytes: 1 << 16, totalBytes: 1 << 20)
        #expect(!clock.isFull(progress(logs: 3, 1_048_575)))
        #expect(clock.isFull(progress(logs: 3, 1 << 20)))
    }
}
