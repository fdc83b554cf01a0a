import CPcap

/// A filter in the language of pcap-filter(7) for packets of a file. Owns a compiled program for each link type it met.
public struct PacketFilter: ~Copyable {
    private struct Program {
        var linkType: LinkType
        var code: bpf_program
    }

    private let expression: FilterExpression
    private var programs: [Program] = []

    /// - Throws: ``PcapError/badFilter(filter:reason:)`` when `filter` makes no sense for Ethernet.
    public init(_ filter: String) throws(PcapError) {
        let expression = FilterExpression(filter: filter, ports: [])
        self.expression = expression
        let first = try PacketFilter.compile(expression, .ethernet)
        if let first { programs.append(first) }
    }

    deinit {
        for var program in programs { pcap_freecode(&program.code) }
    }

    /// Whether `packet` passes.
    ///
    /// - Throws: ``PcapError/badFilter(filter:reason:)`` when the filter makes no sense for the packet's link type.
    public mutating func passes(_ packet: CapturedPacket) throws(PcapError) -> Bool {
        guard let index = try index(of: packet.linkType) else { return true }
        var header = pcap_pkthdr()
        header.caplen = UInt32(clamping: packet.bytes.count)
        header.len = UInt32(clamping: packet.originalLength)
        let bytes = packet.bytes.assumingMemoryBound(to: UInt8.self).baseAddress
        return pcap_offline_filter(&programs[index].code, &header, bytes) != 0
    }

    private mutating func index(of linkType: LinkType) throws(PcapError) -> Int? {
        if let index = programs.firstIndex(where: { $0.linkType == linkType }) { return index }
        guard let program = try PacketFilter.compile(expression, linkType) else { return nil }
        programs.append(program)
        return programs.count - 1
    }

    private static func compile(
        _ expression: FilterExpression, _ linkType: LinkType
    ) throws(PcapError) -> Program? {
        // pcap_open_dead takes this machine's number for raw IP.
        let number = linkType == .raw ? LinkType.rawOfLinux.rawValue : linkType.rawValue
        guard let handle = pcap_open_dead(Int32(bitPattern: number), LiveCapture.snapLength) else {
            throw .badFilter(filter: "", reason: "no memory")
        }
        defer { pcap_close(handle) }
        return try expression.compile(handle).map { Program(linkType: linkType, code: $0) }
    }
}
