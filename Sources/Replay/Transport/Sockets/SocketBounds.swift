import Formats

/// What bounds every transfer on our own connection. Times are in nanoseconds.
struct SocketBounds {
    /// A whole transfer's time, connecting included.
    var timeoutNs = 30 * Nanoseconds.perSecond
    var connectTimeoutNs = 10 * Nanoseconds.perSecond
    /// From the request's first byte to the response's; nil for no bound.
    var firstByteTimeoutNs: Int64?
    /// Connections that a clone may have open at once.
    var connectionsPerClone = 6
    /// Whether a recorded connection has one that represents it; else a clone has one for all.
    var followsRecording = true
    /// Read at once, by all connections of a worker in turn.
    static let receiveBytes = 128 << 10
    /// Reads of one connection for one event: the others have their turn, and deadlines are looked at, before it
    /// continues.
    static let readsPerEvent = 4
    /// The same in bytes, where TLS reads.
    static let bytesPerEvent = receiveBytes * readsPerEvent
    /// The longest head of a response, its interim responses included.
    static let headBytes = 256 << 10
    /// Most of a response's body that is kept for bindings; a longer one binds nothing.
    static let keptBodyBytes = 4 << 20
    /// Most of a trailer section that is kept for bindings.
    static let keptTrailerBytes = 64 << 10
}
