/// What a capture reads and how it keeps it.
public struct CaptureOptions: Hashable, Sendable {
    /// TCP ports of either side to look at; empty means all, where HTTP is recognised by its bytes.
    public var ports: Set<UInt16> = []
    /// What exchanges are joined into a session by.
    public var sessionBy = SessionBy.auto
    /// Whether HTTP inside an accepted CONNECT tunnel is recorded too, as exchanges of the same connection.
    public var followsTunnels = false
    /// A key log (SSLKEYLOGFILE) with the secrets of TLS connections, read further as it grows; it need not be there yet.
    public var keyLog: String?
    /// The memory bounds.
    public var limits = CaptureLimits()

    /// The defaults.
    public init() {}
}
