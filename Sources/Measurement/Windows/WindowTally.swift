/// Sums a worker's records into histograms. Belongs to the collector's thread.
struct WindowTally {
    private var scratch = [UInt32](repeating: 0, count: TimeBuckets.count)
    private var touched: [UInt16] = []
    private var starts: [Int] = []
    private var byEndpoint: [RequestSample] = []

    /// The figures of a worker's window.
    mutating func window(of worker: WorkerWindow, lengthNs: Int64) -> RunWindow {
        var window = RunWindow(
            startNs: Int64(worker.index) * lengthNs, lengthNs: lengthNs)
        window.counts = worker.counts
        window.concurrentSessions = worker.concurrentSessions ?? 0
        window.openConnections = worker.openConnections ?? 0
        window.lastFinishNs = worker.lastFinishNs
        window.renewal = SparseHistogram(unsorted: worker.renewals)
        window.prelude = SparseHistogram(unsorted: worker.preludes)
        window.minting = SparseHistogram(unsorted: worker.minting)
        window.tokenWait = SparseHistogram(unsorted: worker.tokenWaits)
        guard !worker.samples.isEmpty else { return window }
        window.times = times(of: worker.samples[...], [.response, .sendLag, .held, .connect])
        window.endpoints = endpoints(of: worker.samples)
        window.statusClasses = statusClasses(of: worker.samples)
        window.unanswered = WindowTally.unanswered(of: worker.samples)
        return window
    }

    /// Adds a worker's requests to their stretches.
    mutating func add(_ worker: WorkerWindow, to table: inout StretchTable, _ stretches: RunStretches) {
        var groups: [Int: [RequestSample]] = [:]
        for sample in worker.samples {
            groups[Int(sample.tag) << 16 | Int(sample.endpoint), default: []].append(sample)
        }
        for (group, samples) in groups {
            let (stretch, part) = stretches.place(ofTag: UInt16(truncatingIfNeeded: group >> 16))
            let key = StretchTable.Key(stretch: stretch, part: part, endpoint: group & 0xffff)
            table.change(key) { figures in
                for sample in samples { figures.count(sample) }
                for kind in StretchTable.kinds { figures.add(histogram(of: samples[...], kind), as: kind) }
                figures.add(unanswered: WindowTally.unanswered(of: samples))
            }
        }
    }

    /// Adds a worker's requests to the slices in which they were scheduled.
    func add(_ worker: WorkerWindow, to timeline: inout LoadTimeline) {
        for sample in worker.samples where sample.fate != Fate.cut.rawValue {
            let isAnswered = WindowTally.answered[Int(sample.fate)]
            timeline.count(
                slice: sample.slice, isFailure: WindowTally.failed[Int(sample.fate)],
                milliseconds: isAnswered
                    ? TimeBuckets.middleNs(ofIndex: sample[.response]) / 1e6 : nil)
        }
    }

    private mutating func endpoints(of samples: [RequestSample]) -> [EndpointWindow] {
        sort(samples)
        return starts.indices.dropLast().compactMap { endpoint in
            let own = byEndpoint[starts[endpoint]..<starts[endpoint + 1]]
            guard !own.isEmpty else { return nil }
            var window = EndpointWindow(
                endpoint: endpoint, requests: own.reduce(0) { $1.fate == Fate.cut.rawValue ? $0 : $0 + 1 },
                failures: own.reduce(0) { WindowTally.failed[Int($1.fate)] ? $0 + 1 : $0 },
                times: times(of: own, WindowTally.groupKinds))
            window.betterThanRecorded = own.reduce(0) { $1.fate == Fate.betterThanRecorded.rawValue ? $0 + 1 : $0 }
            return window
        }
    }

    private static func unanswered(of samples: [RequestSample]) -> SparseHistogram {
        let own = samples.filter { $0.fate == Fate.cut.rawValue }
        return own.isEmpty ? SparseHistogram() : SparseHistogram(unsorted: own.map { $0[.response] })
    }

    /// The kinds of time kept for endpoints and status classes.
    private static let groupKinds: [TimeKind] = [.turnaround, .service, .sendLag, .held, .connect]

    private mutating func times(of samples: ArraySlice<RequestSample>, _ kinds: [TimeKind]) -> TimeHistograms {
        var times = TimeHistograms()
        for kind in kinds { times[kind] = histogram(of: samples, kind) }
        return times
    }

    private mutating func statusClasses(of samples: [RequestSample]) -> [StatusClassWindow] {
        var byClass = [[RequestSample]](repeating: [], count: StatusClassWindow.highest + 1)
        for sample in samples where sample.wasSent { byClass[sample.statusClass].append(sample) }
        return byClass.indices.compactMap { statusClass in
            let own = byClass[statusClass][...]
            guard !own.isEmpty else { return nil }
            return StatusClassWindow(
                statusClass: statusClass, requests: UInt64(own.count), times: times(of: own, WindowTally.groupKinds))
        }
    }

    private static let failed = Fate.allCases.map(\.isFailure)
    private static let answered = Fate.allCases.map(\.isAnswer)

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
        of samples: ArraySlice<RequestSample>, _ kind: TimeKind
    ) -> SparseHistogram {
        for sample in samples where sample.wasSent {
            if kind.needsResponse, !WindowTally.answered[Int(sample.fate)] { continue }
            let index = sample[kind]
            // A request on an open connection has no connect time.
            if kind == .connect, index == 0 { continue }
            if scratch[Int(index)] == 0 { touched.append(index) }
            scratch[Int(index)] &+= 1
        }
        touched.sort()
        // Copies arrays at their exact size, because they are kept for the whole run: `touched` has capacity for the
        // fullest histogram.
        let indices = touched.map { $0 }
        let counts = touched.map { scratch[Int($0)] }
        for index in touched { scratch[Int(index)] = 0 }
        touched.removeAll(keepingCapacity: true)
        return SparseHistogram(ascending: indices, counts: counts)
    }
}
