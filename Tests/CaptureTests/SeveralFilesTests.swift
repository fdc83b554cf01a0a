import Capture
import TestSupport
import Testing
import Traffic

/// Several capture files that are one recording.
@Suite struct SeveralFilesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Visits of two users over some connections, which are open all the time.
    private static let packets: [(packet: [UInt8], microseconds: Int64)] = {
        var talks: [Talk] = []
        for port: UInt16 in 1...4 {
            var talk = Talk(clientPort: port, clientNext: 1000 * UInt32(port))
            talk.microseconds = Int64(port) * 1000
            talk.open()
            for number in 0..<20 {
                talk.client(get("/\(port)/\(number)", fields: "Cookie: session=person-number-\(port % 2)\r\n"))
                talk.server(ok(String(repeating: "\(number % 10)", count: 100)))
                talk.microseconds += 50_000
            }
            talk.close()
            talks.append(talk)
        }
        return talks.flatMap { talk in talk.segments.map { (packet: talk.packet($0), microseconds: $0.microseconds) } }
            .sorted { $0.microseconds < $1.microseconds }
    }()

    private func write(_ name: String, _ packets: [(packet: [UInt8], microseconds: Int64)]) throws -> String {
        try folder.write(name, Recording.file(packets))
    }

    private func expectWhole(_ recording: Recording, _ why: String) throws {
        let whole = try Recording.ofFile(Self.packets)
        #expect(recording.lines == whole.lines, "\(why)")
        #expect(recording.exchanges.map(\.session) == whole.exchanges.map(\.session), "\(why)")
        #expect(recording.exchanges.map(\.connection) == whole.exchanges.map(\.connection), "\(why)")
        #expect(recording.totals.connections == 4, "\(why)")
        #expect(recording.losses.isNone, "\(why)")
        #expect(whole.totals.completeExchanges == 80)
    }

    /// Consecutive parts, as written by tcpdump -C, named in any order.
    @Test(arguments: [[0, 1, 2], [2, 0, 1], [1, 2, 0]]) func parts(_ order: [Int]) throws {
        let third = Self.packets.count / 3
        let parts = [
            Array(Self.packets[..<third]), Array(Self.packets[third..<(2 * third)]),
            Array(Self.packets[(2 * third)...]),
        ]
        let paths = try order.map { try write("part\($0).pcap", parts[$0]) }
        try expectWhole(try Recording(files: paths), "in the order \(order)")
    }

    /// A ring of many small files, an empty one among them.
    @Test func aRing() throws {
        var paths: [String] = []
        for start in stride(from: 0, to: Self.packets.count, by: 5) {
            paths.append(
                try write("ring\(start).pcap", Array(Self.packets[start..<min(start + 5, Self.packets.count)])))
        }
        paths.append(try write("empty.pcap", []))
        try expectWhole(try Recording(files: paths.reversed()), "a ring")
    }

    /// Two taps at the same time: the directions of all connections, or every other packet.
    @Test(arguments: [true, false]) func taps(_ byDirection: Bool) throws {
        let isFirst: (Int) -> Bool = { index in
            byDirection ? Self.packets[index].packet[15] == 1 : index % 2 == 0
        }
        let first = Self.packets.indices.filter(isFirst).map { Self.packets[$0] }
        let second = Self.packets.indices.filter { !isFirst($0) }.map { Self.packets[$0] }
        let paths = [try write("rx.pcap", second), try write("tx.pcap", first)]
        try expectWhole(try Recording(files: paths), byDirection ? "tx and rx" : "turn by turn")
    }

    /// Two taps whose clocks differ, by less than a round trip or by much more, each of one direction or of every other
    /// packet: the times are corrected, which is reported once, and everything is as in one file.
    @Test(arguments: [-3_000_000, -500_000, 5000, 3_000_000, 86_400_000_000] as [Int64], [true, false])
    func tapsWhoseClocksDiffer(_ skew: Int64, _ byDirection: Bool) throws {
        let isFirst: (Int) -> Bool = { index in
            byDirection ? Self.packets[index].packet[15] == 1 : index % 2 == 0
        }
        let first = Self.packets.indices.filter { !isFirst($0) }.map { Self.packets[$0] }
        var second = Self.packets.indices.filter(isFirst).map { Self.packets[$0] }
        for index in second.indices { second[index].microseconds += skew }
        let recording = try Recording(files: [try write("a.pcap", first), try write("b.pcap", second)])
        try expectWhole(recording, "\(skew) µs")
        #expect(recording.totals.anomalies.clockSteps == 1)
        let found = recording.totals.anomalies.longestClockStepNs
        #expect((found - skew * 1000).magnitude < 2_000_000, "found \(found) ns, was \(skew) µs")
        for exchange in recording.exchanges {
            #expect((exchange.response?.firstByte ?? exchange.began) > exchange.began)
        }
        #expect(recording.lossRows.map(\.anomalies.clockSteps).reduce(0, +) == 1, "the log gets it")
    }

    /// Clocks that differ by less than the packets show are not corrected.
    @Test func tapsWhoseClocksAreGoodEnough() throws {
        let first = Self.packets.filter { $0.packet[15] == 1 }
        var second = Self.packets.filter { $0.packet[15] != 1 }
        for index in second.indices { second[index].microseconds += 200 }
        let recording = try Recording(files: [try write("a.pcap", first), try write("b.pcap", second)])
        try expectWhole(recording, "200 µs")
        #expect(recording.totals.anomalies.isNone)
    }

    /// A damaged file does not end the others, and is reported.
    @Test func aDamagedPart() throws {
        let half = Self.packets.count / 2
        let cut = Recording.file(Array(Self.packets[..<half])).dropLast(3)
        let paths = [
            try folder.write("cut.pcap", Array(cut)), try write("rest.pcap", Array(Self.packets[half...])),
        ]
        let files = try CaptureFiles(paths: paths)
        var assembler = TrafficAssembler()
        while assembler.read(files, untilBatchBytes: 1 << 20) {}
        assembler.finish()
        #expect(assembler.totals.packets == UInt64(Self.packets.count - 1))
        let damages = files.takeDamages()
        #expect(damages.count == 1)
        if case .cutOff(let path, _) = try #require(damages.first) { #expect(path.hasSuffix("cut.pcap")) }
        #expect(files.takeDamages().isEmpty)
        #expect(assembler.totals.losses.damagedFiles == 1, "the log gets it")
        #expect(assembler.takeBatch().losses.map(\.damagedFiles).reduce(0, +) == 1, "the log gets it")
    }

    /// The same for a single file, even if it ends before its first packet.
    @Test(arguments: [0, 1, 7]) func aDamagedFileAlone(_ packets: Int) throws {
        let bytes = Recording.file(Array(Self.packets[...packets])).dropLast(3)
        let recording = try Recording(files: [try folder.write("cut.pcap", Array(bytes))])
        #expect(recording.totals.packets == UInt64(packets))
        #expect(recording.losses.damagedFiles == 1)
        #expect(recording.lossRows.map(\.damagedFiles).reduce(0, +) == 1)
        #expect(recording.lossRows.allSatisfy { $0.second >= 0 })
    }

    @Test func aFileThatIsNone() throws {
        let good = try write("good.pcap", Self.packets)
        let bad = try folder.write("bad.txt", Array("no capture".utf8))
        #expect(throws: CaptureFileError.self) { try CaptureFiles(paths: [good, bad]) }
    }

    /// Drops reported by a pcapng file are losses in the log: from statistics blocks and from packets, and not twice.
    @Test(arguments: [false, true]) func dropsThatAFileCounts(_ isBigEndian: Bool) throws {
        let file = PcapngFile(isBigEndian: isBigEndian)
        var bytes = file.section() + file.interface(linkType: 101) + file.interface(linkType: 101)
        for (index, one) in Self.packets.prefix(6).enumerated() {
            let dropped: UInt64? = index == 2 ? 4 : index == 3 ? 3 : nil
            bytes += file.packet(
                one.packet, interface: UInt32(index % 2), ticks: UInt64(one.microseconds), dropped: dropped)
        }
        bytes += file.statistics(interface: 0, interfaceDrops: 2, kernelDrops: 5)
        bytes += file.statistics(interface: 1, interfaceDrops: 0, kernelDrops: 1)
        bytes += file.packet(Self.packets[6].packet, interface: 0, ticks: UInt64(Self.packets[6].microseconds))
        bytes += file.statistics(interface: 0, interfaceDrops: 2, kernelDrops: 9)
        let recording = try Recording(files: [try folder.write("drops.pcapng", bytes)])
        // Interface 0: nine in total, four of them reported with packets; interface 1: the three reported with packets.
        #expect(recording.losses.kernelDrops == 12)
        #expect(recording.losses.interfaceDrops == 2)
        #expect(recording.totals.packets == 7)
    }
}
