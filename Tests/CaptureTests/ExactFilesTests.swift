import Capture
import TestSupport
import Testing
import Traffic

/// Each byte of a capture file changed, and the file cut everywhere: the packets that are read, and the error, exactly.
@Suite struct ExactFilesTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func text(_ bytes: [UInt8]) throws -> String {
        let path = try folder.write("test.pcap", bytes)
        var packets: [String] = []
        do throws(CaptureFileError) {
            var file = try CaptureFile(path: path)
            while let packet = try file.next() {
                packets.append(
                    "\(Array(packet.bytes).readable)/\(packet.originalLength)/\(packet.linkType.rawValue)@\(packet.time.nanoseconds)"
                )
            }
        } catch {
            packets.append("\(error)".replacing(path, with: "file"))
        }
        return packets.joined(separator: " ")
    }

    private func entry(_ name: String, _ whole: [UInt8]) throws -> GoldenTable.Entry {
        var lines: [String] = []
        func add(_ text: String, _ change: String) {
            if lines.last?.hasSuffix("| \(text)") == true {
                let last = lines.removeLast()
                lines.append("\(last.prefix { $0 != "|" })\(change) | \(text)")
            } else {
                lines.append("\(change) | \(text)")
            }
        }
        add(try text(whole), "whole")
        for place in whole.indices {
            var changed = whole
            changed[place] ^= [1, 0x80, 4][place % 3]
            add(try text(changed), "\(place)")
        }
        for length in whole.indices { add(try text(Array(whole[..<length])), "cut \(length)") }
        return GoldenTable.Entry(name, lines.joined(separator: "\n"))
    }

    @Test func filesAreExact() throws {
        let little = PcapngFile()
        let big = PcapngFile(isBigEndian: true)
        func pcapng(_ file: PcapngFile) -> [UInt8] {
            file.section() + file.interface(linkType: 1, resolution: 9, offset: 7)
                + file.packet(Array("abc".utf8), interface: 0, ticks: 1_500_000)
                + file.block(type: 0x0bad, [1, 2, 3, 4])
                + file.statistics(interface: 0, interfaceDrops: 3, kernelDrops: 2)
                + file.packet(Array("defg".utf8), interface: 0, ticks: 1 << 33, dropped: 5)
                + file.simplePacket(Array("hi".utf8))
        }
        let entries = [
            try entry(
                "pcap",
                PcapFile().bytes([Array("abc".utf8), Array("d".utf8)], seconds: 1000, fraction: 5, linkType: 113)),
            try entry(
                "pcap, nanoseconds",
                PcapFile(magic: 0xa1b2_3c4d, isBigEndian: true).bytes([Array("ab".utf8)], seconds: 9, fraction: 5)),
            try entry("pcapng", pcapng(little)), try entry("pcapng, big-endian", pcapng(big)),
        ]
        let differences = GoldenTable("files.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }
}
