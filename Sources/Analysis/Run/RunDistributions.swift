import Measurement

/// Distributions of times by kind. A distribution takes much room, so there are only those that something was added to.
struct TimeDistributions {
    private var byKind: [TimeKind: TimeDistribution] = [:]

    /// No times.
    init() {}

    /// The times of all requests of some windows.
    init(of windows: [RunWindow]) {
        for kind in [TimeKind.response, .sendLag, .held, .connect] {
            add(LatencyBlocks.sum(windows.map { $0.times[kind] }), as: kind)
        }
        for kind in [TimeKind.turnaround, .service] {
            add(LatencyBlocks.sum(windows.flatMap { $0.endpoints.map { $0.times[kind] } }), as: kind)
        }
    }

    /// The times of a kind; none where nothing was added.
    subscript(kind: TimeKind) -> TimeDistribution { byKind[kind] ?? TimeDistribution() }

    mutating func add(_ histogram: SparseHistogram, as kind: TimeKind) {
        guard !histogram.isEmpty else { return }
        byKind[kind, default: TimeDistribution()].add(histogram)
    }

    mutating func add(_ histograms: TimeHistograms) {
        for kind in TimeKind.allCases { add(histograms[kind], as: kind) }
    }

    /// What the summary tells of them; kinds without times are left out.
    var figures: TimeFigures {
        var figures = TimeFigures()
        for (kind, distribution) in byKind { figures[kind] = distribution.percentiles }
        return figures
    }
}

/// Everything of a run summed over its windows.
struct RunDistributions {
    var counts = WindowCounts()
    /// Of all requests.
    var times = TimeDistributions()
    /// Service times of the requests that renewed tokens, which are in none of the others.
    var renewal = TimeDistribution()
    /// Service times of the requests of preludes, which are in none of the others.
    var prelude = TimeDistribution()
    var minting = TimeDistribution()
    var tokenWait = TimeDistribution()
    /// By label; endpoints no one asked are left out.
    var endpoints: [Group] = []

    /// The requests of one endpoint.
    struct Group {
        let label: String
        var requests: UInt64 = 0
        var failures: UInt64 = 0
        var betterThanRecorded: UInt64 = 0
        /// Sparse: a run may have many endpoints.
        private(set) var histograms = TimeHistograms()

        init(label: String) { self.label = label }

        /// The times as whole distributions, made when asked for.
        var times: TimeDistributions {
            var times = TimeDistributions()
            times.add(histograms)
            return times
        }

        /// Adds the requests of another endpoint.
        mutating func add(_ other: Group) {
            requests &+= other.requests
            failures &+= other.failures
            betterThanRecorded &+= other.betterThanRecorded
            histograms.add(other.histograms)
        }

        mutating func add(_ window: EndpointWindow) {
            requests &+= window.requests
            failures &+= window.failures
            betterThanRecorded &+= window.betterThanRecorded
            histograms.add(window.times)
        }
    }

    init(_ record: RunRecord) {
        var groups: [Int: Group] = [:]
        for window in record.series.windows {
            counts += window.counts
            renewal.add(window.renewal)
            prelude.add(window.prelude)
            minting.add(window.minting)
            tokenWait.add(window.tokenWait)
            times.add(window.times)
            for endpoint in window.endpoints {
                times.add(endpoint.times[.turnaround], as: .turnaround)
                times.add(endpoint.times[.service], as: .service)
                let label = record.description.label(ofEndpoint: endpoint.endpoint)
                groups[endpoint.endpoint, default: Group(label: label)].add(endpoint)
            }
        }
        endpoints = groups.values.sorted { $0.label < $1.label }
    }
}
