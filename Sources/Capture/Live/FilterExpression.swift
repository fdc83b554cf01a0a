import CPcap

/// The kernel filter, in the language of pcap-filter(7): it passes the wanted traffic, tagged or not, and everything
/// that a filter cannot look into, which is examined later (``PacketFilter``, and the ports of ``CaptureOptions``).
struct FilterExpression {
    private let wanted: String?
    private let passesCarriers: Bool
    private let original: String

    /// - Parameters:
    ///   - filter: the user's expression.
    ///   - ports: the wanted TCP ports; empty means all.
    ///   - passesCarriers: whether tunnels and fragments always pass.
    init(filter: String?, ports: Set<UInt16>, passesCarriers: Bool) {
        var parts: [String] = []
        if let filter, filter.contains(where: { !$0.isWhitespace }) { parts.append("(\(filter))") }
        if !ports.isEmpty {
            parts.append("(" + ports.sorted().map { "tcp port \($0)" }.joined(separator: " or ") + ")")
        }
        wanted = parts.isEmpty ? nil : parts.joined(separator: " and ")
        self.passesCarriers = passesCarriers
        original = filter ?? wanted ?? ""
    }

    /// Packets whose TCP header a filter cannot find. An expression is left out for link types that do not support it.
    private static let carriers = [
        // All fragments of a datagram, as only the whole datagram shows its ports.
        "(ip[6:2] & 0x3fff != 0)", "(ip6 proto 44)",
        // IPv6 extension headers: hop-by-hop options, routing, authentication, destination options, mobility.
        "(ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 51 or ip6[6] = 60 or ip6[6] = 135)", "(ip proto 51)",
        // VXLAN on both its ports, Geneve, GTP-U, Teredo, L2TP.
        "(udp port 4789 or udp port 8472 or udp port 6081 or udp port 2152 or udp port 3544 or udp port 1701)",
        // GRE (and ERSPAN), IP in IP, MPLS in IP.
        "(ip proto 47 or ip proto 4 or ip proto 41 or ip proto 137)",
        "(ip6 proto 47 or ip6 proto 4 or ip6 proto 41 or ip6 proto 137)",
        // MPLS, PPPoE.
        "(ether proto 0x8847 or ether proto 0x8848)", "(ether proto 0x8864)",
    ]
    /// Tags that a filter cannot skip: in link types other than Ethernet, and below the second tag.
    private static let tags = "(ether proto 0x8100 or ether proto 0x88a8 or ether proto 0x9100)"

    /// Compiles the program for packets of `handle`; nil if everything passes.
    ///
    /// `vlan` shifts all offsets in the rest of an expression, so it comes last.
    func compile(_ handle: OpaquePointer) throws(PcapError) -> FilterProgram? {
        guard let wanted else { return nil }
        guard FilterProgram(wanted, for: handle) != nil else {
            throw .badFilter(filter: original, reason: String(cString: pcap_geterr(handle)))
        }
        let all = passesCarriers ? FilterExpression.carriers : []
        let known = all.filter { FilterProgram($0, for: handle) != nil }
        let passing = ([wanted] + known).joined(separator: " or ")
        let below = passesCarriers ? " or \(FilterExpression.tags)" : ""
        let candidates = [
            "(\(passing)) or (vlan and ((\(passing)) or (vlan and (\(passing)\(below)))))",
            "(\(passing)\(below))",
            "(\(passing))",
        ]
        for candidate in candidates {
            if let program = FilterProgram(candidate, for: handle) { return program }
        }
        throw .badFilter(filter: original, reason: String(cString: pcap_geterr(handle)))
    }

    /// The same for packets of a link type.
    func compile(_ linkType: LinkType) throws(PcapError) -> FilterProgram? {
        // pcap_open_dead expects this machine's number for raw IP.
        let number = linkType == .raw ? LinkType.rawOfLinux.rawValue : linkType.rawValue
        guard let handle = pcap_open_dead(Int32(bitPattern: number), LiveCapture.snapLength) else {
            throw .badFilter(filter: original, reason: "no memory")
        }
        defer { pcap_close(handle) }
        return try compile(handle)
    }
}
