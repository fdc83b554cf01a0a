import Formats

/// Counts of what a capture did not see or could not read, by kind. Field names are those of `inspect --json`.
public struct LossCounts: Codable, Hashable, Sendable {
    /// Packets the kernel dropped because the capture read too slowly (`ps_drop` of pcap_stats(3)).
    public var kernelDrops: UInt64 = 0
    /// Packets the interface or its driver dropped (`ps_ifdrop` of pcap_stats(3)).
    public var interfaceDrops: UInt64 = 0
    /// Packets truncated by a snap length, a damaged file or wrong lengths.
    public var truncatedPackets: UInt64 = 0
    /// Abandoned holes in TCP streams.
    public var gaps: UInt64 = 0
    /// Bytes in those holes.
    public var gapBytes: UInt64 = 0
    /// Connections or stream bytes given up because of a memory limit.
    public var evictions: UInt64 = 0
    /// Messages that are not valid HTTP or, in HTTP/2, whose head refers to a head that was not seen.
    public var unparsedMessages: UInt64 = 0
    /// Connections whose content could not be read: TLS without keys, or not HTTP.
    public var opaqueConnections: UInt64 = 0

    /// Truncated or damaged input files: the rest of them was not read.
    public var damagedFiles: UInt64 = 0
    /// Packets of unsupported link types and tunnels, which may contain HTTP.
    public var unreadPackets: UInt64 = 0

    /// Nothing lost.
    public init() {}

    /// Whether nothing was lost.
    public var isNone: Bool {
        kernelDrops | interfaceDrops | truncatedPackets | gaps | gapBytes | evictions | unparsedMessages
            | opaqueConnections | damagedFiles | unreadPackets == 0
    }

    /// Adds the counts of `other`.
    public mutating func add(_ other: LossCounts) {
        kernelDrops &+= other.kernelDrops
        interfaceDrops &+= other.interfaceDrops
        truncatedPackets &+= other.truncatedPackets
        gaps &+= other.gaps
        gapBytes &+= other.gapBytes
        evictions &+= other.evictions
        unparsedMessages &+= other.unparsedMessages
        opaqueConnections &+= other.opaqueConnections
        damagedFiles &+= other.damagedFiles
        unreadPackets &+= other.unreadPackets
    }

    /// Whether an unknown number of exchanges may have been lost.
    public var hidesExchanges: Bool {
        kernelDrops | interfaceDrops | truncatedPackets | gaps | evictions | opaqueConnections | damagedFiles
            | unreadPackets > 0
    }

    /// Texts for the user: `2 gaps`, `9 bytes in gaps`, and so on.
    public var descriptions: [String] {
        let counts: [(UInt64, String)] = [
            (kernelDrops, "kernel drop"), (interfaceDrops, "interface drop"), (truncatedPackets, "truncated packet"),
            (gaps, "gap"), (gapBytes, "byte in gaps"), (evictions, "eviction"), (unparsedMessages, "unparsed message"),
            (opaqueConnections, "unreadable connection"), (damagedFiles, "damaged input file"),
            (unreadPackets, "unread packet"),
        ]
        return counts.filter { $0.0 > 0 }.map { Plural.text($0.0, $0.1) }
    }
}
