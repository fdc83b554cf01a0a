import Capture
import Testing
import Traffic

/// Rare layers: all must give the same conversation.
@Suite struct RareLayerTests: LayerSuite {
    /// 802.11 data with QoS, from a station.
    private static func wireless(_ packet: [UInt8]) -> [UInt8] { [0x88, 1] + zeros(24) + snap + packet }

    private static func filler(_ count: Int) -> [UInt8] { [UInt8](repeating: 0x69, count: count) }

    static let layers = [
        Layer("Token Ring with a route", 6) {
            [0x10, 0x40] + zeros(6) + [0x82] + zeros(5) + [4, 0, 0, 0] + snap + $0
        },
        Layer("802.11 in Ethernet", 1) { Wire.ethernet(0x2452, wireless($0)) },
        Layer("802.11 in Ethernet, decrypted", 1) { packet in
            Wire.ethernet(0x2452, [0x08, 0x41] + zeros(22) + [0x11, 0x22, 0x33, 0x20, 0, 0, 0, 0] + snap + packet)
        },
        Layer("GRE in UDP", 101) { udp(4754, [0, 0, 8, 0] + $0) },
        Layer("GRE in UDP with a key", 101) { udp(4754, [0x20, 0, 8, 0, 0, 0, 0, 7] + $0) },
        Layer("FDDI", 10) { [0x50] + zeros(12) + snap + $0 },
        Layer("ATM", 100) { snap + $0 },
        Layer("frame relay", 107) { [0x18, 0x41, 3, 0xcc] + $0 },
        Layer("frame relay with SNAP", 107) { [0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0] + $0 },
        Layer("frame relay as Cisco does it", 107) { [0x18, 0x41, 8, 0] + $0 },
        Layer("OpenBSD's enc", 109) { [2, 0, 0, 0] + zeros(8) + $0 },
        Layer("OpenBSD's pflog", 117) { [61, 2, 0, 0] + zeros(60) + $0 },
        Layer("Prism", 119) { [0, 0, 0, 0x44, 0, 0, 0, 144] + zeros(136) + wireless($0) },
        Layer("AVS", 163) { [0x80, 0x21, 0x10, 1, 0, 0, 0, 64] + zeros(56) + wireless($0) },
        Layer("Linux's PPP", 166) { [1, 3, 0, 0x21] + $0 },
        Layer("PPP with a direction", 204) { [1, 0xff, 3, 0, 0x21] + $0 },
        Layer("MPLS", 219) { [0, 1, 1, 64] + $0 },
        Layer("IP over InfiniBand", 242) { [8, 0, 0, 0] + $0 },
        Layer("Apple's pktap", 258) { [20, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0] + zeros(8) + Wire.ethernet(0x0800, $0) },
        Layer("radiotap with a padded header", 127) { packet in
            let frame = wireless(packet)
            return [0, 0, 9, 0, 2, 0, 0, 0, 0x20] + frame[..<26] + [0, 0] + frame[26...]
        },
        Layer("radiotap with a clock and a second word of fields", 127) { packet in
            [0, 0, 25, 0, 3, 0, 0, 0x80, 0, 0, 0, 0] + zeros(4) + zeros(8) + [0] + wireless(packet)
        },
        Layer("LLC without SNAP", 1) { Wire.ethernet(0x0040, [6, 6, 3] + $0) },
        Layer("MPLS carrying Ethernet without a control word", 1) {
            Wire.ethernet(0x8847, [0, 1, 1, 64] + zeros(12) + [8, 0] + $0)
        },
        Layer("802.1BR", 1) { Wire.ethernet(0x893f, zeros(6) + [8, 0] + $0) },
        Layer("VN-Tag", 1) { Wire.ethernet(0x8926, zeros(4) + [8, 0] + $0) },
        Layer("HSR", 1) { Wire.ethernet(0x892f, zeros(4) + [8, 0] + $0) },
        Layer("Cisco metadata", 1) { Wire.ethernet(0x8909, [1, 1, 0, 1, 0, 5, 8, 0] + $0) },
        Layer("802.1ah", 1) { Wire.ethernet(0x88e7, zeros(4) + Wire.ethernet(0x0800, $0)) },
        Layer("FabricPath", 1) { Wire.ethernet(0x8903, [0, 0x40] + Wire.ethernet(0x0800, $0)) },
        Layer("TRILL with options", 1) {
            Wire.ethernet(0x22f3, [0, 0x7f, 0, 1, 0, 2] + zeros(4) + Wire.ethernet(0x0800, $0))
        },
        Layer("NSH", 1) { Wire.ethernet(0x894f, [0x0f, 0xc6, 1, 1, 0, 0, 1, 0xff] + zeros(16) + $0) },
        Layer("MACsec that only signs", 1) { Wire.ethernet(0x88e5, [0x20, 0] + zeros(12) + [8, 0] + $0 + zeros(16)) },
        Layer("GRE with WCCP 2", 101) { ip(47, [0, 0, 0x88, 0x3e, 0, 0, 0, 0] + $0) },
        Layer("GRE with WCCP 1", 101) { ip(47, [0, 0, 0x88, 0x3e] + $0) },
        Layer("GRE from an access point", 101) { ip(47, [0, 0, 0x90, 0] + wireless($0)) },
        Layer("authentication header", 101) { ip(51, [4, 1] + zeros(10) + $0) },
        Layer("EtherIP", 101) { ip(97, [0x30, 0] + Wire.ethernet(0x0800, $0)) },
        Layer("L2TP version 3", 101) { ip(115, [0, 0, 0, 7] + Wire.ethernet(0x0800, $0)) },
        Layer("L2TP version 3 with a cookie", 101) { ip(115, [0, 0, 0, 7] + zeros(8) + Wire.ethernet(0x0800, $0)) },
        Layer("VXLAN-GPE with a packet", 101) { udp(4790, [0x0c, 0, 0, 1, 0, 0, 1, 0] + $0) },
        Layer("VXLAN-GPE with NSH", 101) { udp(4790, [0x0c, 0, 0, 4, 0, 0, 1, 0, 0, 2, 2, 1, 0, 0, 1, 0xff] + $0) },
        Layer("MPLS in UDP", 101) { udp(6635, [0, 1, 1, 64] + $0) },
        Layer("LISP", 101) { udp(4341, zeros(8) + $0) },
        Layer("AYIYA", 101) { udp(5072, [0x41, 0x52, 0x11, 4] + zeros(4 + 16 + 20) + $0) },
        Layer("GUE", 101) { udp(6080, [0, 4, 0, 0] + $0) },
        Layer("GUE with two words", 101) { udp(6080, [2, 4, 0, 0] + zeros(8) + $0) },
        Layer("GUE, version 1", 101) { udp(6080, $0) },
        Layer("FOU", 101) { udp(5555, $0) },
        Layer("FOU with GRE", 101) { udp(5555, [0, 0, 8, 0] + $0) },
        Layer("CAPWAP with Ethernet", 101) { udp(5247, [0, 0x10, 0, 0] + zeros(4) + Wire.ethernet(0x0800, $0)) },
        Layer("CAPWAP with 802.11", 101) { udp(5247, [0, 0x10, 3, 0] + zeros(4) + wireless($0)) },
        Layer("CAPWAP with 802.11 that is not announced", 101) {
            udp(5247, [0, 0x18, 2, 0] + zeros(8) + wireless($0))
        },
        Layer("ESP without encryption", 101) { ip(50, [0, 0, 0, 1, 0, 0, 0, 1] + $0 + [1, 2, 2, 4] + filler(12)) },
        Layer("ESP without encryption, 16 bytes of check value", 101) {
            ip(50, [0, 0, 0, 1, 0, 0, 0, 1] + $0 + [0, 4] + filler(16))
        },
        Layer("ESP with AES-GMAC in UDP", 101) {
            udp(4500, [0, 0, 0, 1, 0, 0, 0, 1] + filler(8) + $0 + [1, 2, 3, 3, 4] + filler(16))
        },
        Layer("Solaris IPNET", 226) { [1, 2] + zeros(22) + $0 },
        Layer("TZSP", 101) { udp(37008, [1, 0, 0, 1, 0, 10, 1, 0xd8, 1] + Wire.ethernet(0x0800, $0)) },
    ]

