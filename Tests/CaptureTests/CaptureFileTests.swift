import Capture
import TestSupport
import Testing
import Traffic

/// Capture files of all kinds, intact and damaged.
@Suite struct CaptureFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private struct Read: Equatable {
        var packets: [[UInt8]] = []
        var times: [Int64] = []
        var linkTypes: [UInt32] = []
        var lengths: [Int] = []
    }

    /// Everything in the file, and the error that ended reading.
    private func read(_ bytes: [UInt8]) throws -> (Read, CaptureFileError?) {
        let path = try folder.write("test.pcap", bytes)
        var read = Read()
        do throws(CaptureFileError) {
            var file = try CaptureFile(path: path)
            while let packet = try file.next() {
                read.packets.append(Array(packet.bytes))
                read.times.append(packet.time.nanoseconds)
                read.linkTypes.append(packet.linkType.rawValue)
                read.lengths.append(packet.originalLength)
            }
        } catch {
            return (read, error)
        }
        return (read, nil)
    }

    @Test(arguments: [
        (UInt32(0xa1b2_c3d4), false, Int64(1_000_000_005_000)), (0xa1b2_c3d4, true, 1_000_000_005_000),
        (0xa1b2_3c4d, false, 1_000_000_000_005), (0xa1b2_3c4d, true, 1_000_000_000_005),
    ]) func pcap(_ magic: UInt32, _ isBigEndian: Bool, _ time: Int64) throws {
        let file = PcapFile(magic: magic, isBigEndian: isBigEndian)
        let (read, error) = try read(file.bytes([[1, 2, 3], [4]], seconds: 1000, fraction: 5, linkType: 113))
        #expect(error == nil)
        #expect(read.packets == [[1, 2, 3], [4]])
        #expect(read.times == [time, time])
        #expect(read.linkTypes == [113, 113])
    }

    @Test(arguments: [false, true]) func pcapngWithSeveralInterfaces(_ isBigEndian: Bool) throws {
        let file = PcapngFile(isBigEndian: isBigEndian)
        let bytes =
            file.section() + file.interface(linkType: 1) + file.interface(linkType: 101, resolution: 9)
            + file.interface(linkType: 276, resolution: 0x80 | 10, offset: 100)
            + file.packet([1, 2, 3], interface: 0, ticks: 1_500_000)
            + file.block(type: 0x0000_0bad, [1, 2, 3, 4])
            + file.packet([4, 5, 6, 7], interface: 1, ticks: 7)
            + file.packet([8], interface: 2, ticks: 1536)
            + file.section() + file.interface(linkType: 113) + file.simplePacket([9, 9])
        let (read, error) = try read(bytes)
        #expect(error == nil)
        #expect(read.packets == [[1, 2, 3], [4, 5, 6, 7], [8], [9, 9]])
        #expect(read.times == [1_500_000_000, 7, 101_500_000_000, 101_500_000_000])
        #expect(read.linkTypes == [1, 101, 276, 113])
    }

    @Test func compressed() throws {
        let plain = PcapFile().bytes((0..<5000).map { [UInt8(truncatingIfNeeded: $0), 2, 3] })
        let (whole, _) = try read(plain)
        #expect(whole.packets.count == 5000)
        for compressed in [Compressed.gzip(plain), Compressed.zstd(plain)] {
            let (read, error) = try read(compressed)
            #expect(error == nil)
            #expect(read == whole)
        }
        // Members and frames follow one another.
        let parts = [plain[..<1000], plain[1000...]].map { Array($0) }
        let (members, gzipError) = try read(parts.flatMap(Compressed.gzip))
        #expect(members == whole && gzipError == nil)
        let (frames, zstdError) = try read(parts.flatMap(Compressed.zstd))
        #expect(frames == whole && zstdError == nil)
        // Some have nothing in them, as bgzip ends its files with.
        let nothing: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let (hollow, hollowError) = try read(
            Compressed.gzip(parts[0]) + nothing + nothing + Compressed.gzip(parts[1]) + nothing)
        #expect(hollow == whole && hollowError == nil)
        // Parallel compressors begin with a frame that is to be skipped.
        let (skipped, skipError) = try read(
            [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2] + parts.flatMap(Compressed.zstd))
        #expect(skipped == whole && skipError == nil)
    }

    @Test func compressedAndCutOff() throws {
        let plain = PcapFile().bytes((0..<30_000).map { [UInt8(truncatingIfNeeded: $0), 2, 3] })
        for compressed in [Compressed.gzip(plain), Compressed.zstd(plain)] {
            let (read, error) = try read(Array(compressed[..<(compressed.count / 2)]))
            #expect(read.packets.count > 1000)
            guard case .compression = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test func cutOffAnywhereGivesWhatCameBefore() throws {
        let whole = PcapFile().bytes([[1, 2, 3], [4, 5, 6, 7]])
        for length in 24..<whole.count {
            let (read, error) = try read(Array(whole[..<length]))
            let packets = length < 43 ? 0 : 1
            #expect(read.packets.count == packets, "cut at \(length)")
            if length == 24 || length == 43 {
                #expect(error == nil, "cut at \(length)")
            } else {
                guard case .cutOff(_, let offset) = error else {
                    Issue.record("cut at \(length): \(String(describing: error))")
                    continue
                }
                #expect(offset == (length < 43 ? 24 : 43))
            }
        }
        let file = PcapngFile()
        let blocks = file.section() + file.interface(linkType: 1)
        let packet = file.packet([1, 2, 3, 4], interface: 0, ticks: 0)
        for length in 1..<packet.count {
            let (read, error) = try read(blocks + packet + packet[..<length])
            #expect(read.packets.count == 1)
            guard case .cutOff = error else {
                Issue.record("cut at \(length): \(String(describing: error))")
                continue
            }
        }
    }

    @Test func notCaptures() throws {
        #expect(try read([]).1 == .isEmpty(path: folder.file("test.pcap")))
        #expect(try read([1, 2]).1 == .notACapture(path: folder.file("test.pcap")))
        #expect(try read(Array("GIF89a, not a capture at all".utf8)).1 == .notACapture(path: folder.file("test.pcap")))
        #expect(throws: CaptureFileError.self) { _ = try CaptureFile(path: folder.file("missing")) }
        #expect(throws: CaptureFileError.self) { _ = try CaptureFile(path: folder.path) }
    }

    @Test func lengthsThatLie() throws {
        var huge = PcapFile().bytes([[1, 2, 3]])
        huge.replaceSubrange(32..<36, with: [0xff, 0xff, 0xff, 0x7f])
        let file = PcapngFile()
        let head = file.section() + file.interface(linkType: 1)
        var lying = file.packet([1, 2, 3, 4], interface: 0, ticks: 0)
        lying.replaceSubrange(20..<24, with: [0xff, 0, 0, 0])
        for bytes in [
            huge, head + lying, head + file.packet([1], interface: 3, ticks: 0), head + file.block(type: 6, []),
            // Bytes between two packets that are not a block, and a packet longer than its block, which the end of the
            // file truncates.
            head + [UInt8](repeating: 0xff, count: 40) + file.packet([1], interface: 0, ticks: 0),
            head + [1, 1, 1, 1, 0xf0, 0xff, 0xff, 0x7f] + file.packet([1], interface: 0, ticks: 0),
            head + Array(lying.dropLast(4)),
            head + [6, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0], head + [6, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
        ] {
            guard case .damaged = try read(bytes).1 else {
                Issue.record("\(String(describing: try read(bytes).1))")
                continue
            }
        }
    }
}
