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
    /// Service times of the requests of preludes, which are in none of the others.
    var prelude = TimeDistribution()
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
        var waits = WaitTimes()
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
            prelude.add(window.prelude)
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

extension SparseHistogram {
    /// What the summary tells of it; nil of none. A distribution takes much room, so there is one at a time.
    fileprivate var percentiles: RunSummary.Percentiles? {
        guard !isEmpty else { return nil }
        var times = TimeDistribution()
        times.add(self)
        return times.percentiles
    }
}

/// Figures of requests, with room for what these waited for.
protocol TellsWaits {
    var sendLagMs: RunSummary.Percentiles? { get set }
    var heldMs: RunSummary.Percentiles? { get set }
    var connectMs: RunSummary.Percentiles? { get set }
}

extension TellsWaits {
    /// The same with what its requests waited for.
    func with(_ waits: WaitTimes) -> Self {
        var figures = self
        figures.sendLagMs = waits.sendLag.percentiles
        figures.heldMs = waits.held.percentiles
        figures.connectMs = waits.connect.percentiles
        return figures
    }
}

extension RunSummary.EndpointSummary: TellsWaits {}
extension RunSummary.Group: TellsWaits {}
