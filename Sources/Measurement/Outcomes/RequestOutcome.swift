/// The outcome of a replayed request, passed to its worker's recorder when it ends.
public struct RequestOutcome: Hashable, Sendable {
    /// Index into the plan's endpoints.
    public var endpoint: Int
    /// Status of the response; 0 if there was none.
    public var status: UInt16
    /// Status of the recorded response; 0 if there was none or it is unknown.
    public var expectedStatus: UInt16
    /// How it ended.
    public var fate: Fate
    /// Its instants.
    public var times: RequestTimes
    /// How long it was held, by cause.
    public var held: HeldCauses
    /// Bytes of the request written, head and body.
    public var requestBytes: Int
    /// Bytes of the response received, head and body.
    public var responseBytes: Int
    /// Whether any byte of it was written; otherwise it is not part of the distributions of times.
    public var wasSent: Bool
    /// Whether it is a prelude request, which is counted separately.
    public var isPrelude: Bool
    /// Whether the generator itself made it late: it stalled while the request, or one that its clone had to send
    /// before, was due or in flight.
    public var isDelayedByGenerator = false
    /// The traffic it belongs to: an index into the plan's parts.
    public var part = 0

    /// See the properties for the meaning of each parameter.
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
    /// All its requests were answered.
    case completed
    /// It ended, but not all requests were answered.
    case failed
    /// The run ended first.
    case cut
    /// It was too late (`--max-behind`), so its remaining requests were given up.
    case behind
}

/// An event in a token's life.
public enum TokenEvent: Hashable, Sendable {
    /// Signed or fetched.
    case minted
    /// A value was put into a request.
    case bound
    /// Renewed before its expiry.
    case refreshed
    /// A request with it was answered 401 or 403.
    case rejected
    /// It could not be made.
    case failed
}
