/// The effect of segments on the content of connections, in stream order. Pointers and bytes are valid until
/// ``TCPReassembler/recycle(_:)``.
enum TCPEvent {
    /// The next bytes of a direction.
    case bytes(UnsafeMutablePointer<TCPConnection>, direction: Int, StreamChunk)
    /// Bytes that will never be seen.
    case lost(UnsafeMutablePointer<TCPConnection>, direction: Int, count: UInt32)
    /// A direction has ended; with a FIN after its last byte when `isProper`.
    case ended(UnsafeMutablePointer<TCPConnection>, direction: Int, isProper: Bool)
    /// The connection is over.
    case closed(UnsafeMutablePointer<TCPConnection>)
}
