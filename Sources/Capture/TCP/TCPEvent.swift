/// What segments mean for the content of connections, in the order of the bytes. Pointers and bytes are good until
/// ``TCPReassembler/recycle(_:)``.
enum TCPEvent {
    /// Bytes that follow those before.
    case bytes(UnsafeMutablePointer<TCPConnection>, direction: Int, StreamChunk)
    /// Bytes that will never be seen.
    case lost(UnsafeMutablePointer<TCPConnection>, direction: Int, count: UInt32)
    /// A direction has come to its end, with a FIN behind its last byte when `isProper`.
    case ended(UnsafeMutablePointer<TCPConnection>, direction: Int, isProper: Bool)
    /// Nothing more will come of the connection.
    case closed(UnsafeMutablePointer<TCPConnection>)
}
