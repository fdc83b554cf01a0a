public import Traffic

/// A packet from a file or an interface. It borrows its bytes, which are valid until the next packet is read.
public struct CapturedPacket {
    /// The captured bytes, from the link layer on.
    public var bytes: UnsafeRawBufferPointer
    /// Its length on the wire; greater than that of `bytes` if a snap length truncated it.
    public var originalLength: Int
    /// Its link type.
    public var linkType: LinkType
    /// When it was seen.
    public var time: CaptureTime

    /// Creates a packet; `bytes` must outlive it.
    public init(
        bytes: UnsafeRawBufferPointer, originalLength: Int, linkType: LinkType, time: CaptureTime
    ) {
        self.bytes = bytes
        self.originalLength = originalLength
        self.linkType = linkType
        self.time = time
    }
}
