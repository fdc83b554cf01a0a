import Capture
import Formats
import TestSupport
import Testing
import Traffic

/// Link layers, tags, tunnels and fragments: all must give the same conversation.
@Suite struct LayerTests {
    private static let talk = Talk.whole

    /// The conversation's packets over IPv4.
    private static var packets: [[UInt8]] { talk.segments.map { talk.packet($0) } }

    /// The same over IPv6, with `extensions` between the header and TCP, the first of them numbered `next`.
    private static func packets6(next: UInt8 = 6, extensions: [UInt8] = []) -> [[UInt8]] {
        talk.segments.map { segment in
            let tcp = Wire.tcp(
                segment.isFromClient ? 40000 : 80, segment.isFromClient ? 80 : 40000, segment.sequence,
                segment.acknowledgement, segment.flags, segment.payload)
            return Wire.ipv6(segment.isFromClient ? 1 : 2, segment.isFromClient ? 2 : 1, next: next, extensions + tcp)
        }
    }

    private static func outer(_ transport: UInt8, _ payload: [UInt8]) -> [UInt8] {
        Wire.ipv4(0xc000_0201, 0xc000_0202, transport: transport, payload)
    }

    struct Layer: Sendable, CustomTestStringConvertible {
        var name: String
        var linkType = LinkType.ethernet
        var wrap: @Sendable ([UInt8]) -> [UInt8]
        var testDescription: String { name }
    }

