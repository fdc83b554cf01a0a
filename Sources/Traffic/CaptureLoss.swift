/// What a capture did not see, could not read or had to correct in one second of traffic. All counts are of that second alone.
public struct CaptureLoss: Hashable, Sendable {
    /// The second, since the Unix epoch.
    public var second: Int64
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
    /// What does not fit together, and is no loss.
    public var anomalies = CaptureAnomalies()

    /// Nothing lost in `second`.
    public init(second: Int64) { self.second = second }

    /// Whether nothing was lost; there may be ``anomalies``.
    public var isNone: Bool {
        kernelDrops | interfaceDrops | truncatedPackets | gaps | gapBytes | evictions | unparsedMessages
            | opaqueConnections == 0
    }

    /// Whether there is nothing to tell: no loss, and no anomaly.
    public var isEmpty: Bool { isNone && anomalies.isNone }

    /// Adds the counts of `other`, whatever its second.
    public mutating func add(_ other: CaptureLoss) {
        kernelDrops &+= other.kernelDrops
        interfaceDrops &+= other.interfaceDrops
        truncatedPackets &+= other.truncatedPackets
        gaps &+= other.gaps
        gapBytes &+= other.gapBytes
        evictions &+= other.evictions
        unparsedMessages &+= other.unparsedMessages
        opaqueConnections &+= other.opaqueConnections
        anomalies.add(other.anomalies)
    }
}
