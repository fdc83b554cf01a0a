/// Sums the records of a worker's window up into histograms. Belongs to the collector's thread.
struct WindowTally {
    private var scratch = [UInt32](repeating: 0, count: TimeBuckets.count)
    private var touched: [UInt16] = []
    private var starts: [Int] = []
    private var byEndpoint: [RequestSample] = []

    /// The figures of a worker's window.
    mutating func window(of worker: WorkerWindow, lengthNanoseconds: Int64) -> RunWindow {
        var window = RunWindow(
            startNanoseconds: Int64(worker.index) * lengthNanoseconds, lengthNanoseconds: lengthNanoseconds)
        window.counts = worker.counts
        window.concurrentSessions = worker.concurrentSessions ?? 0
        window.openConnections = worker.openConnections ?? 0
        window.lastFinishNanoseconds = worker.lastFinishNanoseconds
        window.renewal = SparseHistogram(unsorted: worker.renewals)
        window.prelude = SparseHistogram(unsorted: worker.preludes)
        window.minting = SparseHistogram(unsorted: worker.minting)
        window.tokenWait = SparseHistogram(unsorted: worker.tokenWaits)
        guard !worker.samples.isEmpty else { return window }
        window.response = histogram(of: worker.samples[...], \.response)
        window.sendLag = histogram(of: worker.samples[...], \.sendLag)
        window.held = histogram(of: worker.samples[...], \.held)
        window.connect = histogram(of: worker.samples[...], \.connect, leavingOutZero: true)
        window.endpoints = endpoints(of: worker.samples)
        window.statusClasses = statusClasses(of: worker.samples)
        return window
    }

    private mutating func endpoints(of samples: [RequestSample]) -> [EndpointWindow] {
        sort(samples)
        return starts.indices.dropLast().compactMap { endpoint in
            let own = byEndpoint[starts[endpoint]..<starts[endpoint + 1]]
            guard !own.isEmpty else { return nil }
            var window = EndpointWindow(
                endpoint: endpoint, requests: own.reduce(0) { $1.fate == Fate.cut.rawValue ? $0 : $0 + 1 },
                failures: own.reduce(0) { WindowTally.failed[Int($1.fate)] ? $0 + 1 : $0 },
                sinceReady: histogram(of: own, \.sinceReady), service: histogram(of: own, \.service))
            window.waits = waits(of: own)
            return window
        }
    }

    private mutating func waits(of samples: ArraySlice<RequestSample>) -> WaitTimes {
        var waits = WaitTimes()
        waits.sendLag = histogram(of: samples, \.sendLag)
        waits.held = histogram(of: samples, \.held)
        waits.connect = histogram(of: samples, \.connect, leavingOutZero: true)
        return waits
    }

    private mutating func statusClasses(of samples: [RequestSample]) -> [StatusClassWindow] {
        var byClass = [[RequestSample]](repeating: [], count: StatusClassWindow.highest + 1)
        for sample in samples where sample.wasSent { byClass[sample.statusClass].append(sample) }
        return byClass.indices.compactMap { statusClass in
            let own = byClass[statusClass][...]
            guard !own.isEmpty else { return nil }
            var window = StatusClassWindow(
                statusClass: statusClass, requests: UInt64(own.count), sinceReady: histogram(of: own, \.sinceReady),
                service: histogram(of: own, \.service))
            window.waits = waits(of: own)
            return window
        }
    }

    private static let failed = Fate.allCases.map(\.isFailure)

    /// A counting sort: `byEndpoint[starts[e]..<starts[e + 1]]` are the samples of endpoint `e`.
    private mutating func sort(_ samples: [RequestSample]) {
        var sizes = [Int](repeating: 0, count: Int(samples.reduce(0) { max($0, $1.endpoint) }) + 1)
        for sample in samples { sizes[Int(sample.endpoint)] += 1 }
        starts = [0]
        for size in sizes { starts.append(starts[starts.count - 1] + size) }
        var next = starts
        byEndpoint = samples
        for sample in samples {
            byEndpoint[next[Int(sample.endpoint)]] = sample
            next[Int(sample.endpoint)] += 1
        }
    }

    private mutating func histogram(
        of samples: ArraySlice<RequestSample>, _ field: (RequestSample) -> UInt16, leavingOutZero: Bool = false
    ) -> SparseHistogram {
        for sample in samples where sample.wasSent {
            let index = field(sample)
            if leavingOutZero && index == 0 { continue }
            if scratch[Int(index)] == 0 { touched.append(index) }
            scratch[Int(index)] &+= 1
        }
        touched.sort()
        // Arrays of just their size, which are kept as long as the run: this one has room for the fullest histogram.
        let indices = touched.map { $0 }
        let counts = touched.map { scratch[Int($0)] }
        for index in touched { scratch[Int(index)] = 0 }
        touched.removeAll(keepingCapacity: true)
        return SparseHistogram(ascending: indices, counts: counts)
    }
}
