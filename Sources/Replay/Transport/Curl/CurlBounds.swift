internal import Traffic

/// What bounds every transfer.
struct CurlBounds: Hashable {
    /// A whole transfer's time, connecting included.
    var timeoutMs = 30_000
    var connectTimeoutMs = 10_000
    /// From the request's first byte to the response's; nil for no bound.
    var firstByteTimeoutNs: Int64?
    /// libcurl's receive buffer, one a transfer under way.
    var receiveBufferBytes = 16_384
    /// Most of a response's body that is kept for bindings; a longer one binds nothing.
    var keptBodyBytes = 4 << 20
    var keptHeadBytes = 64 << 10
    /// The longest head of a response, its interim responses included; as long a section of trailers is read no further.
    /// libcurl itself takes no line of more than 100 KiB.
    var headBytes = SocketBounds.headBytes
    /// Slots whose connections share a multi handle: libcurl's cost grows with them.
    var slotsPerLane = 64
    var tls = TLSOptions()
    /// Nil for none.
    var proxy: ProxyOptions?
    /// Connections that an owner may have open at once to a target.
    var connectionsPerOwner = 6
}
