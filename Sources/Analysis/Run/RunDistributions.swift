import Measurement

/// Everything of a run summed over its windows.
struct RunDistributions {
    var counts = WindowCounts()
    var response = TimeDistribution()
    var service = TimeDistribution()
    var sendLag = TimeDistribution()
    var held = TimeDistribution()
    var connect = TimeDistribution()
    /// Service times of the requests that renewed tokens, which are in none of the others.
    var renewal = TimeDistribution()
    var minting = TimeDistribution()
    var tokenWait = TimeDistribution()
    /// By label; endpoints nobody asked are left out.
    var endpoints: [Group] = []

    /// The requests of one endpoint.
    struct Group {
        let label: String
        var requests: UInt64 = 0
        var failures: UInt64 = 0
        var sinceReady = TimeDistribution()
        var service = TimeDistribution()
        var waits = WaitDistributions()
    }

    init(_ record: RunRecord) {
        var groups: [Int: Group] = [:]
        for window in record.series.windows {
            counts += window.counts
            response.add(window.response)
            sendLag.add(window.sendLag)
            held.add(window.held)
            connect.add(window.connect)
            renewal.add(window.renewal)
            minting.add(window.minting)
            tokenWait.add(window.tokenWait)
            for endpoint in window.endpoints {
                service.add(endpoint.service)
                let label = record.description.label(ofEndpoint: endpoint.endpoint)
                groups[endpoint.endpoint, default: Group(label: label)].add(endpoint)
            }
        }
        endpoints = groups.values.sorted { $0.label < $1.label }
    }
}

extension RunDistributions.Group {
    /// Adds the requests of another endpoint.
    mutating func add(_ other: RunDistributions.Group) {
        requests += other.requests
        failures += other.failures
        sinceReady.add(other.sinceReady)
        service.add(other.service)
        waits.add(other.waits)
    }

    fileprivate mutating func add(_ window: EndpointWindow) {
        requests += window.requests
        failures += window.failures
        sinceReady.add(window.sinceReady)
        service.add(window.service)
        waits.add(window.waits)
    }
}

/// What requests waited for before they were sent. A distribution takes much room, so there is none until there are times.
struct WaitDistributions {
    private(set) var sendLag: TimeDistribution?
    private(set) var held: TimeDistribution?
    private(set) var connect: TimeDistribution?

    mutating func add(_ waits: WaitTimes) {
        add(waits.sendLag, to: \.sendLag)
        add(waits.held, to: \.held)
        add(waits.connect, to: \.connect)
    }

    mutating func add(_ other: WaitDistributions) {
        for field in [\WaitDistributions.sendLag, \.held, \.connect] {
            guard let times = other[keyPath: field] else { continue }
            if self[keyPath: field]?.add(times) == nil { self[keyPath: field] = times }
        }
    }

    private mutating func add(_ times: SparseHistogram, to field: WritableKeyPath<WaitDistributions, TimeDistribution?>)
    {
        guard !times.isEmpty else { return }
        if self[keyPath: field]?.add(times) != nil { return }
        var first = TimeDistribution()
        first.add(times)
        self[keyPath: field] = first
    }
}

extension RunSummary.EndpointSummary {
    /// The same with what its requests waited for.
    func with(_ waits: WaitDistributions) -> RunSummary.EndpointSummary {
        var summary = self
        summary.sendLagMs = waits.sendLag?.percentiles
        summary.heldMs = waits.held?.percentiles
        summary.connectMs = waits.connect?.percentiles
        return summary
    }
}

extension RunSummary.Group {
    /// The same with what its requests waited for.
    func with(_ waits: WaitDistributions) -> RunSummary.Group {
        var group = self
        group.sendLagMs = waits.sendLag?.percentiles
        group.heldMs = waits.held?.percentiles
        group.connectMs = waits.connect?.percentiles
        return group
    }
}