    static let layers = [
        Layer(name: "Ethernet") { Wire.ethernet(0x0800, $0) },
        Layer(name: "Ethernet with padding") { Wire.ethernet(0x0800, $0 + [1, 2, 3, 4, 5, 6]) },
        Layer(name: "802.1Q") { Wire.ethernet(0x8100, [0, 5, 8, 0] + $0) },
        Layer(name: "QinQ") { Wire.ethernet(0x88a8, [0, 5, 0x81, 0, 0, 6, 8, 0] + $0) },
        Layer(name: "MPLS, two labels") { Wire.ethernet(0x8847, [0, 1, 0, 64, 0, 2, 1, 64] + $0) },
        Layer(name: "MPLS pseudowire") {
            Wire.ethernet(0x8847, [0, 1, 1, 64, 0, 0, 0, 0] + Wire.ethernet(0x0800, $0))
        },
        Layer(name: "PPPoE") { Wire.ethernet(0x8864, [0x11, 0, 0, 1, 0, 9, 0, 0x21] + $0) },
        Layer(name: "802.3 with SNAP") { Wire.ethernet(0x0040, [0xaa, 0xaa, 3, 0, 0, 0, 8, 0] + $0) },
        Layer(name: "raw IP", linkType: .raw) { $0 },
        Layer(name: "Linux cooked v1", linkType: .linuxCooked) { [UInt8](repeating: 0, count: 14) + [8, 0] + $0 },
        Layer(name: "Linux cooked v2", linkType: .linuxCooked2) { [8, 0] + [UInt8](repeating: 0, count: 18) + $0 },
        Layer(name: "BSD loopback, little-endian", linkType: LinkType(rawValue: 0)) { [2, 0, 0, 0] + $0 },
        Layer(name: "OpenBSD loopback", linkType: LinkType(rawValue: 108)) { [0, 0, 0, 2] + $0 },
        Layer(name: "PPP", linkType: LinkType(rawValue: 9)) { [0xff, 3, 0, 0x21] + $0 },
        Layer(name: "PPP with a short protocol", linkType: LinkType(rawValue: 9)) { [0x21] + $0 },
        Layer(name: "Cisco HDLC", linkType: LinkType(rawValue: 104)) { [0x0f, 0, 8, 0] + $0 },
        Layer(name: "802.11 QoS data", linkType: LinkType(rawValue: 105)) {
            [0x88, 1] + [UInt8](repeating: 0, count: 24) + [0xaa, 0xaa, 3, 0, 0, 0, 8, 0] + $0
        },
        Layer(name: "radiotap", linkType: LinkType(rawValue: 127)) {
            [0, 0, 8, 0, 0, 0, 0, 0, 8, 1] + [UInt8](repeating: 0, count: 22) + [0xaa, 0xaa, 3, 0, 0, 0, 8, 0] + $0
        },
        Layer(name: "PPI over Ethernet", linkType: LinkType(rawValue: 192)) {
            [0, 0, 8, 0, 1, 0, 0, 0] + Wire.ethernet(0x0800, $0)
        },
        Layer(name: "NFLOG", linkType: LinkType(rawValue: 239)) { packet in
            let length = UInt16(packet.count + 4)
            return [2, 0, 0, 0, 8, 0, 1, 0, 0, 0, 0, 0, UInt8(length & 0xff), UInt8(length >> 8), 9, 0] + packet
        },
        Layer(name: "IP-in-IP", linkType: .raw) { LayerTests.outer(4, $0) },
        Layer(name: "GRE", linkType: .raw) { LayerTests.outer(47, [0, 0, 8, 0] + $0) },
        Layer(name: "GRE with checksum, key and sequence", linkType: .raw) {
            LayerTests.outer(47, [0xb0, 0, 8, 0] + [UInt8](repeating: 0, count: 12) + $0)
        },
        Layer(name: "GRE carrying Ethernet", linkType: .raw) {
            LayerTests.outer(47, [0, 0, 0x65, 0x58] + Wire.ethernet(0x0800, $0))
        },
        Layer(name: "ERSPAN type I", linkType: .raw) {
            LayerTests.outer(47, [0, 0, 0x88, 0xbe] + Wire.ethernet(0x0800, $0))
        },
        Layer(name: "ERSPAN type II", linkType: .raw) {
            LayerTests.outer(47, [0x10, 0, 0x88, 0xbe] + [UInt8](repeating: 0, count: 12) + Wire.ethernet(0x0800, $0))
        },
        Layer(name: "ERSPAN type III", linkType: .raw) {
            LayerTests.outer(47, [0x10, 0, 0x22, 0xeb] + [UInt8](repeating: 0, count: 16) + Wire.ethernet(0x0800, $0))
        },
        Layer(name: "VXLAN", linkType: .raw) {
            LayerTests.outer(17, Wire.udp(55555, 4789, [8, 0, 0, 0, 0, 0, 1, 0] + Wire.ethernet(0x0800, $0)))
        },
        Layer(name: "Geneve with an option", linkType: .raw) {
            let header: [UInt8] = [1, 0, 0x65, 0x58, 0, 0, 1, 0, 0, 0, 0, 0]
            return LayerTests.outer(17, Wire.udp(55555, 6081, header + Wire.ethernet(0x0800, $0)))
        },
        Layer(name: "GTP-U with a sequence number", linkType: .raw) {
            LayerTests.outer(17, Wire.udp(2152, 2152, [0x32, 0xff, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0] + $0))
        },
        Layer(name: "L2TP", linkType: .raw) {
            LayerTests.outer(17, Wire.udp(1701, 1701, [0, 2, 0, 1, 0, 2, 0xff, 3, 0, 0x21] + $0))
        },
        Layer(name: "PPTP", linkType: .raw) {
            LayerTests.outer(47, [0x30, 1, 0x88, 0x0b, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 3, 0, 0x21] + $0)
        },
        Layer(name: "VXLAN in 802.1Q in GRE", linkType: .raw) {
            let inner = LayerTests.outer(
                17, Wire.udp(55555, 4789, [8, 0, 0, 0, 0, 0, 1, 0] + Wire.ethernet(0x0800, $0)))
            return LayerTests.outer(47, [0, 0, 0x65, 0x58] + Wire.ethernet(0x8100, [0, 5, 8, 0] + inner))
        },
    ]

    @Test(arguments: layers) func carries(_ layer: Layer) {
        let recording = Recording(packets: Self.packets.map(layer.wrap), linkType: layer.linkType)
        #expect(recording.lines == ["GET /a → 200 0123456789"])
        #expect(recording.losses.isNone)
    }

