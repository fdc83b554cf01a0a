import Traffic

/// The content of a connection. Trivial: lives in a ``Slab``; direction 0 is from the lower endpoint to the higher.
struct Connection {
    let endpoints: EndpointPair
    /// What TCP knows of it; nil once TCP has closed it.
    var tcp: UnsafeMutablePointer<TCPConnection>?
    /// Unique in the log, from 1; 0 until an exchange of it is recorded.
    var number: UInt32 = 0
    /// The log that it was introduced to last; 0 for none.
    var introducedTo: UInt32 = 0
    /// The session its exchanges belong to when nothing else tells; 0 when none is known.
    var session: UInt32 = 0
    /// Direction of the first SYN, when it was seen: 0 or 1; -1 otherwise.
    var initiator: Int8 = -1
    /// Direction of the requests, when known: 0 or 1; -1 otherwise.
    var requestDirection: Int8 = -1
    /// Whether it began before the capture or bytes of it were lost: then order alone does not tell what answers what.
    var isIrregular = false
    /// Whether it was counted as opaque.
    var isCountedOpaque = false
    /// Whether its session has a credential.
    var hasIdentity = false
    /// How often another identity took its session's place, up to 255: from two on it is a proxy's, which carries many users.
    var identityChanges: UInt8 = 0
    /// The session of what carries no identity on a connection of many users; 0 when there is none yet.
    var anonymousSession: UInt32 = 0
    /// Whether it is a tunnel now in which nothing but TLS is followed.
    var isTunnel = false
    /// Its place in the ``TLSTable``; -1 when it is in the clear.
    var tls: Int32 = -1
    /// Whether what is recorded of it was encrypted.
    var scheme = HTTPScheme.http
    /// What is known of it when it carries HTTP/2.
    var http2: UnsafeMutablePointer<HTTP2Connection>?
    /// Both directions.
    let streams: UnsafeMutablePointer<ContentStream>

    /// The endpoint that sends in `direction`.
    func endpoint(_ direction: Int) -> SocketAddress { endpoints.endpoint(direction) }
}
