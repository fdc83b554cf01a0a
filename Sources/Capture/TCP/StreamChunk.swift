/// A run of bytes of one direction. Borrows them.
struct StreamChunk {
    var bytes: UnsafeRawBufferPointer
    /// Sequence number of the first byte.
    var sequence: UInt32
    /// The segment's acknowledgement of the other direction.
    var acknowledgement: UInt32
    /// When the packet was seen, in nanoseconds since the Unix epoch.
    var time: Int64

    /// The rest, from `offset` on.
    @inline(__always)
    func from(_ offset: Int) -> StreamChunk {
        StreamChunk(
            bytes: UnsafeRawBufferPointer(rebasing: bytes[offset...]),
            sequence: sequence &+ UInt32(truncatingIfNeeded: offset), acknowledgement: acknowledgement,
            time: time)
    }

    /// The first `count` bytes.
    @inline(__always)
    func upTo(_ count: Int) -> StreamChunk {
        StreamChunk(
            bytes: UnsafeRawBufferPointer(rebasing: bytes[..<count]), sequence: sequence,
            acknowledgement: acknowledgement, time: time)
    }
}
