/// The figures of the requests whose responses had one class of status in a window.
public struct StatusClassWindow: Hashable, Sendable {
    /// Above it everything counts as it.
    static let highest = 9

    /// The first digit of the status; 0 of requests sent that had no response.
    public var statusClass: Int
    /// Requests sent whose responses had it.
    public var requests: UInt64
    /// Their times but response times. Waits are missing in folders written before there were these.
    public var times: TimeHistograms

    /// What a window saw of a class of status.
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
