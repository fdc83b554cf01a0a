/// How much a capture did not see or could not read, by kind. Field names are those of `inspect --json`.
public struct LossCounts: Codable, Hashable, Sendable {
    /// Packets the kernel dropped because the capture read too slowly (`ps_drop` of pcap_stats(3)).
    public var kernelDrops: UInt64 = 0
    /// Packets the interface or its driver dropped (`ps_ifdrop` of pcap_stats(3)).
    public var interfaceDrops: UInt64 = 0
    /// Packets cut short by a snap length, a broken file or lengths that lie.
    public var truncatedPackets: UInt64 = 0
    /// Holes in TCP streams that were given up.
    public var gaps: UInt64 = 0
    /// Bytes in those holes.
    public var gapBytes: UInt64 = 0
    /// Connections or stream bytes given up to stay within a memory bound.
    public var evictions: UInt64 = 0
    /// Messages that are not the HTTP they claim to be, or, in HTTP/2, whose head refers to one that was not seen.
    public var unparsedMessages: UInt64 = 0
    /// Connections whose content could not be read: TLS without keys, or no HTTP.
    public var opaqueConnections: UInt64 = 0

    /// Nothing lost.
    public init() {}

    /// Whether nothing was lost.
    public var isNone: Bool {
        kernelDrops | interfaceDrops | truncatedPackets | gaps | gapBytes | evictions | unparsedMessages
            | opaqueConnections == 0
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
    }
}
