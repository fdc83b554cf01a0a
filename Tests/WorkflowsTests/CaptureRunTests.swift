import Capture
import SessionLog
import TestSupport
import Testing
import Traffic
import Workflows

/// From packets to logs, without an interface.
@Suite struct CaptureRunTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func series(rotates: Bool = false) throws -> LogSeries {
        try LogSeries(path: folder.file("day.rlog"), options: .init(), rotates: rotates)
    }

    private func exchanges(_ name: String) throws -> Int {
        var reader = try LogReader(LogSelection(paths: [folder.file(name)]))
        var batch = ExchangeBatch()
        var count = 0
        while try reader.next(into: &batch) { count += batch.records.count }
        #expect(reader.statuses.map(\.ending) == [.whole], "\(name)")
        return count
    }

    @Test func everyExchangeOfTheFileIsInTheLog() throws {
        let files = try CaptureFiles(paths: [ProjectFile.path("captures/demo.pcap")])
        var capture = FileCapture(
            TrafficAssembler(options: CaptureOptions()), into: try series(), filter: ExchangeFilter(),
            rotation: RotationClock())
        let ending = try capture.run(files) { _, _ in true }
        let totals = capture.totals
        #expect(ending == .endOfFiles)
        #expect(totals.exchanges > 100)
        #expect(try exchanges("day.rlog") == Int(totals.exchanges))
    }

    @Test func aFileThatIsCutOffIsALossOfTheLog() throws {
        let whole = try TemporaryFolder.read(ProjectFile.path("captures/demo.pcap"))
        let files = try CaptureFiles(paths: [try folder.write("cut.pcap", Array(whole.dropLast(5)))])
        var capture = FileCapture(
            TrafficAssembler(options: CaptureOptions()), into: try series(), filter: ExchangeFilter(),
            rotation: RotationClock())
        _ = try capture.run(files) { _, _ in true }
        #expect(CaptureReport(capture.totals, capture.opaqueServers).text.contains("lost: 1 damaged input file"))
        let summary = try LogSurvey.summary(of: LogSelection(paths: [folder.file("day.rlog")])).summary
        #expect(summary.losses.damagedFiles == 1)
    }

    private func batch(_ number: Int) -> ExchangeBatch {
        var batch = ExchangeBatch()
        let time = CaptureTime(nanoseconds: Int64(number))
        let message = Exchange.Message(
            head: Array("GET /\(number) HTTP/1.1\r\n\r\n".utf8), firstByte: time, lastByte: time)
        batch.append(Exchange(connection: 1, session: 1, request: message, response: nil, status: nil))
        return batch
    }

    @Test func theWriterKeepsWhatItTookInOrder() throws {
        let writer = try CaptureWriter(series(rotates: true))
        for number in 0..<50 {
            #expect(writer.submit(batch(number), endsLog: number == 19) == 0)
        }
        let outcome = writer.finish()
        #expect(outcome.error == nil)
        #expect(outcome.progress.exchanges == 50)
        #expect(outcome.lastPath == folder.file("day-00002.rlog"))
        #expect(try exchanges("day-00001.rlog") == 20)
        #expect(try exchanges("day-00002.rlog") == 30)
    }
}
