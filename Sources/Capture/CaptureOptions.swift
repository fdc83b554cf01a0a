/// What a capture reads, and how it groups and bounds it.
public struct CaptureOptions: Hashable, Sendable {
    /// TCP ports of either side to read; empty means all ports. HTTP is recognised by its bytes.
    public var ports: Set<UInt16> = []
    /// How exchanges are grouped into sessions.
    public var sessionBy = SessionBy.auto
    /// Whether HTTP inside an accepted CONNECT tunnel is recorded too, as exchanges of the same connection.
    public var followsTunnels = false
    /// A key log (SSLKEYLOGFILE) with the secrets of TLS connections, read further as it grows; it does not have to
    /// exist yet.
    public var keyLog: String?
    /// The memory bounds.
    public var limits = CaptureLimits()

    /// The defaults.
    public init() {}
}
