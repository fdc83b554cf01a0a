import Capture
import TestSupport
import Testing
import Traffic

/// The optional fields of tunnels and link layers, each alone and all together: all must give the same conversation.
@Suite struct OptionalHeaderTests: LayerSuite {
    private static func frame(_ packet: [UInt8]) -> [UInt8] { Wire.ethernet(0x0800, packet) }
    /// The packet in IPv6, for layers that declare the inner protocol.
    private static func in6(_ packet: [UInt8]) -> [UInt8] { Wire.ipv6(1, 2, next: 4, packet) }
    private static let ppp: [UInt8] = [0xff, 3, 0, 0x21]

    private static let gtp: [UInt8] = [0xff, 0, 0, 0, 0, 0, 1]
    static let tunnels = [
        Layer("GTP-U, no option") { udp(2152, [0x30] + gtp + $0) },
        Layer("GTP-U, N-PDU number; the next type is not used") { udp(2152, [0x31] + gtp + [0, 0, 9, 0x85] + $0) },
        Layer("GTP-U, an extension header of four bytes") {
            udp(2152, [0x34] + gtp + [0, 0, 0, 0x85] + [1, 0x10, 9, 0] + $0)
        },
        Layer("GTP-U, extension headers of four and eight bytes") {
            udp(2152, [0x37] + gtp + [0, 1, 2, 0x85] + [1, 0x10, 9, 0x40] + [2, 1, 2, 3, 4, 5, 6, 0] + $0)
        },
        Layer("L2TP, a length") { udp(1701, [0x40, 2, 0, 0, 0, 1, 0, 2] + ppp + $0) },
        Layer("L2TP, sequence numbers") { udp(1701, [0x08, 2, 0, 1, 0, 2, 0, 1, 0, 0] + ppp + $0) },
        Layer("L2TP, an offset of none") { udp(1701, [0x02, 2, 0, 1, 0, 2, 0, 0] + ppp + $0) },
        Layer("L2TP, an offset of three") { udp(1701, [0x02, 2, 0, 1, 0, 2, 0, 3, 9, 9, 9] + ppp + $0) },
        Layer("L2TP, everything") {
            udp(1701, [0x4a, 2, 0, 0, 0, 1, 0, 2, 0, 1, 0, 0, 0, 2, 9, 9] + ppp + $0)
        },
        Layer("L2TP, PPP without address and control") { udp(1701, [0, 2, 0, 1, 0, 2, 0, 0x21] + $0) },
        Layer("PPTP, nothing optional") { ip(47, [0x20, 1, 0x88, 0x0b, 0, 0, 0, 0] + ppp + $0) },
        Layer("PPTP, an acknowledgement") { ip(47, [0x20, 0x81, 0x88, 0x0b] + zeros(8) + ppp + $0) },
        Layer("PPTP, both numbers") { ip(47, [0x30, 0x81, 0x88, 0x0b] + zeros(12) + ppp + $0) },
        Layer("PPTP, PPP without address and control") {
            ip(47, [0x30, 1, 0x88, 0x0b] + zeros(8) + [0, 0x21] + $0)
        },
        Layer("GRE, a checksum") { ip(47, [0x80, 0, 8, 0] + zeros(4) + $0) },
        Layer("GRE, a route") { ip(47, [0x40, 0, 8, 0] + zeros(4) + $0) },
        Layer("GRE, a sequence number") { ip(47, [0x10, 0, 8, 0] + zeros(4) + $0) },
        Layer("GRE, IPv6") { ip(47, [0, 0, 0x86, 0xdd] + in6($0)) },
        Layer("GRE, the first protocol of Aruba") {
            ip(47, [0, 0, 0x82, 0, 0x88, 1] + zeros(24) + snap + $0)
        },
        Layer("GRE, the last protocol of Aruba") {
            ip(47, [0, 0, 0x82, 0xff, 0x88, 1] + zeros(24) + snap + $0)
        },
        Layer("ERSPAN III, a subheader") {
            ip(47, [0x10, 0, 0x22, 0xeb] + zeros(4) + zeros(11) + [1] + zeros(8) + frame($0))
        },
        Layer("ERSPAN III, IP") { ip(47, [0x10, 0, 0x22, 0xeb] + zeros(4) + zeros(10) + [0x08, 0] + $0) },
        Layer("Geneve, no option") { udp(6081, [0, 0, 0x65, 0x58, 0, 0, 1, 0] + frame($0)) },
        Layer("Geneve, the longest options") { udp(6081, [0x3f, 0, 0x65, 0x58, 0, 0, 1, 0] + zeros(252) + frame($0)) },
        Layer("VXLAN on the old port of Linux") { udp(8472, [8, 0, 0, 0, 0, 0, 1, 0] + frame($0)) },
        Layer("VXLAN-GPE with IPv6") { udp(4790, [0x0c, 0, 0, 2, 0, 0, 1, 0] + in6($0)) },
        Layer("VXLAN-GPE with Ethernet") { udp(4790, [0x0c, 0, 0, 3, 0, 0, 1, 0] + frame($0)) },
        Layer("VXLAN-GPE with MPLS") { udp(4790, [0x0c, 0, 0, 5, 0, 0, 1, 0] + [0, 1, 1, 64] + $0) },
        Layer("Teredo, authentication and origin") {
            udp(3544, [0, 1, 2, 3] + zeros(14) + [0, 0, 1, 2, 3, 4, 5, 6] + in6($0))
        },
        Layer("LISP with IPv6") { udp(4341, zeros(8) + in6($0)) },
        Layer("AYIYA, an identity of one byte and no signature") {
            udp(5072, [0x01, 0x02, 0x11, 41] + zeros(4 + 1) + in6($0))
        },
        Layer("TZSP, padding before the end of the fields") {
            udp(37008, [1, 0, 0, 1, 0, 0, 10, 1, 7, 1] + frame($0))
        },
        Layer("TZSP in a received packet's form, 802.11") {
            udp(37008, [1, 1, 0, 18, 1, 0x88, 1] + zeros(24) + snap + $0)
        },
        Layer("TZSP, Prism") {
            udp(37008, [1, 0, 0, 119, 1, 0, 0, 0, 0x44, 0, 0, 0, 8, 0x88, 1] + zeros(24) + snap + $0)
        },
        Layer("authentication header in an authentication header") {
            ip(51, [51, 1] + zeros(10) + [4, 4] + zeros(22) + $0)
        },
        Layer("MPLS over IP") { ip(137, [0, 1, 0, 64, 0, 2, 1, 64] + $0) },
        Layer("IPv4 by the number of KA9Q") { ip(94, $0) },
        Layer("IPv6 in IPv4") { ip(41, in6($0)) },
    ]

