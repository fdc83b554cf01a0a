/// The ordered exchanges of one client identity.
public struct RecordedSession: Hashable, Sendable {
    /// The session's number, unique in its log.
    public var number: UInt32
    /// The exchanges by start time; at least one.
    public var exchanges: [Exchange]

    /// Creates a session of `exchanges`, which are sorted by start time.
    ///
    /// - Precondition: `exchanges` is not empty.
    public init(number: UInt32, exchanges: [Exchange]) {
        precondition(!exchanges.isEmpty, "a session has at least one exchange")
        self.number = number
        self.exchanges = exchanges.sorted { $0.began < $1.began }
    }

    /// When its first exchange began.
    public var began: CaptureTime { exchanges[0].began }
    /// When its last exchange ended.
    public var ended: CaptureTime { exchanges.reduce(began) { max($0, $1.ended) } }
}
