import Formats
public import Measurement
import Traffic

extension RunSeries {
    /// The most points of a line; finer ones are not visible.
    static let pointLimit = 600
    /// Buckets of the distribution for each power of ten.
    private static let bucketsPerDecade = 20

    /// The lines of a run: about `pointLimit` points regardless of its length.
    public init(of record: RunRecord) {
        self.init(
            seconds: [], requestsPerSecond: [], failuresPerSecond: [], concurrentSessions: [], p50Ms: [], p95Ms: [],
            p99Ms: [], targets: record.targets.map(Target.init(of:)), metrics: Metric.all(of: record),
            distribution: RunSeries.distribution(of: record))
        phases = RunSeries.phases(of: record)
        faults = RunSeries.faults(of: record)
        heat = ResponseHeatMap(of: record)
        let windows = record.series.windows
        let stride = max(1, (windows.count + RunSeries.pointLimit - 1) / RunSeries.pointLimit)
        var starts = Array(Swift.stride(from: 0, to: windows.count, by: stride))
        // The run rarely ends with a window. A short last window would look like a drop or, divided by its duration,
        // like a peak, so it is added to the point before.
        if starts.count > 1, let last = windows.last {
            let first = windows[starts[starts.count - 1]]
            let lived = min(last.endNs, record.durationNs) - first.startNs
            if lived * 2 < Int64(stride) * first.lengthNs { starts.removeLast() }
        }
        for (place, start) in starts.enumerated() {
            let end = place + 1 < starts.count ? starts[place + 1] : windows.count
            add(windows[start..<end], end: record.durationNs)
        }
    }

    private mutating func add(_ windows: ArraySlice<RunWindow>, end: Int64) {
        guard let first = windows.first, let last = windows.last else { return }
        let whole = last.endNs - first.startNs
        // The only window of a run that took almost no time has no rate.
        let lived = min(last.endNs, end) - first.startNs
        let length = Nanoseconds.inSeconds(lived * 4 >= whole ? lived : whole)
        let response = windows.reduce(into: SparseHistogram()) { $0.add($1.times[.response]) }
        let value = { (quantile: Double) in
            response.nanoseconds(atQuantile: quantile).map { Nanoseconds.inMilliseconds($0) }
        }
        seconds.append(Nanoseconds.inSeconds(first.startNs))
        requestsPerSecond.append(Double(windows.reduce(0) { $0 + $1.counts.requests }) / length)
        failuresPerSecond.append(Double(windows.reduce(0) { $0 + $1.counts.failures }) / length)
        concurrentSessions.append(Double(windows.reduce(0) { max($0, $1.concurrentSessions) }))
        p50Ms.append(value(0.5))
        p95Ms.append(value(0.95))
        p99Ms.append(value(0.99))
    }

    /// The response times of the run in buckets of equal ratio, shortest to longest.
    private static func distribution(of record: RunRecord) -> [Bucket] {
        var counts: [Int: Int] = [:]
        for window in record.series.windows {
            for (index, count) in zip(window.times[.response].indices, window.times[.response].counts) {
                counts[place(ofMs: Nanoseconds.inMilliseconds(TimeBuckets.middleNs(ofIndex: index))), default: 0] +=
                    Int(count)
            }
        }
        guard let low = counts.keys.min(), let high = counts.keys.max() else { return [] }
        return (low...high).map { Bucket(fromMs: edge(of: $0), toMs: edge(of: $0 + 1), count: counts[$0] ?? 0) }
    }

    private static func place(ofMs value: Double) -> Int {
        Int((Math.log10(value) * Double(bucketsPerDecade)).rounded(.down))
    }

    private static func edge(of place: Int) -> Double { Math.power10(Double(place) / Double(bucketsPerDecade)) }
}

extension RunSeries.Metric {
    fileprivate static func all(of record: RunRecord) -> [RunSeries.Metric] {
        let processors = record.metrics.track(of: .processors)?.samples.last?.value
        return record.metrics.tracks.compactMap { track in
            let machine = MachineSeries(track.identity)
            guard machine?.isForReaders ?? true else { return nil }
            let stride = max(1, track.samples.count / (2 * RunSeries.pointLimit))
            let picked = Swift.stride(from: 0, to: track.samples.count, by: stride).map { track.samples[$0] }
            var metric = RunSeries.Metric(
                name: record.metrics.name(of: track), isInBytes: track.isInBytes,
                isCounter: track.identity.kind == .counter, seconds: picked.map { $0.time.seconds },
                values: picked.map(\.value))
            guard let machine else { return metric }
            metric.name = machine.title(processors: processors)
            metric.isOfMachine = true
            metric.isInProcessors = machine.isInProcessors
            metric.isShareOfTime = machine.isShareOfTime
            // Steal that never occurs, or a fixed clock frequency, is not worth a chart.
            let shown = metric.isCounter ? metric.perSecond : metric.values
            return machine != .busy && shown.allSatisfy { $0 == shown.first } ? nil : metric
        }
    }
}

extension RunSeries.Target {
    init(of track: ProcessTrack) {
        let stride = max(1, track.samples.count / (2 * RunSeries.pointLimit))
        let picked = Swift.stride(from: 0, to: track.samples.count, by: stride).map { track.samples[$0] }
        var cores = zip(picked, picked.dropFirst()).map { earlier, later in
            Double(later.cpuNs &- earlier.cpuNs)
                / Double(max(later.time.nanoseconds - earlier.time.nanoseconds, 1))
        }
        if let first = cores.first { cores.insert(first, at: 0) } else { cores = picked.map { _ in 0 } }
        // Read less often than the rest: the last known value applies until the next.
        var files = 0.0
        let openFiles = picked.map { sample in
            files = sample.openFiles.map { Double($0) } ?? files
            return files
        }
        self.init(
            name: track.identity.label, seconds: picked.map { $0.time.seconds },
            rssBytes: picked.map { Double($0.rssBytes) }, cpuCores: cores, openFiles: openFiles,
            threads: picked.map { Double($0.threads) })
    }
}
