/// A recorded session as it will be sent: its requests, and the values that differ from clone to clone.
public struct SessionScript: Sendable {
    /// The recorded session's number in its log.
    public var sessionNumber: UInt32
    /// From the start of the first recorded exchange to the end of the last, unscaled.
    public var plannedDurationNs: Int64
    /// The requests, in the order in which they began.
    public var requests: [RequestScript]
    /// The recipe of each entry of a clone's value table.
    public var values: [ValueRecipe]
    /// The recorded values, in the order of `values`. They are secrets: compare them, never display them.
    public var recordedValues: [[UInt8]]
    /// How many connections the recorded session used; ``RequestScript/connection`` is below it.
    public var connectionCount: Int
    /// The most connections that a clone holds at the same time, under its connection rule.
    public var peakConnections: Int
    /// The credentials that its logins give, and how they are renewed.
    public var grants: [Grant] = []
    /// Requests sent when a grant expires: copies of the session's own, with all that depends on their responses.
    public var renewalRequests: [RequestScript] = []

    /// See the properties for the meaning of each parameter.
    public init(
        sessionNumber: UInt32, plannedDurationNs: Int64, requests: [RequestScript], values: [ValueRecipe] = [],
        recordedValues: [[UInt8]] = [], connectionCount: Int = 1, peakConnections: Int = 1
    ) {
        precondition(values.count == recordedValues.count, "each value has a recorded form")
        self.sessionNumber = sessionNumber
        self.plannedDurationNs = plannedDurationNs
        self.requests = requests
        self.values = values
        self.recordedValues = recordedValues
        self.connectionCount = connectionCount
        self.peakConnections = peakConnections
    }

    /// A request of the session; indices past its end count into ``renewalRequests``.
    public func request(_ index: Int) -> RequestScript {
        index < requests.count ? requests[index] : renewalRequests[index - requests.count]
    }
}
