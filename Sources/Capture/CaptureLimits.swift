/// The limits that keep a capture's memory bounded for any traffic. What exceeds a limit is counted in `CaptureLoss`.
public struct CaptureLimits: Hashable, Sendable {
    /// Maximum bytes of a head or trailer section; a longer one is counted as unparsable.
    public var maxHeadBytes = 256 << 10
    /// Bytes of a body that are kept; the rest is only counted.
    public var maxBodyBytes = 64 << 20
    /// Messages of one connection that may wait for their request or response.
    public var maxPipelinedMessages = 65_536
    /// Responses of one connection that may wait for a request that was not seen.
    public var maxOrphanedResponses = 16
    /// Concurrent HTTP/2 streams of one connection; past that, the oldest is evicted.
    public var maxStreamsPerConnection = 1024
    /// Maximum bytes of an HTTP/2 header block as sent, HEADERS and CONTINUATION frames together; a longer one is not
    /// decoded.
    public var maxHeaderBlockBytes = 256 << 10
    /// Maximum size of the dynamic header table of one direction (RFC 7541 section 4.1), whatever the two sides agreed
    /// on.
    public var maxHeaderTableBytes = 64 << 10
    /// The same for all HTTP/2 connections together; each is charged at least 8 KiB.
    public var maxHeaderTableBytesInTotal = 128 << 20
    /// Reset HTTP/2 streams remembered per connection, so that frames still in flight on them are ignored.
    public var maxRememberedResets = 64
    /// How long an HTTP/2 stream may be silent, after frames of its connection were lost, until its end is assumed lost
    /// too.
    public var lostEndPatience = Duration.seconds(10)
    /// Bytes of one direction held until the hole before them is filled.
    public var maxHeldBytesPerStream = 4 << 20
    /// Segments of one direction held likewise.
    public var maxHeldSegmentsPerStream = 4096
    /// Bytes buffered for all connections together, in messages and behind holes.
    public var maxBufferedBytes = 512 << 20
    /// Connections followed at once; past that, one of the least recently seen is evicted.
    public var maxConnections = 500_000
    /// How long a connection may be silent before it is considered over.
    public var idleTimeout = Duration.seconds(3600)
    /// How long packets of a closed or reset connection are still processed; after that, equally long, they are
    /// ignored.
    public var closingTime = Duration.seconds(5)
    /// Closed connections remembered so that their late packets do not open new ones.
    public var maxClosedConnections = 65536
    /// After the peer has acknowledged bytes that were not seen: the number of packets of the connection after which
    /// these bytes are given up. Captures may contain packets out of order.
    public var holePatiencePackets = 24
    /// The same as a time.
    public var holePatience = Duration.milliseconds(1500)
    /// Bytes of a stream that are searched for a first HTTP message before it is considered another protocol.
    public var maxSearchedBytes = 1 << 20
    /// Fragmented IP datagrams reassembled at once.
    public var maxFragmentedDatagrams = 256
    /// How long the fragments of a datagram are awaited.
    public var fragmentLifetime = Duration.seconds(30)
    /// Credentials remembered for ``SessionBy/auto``; the oldest are forgotten first.
    public var maxCredentials = 200_000
    /// Bytes of a body that are searched for tokens.
    public var maxTokenBodyBytes = 64 << 10
    /// TLS connections whose secrets are remembered; the oldest are forgotten first.
    public var maxSecrets = 200_000
    /// Maximum bytes of a line of a key log; a longer one is counted as unreadable.
    public var maxKeyLogLineBytes = 1024
    /// Maximum bytes of a TLS handshake message; a longer one is skipped.
    public var maxHandshakeMessageBytes = 64 << 10
    /// Bytes of a TLS connection buffered until their secret or the end of their record arrives.
    public var maxAwaitedBytesPerConnection = 4 << 20
    /// The same for all TLS connections together.
    public var maxAwaitedBytes = 256 << 20
    /// TLS connections that wait for a secret at once.
    public var maxAwaitingConnections = 16_384
    /// How long a TLS connection waits for a secret before it is considered opaque.
    public var secretPatience = Duration.seconds(30)
    /// The most TLS records that a hole may contain, and so the number of sequence numbers tried for the next record.
    public var maxSkippedRecords = 64
    /// Remembered names of servers whose connections could not be read.
    public var maxOpaqueServerNames = 1000

    /// The defaults.
    public init() {}
}
