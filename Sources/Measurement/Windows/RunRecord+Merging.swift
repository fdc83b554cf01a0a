extension RunRecord {
    /// Merges the runs of several generators into one: their measurements are added exactly, second by second of the
    /// run.
    ///
    /// Runs are aligned by their own starts, whenever those were. Peaks are added, since no generator observed the
    /// combined peak.
    ///
    /// - Parameter runs: not empty.
    public init(merging runs: [RunRecord]) {
        precondition(!runs.isEmpty, "runs to merge")
        var labels: [String] = []
        var places: [String: Int] = [:]
        for label in runs.flatMap(\.description.endpoints) where places[label] == nil {
            places[label] = labels.count
            labels.append(label)
        }
        self.init(
            description: RunRecord.description(of: runs, labels: labels),
            series: RunRecord.series(of: runs, places: places), targets: runs.flatMap(\.targets),
            damages: runs.flatMap(\.damages))
        for run in runs {
            metrics.add(run.metrics)
            failures.add(run.renamed(run.failures, places))
            examples += run.examples.prefix(RunRecord.mergedExamples - examples.count)
        }
    }

    /// The most examples kept from all runs together.
    private static let mergedExamples = 256

    /// Failures by the merged run's endpoint indices.
    private func renamed(_ failures: FailureTable, _ places: [String: Int]) -> FailureTable {
        let place = { (endpoint: Int) in
            description.endpoints.indices.contains(endpoint)
                ? places[description.endpoints[endpoint]] ?? FailureTable.sharedEndpoint : FailureTable.sharedEndpoint
        }
        var renamed = FailureTable()
        for (key, count) in failures.sorted {
            var own = key
            own.endpoint = place(key.endpoint)
            own.cause?.rootEndpoint = key.cause?.rootEndpoint.map(place)
            renamed.add(own, count)
        }
        return renamed
    }

    private static func series(of runs: [RunRecord], places: [String: Int]) -> WindowSeries {
        let length = runs.reduce(0) { max($0, $1.series.lengthNs) }
        var windows: [Int64: RunWindow] = [:]
        for run in runs {
            for window in run.series.windows {
                let start = window.startNs / length * length
                var sum = windows[start] ?? RunWindow(startNs: start, lengthNs: length)
                var own = window
                own.endpoints = run.renamed(window.endpoints, places)
                sum.add(own)
                windows[start] = sum
            }
            run.addPeaks(to: &windows, length: length)
        }
        var series = WindowSeries()
        for window in windows.values.sorted(by: { $0.startNs < $1.startNs }) { series.append(window) }
        return series
    }

    /// Adds the concurrent counts: for each merged window, the maximum over the run's own windows.
    private func addPeaks(to windows: inout [Int64: RunWindow], length: Int64) {
        var peaks: [Int64: (sessions: Int, connections: Int)] = [:]
        for window in series.windows {
            let start = window.startNs / length * length
            let peak = peaks[start] ?? (0, 0)
            peaks[start] = (
                max(peak.sessions, window.concurrentSessions), max(peak.connections, window.openConnections)
            )
        }
        for (start, peak) in peaks {
            windows[start]?.concurrentSessions.add(saturating: peak.sessions)
            windows[start]?.openConnections.add(saturating: peak.connections)
        }
    }

    /// Endpoints by the merged run's indices; those past the recorders' limit share one.
    private func renamed(_ endpoints: [EndpointWindow], _ places: [String: Int]) -> [EndpointWindow] {
        let limit = WorkerRecorder.endpointLimit
        var byPlace: [Int: EndpointWindow] = [:]
        for endpoint in endpoints {
            var own = endpoint
            let isKnown = endpoint.endpoint < min(limit, description.endpoints.count)
            own.endpoint = min(isKnown ? places[description.endpoints[endpoint.endpoint]] ?? limit : limit, limit)
            if byPlace[own.endpoint] == nil { byPlace[own.endpoint] = own } else { byPlace[own.endpoint]?.add(own) }
        }
        return byPlace.values.sorted { $0.endpoint < $1.endpoint }
    }

    private static func description(of runs: [RunRecord], labels: [String]) -> RunDescription {
        let first = runs[0].description
        let planned = runs.compactMap(\.description.plannedSessions)
        var merged = RunDescription(
            startedAt: runs.reduce(first.startedAt) { min($0, $1.description.startedAt) }, settings: first.settings,
            endpoints: labels, plannedSessions: planned.count == runs.count ? sum(planned) : nil,
            plannedNs: runs.compactMap(\.description.plannedNs).max(),
            rampNs: runs.reduce(0) { max($0, $1.description.rampNs) },
            isClosedLoop: runs.contains(where: \.description.isClosedLoop))
        merged.settings["merged"] = String(runs.count)
        let requests = runs.compactMap(\.description.plannedRequests)
        if requests.count == runs.count { merged.plannedRequests = sum(requests) }
        merged.plannedSpanNs = runs.compactMap(\.description.plannedSpanNs).max()
        let limits = runs.compactMap(\.description.requestsPerSecondLimit)
        if limits.count == runs.count { merged.requestsPerSecondLimit = limits.reduce(0, +) }
        let ends = runs.compactMap(\.description.end)
        guard ends.count == runs.count else { return merged }
        merged.end = RunDescription.End(
            durationNs: runs.reduce(0) { max($0, $1.durationNs) },
            wasInterrupted: ends.contains(where: \.wasInterrupted),
            peakConcurrentSessions: sum(ends.map(\.peakConcurrentSessions)),
            peakOpenConnections: sum(ends.map(\.peakOpenConnections)),
            generator: GeneratorUse(
                cpuNs: sum(ends.map(\.generator.cpuNs)),
                peakRSSBytes: sum(ends.map(\.generator.peakRSSBytes)),
                processors: sum(ends.map(\.generator.processors))),
            warnings: ends.flatMap(\.warnings))
        merged.end?.stopped = ends.compactMap(\.stopped).first
        merged.end?.problem = ends.compactMap(\.problem).first
        return merged
    }

    private static func sum<Number: FixedWidthInteger>(_ numbers: [Number]) -> Number {
        numbers.reduce(into: 0) { $0.add(saturating: $1) }
    }

    /// Writes the run into an open folder with its description: windows, samples, and how it ended.
    ///
    /// - Throws: when the folder cannot be written.
    public func write(into folder: inout RunFolder) throws(RunFolderError) {
        for window in series.windows { try folder.append(window) }
        for track in targets {
            var readings = track.samples.map { ProcessReading.sample(track.identity, $0) }
            if let vanished = track.vanished { readings.append(.vanished(track.identity, vanished)) }
            try folder.append(readings)
        }
        try folder.append(metrics.readings)
        if !failures.isEmpty { try folder.write(failures) }
        if !examples.isEmpty { try folder.write(examples) }
        try folder.write(description)
        try folder.synchronize()
    }
}
