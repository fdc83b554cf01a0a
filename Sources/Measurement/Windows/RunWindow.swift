/// The measurements of all workers in one window of time.
public struct RunWindow: Hashable, Sendable {
    /// Start of the window, in nanoseconds since the run's start.
    public var startNs: Int64
    /// Its length in nanoseconds.
    public var lengthNs: Int64
    /// Sums over the window.
    public var counts = WindowCounts()
    /// Running clones at the window's end; their maximum where windows were merged.
    public var concurrentSessions = 0
    /// Open connections at the window's end; their maximum where windows were merged.
    public var openConnections = 0
    /// When the last request of the window finished, in nanoseconds since the run's start; 0 when none did.
    public var lastFinishNs: Int64 = 0
    /// Times of its requests; turnaround and service times are kept by endpoint only.
    public var times = TimeHistograms()
    /// Times taken to make tokens.
    public var minting = SparseHistogram()
    /// Times that requests waited for tokens made for them.
    public var tokenWait = SparseHistogram()
    /// Figures of the endpoints that received requests, ascending.
    public var endpoints: [EndpointWindow] = []

    /// Figures of the status classes that were received, ascending; empty in folders written before they existed.
    public var statusClasses: [StatusClassWindow] = []

    /// Service times of the requests that renewed tokens; empty in folders written before they existed.
    public var renewal = SparseHistogram()

    /// Service times of prelude requests; empty in folders written before they existed.
    public var prelude = SparseHistogram()

    /// The times since scheduling of the requests that the run's end cut off: each would have taken at least that long.
    /// Empty in folders of older versions.
    public var unanswered = SparseHistogram()

    /// An empty window.
    public init(startNs: Int64, lengthNs: Int64) {
        self.startNs = startNs
        self.lengthNs = lengthNs
    }

    /// End of the window, in nanoseconds since the run's start.
    public var endNs: Int64 { startNs + lengthNs }

    /// The times of all its requests, including those kept by endpoint.
    public var allTimes: TimeHistograms {
        var all = times
        for kind in [TimeKind.turnaround, .service] {
            for endpoint in endpoints { all[kind].add(endpoint.times[kind]) }
        }
        return all
    }

    /// Adds the measurements of another source for the same time, or those of the following time.
    ///
    /// Concurrent counts are left to the caller: they add up over workers, but not over windows.
    mutating func add(_ other: RunWindow) {
        counts += other.counts
        lastFinishNs = max(lastFinishNs, other.lastFinishNs)
        times.add(other.times)
        minting.add(other.minting)
        tokenWait.add(other.tokenWait)
        add(other.statusClasses)
        renewal.add(other.renewal)
        prelude.add(other.prelude)
        unanswered.add(other.unanswered)
        for endpoint in other.endpoints {
            let place = endpoints.firstIndex { $0.endpoint >= endpoint.endpoint } ?? endpoints.count
            if place < endpoints.count, endpoints[place].endpoint == endpoint.endpoint {
                endpoints[place].add(endpoint)
            } else {
                endpoints.insert(endpoint, at: place)
            }
        }
    }

    /// Adds another window's status classes.
    private mutating func add(_ others: [StatusClassWindow]) {
        for other in others {
            let place = statusClasses.firstIndex { $0.statusClass >= other.statusClass } ?? statusClasses.count
            if place < statusClasses.count, statusClasses[place].statusClass == other.statusClass {
                statusClasses[place].add(other)
            } else {
                statusClasses.insert(other, at: place)
            }
        }
    }

    /// Its size in memory in bytes.
    var byteCount: Int {
        let own = [renewal, prelude, minting, tokenWait, unanswered].reduce(times.byteCount) { $0 + $1.byteCount }
        let classes = statusClasses.reduce(0) { $0 + MemoryLayout<StatusClassWindow>.stride + $1.times.byteCount }
        return endpoints.reduce(MemoryLayout<RunWindow>.stride + own + classes) {
            $0 + MemoryLayout<EndpointWindow>.stride + $1.times.byteCount
        }
    }
}

/// The figures of one endpoint in a window.
public struct EndpointWindow: Hashable, Sendable {
    /// Index into the run's endpoints.
    public var endpoint: Int
    /// Requests that ended, without those cut off.
    public var requests: UInt64
    /// The number of those that failed.
    public var failures: UInt64
    /// Requests answered with a success where the recording has an error.
    public var betterThanRecorded: UInt64 = 0
    /// Times of its requests except response times. Waits are missing in folders written before they existed.
    public var times: TimeHistograms

    /// See the properties for the meaning of each parameter.
    public init(endpoint: Int, requests: UInt64, failures: UInt64, times: TimeHistograms) {
        self.endpoint = endpoint
        self.requests = requests
        self.failures = failures
        self.times = times
    }

    mutating func add(_ other: EndpointWindow) {
        requests.add(saturating: other.requests)
        failures.add(saturating: other.failures)
        betterThanRecorded.add(saturating: other.betterThanRecorded)
        times.add(other.times)
    }
}
