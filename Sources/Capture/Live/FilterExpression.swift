import CPcap

/// The filter that is given to libpcap: what the user asked for, so that what carries it passes too.
struct FilterExpression {
    private let inner: String?

    /// What passes whatever the ports, because the TCP header cannot be found by a filter: later fragments, and tunnels.
    private static let carriers = [
        "(ip[6:2] & 0x3fff != 0)", "(ip6 proto 44)", "(udp port 4789)", "(udp port 8472)", "(udp port 6081)",
        "(udp port 2152)", "(udp port 3544)", "(udp port 1701)", "(ip proto 47)", "(ip proto 4)", "(ip proto 41)",
    ]

    /// - Parameters:
    ///   - filter: the user's expression.
    ///   - ports: the TCP ports wanted; empty: all.
    init(filter: String?, ports: Set<UInt16>) {
        var parts: [String] = []
        if let filter, filter.contains(where: { !$0.isWhitespace }) { parts.append("(\(filter))") }
        if !ports.isEmpty {
            let wanted = ports.sorted().map { "(tcp port \($0))" } + FilterExpression.carriers
            parts.append("(\(wanted.joined(separator: " or ")))")
        }
        inner = parts.isEmpty ? nil : parts.joined(separator: " and ")
        original = filter ?? inner ?? ""
    }

    private let original: String

    /// The expressions to try, best first. `vlan` moves all offsets behind it, so it comes last; link types without VLANs
    /// do not know it.
    var candidates: [String] {
        guard let inner else { return [] }
        return ["(\(inner)) or (vlan and ((\(inner)) or (vlan and (\(inner)))))", inner]
    }

    /// The program for `handle`, which the caller frees with `pcap_freecode`; nil when everything passes.
    func compile(_ handle: OpaquePointer) throws(PcapError) -> bpf_program? {
        guard inner != nil else { return nil }
        for candidate in candidates {
            var program = bpf_program()
            if pcap_compile(handle, &program, candidate, 1, UInt32.max) == 0 { return program }
        }
        throw .badFilter(filter: original, reason: String(cString: pcap_geterr(handle)))
    }
}