    static let links = [
        Layer("802.11, no quality of service", 105) { [0x08, 1] + zeros(22) + snap + $0 },
        Layer("802.11, four addresses", 105) { [0x08, 3] + zeros(28) + snap + $0 },
        Layer("802.11, four addresses and quality of service", 105) { [0x88, 3] + zeros(30) + snap + $0 },
        Layer("802.11, a high-throughput field", 105) { [0x88, 0x81] + zeros(28) + snap + $0 },
        Layer("802.11, a high-throughput field that is not there without quality of service", 105) {
            [0x08, 0x81] + zeros(22) + snap + $0
        },
        Layer("radiotap, a clock and no flags", 127) {
            [0, 0, 16, 0, 1, 0, 0, 0] + zeros(8) + [0x08, 1] + zeros(22) + snap + $0
        },
        Layer("radiotap, padded after a clock", 127) {
            [0, 0, 17, 0, 3, 0, 0, 0] + zeros(8) + [0x20, 0x88, 1] + zeros(24) + [0, 0] + snap + $0
        },
        Layer("radiotap, three words of fields", 127) {
            [0, 0, 17, 0, 2, 0, 0, 0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0x20, 0x88, 1] + zeros(24) + [0, 0] + snap + $0
        },
        Layer("AVS of the largest length that is read most significant byte first", 163) {
            [0x80, 0x21, 0x10, 1, 0, 0, 4, 0] + zeros(1016) + [0x08, 1] + zeros(22) + snap + $0
        },
        Layer("Prism as a little-endian machine writes it", 119) {
            [0x44, 0, 0, 0, 144, 0, 0, 0] + zeros(136) + [0x08, 1] + zeros(22) + snap + $0
        },
        Layer("TRILL without options", 1) { Wire.ethernet(0x22f3, [0, 0x3f, 0, 1, 0, 2] + frame($0)) },
        Layer("NSH with IPv6", 1) { Wire.ethernet(0x894f, [0x0f, 0xc2, 2, 2, 0, 0, 1, 0xff] + in6($0)) },
        Layer("NSH with Ethernet", 1) { Wire.ethernet(0x894f, [0x0f, 0xc2, 2, 3, 0, 0, 1, 0xff] + frame($0)) },
        Layer("NSH with MPLS", 1) {
            Wire.ethernet(0x894f, [0x0f, 0xc2, 2, 5, 0, 0, 1, 0xff] + [0, 1, 1, 64] + $0)
        },
        Layer("NSH that says it is shorter than it can be", 1) {
            Wire.ethernet(0x894f, [0x0f, 0xc0, 2, 1, 0, 0, 1, 0xff] + $0)
        },
        Layer("MACsec without a channel", 1) { Wire.ethernet(0x88e5, [0, 0] + zeros(4) + [8, 0] + $0 + zeros(16)) },
        Layer("QinQ by the older number", 1) { Wire.ethernet(0x9100, [0, 5, 0x81, 0, 0, 6, 8, 0] + $0) },
        Layer("802.1Q around LLC", 1) { packet in
            Wire.ethernet(0x8100, [0, 5] + Wire.u16(UInt16(packet.count + 8)) + snap + packet)
        },
        Layer("PPP of a label stack", 9) { [0xff, 3, 0x02, 0x81, 0, 1, 1, 64] + $0 },
        Layer("PPP of a label stack for many", 9) { [0xff, 3, 0x02, 0x83, 0, 1, 1, 64] + $0 },
        Layer("PPP of IPv6", 9) { [0xff, 3, 0, 0x57] + in6($0) },
        Layer("PPPoE session of a capture's own", 51) { [0x11, 0, 0, 1, 0, 9, 0, 0x21] + $0 },
        Layer("frame relay, an address of four bytes", 107) { [0x18, 0x40, 0x40, 0x41, 3, 0xcc] + $0 },
        Layer("frame relay, IPv6", 107) { [0x18, 0x41, 3, 0x8e] + in6($0) },
        Layer("frame relay, padded", 107) { [0x18, 0x41, 3, 0, 0xcc] + $0 },
        Layer("Token Ring without a route", 6) { [0x10, 0x40] + zeros(12) + snap + $0 },
        Layer("pflog of a length that is no multiple of four", 117) { [61, 2, 0, 0] + zeros(60) + $0 },
        Layer("pflog of a multiple of four", 117) { [64, 2, 0, 0] + zeros(60) + $0 },
        Layer("NFLOG, fields of odd lengths before the packet", 239) { packet in
            let length = UInt16(packet.count + 4)
            return [2, 0, 0, 0, 5, 0, 1, 0, 9, 0, 0, 0, 7, 0, 2, 0, 1, 2, 3, 0]
                + [UInt8(length & 0xff), UInt8(length >> 8), 9, 0] + packet
        },
        Layer("PPI with a field", 192) {
            [0, 0, 20, 0, 1, 0, 0, 0] + zeros(12) + frame($0)
        },
    ]

