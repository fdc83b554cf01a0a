/// What all workers saw in one window of time.
public struct RunWindow: Hashable, Sendable {
    /// Start of the window, in nanoseconds since the run's start.
    public var startNanoseconds: Int64
    /// Its length in nanoseconds.
    public var lengthNanoseconds: Int64
    /// Sums over the window.
    public var counts = WindowCounts()
    /// Clones begun and not ended at the window's end; the most of them where windows were merged.
    public var concurrentSessions = 0
    /// Open connections at the window's end; the most of them where windows were merged.
    public var openConnections = 0
    /// When the last request of the window finished, in nanoseconds since the run's start; 0 when none did.
    public var lastFinishNanoseconds: Int64 = 0
    /// Response times (finished − scheduled) of the requests sent.
    public var response = SparseHistogram()
    /// Send lags of the requests sent.
    public var sendLag = SparseHistogram()
    /// Held times of the requests sent.
    public var held = SparseHistogram()
    /// Connect times of the requests that opened a connection.
    public var connect = SparseHistogram()
    /// How long making tokens took.
    public var minting = SparseHistogram()
    /// How long requests that use tokens made for them waited for those.
    public var tokenWait = SparseHistogram()
    /// Figures of the endpoints that were asked, ascending.
    public var endpoints: [EndpointWindow] = []

    /// Figures of the classes of status that came, ascending; none in folders written before there were these.
    public var statusClasses: [StatusClassWindow] = []

    /// Service times of the requests that renewed tokens; none in folders written before there were these.
    public var renewal = SparseHistogram()

    /// Service times of the requests of preludes; none in folders written before there were these.
    public var prelude = SparseHistogram()

    /// An empty window.
    public init(startNanoseconds: Int64, lengthNanoseconds: Int64) {
        self.startNanoseconds = startNanoseconds
        self.lengthNanoseconds = lengthNanoseconds
    }

    /// End of the window, in nanoseconds since the run's start.
    public var endNanoseconds: Int64 { startNanoseconds + lengthNanoseconds }

    /// Service times (finished − sent) of all requests sent.
    public var service: SparseHistogram {
        endpoints.reduce(into: SparseHistogram()) { $0.add($1.service) }
    }

    /// What all its requests waited for before they were sent.
    public var waits: WaitTimes {
        var waits = WaitTimes()
        (waits.sendLag, waits.held, waits.connect) = (sendLag, held, connect)
        return waits
    }

    /// Adds what happened in the same stretch of time elsewhere, or in the stretch that follows.
    ///
    /// Counts of the moment are for the caller to add or to compare: workers add up, windows do not.
    mutating func add(_ other: RunWindow) {
        counts += other.counts
        lastFinishNanoseconds = max(lastFinishNanoseconds, other.lastFinishNanoseconds)
        response.add(other.response)
        sendLag.add(other.sendLag)
        held.add(other.held)
        connect.add(other.connect)
        minting.add(other.minting)
        tokenWait.add(other.tokenWait)
        add(other.statusClasses)
        renewal.add(other.renewal)
        prelude.add(other.prelude)
        for endpoint in other.endpoints {
            let place = endpoints.firstIndex { $0.endpoint >= endpoint.endpoint } ?? endpoints.count
            if place < endpoints.count, endpoints[place].endpoint == endpoint.endpoint {
                endpoints[place].add(endpoint)
            } else {
                endpoints.insert(endpoint, at: place)
            }
        }
    }

    /// Adds the status classes of another window.
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

    /// Bytes it takes in memory.
    var byteCount: Int {
        let own = [response, sendLag, held, connect, renewal, prelude, minting, tokenWait].reduce(0) {
            $0 + $1.byteCount
        }
        let classes = statusClasses.reduce(0) {
            $0 + MemoryLayout<StatusClassWindow>.stride + $1.sinceReady.byteCount + $1.service.byteCount
                + $1.waits.byteCount
        }
        return endpoints.reduce(MemoryLayout<RunWindow>.stride + own + classes) {
            $0 + MemoryLayout<EndpointWindow>.stride + $1.sinceReady.byteCount + $1.service.byteCount
                + $1.waits.byteCount
        }
    }
}

/// The figures of one endpoint in a window.
public struct EndpointWindow: Hashable, Sendable {
    /// Index into the run's endpoints.
    public var endpoint: Int
    public var requests: UInt64
    public var failures: UInt64
    /// Finished − ready of the requests sent: endpoint figures leave out what earlier requests delayed.
    public var sinceReady: SparseHistogram
    /// Finished − sent.
    public var service: SparseHistogram
    /// What came before a request was sent; empty in folders written before there were these.
    public var waits = WaitTimes()

    public init(
        endpoint: Int, requests: UInt64, failures: UInt64, sinceReady: SparseHistogram, service: SparseHistogram
    ) {
        self.endpoint = endpoint
        self.requests = requests
        self.failures = failures
        self.sinceReady = sinceReady
        self.service = service
    }

    mutating func add(_ other: EndpointWindow) {
        requests &+= other.requests
        failures &+= other.failures
        sinceReady.add(other.sinceReady)
        service.add(other.service)
        waits.add(other.waits)
    }
}

/// What some requests waited for before they were sent. Most wait for nothing, so these are a few buckets each.
public struct WaitTimes: Hashable, Sendable {
    /// Send lags.
    public var sendLag = SparseHistogram()
    /// Held times.
    public var held = SparseHistogram()
    /// Connect times of the requests that opened a connection.
    public var connect = SparseHistogram()

    public init() {}

    /// Adds those of other requests.
    public mutating func add(_ other: WaitTimes) {
        sendLag.add(other.sendLag)
        held.add(other.held)
        connect.add(other.connect)
    }

    /// Bytes of its buckets in memory.
    var byteCount: Int { sendLag.byteCount + held.byteCount + connect.byteCount }
}
