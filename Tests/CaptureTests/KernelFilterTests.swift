import Testing
import Traffic

@testable import Capture

/// What the kernel filters let through, run on packets as in the kernel.
@Suite struct KernelFilterTests {
    private static let links: [LinkType] = [.ethernet, .linuxCooked, .linuxCooked2, .raw]

    private static func tcp(_ port: UInt16) -> [UInt8] { Wire.tcp(40000, port, 1, 0, 2, []) }
    private static func ip(_ port: UInt16) -> [UInt8] { Wire.ipv4(1, 2, transport: 6, tcp(port)) }

    /// A packet of `type` after the header of a link type; nil if it has no such packets.
    private static func frame(_ link: LinkType, _ type: UInt16, _ payload: [UInt8]) -> [UInt8]? {
        switch link {
        case .ethernet: Wire.ethernet(type, payload)
        case .linuxCooked: [0, 0, 0, 1, 0, 6] + [UInt8](repeating: 2, count: 8) + Wire.u16(type) + payload
        case .linuxCooked2: Wire.u16(type) + [UInt8](repeating: 0, count: 18) + payload
        default: type == 0x0800 || type == 0x86dd ? payload : nil
        }
    }

    struct Row: CustomTestStringConvertible, Sendable {
        var reason: String
        var type: UInt16 = 0x0800
        /// The packet that carries a segment to this port.
        var packet: @Sendable (UInt16) -> [UInt8]
        /// Whether the kernel can see the ports inside.
        var isTold = false
        var testDescription: String { reason }
    }

    static let rows: [Row] = [
        Row(reason: "plain", packet: { ip($0) }, isTold: true),
        Row(
            reason: "IPv6", type: 0x86dd, packet: { Wire.ipv6(1, 2, next: 6, tcp($0)) }, isTold: true),
        Row(reason: "MPLS", type: 0x8847, packet: { [0, 1, 1, 64] + ip($0) }),
        Row(reason: "MPLS multicast", type: 0x8848, packet: { [0, 1, 1, 64] + ip($0) }),
        Row(reason: "PPPoE", type: 0x8864, packet: { [0x11, 0, 0, 1, 0, 42, 0, 0x21] + ip($0) }),
        Row(reason: "a first fragment", packet: { Wire.ipv4(1, 2, transport: 6, tcp($0), fragment: 0x2000) }),
        Row(reason: "a later fragment", packet: { _ in Wire.ipv4(1, 2, transport: 6, [1, 2, 3], fragment: 100) }),
        Row(reason: "an IPv6 fragment", type: 0x86dd) {
            Wire.ipv6(1, 2, next: 44, [6, 0, 0, 1, 0, 0, 0, 1] + tcp($0))
        },
        Row(reason: "IPv6 options", type: 0x86dd) { Wire.ipv6(1, 2, next: 0, [6, 0, 1, 4, 0, 0, 0, 0] + tcp($0)) },
        Row(reason: "VXLAN") {
            Wire.ipv4(3, 4, transport: 17, Wire.udp(5, 4789, [8, 0, 0, 0, 0, 0, 1, 0] + Wire.ethernet(0x0800, ip($0))))
        },
        Row(reason: "VXLAN on Linux' first port, over IPv6", type: 0x86dd) {
            Wire.ipv6(
                3, 4, next: 17, Wire.udp(5, 8472, [8, 0, 0, 0, 0, 0, 1, 0] + Wire.ethernet(0x0800, ip($0))))
        },
        Row(reason: "Geneve") {
            Wire.ipv4(3, 4, transport: 17, Wire.udp(5, 6081, [0, 0, 0x08, 0, 0, 0, 1, 0] + ip($0)))
        },
        Row(reason: "GTP-U") {
            Wire.ipv4(3, 4, transport: 17, Wire.udp(2152, 2152, [0x30, 0xff, 0, 40, 0, 0, 0, 1] + ip($0)))
        },
        Row(reason: "GRE") { Wire.ipv4(3, 4, transport: 47, [0, 0, 8, 0] + ip($0)) },
        Row(reason: "GRE over IPv6", type: 0x86dd) { Wire.ipv6(3, 4, next: 47, [0, 0, 8, 0] + ip($0)) },
        Row(reason: "IP in IP") { Wire.ipv4(3, 4, transport: 4, ip($0)) },
        Row(reason: "IPv6 in IP") { Wire.ipv4(3, 4, transport: 41, Wire.ipv6(1, 2, next: 6, tcp($0))) },
    ]

