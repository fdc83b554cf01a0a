internal import Traffic

/// The limits of every transfer.
struct CurlBounds: Hashable {
    /// The time limit of a whole transfer, including connecting.
    var timeoutMs = 30_000
    var connectTimeoutMs = 10_000
    /// From the request's first byte to the response's; nil for no limit.
    var firstByteTimeoutNs: Int64?
    /// The size of libcurl's receive buffer; each transfer in flight has one.
    var receiveBufferBytes = 16_384
    /// The most bytes of a response body that are kept for bindings; a longer body gives no values.
    var keptBodyBytes = 4 << 20
    var keptHeadBytes = 64 << 10
    /// The longest head of a response including interim responses; a longer trailer section is not read to its end.
    /// libcurl itself accepts no line longer than 100 KiB.
    var headBytes = SocketBounds.headBytes
    /// Slots that share a multi handle: libcurl's cost grows with their connections.
    var slotsPerLane = 64
    var tls = TLSOptions()
    /// Nil for none.
    var proxy: ProxyOptions?
    /// The most connections that an owner may have open to a target at the same time.
    var connectionsPerOwner = 6
}
