import Testing

/// A link layer or a tunnel that packets are wrapped in.
struct WrappingLayer: Sendable, CustomTestStringConvertible {
    var name: String
    var linkType: UInt32
    var wrap: @Sendable ([UInt8]) -> [UInt8]
    var testDescription: String { name }

    init(_ name: String, _ linkType: UInt32 = 101, _ wrap: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        (self.name, self.linkType, self.wrap) = (name, linkType, wrap)
    }
}

/// The common basis of the suites of link layers and tunnels: one conversation, and parts of headers.
protocol LayerSuite {}

extension LayerSuite {
    typealias Layer = WrappingLayer

    /// `GET /a → 200 0123456789`, as packets of IPv4.
    static var packets: [[UInt8]] { LayerSample.packets }
    /// LLC and SNAP before IPv4.
    static var snap: [UInt8] { [0xaa, 0xaa, 3, 0, 0, 0, 8, 0] }
    static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
    static func ip(_ transport: UInt8, _ payload: [UInt8]) -> [UInt8] {
        Wire.ipv4(0xc000_0201, 0xc000_0202, transport: transport, payload)
    }
    static func udp(_ port: UInt16, _ payload: [UInt8]) -> [UInt8] { ip(17, Wire.udp(55555, port, payload)) }
}

private enum LayerSample {
    static let packets = Talk.whole.segments.map { Talk.whole.packet($0) }
}
