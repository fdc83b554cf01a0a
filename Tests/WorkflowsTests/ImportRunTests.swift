import Interchange
import SessionLog
import TestSupport
import Testing
import Traffic
import Workflows

/// Imports of several files at once.
@Suite struct ImportRunTests {
    private let folder: TemporaryFolder
    private let capture: [UInt8]

    init() throws {
        folder = try TemporaryFolder()
        capture = try TemporaryFolder.read(ProjectFile.path("captures/demo.pcap"))
    }

    /// The capture cut after every `count` packets, as `tcpdump -C` or a ring buffer leaves it.
    private func parts(_ count: Int) throws -> [String] {
        var parts: [[UInt8]] = []
        var packets = 0
        var offset = 24
        while offset + 16 <= capture.count {
            let length = (0..<4).reduce(0) { $0 | Int(capture[offset + 8 + $1]) << (8 * $1) }
            if packets % count == 0 { parts.append(Array(capture[..<24])) }
            parts[parts.count - 1] += capture[offset..<(offset + 16 + length)]
            packets += 1
            offset += 16 + length
        }
        return try parts.enumerated().map { try folder.write("part\($0.offset).pcap", $0.element) }
    }

    private func traffic(_ files: [String], _ name: String) throws -> RecordedTraffic {
        let log = folder.file(name)
        var run = ImportRun(
            try SessionLogWriter(path: log), grouping: .placed(.auto), keyLog: nil, kept: ExchangeFilter()
        ) { _ in true }
        try run.readPackets(files)
        _ = try run.finish()
        return try LogReader.sessions(of: LogSelection(paths: [log]))
    }

    /// Sessions as the heads of their requests, whatever their numbers.
    private func requests(_ traffic: RecordedTraffic) -> Set<[[UInt8]]> {
        Set(traffic.sessions.map { $0.exchanges.map { $0.request?.head ?? [] } })
    }

    @Test(
        "One recording in several files is read as from one, in whatever order they are named",
        arguments: [100, 500, 700])
    func severalFiles(packets: Int) throws {
        let whole = try traffic([ProjectFile.path("captures/demo.pcap")], "whole.rlog")
        let files = try parts(packets)
        #expect(files.count > 1 && whole.sessions.count == 12)
        for (name, order) in [("in order", files), ("backwards", files.reversed())] {
            let found = try traffic(order, "\(name).rlog")
            #expect(found.sessions.count == whole.sessions.count, "\(files.count) files, \(name)")
            #expect(requests(found) == requests(whole), "\(files.count) files, \(name)")
            #expect(found.losses.isNone, "\(files.count) files, \(name)")
        }
    }

    /// What an import and its log report about truncated files.
    private func outcome(of path: String, isCapture: Bool) throws -> (ImportRun.Outcome, LogSummary, (any Error)?) {
        let log = folder.file("damaged.rlog")
        var run = ImportRun(
            try SessionLogWriter(path: log), grouping: .placed(.auto), keyLog: nil, kept: ExchangeFilter()
        ) { _ in true }
        var failure: (any Error)?
        do { try isCapture ? run.readPackets([path]) : run.read(path) } catch { failure = error }
        return (try run.finish(), try LogSurvey.summary(of: LogSelection(paths: [log])).summary, failure)
    }

    @Test("A truncated capture is reported when the import ends, and in its log")
    func cutCapture() throws {
        let path = try folder.write("cut.pcap", Array(capture.dropLast(5)))
        let (outcome, summary, failure) = try outcome(of: path, isCapture: true)
        #expect(failure == nil && outcome.totals.exchanges == summary.exchanges && summary.exchanges > 0)
        #expect(outcome.warnings.contains { $0.contains("cut.pcap") && $0.contains("cut off") })
        #expect(outcome.warnings.contains { $0.contains("lost: ") && $0.contains("1 damaged input file") })
        #expect(summary.losses.damagedFiles == 1)
    }

    @Test("The log of a truncated HAR file reports that something is missing")
    func cutHAR() throws {
        let entry = """
            {"startedDateTime":"2024-01-01T00:00:00Z","time":1,"request":{"method":"GET","url":"http://h/a",\
            "headers":[]},"response":{"status":200,"headers":[],"content":{}}}
            """
        let path = try folder.write("cut.har", Array("{\"log\":{\"entries\":[\(entry),\(entry.dropLast(30))".utf8))
        let (outcome, summary, _) = try outcome(of: path, isCapture: false)
        #expect(outcome.totals.exchanges == 1 && summary.exchanges == 1)
        #expect(summary.losses.damagedFiles == 1)
        #expect(summary.lossesBySecond.first?.start == summary.began.map { $0 / 1_000_000_000 * 1_000_000_000 })
    }
}
