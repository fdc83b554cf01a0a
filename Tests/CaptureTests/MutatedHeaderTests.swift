import TestSupport
import Testing
import Traffic

@testable import Capture

/// Every byte of the headers of every link layer and tunnel, changed in several ways, and every length to which a
/// packet can be cut: what the decoder makes of it, exactly.
///
/// A letter for each packet. `S`: the segment; `t`: truncated; `o`: other; `u`: not read. Where the segment is another
/// one: `a` by its addresses or ports, `n` by its network, `p` by its payload, `m` by missing bytes, `x` by the rest.
@Suite struct MutatedHeaderTests: LayerSuite {
    /// What is compared of a segment.
    private struct Found: Equatable {
        var addresses: [UInt64]
        var network: UInt32
        var payload: [UInt8]
        var missing: Int
        var rest: [Int]
        var count = 1

        init(_ segment: TCPSegment, _ decoder: PacketDecoder) {
            addresses = [
                segment.sourceHigh, segment.sourceLow, segment.destinationHigh, segment.destinationLow,
                UInt64(segment.sourcePort), UInt64(segment.destinationPort),
            ]
            network = segment.network
            payload = Array(segment.payload)
            missing = segment.missingBytes
            rest = [
                Int(segment.sequence), Int(segment.acknowledgement), Int(segment.flags), Int(segment.window),
                Int(segment.windowShift ?? 99), Int(segment.headerBytes), decoder.network?.count ?? -1,
                decoder.isReassembled ? 1 : 0,
            ]
        }
    }

    private static func found(
        _ packets: [[UInt8]], original: Int? = nil, _ linkType: UInt32, _ room: GuardedRoom
    ) -> (result: PacketDecoder.Result, segment: Found?) {
        var decoder = PacketDecoder(limits: CaptureOptions().limits)
        var result = PacketDecoder.Result.other
        for packet in packets {
            result = decoder.decode(
                CapturedPacket(
                    bytes: room.holding(packet), originalLength: original ?? packet.count,
                    linkType: LinkType(rawValue: linkType), time: CaptureTime(nanoseconds: 5)))
        }
        guard result == .segment else { return (result, nil) }
        var found = Found(decoder.segment, decoder)
        while decoder.decodeLater() == .segment, found.count < 20 { found.count += 1 }
        return (result, found)
    }

    private static func mark(
        _ packets: [[UInt8]], original: Int? = nil, _ linkType: UInt32, _ room: GuardedRoom, like whole: Found?
    ) -> Character {
        let (result, segment) = found(packets, original: original, linkType, room)
        switch result {
        case .truncated: return "t"
        case .other: return "o"
        case .unread: return "u"
        case .segment: break
        }
        guard let segment, let whole else { return "s" }
        if segment == whole { return "S" }
        if segment.addresses != whole.addresses { return "a" }
        if segment.network != whole.network { return "n" }
        if segment.missing != whole.missing { return "m" }
        return segment.payload != whole.payload ? "p" : "x"
    }

    private static let changes: [(name: String, change: @Sendable (UInt8) -> UInt8)] = [
        ("+1", { $0 &+ 1 }), ("-1", { $0 &- 1 }), ("^40", { $0 ^ 0x40 }), ("^80", { $0 ^ 0x80 }), ("^08", { $0 ^ 8 }),
        ("^10", { $0 ^ 0x10 }), ("^04", { $0 ^ 4 }), ("^20", { $0 ^ 0x20 }), ("=0", { _ in 0 }), ("=ff", { _ in 0xff }),
    ]

