/// A recorded session as it will be sent: its requests, and the values that differ from clone to clone.
public struct SessionScript: Sendable {
    /// The recorded session's number in its log.
    public var sessionNumber: UInt32
    /// From the first recorded exchange's begin to the last one's end, unscaled.
    public var plannedDurationNs: Int64
    /// The requests, in the order in which they began.
    public var requests: [RequestScript]
    /// What fills each place of a clone's value table.
    public var values: [ValueRecipe]
    /// The values as recorded, in the order of `values`. They are secrets: for comparison, never for display.
    public var recordedValues: [[UInt8]]
    /// How many connections the recorded session used; ``RequestScript/connection`` counts below it.
    public var connectionCount: Int
    /// The most connections that a clone holds at once, by its rule of connections.
    public var peakConnections: Int
    /// What its logins gave, and how fresh ones are got.
    public var grants: [Grant] = []
    /// Requests that are sent when a grant runs out: of the session's own, but with all that depends on their responses.
    public var renewalRequests: [RequestScript] = []

    /// A script; see the properties for the meaning of each.
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

    /// A request of the session, or behind those one of ``renewalRequests``.
    public func request(_ index: Int) -> RequestScript {
        index < requests.count ? requests[index] : renewalRequests[index - requests.count]
    }
}
