/// All that is kept of one replayed request, handed to its worker's recorder when it ends.
public struct RequestOutcome: Hashable, Sendable {
    /// Index into the plan's endpoints.
    public var endpoint: Int
    /// Status of the response; 0 when there was none.
    public var status: UInt16
    /// Status of the recorded response; 0 when there was none, or it is not known.
    public var expectedStatus: UInt16
    /// What became of it.
    public var fate: Fate
    /// When it happened.
    public var times: RequestTimes
    /// Why it was held.
    public var held: HeldCauses
    /// Bytes of the request written, head and body.
    public var requestBytes: Int
    /// Bytes of the response received, head and body.
    public var responseBytes: Int
    /// Whether any byte of it was written; one that was not has no part in the distributions of times.
    public var wasSent: Bool
    /// Whether it was sent ahead of what a filter keeps: counted apart.
    public var isPrelude: Bool
    /// Whether the generator itself made it late: it stalled while the request was due or under way, or while one was
    /// that its clone had to send before.
    public var isDelayedByGenerator = false
    /// The traffic it belongs to: an index into the plan's parts.
    public var part = 0

    /// A request that ended.
    public init(
        endpoint: Int, status: UInt16, fate: Fate, times: RequestTimes, held: HeldCauses = HeldCauses(),
        requestBytes: Int = 0, responseBytes: Int = 0, wasSent: Bool = true, isPrelude: Bool = false,
        expectedStatus: UInt16 = 0
    ) {
        self.endpoint = endpoint
        self.status = status
        self.expectedStatus = expectedStatus
        self.fate = fate
        self.times = times
        self.held = held
        self.requestBytes = requestBytes
        self.responseBytes = responseBytes
        self.wasSent = wasSent
        self.isPrelude = isPrelude
    }
}

/// How a clone ended.
public enum SessionEnd: Hashable, Sendable {
    /// Every request of it was answered.
    case completed
    /// It came to its end, but not every request was answered.
    case failed
    /// The run ended first.
    case cut
    /// It was too late (`--max-behind`), so what it had not sent was given up.
    case behind
}

/// What happened to a token.
public enum TokenEvent: Hashable, Sendable {
    /// Signed or fetched again.
    case minted
    /// A value was put into a request.
    case bound
    /// Renewed ahead of its expiry.
    case refreshed
    /// A request that carried one was answered 401 or 403.
    case rejected
    /// It could not be made.
    case failed
}