    /// - Parameter places: the bytes of the last packet that are changed.
    private static func entry(
        _ name: String, _ packets: [[UInt8]], _ linkType: UInt32, changing places: [Int], cutting lengths: [Int]
    ) -> GoldenTable.Entry {
        guard let last = packets.last else { return GoldenTable.Entry(name, "") }
        let room = GuardedRoom(bytes: packets.reduce(0) { max($0, $1.count) } + 64)
        let before = Array(packets.dropLast())
        let (result, whole) = found(packets, linkType, room)
        var lines = [
            "\(result), \(whole.map { "\($0.count), \($0.payload.count) bytes, network \($0.network)" } ?? "none")"
        ]
        for (name, change) in changes {
            let marks = places.map { place -> Character in
                var changed = last
                changed[place] = change(last[place])
                return changed == last ? "=" : mark(before + [changed], linkType, room, like: whole)
            }
            lines.append("\(name) \(String(marks))")
        }
        let cut = lengths.map {
            mark(before + [Array(last[..<$0])], original: last.count, linkType, room, like: whole)
        }
        lines.append("cut \(String(cut))")
        let short = lengths.map { mark(before + [Array(last[..<$0])], linkType, room, like: whole) }
        lines.append("short \(String(short))")
        lines.append("long \(mark(before + [last + [1, 2, 3]], linkType, room, like: whole))")
        return GoldenTable.Entry(name, lines.joined(separator: "\n"))
    }

