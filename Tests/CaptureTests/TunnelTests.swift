import Capture
import Testing
import Traffic

/// Tunnels that are recognised by their content, and networks with the same addresses.
@Suite struct TunnelTests {
    private static let talk = Talk.whole

    /// The conversation over IPv6, from a Teredo client when `prefix` is 2001:0.
    private static func packets6(prefix: UInt32) -> [[UInt8]] {
        talk.segments.map { segment in
            let ports: (UInt16, UInt16) = segment.isFromClient ? (40000, 80) : (80, 40000)
            let tcp = Wire.tcp(
                ports.0, ports.1, segment.sequence, segment.acknowledgement, segment.flags, segment.payload)
            let client = Wire.u32(prefix) + Wire.u32(0x4137_9e50) + Wire.u32(0x8000_f12a) + Wire.u32(1)
            let server = Wire.u32(0x2001_4860) + Wire.u32(0) + Wire.u32(0) + Wire.u32(2)
            return [0x60, 0, 0, 0] + Wire.u16(UInt16(tcp.count)) + [6, 64]
                + (segment.isFromClient ? client + server : server + client) + tcp
        }
    }

    private static func udp(_ ports: (UInt16, UInt16), _ payload: [UInt8]) -> [UInt8] {
        Wire.ipv4(0xc000_0201, 0xc000_0202, transport: 17, Wire.udp(ports.0, ports.1, payload))
    }

    /// Teredo between a client and a relay has no fixed port (RFC 4380 section 5.2).
    @Test(arguments: [
        (UInt16(3797), UInt16(32900), [UInt8]()), (50_000, 3544, []), (1, 65535, [0, 0, 1, 2, 3, 4, 5, 6]),
        (40_000, 40_001, [0, 1, 0, 0] + [UInt8](repeating: 7, count: 9)),
        (40_000, 40_001, [0, 1, 2, 3] + [UInt8](repeating: 7, count: 14) + [0, 0, 1, 2, 3, 4, 5, 6]),
    ]) func teredoOnAnyPort(_ source: UInt16, _ destination: UInt16, _ indications: [UInt8]) {
        let packets = Self.packets6(prefix: 0x2001_0000).map { Self.udp((source, destination), indications + $0) }
        #expect(Recording(packets: packets, linkType: .raw).lines == ["GET /a → 200 0123456789"])
    }

    /// The port may be one that another tunnel is known by.
    @Test(
        arguments: [53, 123, 443, 500, 2152, 4341, 4500, 4754, 4789, 5247, 5555, 6080, 6081, 6635, 8472, 37008]
            as [UInt16])
    func teredoOnThePortOfAnotherTunnel(_ port: UInt16) {
        for ports in [(port, UInt16(40_000)), (40_000, port)] {
            let packets = Self.packets6(prefix: 0x2001_0000).map { Self.udp(ports, $0) }
            let recording = Recording(packets: packets, linkType: .raw)
            #expect(recording.lines == ["GET /a → 200 0123456789"])
            #expect(recording.losses.isNone && recording.totals.unread.total == 0)
        }
    }

    /// Datagrams that only look like IPv6 are ignored.
    @Test func otherAddressesInUDPAreNotTeredo() {
        let packets = Self.packets6(prefix: 0x2001_0db8).map { Self.udp((3797, 32900), $0) }
        let recording = Recording(packets: packets, linkType: .raw)
        #expect(recording.exchanges.isEmpty)
        #expect(recording.totals.connections == 0)
    }

    private static func vlan(_ number: UInt16, _ packet: [UInt8]) -> [UInt8] {
        Wire.ethernet(0x8100, Wire.u16(number) + [8, 0] + packet)
    }

    private static func vxlan(_ number: UInt16, _ packet: [UInt8]) -> [UInt8] {
        let header: [UInt8] = [8, 0, 0, 0, 0] + Wire.u16(number) + [0]
        return Wire.ethernet(0x0800, udp((50_000, 4789), header + Wire.ethernet(0x0800, packet)))
    }

    private static func geneve(_ number: UInt16, _ packet: [UInt8]) -> [UInt8] {
        let header: [UInt8] = [0, 0, 0x65, 0x58, 0] + Wire.u16(number) + [0]
        return Wire.ethernet(0x0800, udp((50_000, 6081), header + Wire.ethernet(0x0800, packet)))
    }

    private static func gre(_ number: UInt16, _ packet: [UInt8]) -> [UInt8] {
        let header: [UInt8] = [0x20, 0, 8, 0, 0, 0] + Wire.u16(number)
        return Wire.ethernet(0x0800, Wire.ipv4(1, 2, transport: 47, header + packet))
    }

    struct Network: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var wrap: @Sendable (UInt16, [UInt8]) -> [UInt8]
    }

    static let networks = [
        Network(testDescription: "VLAN", wrap: vlan), Network(testDescription: "VXLAN", wrap: vxlan),
        Network(testDescription: "Geneve", wrap: geneve), Network(testDescription: "GRE key", wrap: gre),
    ]

    /// Two tenants with the same addresses and ports at the same time, distinguished by the identifier of their
    /// network; the two directions of each have the same identifier or different ones.
    @Test(arguments: networks, [(false, false), (true, false), (false, true), (true, true)])
    func theSameAddressesInTwoNetworks(_ network: Network, _ how: (isAsymmetric: Bool, isJoined: Bool)) {
        var tenants = [
            Talk(clientNext: 1000, serverNext: 5000), Talk(clientNext: 70_001_000, serverNext: 99_005_000),
        ]
        for index in tenants.indices {
            tenants[index].open()
            for number in 0..<4 { tenants[index].visit("/\(index)/\(number)", "of \(index)") }
            tenants[index].close()
        }
        let packets = (how.isJoined ? 3..<tenants[0].segments.count : 0..<tenants[0].segments.count).flatMap {
            position in
            tenants.indices.map { index in
                let segment = tenants[index].segments[position]
                let number = UInt16(10 + index) + (how.isAsymmetric && !segment.isFromClient ? 100 : 0)
                return network.wrap(number, tenants[index].packet(segment))
            }
        }
        let recording = Recording(packets: packets, linkType: .ethernet)
        let expected = (0..<4).flatMap { number in (0..<2).map { "GET /\($0)/\(number) → 200 of \($0)" } }
        #expect(recording.lines.sorted() == expected.sorted())
        #expect(Set(recording.exchanges.map(\.connection)).count == 2)
        #expect(recording.losses.gaps == 0)
    }

    /// A client that returns to its port through another network after the previous connection is over.
    @Test func portsUsedAgainInAnotherNetwork() {
        var first = Talk.opened()
        first.visit("/first")
        first.close()
        var second = Talk(clientNext: 5_000_000, serverNext: 77)
        second.open()
        second.visit("/second")
        second.close()
        let packets =
            first.segments.map { Self.vlan(1, first.packet($0)) }
            + second.segments.map { Self.vlan(2, second.packet($0)) }
        let recording = Recording(packets: packets, linkType: .ethernet)
        #expect(recording.lines == ["GET /first → 200 ok", "GET /second → 200 ok"])
        #expect(recording.losses.isNone)
    }
}
