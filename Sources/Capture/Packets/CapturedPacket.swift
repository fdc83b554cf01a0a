public import Traffic

/// A packet as a file or an interface gave it. It borrows its bytes: they are good until the next packet is asked for.
public struct CapturedPacket {
    /// The bytes kept of it, from its link layer on.
    public var bytes: UnsafeRawBufferPointer
    /// Bytes it had on the wire; more than `bytes` holds when a snap length cut it.
    public var originalLength: Int
    /// How it begins.
    public var linkType: LinkType
    /// When it was seen.
    public var time: CaptureTime

    /// A packet; `bytes` must outlive it.
    public init(
        bytes: UnsafeRawBufferPointer, originalLength: Int, linkType: LinkType, time: CaptureTime
    ) {
        self.bytes = bytes
        self.originalLength = originalLength
        self.linkType = linkType
        self.time = time
    }
}