    /// Within its headers too: nothing past the end may be read, and truncation is reported.
    @Test(arguments: layers) func isCutAnywhere(_ layer: Layer) {
        let packet = Self.packets[3]
        expectCuts(
            of: layer.wrap(packet), with: packet, linkType: layer.linkType, isTold: layer.name != "MPLS pseudowire")
    }

    @Test(arguments: [
        (UInt8(6), [UInt8](), "plain"), (0, [6, 0, 0, 0, 0, 0, 0, 0], "hop-by-hop options"),
        (60, [43, 0, 0, 0, 0, 0, 0, 0, 6, 1] + [UInt8](repeating: 0, count: 14), "destination options, then routing"),
        (135, [139, 0, 0, 0, 0, 0, 0, 0, 140, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0], "mobility, HIP, Shim6"),
        (51, [6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "authentication header"),
        (44, [6, 0, 0, 0, 0, 0, 0, 1], "an atomic fragment"),
    ]) func ipv6(_ next: UInt8, _ extensions: [UInt8], _ why: String) {
        let packets = Self.packets6(next: next, extensions: extensions)
        let recording = Recording(packets: packets, linkType: .raw)
        #expect(recording.lines == ["GET /a → 200 0123456789"], "\(why)")
        #expect(recording.connections[0].client.description == "[2001:db8:0:0:0:0:0:1]:40000")
    }

    @Test func ipv6InIPv4AndTeredo() {
        let in4 = Self.packets6().map { Self.outer(41, $0) }
        #expect(Recording(packets: in4, linkType: .raw).lines == ["GET /a → 200 0123456789"])
        let origin: [UInt8] = [0, 0, 0, 1, 2, 3, 4, 5]
        let teredo = Self.packets6().map { Self.outer(17, Wire.udp(55555, 3544, origin + $0)) }
        #expect(Recording(packets: teredo, linkType: .raw).lines == ["GET /a → 200 0123456789"])
    }

    @Test func ipv4OptionsAndLengthZero() {
        let packets = Self.talk.segments.map { segment in
            let tcp = Wire.tcp(
                segment.isFromClient ? 40000 : 80, segment.isFromClient ? 80 : 40000, segment.sequence,
                segment.acknowledgement, segment.flags, segment.payload)
            return Wire.ipv4(
                segment.isFromClient ? 1 : 2, segment.isFromClient ? 2 : 1, transport: 6, tcp,
                options: [1, 1, 1, 1, 1, 1, 1, 0], totalLength: segment.payload.count > 60 ? 0 : nil)
        }
        #expect(Recording(packets: packets, linkType: .raw).lines == ["GET /a → 200 0123456789"])
    }

    @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 1, 0, 0, 2]]) func fragments(_ order: [Int]) {
        var packets: [[UInt8]] = []
        for (index, packet) in Self.packets.enumerated() {
            let payload = Array(packet[20...])
            guard payload.count > 48 else {
                packets.append(packet)
                continue
            }
            let (source, destination): (UInt32, UInt32) = (
                index == 3 ? 0x0a00_0001 : 0x0a00_0002, index == 3 ? 0x0a00_0002 : 0x0a00_0001
            )
            let pieces = [0..<24, 24..<48, 48..<payload.count].map { range in
                Wire.ipv4(
                    source, destination, transport: 6, Array(payload[range]),
                    fragment: UInt16(range.lowerBound / 8) | (range.upperBound < payload.count ? 0x2000 : 0),
                    identification: UInt16(index))
            }
            packets += order.map { pieces[$0] }
        }
        let recording = Recording(packets: packets, linkType: .raw)
        #expect(recording.lines == ["GET /a → 200 0123456789"])
    }

    @Test func fragmentFloodsAreBounded() {
        var options = CaptureOptions()
        options.limits.maxFragmentedDatagrams = 8
        let flood = (0..<1000).map { number in
            Wire.ipv4(
                1, 2, transport: 6, [UInt8](repeating: 0, count: 64), fragment: 0x2000,
                identification: UInt16(number))
        }
        let recording = Recording(packets: flood + Self.packets, linkType: .raw, options: options)
        #expect(recording.losses.evictions == 992)
        #expect(recording.lines == ["GET /a → 200 0123456789"])
    }

    @Test func theSamePortsInTwoVLANsAreOneConnection() {
        // A mirror shows each packet before and after it was routed, with different tags.
        let packets = Self.packets.flatMap { packet in
            [Wire.ethernet(0x8100, [0, 5, 8, 0] + packet), Wire.ethernet(0x8100, [0, 6, 8, 0] + packet)]
        }
        let recording = Recording(packets: packets, linkType: .ethernet)
        #expect(recording.lines == ["GET /a → 200 0123456789"])
        #expect(recording.totals.connections == 1)
    }

    @Test func encapsulationWithinEncapsulationEnds() {
        var packet = Self.packets[3]
        for _ in 0..<40 { packet = Self.outer(4, packet) }
        let recording = Recording(packets: [packet] + Self.packets, linkType: .raw)
        #expect(recording.lines == ["GET /a → 200 0123456789"])
    }

    /// Every packet of every layer, truncated at every length, with wrong lengths: nothing may be read past its end.
    @Test func packetsCutAnywhereDoNoHarm() {
        var packets: [[UInt8]] = []
        for packet in [Self.packets[3], Self.packets6(next: 0, extensions: [6, 0, 0, 0, 0, 0, 0, 0])[3]] {
            let isIPv4 = packet[0] >> 4 == 4
            packets.append(Wire.ethernet(isIPv4 ? 0x0800 : 0x86dd, packet))
            packets.append(Wire.ethernet(0x0800, Self.outer(isIPv4 ? 4 : 41, packet)))
            packets.append(
                Wire.ethernet(
                    0x0800, Self.outer(47, [0x10, 0, 0x22, 0xeb] + [UInt8](repeating: 0, count: 16) + packet)))
            packets.append(Wire.ethernet(0x8864, [0x11, 0, 0, 1, 0, 9, 0, isIPv4 ? 0x21 : 0x57] + packet))
        }
        var generator = SplitMix64(seed: 7)
        var hostile: [[UInt8]] = []
        for packet in packets {
            for length in 0..<packet.count { hostile.append(Array(packet[..<length])) }
            for _ in 0..<2000 {
                var mutated = packet
                for _ in 0..<3 {
                    mutated[Int.random(in: 12..<mutated.count, using: &generator)] = .random(
                        in: 0...255, using: &generator)
                }
                hostile.append(Array(mutated[..<Int.random(in: 1...mutated.count, using: &generator)]))
            }
        }
        for linkType in [UInt32(1), 101, 113, 276, 0, 9, 104, 105, 127, 192, 239] {
            let recording = Recording(packets: hostile, linkType: LinkType(rawValue: linkType))
            #expect(recording.totals.packets == UInt64(hostile.count))
        }
    }
}