    @Test(arguments: layers) func carries(_ layer: Layer) {
        let recording = Recording(packets: Self.packets.map(layer.wrap), linkType: LinkType(rawValue: layer.linkType))
        #expect(recording.lines == ["GET /a → 200 0123456789"])
        #expect(recording.losses.isNone)
    }

    /// Within its headers too: nothing past the end may be read, and truncation is reported.
    @Test(arguments: layers) func isCutAnywhere(_ layer: Layer) {
        let packet = Self.packets[3]
        expectCuts(
            of: layer.wrap(packet), with: packet, linkType: LinkType(rawValue: layer.linkType),
            isTold: !["L2TP version 3", "ESP", "CAPWAP with 802.11 that"].contains { layer.name.hasPrefix($0) })
    }

    /// Packets that may carry HTTP but cannot be read are counted by kind, and as lost.
    @Test(arguments: [
        Layer("10 packets of link type 220 (USB, Linux)", 220) { $0 },
        Layer("10 packets of link type 147", 147) { $0 },
        Layer("10 packets of IPsec (ESP)", 101) { ip(50, [0, 0, 0, 1, 0, 0, 0, 1] + filler(80 + $0.count % 4)) },
        Layer("10 packets of IPsec (ESP)", 101) { udp(4500, [0, 0, 0, 1, 0, 0, 0, 1] + filler(80 + $0.count % 4)) },
        Layer("10 packets of CAPWAP, encrypted or in fragments", 101) { udp(5247, [1, 0, 0, 0] + filler($0.count)) },
        Layer("10 packets of CAPWAP, encrypted or in fragments", 101) {
            udp(5247, [0, 0x10, 0, 0x80] + zeros(4) + $0)
        },
        Layer("10 packets of 802.11, encrypted", 105) { [0x88, 0x41] + zeros(24) + filler($0.count) },
        Layer("10 packets of an unknown version of Generic UDP Encapsulation", 101) {
            udp(6080, [0x80, 4, 0, 0] + $0)
        },
    ]) func isNotRead(_ layer: Layer) {
        let recording = Recording(packets: Self.packets.map(layer.wrap), linkType: LinkType(rawValue: layer.linkType))
        #expect(recording.exchanges.isEmpty)
        let count = UInt64(Self.packets.count)
        #expect(recording.totals.unread.descriptions == [layer.name.replacing("10", with: "\(count)")])
        #expect(recording.totals.unread.total == count)
        #expect(recording.losses.unreadPackets == count)
        #expect(recording.lossRows.map(\.unreadPackets).reduce(0, +) == count)
        #expect(!recording.losses.isNone)
    }

    /// Keep-alives of a tunnel and control messages carry nothing.
    @Test(arguments: [
        udp(4500, [0xff]), udp(4500, zeros(4) + filler(40)), udp(5247, [0, 0x10, 0, 8] + zeros(8)),
        udp(6080, [0x20, 1, 0, 0]), udp(5246, [1, 0, 0, 0] + filler(40)),
    ]) func carriesNothing(_ packet: [UInt8]) {
        let recording = Recording(packets: [packet], linkType: .raw)
        #expect(recording.losses.isNone && recording.totals.unread.descriptions.isEmpty)
    }

    /// Several packets in one 802.11 frame (A-MSDU) are all processed.
    @Test func framesSentAsOneAreSeparated() {
        var frame: [UInt8] = [0x88, 1] + Self.zeros(22) + [0x80, 0]
        for packet in Self.packets {
            let content = Self.snap + packet
            frame += Self.zeros(12) + Wire.u16(UInt16(content.count)) + content
            frame += Self.zeros((4 - (14 + content.count) % 4) % 4)
        }
        let recording = Recording(packets: [frame], linkType: LinkType(rawValue: 105))
        #expect(recording.lines == ["GET /a → 200 0123456789"])
        #expect(recording.losses.isNone)
    }
}