    @Test(arguments: tunnels + links) func carries(_ layer: Layer) {
        let recording = Recording(packets: Self.packets.map(layer.wrap), linkType: LinkType(rawValue: layer.linkType))
        #expect(recording.lines == ["GET /a → 200 0123456789"])
        #expect(recording.losses.isNone)
    }

    /// Nothing past the end of a packet is read, wherever it is truncated, and truncation is reported.
    @Test(arguments: tunnels + links) func isCutAnywhere(_ layer: Layer) {
        let packet = Self.packets[3]
        expectCuts(
            of: layer.wrap(packet), with: packet, linkType: LinkType(rawValue: layer.linkType), isTold: true)
    }

    static let refused = [
        Layer("802.11, encrypted", 105) { [0x08, 0x41] + zeros(22) + snap + $0 },
        Layer("802.11, a control frame", 105) { [0xb4, 1] + zeros(22) + snap + $0 },
        Layer("802.11, data without data", 105) { [0x48, 1] + zeros(22) + snap + $0 },
        Layer("MACsec, encrypted", 1) { Wire.ethernet(0x88e5, [0x08, 0] + zeros(4) + [8, 0] + $0) },
        Layer("MACsec, changed text", 1) { Wire.ethernet(0x88e5, [0x04, 0] + zeros(4) + [8, 0] + $0) },
        Layer("VXLAN without its number") { udp(4789, [0, 0, 0, 0, 0, 0, 1, 0] + frame($0)) },
        Layer("Geneve of another version") { udp(6081, [0x40, 0, 0x65, 0x58, 0, 0, 1, 0] + frame($0)) },
        Layer("GTP-U of another message") { udp(2152, [0x30, 0xfe, 0, 0, 0, 0, 0, 1] + $0) },
        Layer("GTP prime") { udp(2152, [0x20, 0xff, 0, 0, 0, 0, 0, 1] + $0) },
        Layer("L2TP, a control message") { udp(1701, [0x80, 2, 0, 1, 0, 2] + ppp + $0) },
        Layer("L2TP of another version") { udp(1701, [0, 1, 0, 1, 0, 2] + ppp + $0) },
        Layer("GRE of another version") { ip(47, [0, 2, 8, 0] + $0) },
        Layer("EtherIP of another version") { ip(97, [0x40, 0] + frame($0)) },
        Layer("TZSP of another version") { udp(37008, [2, 0, 0, 1, 1] + frame($0)) },
        Layer("TZSP, no packet") { udp(37008, [1, 2, 0, 1, 1] + frame($0)) },
        Layer("L2TP version 3, a control message") { ip(115, zeros(4) + frame($0)) },
        Layer("AYIYA, an operation that carries nothing") { udp(5072, [0x01, 0x02, 0x10, 4] + zeros(5) + $0) },
        Layer("IP of another version") { [0x54] + $0.dropFirst() },
        Layer("Token Ring, no data", 6) { [0x10, 0x80] + zeros(12) + snap + $0 },
    ]

    @Test(arguments: refused) func isNoPacketOfIts(_ layer: Layer) {
        let recording = Recording(packets: Self.packets.map(layer.wrap), linkType: LinkType(rawValue: layer.linkType))
        #expect(recording.totals.connections == 0)
        #expect(recording.losses.truncatedPackets == 0, "a packet without TCP is not counted as truncated")
    }
}