/// Captures a frame with one packet, which contains a request, truncated at each length as with a small snap length.
///
/// - Parameter isTold: whether the layers declare their content; if it is recognised by the packet's own length, a
///   truncated packet is unknown.
func expectCuts(of frame: [UInt8], with packet: [UInt8], linkType: LinkType, isTold: Bool) {
    let tail = packet.suffix(20)
    guard let last = (0...frame.count - 20).last(where: { frame[$0..<$0 + 20].elementsEqual(tail) }) else {
        Issue.record("the frame ends with the packet, or with a trailer after it")
        return
    }
    let end = last + 20
    // Every length within the headers, and every seventh within the request.
    let headers = end - packet.count + 60
    for length in 0..<end where length < headers || length.isMultiple(of: 7) || length == end - 1 {
        let recording = Recording(cut: frame, to: length, linkType: linkType)
        #expect(recording.totals.packets == 1)
        let whole = recording.exchanges.filter { $0.request?.isComplete == true }
        #expect(whole.isEmpty, "\(length) of \(end) bytes gave a whole request: \(recording.lines)")
    }
    let short = Recording(cut: frame, to: end - 40, linkType: linkType)
    #expect(short.losses.truncatedPackets == (isTold ? 1 : 0), "a packet without its last 40 bytes counts as cut off")
}
