import CPcap

/// A filter in the language of pcap-filter(7), put to packets that were looked into.
///
/// A packet passes when its innermost IP packet does: what is tagged, tunnelled or was in fragments passes as if it were not. An
/// expression that speaks of other layers (`vlan 5`, `ether host …`, `udp port 4789`) also passes what it matches as captured,
/// tags stepped over; but not one that says only what is not wanted (`not port 22`), because what carries the unwanted is no
/// such thing itself.
public struct PacketFilter {
    /// For innermost IP packets; nil when the expression speaks of link layers.
    private let inner: FilterProgram?
    /// Whether `inner` refuses packets that have nothing to do with anything: only then a packet that passes as captured was meant.
    private let isSelective: Bool
    private let expression: FilterExpression
    private let filter: String
    /// For packets as captured, by link type; nil where the expression makes no sense.
    private var outer: [LinkType: FilterProgram?] = [:]

    /// - Throws: ``PcapError/badFilter(filter:reason:)`` when `filter` is not in the language.
    public init(_ filter: String) throws(PcapError) {
        self.filter = filter
        expression = FilterExpression(filter: filter, ports: [], letsCarriersThrough: false)
        inner = try? FilterExpression(filter: filter, ports: [], letsCarriersThrough: false).compile(
            .raw)
        isSelective = inner.map { PacketFilter.refusesStrangers($0) } ?? true
        if inner == nil {
            // Some expressions make sense for one kind of link only.
            let isKnown = [LinkType.radiotap, .linuxCooked2, .linuxCooked].contains {
                (try? expression.compile($0)) != nil
            }
            outer[.ethernet] =
                isKnown ? (try? expression.compile(.ethernet)) : try expression.compile(.ethernet)
        }
    }

    /// Whether the expression is about IP and what it carries, so that it can be put to the inside of a tunnel.
    public var looksInside: Bool { inner != nil }

    /// Whether a packet passes.
    ///
    /// - Parameters:
    ///   - network: its innermost IP packet, as far as it was captured; nil when it has none.
    ///   - isReassembled: whether it is a fragment, the last of its datagram, that shows no ports.
    /// - Throws: ``PcapError/badFilter(filter:reason:)`` when the expression makes no sense for the packet.
    mutating func passes(
        _ packet: CapturedPacket, network: WireBytes?, isReassembled: Bool
    ) throws(PcapError) -> Bool {
        if let inner, let network {
            let bytes = UnsafeRawBufferPointer(start: network.start, count: network.count)
            if inner.passes(bytes, originalLength: network.count) { return true }
            if !isSelective || isReassembled { return false }
        }
        if let program = program(packet.linkType) {
            return program.passes(packet.bytes, originalLength: packet.originalLength)
        }
        if inner != nil { return false }
        throw .badFilter(
            filter: filter,
            reason: "it makes no sense for packets of link type \(packet.linkType.rawValue)")
    }

    private mutating func program(_ linkType: LinkType) -> FilterProgram? {
        if let known = outer[linkType] { return known }
        let program = try? expression.compile(linkType)
        outer[linkType] = .some(program)
        return program
    }

    /// Whether `program` refuses empty IP packets of no protocol between no addresses.
    private static func refusesStrangers(_ program: FilterProgram) -> Bool {
        var ipv4 = [UInt8](repeating: 0, count: 20)
        (ipv4[0], ipv4[3], ipv4[9]) = (0x45, 20, 253)
        var ipv6 = [UInt8](repeating: 0, count: 40)
        (ipv6[0], ipv6[6]) = (0x60, 59)
        return [ipv4, ipv6].allSatisfy { packet in
            packet.withUnsafeBytes { !program.passes($0, originalLength: packet.count) }
        }
    }
}