    @Test func everyLayerIsExact() {
        let own = LayerTests.layers.map { WrappingLayer($0.name, $0.linkType.rawValue, $0.wrap) }
        let layers =
            own + RareLayerTests.layers + OptionalHeaderTests.tunnels + OptionalHeaderTests.links
            + OptionalHeaderTests.refused
        let packet = Self.packets[3]
        let entries = layers.map { layer in
            let frame = layer.wrap(packet)
            // The inner packet, which other cases change, is left out: the headers and what follows it are not.
            let tail = packet.suffix(20)
            let end = (20...frame.count).last { frame[($0 - 20)..<$0].elementsEqual(tail) } ?? frame.count
            let start = max(0, end - packet.count)
            let places = Array(0..<min(start + 1, 120)) + Array(end..<frame.count)
            return Self.entry(
                layer.name, [frame], layer.linkType, changing: places,
                cutting: Array(0..<min(start + 44, 160)) + [frame.count - 1, frame.count])
        }
        let differences = GoldenTable("layers.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    private static func segment(options: [UInt8] = [], flags: UInt8 = 0x18, _ payload: [UInt8]) -> [UInt8] {
        var bytes = Wire.tcp(40000, 80, 7, 9, flags, [])
        bytes[12] = UInt8((20 + options.count) / 4 << 4)
        return bytes + options + payload
    }

    @Test func everyHeaderOfIPAndTCPIsExact() {
        let text = Array("GET / HTTP/1.1\r\n\r\n".utf8)
        let plain = Self.segment(text)
        let v6 = { (next: UInt8, rest: [UInt8]) in Wire.ipv6(1, 2, next: next, rest) }
        let v4 = { (rest: [UInt8], options: [UInt8]) in Wire.ipv4(1, 2, transport: 6, rest, options: options) }
        func piece(_ range: Range<Int>, hasMore: Bool) -> [UInt8] {
            let place = UInt16(range.lowerBound / 8) | (hasMore ? 0x2000 : 0)
            return Wire.ipv4(1, 2, transport: 6, Array(plain[range]), fragment: place, identification: 5)
        }
        func piece6(_ range: Range<Int>, hasMore: Bool) -> [UInt8] {
            var header: [UInt8] = [6, 0]
            header += Wire.u16(UInt16(range.lowerBound) | (hasMore ? 1 : 0))
            header += Wire.u32(77)
            return v6(44, header + plain[range])
        }
        let fragments = [
            piece(0..<8, hasMore: true), piece(8..<24, hasMore: true), piece(24..<plain.count, hasMore: false),
        ]
        let fragments6 = [piece6(0..<16, hasMore: true), piece6(16..<plain.count, hasMore: false)]
        let cases: [(String, [[UInt8]])] = [
            ("IPv4", [v4(plain, [])]), ("IPv4 with options", [v4(plain, [7, 4, 1, 1, 0, 0, 0, 0])]),
            ("IPv4 of length 0", [Wire.ipv4(1, 2, transport: 6, plain, totalLength: 0)]), ("IPv6", [v6(6, plain)]),
            ("IPv6 with options", [v6(0, [60, 0, 0, 0, 0, 0, 0, 0, 6, 1] + Self.zeros(14) + plain)]),
            ("IPv6 with a route and mobility", [v6(43, [135, 0] + Self.zeros(6) + [6, 0] + Self.zeros(6) + plain)]),
            ("IPv6 authenticated", [v6(51, [6, 2] + Self.zeros(14) + plain)]),
            ("IPv6, an atomic fragment", [v6(44, [6, 0, 0, 0, 0, 0, 0, 7] + plain)]),
            ("fragments", fragments), ("fragments, the last first", [fragments[2], fragments[1], fragments[0]]),
            ("IPv6 fragments", fragments6), ("IPv6 fragments, the last first", [fragments6[1], fragments6[0]]),
            ("SYN with a window scale", [v4(Self.segment(options: [2, 4, 5, 0xb4, 1, 3, 3, 7], flags: 2, []), [])]),
            (
                "SYN with a scale behind others",
                [v4(Self.segment(options: [1, 1, 8, 2, 3, 3, 20, 0], flags: 2, []), [])]
            ),
            ("SYN with options that end", [v4(Self.segment(options: [0, 3, 3, 7], flags: 2, []), [])]),
            ("segment with options", [v4(Self.segment(options: [1, 1, 8, 10] + Self.zeros(8), text), [])]),
            ("padding", [v4(Self.segment(flags: 0x10, Self.zeros(6)), [])]),
            ("padding of five", [v4(Self.segment(flags: 0x10, Self.zeros(5)), [])]),
            ("a probe", [v4(Self.segment(flags: 0x10, [0]), [])]),
            ("seven zeros", [v4(Self.segment(flags: 0x10, Self.zeros(7)), [])]),
            ("zeros with PSH", [v4(Self.segment(flags: 0x18, Self.zeros(6)), [])]),
            ("zeros behind options", [v4(Self.segment(options: [1, 1, 1, 1], flags: 0x10, Self.zeros(2)), [])]),
            ("three zeros behind options", [v4(Self.segment(options: [1, 1, 1, 1], flags: 0x10, Self.zeros(3)), [])]),
            ("UDP", [Wire.ipv4(1, 2, transport: 17, Wire.udp(53, 99, text))]),
            ("ICMP", [Wire.ipv4(1, 2, transport: 1, text)]),
        ]
        let entries = cases.map { name, packets in
            let count = packets.last?.count ?? 0
            return Self.entry(
                name, packets, 101, changing: Array(0..<min(count, 92)), cutting: Array(0...count))
        }
        let differences = GoldenTable("headers.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    /// Encapsulation within itself, at every depth up to more than is followed.
    @Test func everyDepthIsExact() {
        let packet = Self.packets[3]
        let wraps: [(String, UInt32, @Sendable ([UInt8]) -> [UInt8])] = [
            ("IP in IP", 101, { Self.ip(4, $0) }), ("GRE", 101, { Self.ip(47, [0, 0, 8, 0] + $0) }),
            ("UDP", 101, { Self.udp(4341, Self.zeros(8) + $0) }),
            ("authentication", 101, { Self.ip(51, [4, 1] + Self.zeros(10) + $0) }),
            ("VLAN", 1, { Wire.ethernet(0x8100, [0, 1] + $0.dropFirst(12)) }),
            ("MPLS", 1, { Wire.ethernet(0x8847, [0, 0, 0, 64] + $0.dropFirst(14)) }),
        ]
        let entries = wraps.map { name, linkType, wrap in
            var frame =
                linkType == 1
                ? Wire.ethernet(name == "MPLS" ? 0x8847 : 0x0800, (name == "MPLS" ? [0, 0, 1, 64] : []) + packet)
                : packet
            let room = GuardedRoom(bytes: 4096)
            let marks = (0..<24).map { _ -> Character in
                frame = wrap(frame)
                return Self.mark([frame], linkType, room, like: nil)
            }
            return GoldenTable.Entry(name, String(marks))
        }
        let differences = GoldenTable("depths.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
}
