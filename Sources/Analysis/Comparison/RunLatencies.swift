import Formats
import Measurement
import Traffic

/// The times of a run by endpoint, over stretches of time.
struct RunLatencies {
    struct Group {
        var requests: UInt64 = 0
        var failures: UInt64 = 0
        var stretches: [LatencyBlocks.Stretch] = []

        /// Requests with a time.
        var timed: UInt64 { stretches.reduce(0) { $0 &+ $1.times.totalCount } }
    }

    private(set) var endpoints: [String: Group] = [:]
    /// When the run began, in seconds since 1970.
    let began: Double
    private var all = Group()

    init(_ record: RunRecord, _ kind: TimeKind) {
        began = record.description.startedAt
        let windows = LatencyDrift.steadyWindows(of: record)
        for (place, window) in windows.enumerated() {
            let second = Nanoseconds.inSeconds(window.startNs)
            let requests = Double(window.counts.requests)
            for endpoint in window.endpoints {
                let label = record.description.label(ofEndpoint: endpoint.endpoint)
                let times = endpoint.times[kind]
                endpoints[label, default: Group()].add(
                    LatencyBlocks.Stretch(second: second, times: times, requests: requests), at: place)
                endpoints[label]?.requests &+= endpoint.requests
                endpoints[label]?.failures &+= endpoint.failures
            }
            let together = LatencyBlocks.sum(window.endpoints.map { $0.times[kind] })
            all.add(LatencyBlocks.Stretch(second: second, times: together, requests: requests), at: place)
            all.requests &+= window.counts.requests
            all.failures &+= window.counts.failures
        }
    }

    /// The group of one endpoint, or of all requests.
    func group(_ label: String) -> Group? { label == "all requests" ? all : endpoints[label] }
}

extension RunLatencies.Group {
    /// Adds a window at a position; windows without requests count as stretches too.
    fileprivate mutating func add(_ stretch: LatencyBlocks.Stretch, at place: Int) {
        while stretches.count < place {
            stretches.append(LatencyBlocks.Stretch(second: stretch.second, times: SparseHistogram(), requests: 0))
        }
        if stretches.count == place {
            stretches.append(stretch)
        } else {
            stretches[place].times.add(stretch.times)
        }
    }
}
