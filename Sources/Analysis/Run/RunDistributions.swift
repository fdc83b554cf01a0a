import Measurement

/// Distributions of times by kind. Distributions are large, so only non-empty ones are stored.
struct TimeDistributions {
    private var byKind: [TimeKind: TimeDistribution] = [:]

    /// No times.
    init() {}

    /// The times of all requests in some windows.
    init(of windows: [RunWindow]) {
        for kind in [TimeKind.response, .sendLag, .held, .connect] {
            add(LatencyBlocks.sum(windows.map { $0.times[kind] }), as: kind)
        }
        for kind in [TimeKind.turnaround, .service] {
            add(LatencyBlocks.sum(windows.flatMap { $0.endpoints.map { $0.times[kind] } }), as: kind)
        }
    }

    /// The times of a kind; empty if there are none.
    subscript(kind: TimeKind) -> TimeDistribution { byKind[kind] ?? TimeDistribution() }

    mutating func add(_ histogram: SparseHistogram, as kind: TimeKind) {
        guard !histogram.isEmpty else { return }
        byKind[kind, default: TimeDistribution()].add(histogram)
    }

    mutating func add(_ histograms: TimeHistograms) {
        for kind in TimeKind.allCases { add(histograms[kind], as: kind) }
    }

    /// The figures for the summary; kinds without times are left out.
    var figures: TimeFigures {
        var figures = TimeFigures()
        for (kind, distribution) in byKind { figures[kind] = distribution.percentiles }
        return figures
    }
}

/// The sums of a run over its windows.
struct RunDistributions {
    var counts = WindowCounts()
    /// Those of all requests.
    var times = TimeDistributions()
    /// Service times of renewal requests, which are in no other distribution.
    var renewal = TimeDistribution()
    /// Service times of prelude requests, which are in no other distribution.
    var prelude = TimeDistribution()
    var minting = TimeDistribution()
    var tokenWait = TimeDistribution()
    /// The times since scheduling of the requests that the run's end cut off.
    var unanswered = TimeDistribution()
    /// By label; endpoints without requests are left out.
    var endpoints: [Group] = []

    /// The requests of one endpoint.
    struct Group {
        let label: String
        var requests: UInt64 = 0
        var failures: UInt64 = 0
        var betterThanRecorded: UInt64 = 0
        /// Stored sparsely, because a run may have many endpoints.
        private(set) var histograms = TimeHistograms()

        init(label: String) { self.label = label }

        /// The times as full distributions, built on request.
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
            unanswered.add(window.unanswered)
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