    /// Tags before a packet of some type: the type in the link layer's header, and the bytes.
    private static let tags: [@Sendable (UInt16) -> (type: UInt16, bytes: [UInt8])] = [
        { ($0, []) }, { (0x8100, [0, 5] + Wire.u16($0)) },
        { (0x88a8, [0, 5, 0x81, 0, 0, 6] + Wire.u16($0)) },
        { (0x88a8, [0, 5, 0x88, 0xa8, 0, 6, 0x81, 0, 0, 7] + Wire.u16($0)) },
    ]

    private static func passes(_ program: FilterProgram, _ packet: [UInt8]) -> Bool {
        packet.withUnsafeBytes { program.passes($0, originalLength: packet.count) }
    }

    /// Each with zero to three tags, on each link type.
    @Test(arguments: rows) func portFiltersPassWhatMayHoldThePort(_ row: Row) throws {
        for link in Self.links {
            let expression = FilterExpression(filter: nil, ports: [80, 8080], passesCarriers: true)
            let program = try #require(try expression.compile(link))
            for (count, tag) in Self.tags.enumerated() {
                let (type, bytes) = tag(row.type)
                guard let wanted = Self.frame(link, type, bytes + row.packet(80)) else { continue }
                #expect(Self.passes(program, wanted), "link type \(link.rawValue), \(count) tags")
                guard row.isTold, count == 0 || link == .ethernet && count <= 2 else { continue }
                let other = try #require(Self.frame(link, type, bytes + row.packet(81)))
                #expect(!Self.passes(program, other), "link type \(link.rawValue), \(count) tags, another port")
            }
        }
    }

    @Test(arguments: links) func whatCannotHoldThePortStaysOut(_ link: LinkType) throws {
        let expression = FilterExpression(filter: nil, ports: [80], passesCarriers: true)
        let program = try #require(try expression.compile(link))
        let packets: [(String, UInt16, [UInt8])] = [
            ("another port", 0x0800, Self.ip(81)),
            ("DNS", 0x0800, Wire.ipv4(1, 2, transport: 17, Wire.udp(53, 53, [1, 2, 3]))),
            ("UDP to the port", 0x0800, Wire.ipv4(1, 2, transport: 17, Wire.udp(5, 80, [1, 2, 3]))),
            ("ICMP", 0x0800, Wire.ipv4(1, 2, transport: 1, [8, 0, 0, 0])),
            ("ARP", 0x0806, [UInt8](repeating: 0, count: 28)),
        ]
        for (reason, type, packet) in packets {
            guard let frame = Self.frame(link, type, packet) else { continue }
            #expect(!Self.passes(program, frame), "\(reason)")
        }
    }

    @Test func aUserFilterAlsoPassesEncapsulatedPackets() throws {
        for link in Self.links {
            let expression = FilterExpression(filter: "host 0.0.0.9", ports: [80], passesCarriers: true)
            let program = try #require(try expression.compile(link))
            for row in Self.rows where !row.isTold {
                guard let frame = Self.frame(link, row.type, row.packet(80)) else { continue }
                #expect(Self.passes(program, frame), "\(row.reason) on \(link.rawValue)")
            }
            let other = try #require(Self.frame(link, 0x0800, Self.ip(80)))
            #expect(!Self.passes(program, other))
            let both = try #require(Self.frame(link, 0x0800, Wire.ipv4(9, 2, transport: 6, Self.tcp(80))))
            #expect(Self.passes(program, both))
        }
    }

    @Test func thereIsNoFilterWithoutOptions() throws {
        #expect(try FilterExpression(filter: nil, ports: [], passesCarriers: true).compile(.ethernet) == nil)
        #expect(throws: PcapError.self) {
            _ = try FilterExpression(filter: "port port", ports: [], passesCarriers: true).compile(.ethernet)
        }
    }
}
