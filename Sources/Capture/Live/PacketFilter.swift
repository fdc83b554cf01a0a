import CPcap

/// A filter in the language of pcap-filter(7), applied to decoded packets.
///
/// A packet passes if its innermost IP packet does, as if it were not tagged, tunnelled or fragmented. An expression
/// about other layers (`vlan 5`, `ether host …`, `udp port 4789`) is also applied to the packet as captured, with tags
/// skipped. A purely negative expression (`not port 22`) is not, because the carrier of an unwanted packet would match
/// it.
public struct PacketFilter {
    /// The program for innermost IP packets; nil if the expression is about link layers.
    private let inner: FilterProgram?
    /// Whether `inner` rejects unrelated packets. Only then is a match of the packet as captured meaningful.
    private let isSelective: Bool
    private let expression: FilterExpression
    private let filter: String
    /// The programs for packets as captured, by link type; nil if the expression does not apply to it.
    private var outer: [LinkType: FilterProgram?] = [:]

    /// Parses a filter expression (pcap-filter(7)).
    ///
    /// - Throws: ``PcapError/badFilter(filter:reason:)`` if `filter` is not valid.
    public init(_ filter: String) throws(PcapError) {
        self.filter = filter
        expression = FilterExpression(filter: filter, ports: [], passesCarriers: false)
        inner = try? FilterExpression(filter: filter, ports: [], passesCarriers: false).compile(
            .raw)
        isSelective = inner.map { PacketFilter.refusesStrangers($0) } ?? true
        if inner == nil {
            // Some expressions apply to one link type only.
            let isKnown = [LinkType.radiotap, .linuxCooked2, .linuxCooked].contains {
                (try? expression.compile($0)) != nil
            }
            outer[.ethernet] =
                isKnown ? (try? expression.compile(.ethernet)) : try expression.compile(.ethernet)
        }
    }

    /// Whether the expression is about IP and its payload, so that it can be applied inside tunnels.
    public var looksInside: Bool { inner != nil }

    /// Whether a packet passes.
    ///
    /// - Parameters:
    ///   - network: its innermost IP packet, as far as captured; nil if it has none.
    ///   - isReassembled: whether it is the last fragment of a datagram, which shows no ports itself.
    /// - Throws: ``PcapError/badFilter(filter:reason:)`` if the expression does not apply to the packet's link type.
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

    /// Whether `program` rejects empty IP packets with zero addresses and no known protocol.
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
