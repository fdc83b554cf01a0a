/// The figures of the requests whose responses had one class of status in a window.
public struct StatusClassWindow: Hashable, Sendable {
    /// Above it everything counts as it.
    static let highest = 9

    /// The first digit of the status; 0 of requests sent that had no response.
    public var statusClass: Int
    public var requests: UInt64
    /// Finished − ready of the requests sent.
    public var sinceReady: SparseHistogram
    /// Finished − sent.
    public var service: SparseHistogram
    /// What came before a request was sent; empty in folders written before there were these.
    public var waits = WaitTimes()

    public init(statusClass: Int, requests: UInt64, sinceReady: SparseHistogram, service: SparseHistogram) {
        self.statusClass = statusClass
        self.requests = requests
        self.sinceReady = sinceReady
        self.service = service
    }

    mutating func add(_ other: StatusClassWindow) {
        requests &+= other.requests
        sinceReady.add(other.sinceReady)
        service.add(other.service)
        waits.add(other.waits)
    }
}
