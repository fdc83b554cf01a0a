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
}
