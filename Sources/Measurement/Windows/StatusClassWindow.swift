/// The figures of requests with one class of response status in a window.
public struct StatusClassWindow: Hashable, Sendable {
    /// The highest class; statuses above it are counted in it.
    static let highest = 9

    /// The first digit of the status; 0 for requests without a response.
    public var statusClass: Int
    /// Requests whose response has this class.
    public var requests: UInt64
    /// Their times except response times. Waits are missing in folders written before they existed.
    public var times: TimeHistograms

    /// See the properties for the meaning of each parameter.
    public init(statusClass: Int, requests: UInt64, times: TimeHistograms) {
        self.statusClass = statusClass
        self.requests = requests
        self.times = times
    }

    mutating func add(_ other: StatusClassWindow) {
        requests.add(saturating: other.requests)
        times.add(other.times)
    }
}
