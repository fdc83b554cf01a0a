import Testing
import Traffic

@testable import Capture

/// What `--filter` keeps: decided by the innermost packet, in any encapsulation.
@Suite struct PacketFilterTests {
    /// A conversation between 10.0.0.1 and port 80 of 10.0.0.2, as bare IPv4 packets.
    private static let talk = Talk.whole

    struct Carrier: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var wrap: @Sendable ([UInt8]) -> [[UInt8]]
    }

    static let carriers: [Carrier] = [
        Carrier(testDescription: "plain") { [Wire.ethernet(0x0800, $0)] },
        Carrier(testDescription: "802.1Q") { [Wire.ethernet(0x8100, [0, 5, 8, 0] + $0)] },
        Carrier(testDescription: "QinQ") { [Wire.ethernet(0x88a8, [0, 5, 0x81, 0, 0, 6, 8, 0] + $0)] },
        Carrier(testDescription: "MPLS") { [Wire.ethernet(0x8847, [0, 1, 1, 64] + $0)] },
        Carrier(testDescription: "PPPoE") { [Wire.ethernet(0x8864, [0x11, 0, 0, 1, 0, 9, 0, 0x21] + $0)] },
        Carrier(testDescription: "VXLAN") {
            let inner = [8, 0, 0, 0, 0, 0, 1, 0] + Wire.ethernet(0x0800, $0)
            return [
                Wire.ethernet(0x0800, Wire.ipv4(0xc000_0201, 0xc000_0202, transport: 17, Wire.udp(5, 4789, inner)))
            ]
        },
        Carrier(testDescription: "GRE") {
            [Wire.ethernet(0x0800, Wire.ipv4(0xc000_0201, 0xc000_0202, transport: 47, [0, 0, 8, 0] + $0))]
        },
        Carrier(testDescription: "fragments") { packet in
            let payload = Array(packet[20...])
            let cut = 8
            let (source, destination): (UInt32, UInt32) =
                packet[15] == 1 ? (0x0a00_0001, 0x0a00_0002) : (0x0a00_0002, 0x0a00_0001)
            return [
                Wire.ethernet(
                    0x0800,
                    Wire.ipv4(
                        source, destination, transport: 6, Array(payload[..<cut]), fragment: 0x2000, identification: 7)
                ),
                Wire.ethernet(
                    0x0800,
                    Wire.ipv4(source, destination, transport: 6, Array(payload[cut...]), fragment: 1, identification: 7)
                ),
            ]
        },
    ]

    private func exchanges(_ filter: String, _ carrier: Carrier) throws -> Int {
        var assembler = TrafficAssembler()
        assembler.filter = try PacketFilter(filter)
        for (index, segment) in Self.talk.segments.enumerated() {
            for bytes in carrier.wrap(Self.talk.packet(segment)) {
                bytes.withUnsafeBytes {
                    assembler.process(
                        CapturedPacket(
                            bytes: $0, originalLength: bytes.count, linkType: .ethernet,
                            time: CaptureTime(nanoseconds: Int64(index) * 1000)))
                }
            }
        }
        assembler.finish()
        #expect(assembler.filterFailure == nil)
        return assembler.takeBatch().records.count
    }

    @Test(arguments: carriers) func theInnermostPacketDecides(_ carrier: Carrier) throws {
        for (filter, want) in [
            ("tcp port 80", 1), ("tcp port 81", 0), ("host 10.0.0.1 and tcp", 1), ("host 10.0.0.3", 0),
            ("not port 80", 0), ("not port 22", 1), ("net 10.0.0.0/24 and not port 80", 0), ("ip", 1), ("ip6", 0),
        ] {
            #expect(try exchanges(filter, carrier) == want, "\(filter)")
        }
    }

    @Test(arguments: [
        ("udp port 4789", "VXLAN", 1), ("udp port 4789", "plain", 0), ("vlan 5", "802.1Q", 1), ("vlan 6", "802.1Q", 0),
        ("vlan 5", "plain", 0), ("host 192.0.2.1", "GRE", 1), ("ether host 02:02:02:02:02:02", "plain", 1),
        ("ether host 02:02:02:02:02:02 and port 80", "QinQ", 1), ("ether host 02:02:02:02:02:03", "plain", 0),
    ])
    func conditionsOnOtherLayersHold(_ filter: String, _ name: String, _ want: Int) throws {
        let carrier = try #require(Self.carriers.first { $0.testDescription == name })
        #expect(try exchanges(filter, carrier) == want)
    }

    @Test func contentCanBeAskedForInFragmentsToo() throws {
        let carrier = try #require(Self.carriers.first { $0.testDescription == "fragments" })
        #expect(try exchanges("tcp[20:4] = 0x47455420 or tcp port 80", carrier) == 1)
    }

    @Test func badFilters() {
        for filter in ["port port", "host", "(("] { #expect(throws: PcapError.self) { _ = try PacketFilter(filter) } }
    }

    @Test func aFilterThatDoesNotFitThePacketsIsReported() throws {
        var assembler = TrafficAssembler()
        assembler.filter = try PacketFilter("ether host 02:02:02:02:02:02")
        let packet = Self.talk.packet(Self.talk.segments[0])
        packet.withUnsafeBytes {
            assembler.process(
                CapturedPacket(
                    bytes: $0, originalLength: packet.count, linkType: .raw, time: CaptureTime(nanoseconds: 0)))
        }
        guard case .badFilter = assembler.filterFailure else {
            Issue.record("\(String(describing: assembler.filterFailure))")
            return
        }
    }
}
