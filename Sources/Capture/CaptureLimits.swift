/// Every bound that keeps a capture's memory finite whatever is on the wire. What passes one is counted in ``CaptureLoss``.
public struct CaptureLimits: Hashable, Sendable {
    /// Bytes of a head (or trailer section) that are kept; a longer one is given up as unparsable.
    public var maxHeadBytes = 256 << 10
    /// Bytes of a body that are kept; the rest is counted, not kept.
    public var maxBodyBytes = 64 << 20
    /// Messages of one connection that may wait for their other half.
    public var maxPipelinedMessages = 65_536
    /// Responses of one connection that may wait for a request that was not seen.
    public var maxOrphanedResponses = 16
    /// HTTP/2 streams of one connection that are open at once; the oldest makes room.
    public var maxStreamsPerConnection = 1024
    /// Bytes of an HTTP/2 header block as sent, its HEADERS and CONTINUATION frames together; a longer one is given up.
    public var maxHeaderBlockBytes = 256 << 10
    /// Size of the dynamic header table of one direction (RFC 7541 section 4.1), whatever its two sides agreed on.
    public var maxHeaderTableBytes = 64 << 10
    /// The same for all HTTP/2 connections together; each takes 8 KiB at least.
    public var maxHeaderTableBytesInTotal = 128 << 20
    /// Reset HTTP/2 streams of one connection on which what is still under way is known to answer nothing.
    public var maxRememberedResets = 64
    /// How long an HTTP/2 stream may be silent after frames of its connection were lost before its end is taken as lost too.
    public var lostEndPatience = Duration.seconds(10)
    /// Bytes of one direction that wait for a hole before them to be filled.
    public var maxHeldBytesPerStream = 4 << 20
    /// Segments of one direction that wait likewise.
    public var maxHeldSegmentsPerStream = 4096
    /// Bytes of all connections together that wait, in messages and behind holes.
    public var maxBufferedBytes = 512 << 20
    /// Connections followed at once; the one not heard of for longest makes room.
    public var maxConnections = 500_000
    /// How long a connection may be silent before it is taken as over.
    public var idleTimeout = Duration.seconds(3600)
    /// How long packets of a connection that was closed or reset are still awaited, then ignored.
    public var closingTime = Duration.seconds(5)
    /// Closed connections that are remembered, so that their late packets open no new ones.
    public var maxClosedConnections = 65536
    /// Once the other side has acknowledged bytes that were not seen, the packets of the connection after which they are
    /// given up: captures may show packets in another order than they came.
    public var holePatiencePackets = 24
    /// The same as a time.
    public var holePatience = Duration.milliseconds(1500)
    /// Bytes of a stream that are searched for a first HTTP message before it is taken for something else.
    public var maxSearchedBytes = 1 << 20
    /// Fragmented IP datagrams put together at once.
    public var maxFragmentedDatagrams = 256
    /// How long the fragments of a datagram are awaited.
    public var fragmentLifetime = Duration.seconds(30)
    /// Credentials remembered for ``SessionBy/auto``; the oldest are forgotten first.
    public var maxCredentials = 200_000
    /// Bytes of a body that are searched for tokens.
    public var maxTokenBodyBytes = 64 << 10
    /// TLS connections whose secrets are remembered; the oldest are forgotten first.
    public var maxSecrets = 200_000
    /// Bytes of a key log's line; a longer one is counted as unreadable.
    public var maxKeyLogLineBytes = 1024
    /// Bytes of a TLS handshake message that is read; a longer one is passed over.
    public var maxHandshakeMessageBytes = 64 << 10
    /// Bytes of a TLS connection that wait for a secret, or for the end of their record.
    public var maxAwaitedBytesPerConnection = 4 << 20
    /// The same of all TLS connections together.
    public var maxAwaitedBytes = 256 << 20
    /// TLS connections that wait for a secret at once.
    public var maxAwaitingConnections = 16_384
    /// How long a TLS connection waits for a secret before it is taken as opaque.
    public var secretPatience = Duration.seconds(30)
    /// TLS records that may have been lost in a hole: as many numbers are tried for the record behind it.
    public var maxSkippedRecords = 64
    /// Names of servers whose connections could not be read that are remembered.
    public var maxOpaqueServerNames = 1000

    /// The defaults.
    public init() {}
}
