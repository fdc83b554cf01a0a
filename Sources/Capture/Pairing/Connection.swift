import Traffic

/// The content of a connection. Trivial: lives in a ``Slab``; direction 0 is from the lower endpoint to the higher.
struct Connection {
    let endpoints: EndpointPair
    /// Its TCP state; nil once TCP has closed it.
    var tcp: UnsafeMutablePointer<TCPConnection>?
    /// Unique in the log, from 1; 0 until its first exchange is recorded.
    var number: UInt32 = 0
    /// The log that it was last introduced to; 0 for none.
    var introducedTo: UInt32 = 0
    /// The session of its exchanges unless they carry another identity; 0 if unknown.
    var session: UInt32 = 0
    /// Direction of the first SYN, when it was seen: 0 or 1; -1 otherwise.
    var initiator: Int8 = -1
    /// Direction of the requests, when known: 0 or 1; -1 otherwise.
    var requestDirection: Int8 = -1
    /// Whether it began before the capture or has lost bytes: then order alone does not pair requests and responses.
    var isIrregular = false
    /// Whether it was counted as opaque.
    var isCountedOpaque = false
    /// Whether its session has a credential.
    var hasIdentity = false
    /// How often its session was replaced by another identity, up to 255. From two on, it is a proxy's connection with
    /// many users.
    var identityChanges: UInt8 = 0
    /// The session of exchanges without identity on a connection with many users; 0 if there is none yet.
    var anonymousSession: UInt32 = 0
    /// Whether it is now a tunnel in which only TLS is followed.
    var isTunnel = false
    /// Its index in the ``TLSTable``; -1 if it is not encrypted.
    var tls: Int32 = -1
    /// The scheme of its exchanges, which shows whether they were encrypted.
    var scheme = HTTPScheme.http
    /// Its HTTP/2 state; nil if it does not carry HTTP/2.
    var http2: UnsafeMutablePointer<HTTP2Connection>?
    /// Both directions.
    let streams: UnsafeMutablePointer<ContentStream>

    /// The endpoint that sends in `direction`.
    func endpoint(_ direction: Int) -> SocketAddress { endpoints.endpoint(direction) }
}
