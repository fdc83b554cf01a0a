import Formats

/// The limits of every transfer on our own connections. Times are in nanoseconds.
struct SocketBounds {
    /// The time limit of a whole transfer, including connecting.
    var timeoutNs = 30 * Nanoseconds.perSecond
    var connectTimeoutNs = 10 * Nanoseconds.perSecond
    /// From the request's first byte to the response's; nil for no limit.
    var firstByteTimeoutNs: Int64?
    /// The most connections that a clone may have open at the same time.
    var connectionsPerClone = 6
    /// Whether each recorded connection has its own; otherwise a clone has one for all.
    var followsRecording = true
    /// The size of the receive buffer, which all connections of a worker share.
    static let receiveBytes = 128 << 10
    /// The most reads of one connection per event; then other connections and deadlines are handled before it
    /// continues.
    static let readsPerEvent = 4
    /// The same in bytes, for TLS.
    static let bytesPerEvent = receiveBytes * readsPerEvent
    /// The longest head of a response, including interim responses.
    static let headBytes = 256 << 10
    /// The most bytes of a response body that are kept for bindings; a longer body gives no values.
    static let keptBodyBytes = 4 << 20
    /// The most bytes of a trailer section that are kept for bindings.
    static let keptTrailerBytes = 64 << 10
}
