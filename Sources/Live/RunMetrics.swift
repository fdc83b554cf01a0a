public import Formats
public import Measurement
import Report
import Traffic

/// A run as metrics: everything counted since it began, with a bounded number of names and labels. Pure.
///
/// Labels come from the run's own plan: scenario, phase, endpoint, and outcome; never a URL, a session or a clone.
public struct RunMetrics: Sendable {
    /// The most pairs of phase and endpoint with their own series; later ones share one endpoint, `(other)`.
    static let pairLimit = 512
    /// The longest label, in characters.
    static let labelLimit = 120
    /// Upper bounds of the buckets of times, in seconds.
    static let bounds: [Double] = [
        0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75,
        1,
        1.5, 2, 3, 5, 10, 20, 30, 60,
    ]

    private let run: LiveRun
    private let stretches: RunStretches
    private let scenario: String
    private var table = StretchTable()
    private var counts = WindowCounts()
    private var sendLag = SparseHistogram()
    private var progress: RunProgress?
    private var cpuRatio: Double?
    private var gates: [(name: String, holds: Bool)] = []
    private var activeFaults: Set<String> = []
    private var knownFaults: [String]
    private var pairs: [Pair: Pair] = [:]
    private var endpointNames: [Int: String] = [:]
    private var usedNames: Set<String> = []
    /// The newest example of each bucket: scrapers drop exemplars that are older than the last one of their series.
    private var exemplars: [ExemplarPlace: RequestExample] = [:]
    private var isOver = false

    private struct Pair: Hashable {
        var phase: Int
        var endpoint: String
    }

    private struct ExemplarPlace: Hashable {
        var pair: Pair
        var bucket: Int
    }

    /// The metrics of a run that has not begun.
    public init(_ run: LiveRun) {
        self.run = run
        stretches = run.stretches
        scenario = RunMetrics.label(run.title)
        knownFaults = []
        take(faults: run.faults.map { ($0.name, $0.isActive) })
    }

    /// Takes what was measured since the last update.
    public mutating func take(_ update: RunUpdate) {
        progress = update.progress
        table = update.stretches
        for window in update.windows {
            counts += window.counts
            sendLag.add(window.times[.sendLag])
        }
        for example in update.examples ?? [] where example.status > 0 { take(example) }
        for key in table.rows.keys.sorted(by: { ($0.stretch, $0.endpoint) < ($1.stretch, $1.endpoint) }) {
            _ = name(key)
        }
    }

    /// Takes the recent processor use of the generator, as a share of its processors, 0…1.
    public mutating func take(cpuRatio: Double) { self.cpuRatio = cpuRatio }

    /// Takes the standing of the gates; gates without data have no series.
    public mutating func take(gates: [(name: String, holds: Bool)]) {
        self.gates = []
        for gate in gates {
            let name = RunMetrics.label(gate.name)
            if let place = self.gates.firstIndex(where: { $0.name == name }) {
                self.gates[place].holds = self.gates[place].holds && gate.holds
            } else {
                self.gates.append((name, gate.holds))
            }
        }
    }

    /// Takes which faults are in effect.
    public mutating func take(faults: [(name: String, isActive: Bool)]) {
        for fault in faults {
            let name = RunMetrics.label(fault.name)
            if !knownFaults.contains(name) { knownFaults.append(name) }
        }
        activeFaults = Set(faults.filter(\.isActive).map { RunMetrics.label($0.name) })
    }

    /// Notes that the run is over: momentary values become zero.
    public mutating func end() {
        isOver = true
        activeFaults = []
        progress?.concurrentSessions = 0
        progress?.openConnections = 0
    }

    /// All metrics of the run.
    public mutating func families() -> [MetricFamily] {
        var requests: [MetricFamily.Series] = []
        var response: [MetricFamily.Series] = []
        var service: [MetricFamily.Series] = []
        for (pair, figures) in sums {
            let labels = own + [label("phase", phaseName(pair.phase)), label("endpoint", pair.endpoint)]
            for fate in Fate.allCases where figures[fate] > 0 && fate != .cut {
                requests.append(.init(labels + [label("outcome", fate.label)], .number(Double(figures[fate]))))
            }
            var times = RunMetrics.histogram(figures.times[.response])
            addExemplars(to: &times, pair)
            response.append(.init(labels, .histogram(times)))
            service.append(.init(labels, .histogram(RunMetrics.histogram(figures.times[.service]))))
        }
        return [
            MetricFamily(
                "reprise_requests_total", .counter,
                help: "Finished requests by outcome, without those cut off by the end of the run.", requests),
            MetricFamily(
                "reprise_response_time_seconds", .histogram,
                help: "From when a request was scheduled until it was answered; free of coordinated omission.", response
            ),
            MetricFamily(
                "reprise_service_time_seconds", .histogram,
                help: "From the first byte of a request until it was answered: the target's part.", service),
            MetricFamily(
                "reprise_send_lag_seconds", .histogram, help: "How late the generator itself sent.",
                [.init(own, .histogram(RunMetrics.histogram(sendLag)))]),
        ] + sessionFamilies + loadFamilies
    }

    private var own: [MetricFamily.Label] { [label("scenario", scenario)] }

    private func label(_ name: String, _ value: String) -> MetricFamily.Label { MetricFamily.Label(name, value) }

    private func family(_ name: String, _ kind: MetricFamily.Kind, _ help: String, _ value: Double) -> MetricFamily {
        MetricFamily(name, kind, help: help, [.init(own, .number(value))])
    }

    private var sessionFamilies: [MetricFamily] {
        let held: [(String, Int64)] = [
            ("order", counts.held.orderNs), ("token", counts.held.tokenNs), ("connection", counts.held.connectionNs),
            ("rate", counts.held.rateNs), ("slot", counts.held.slotNs),
        ]
        let ends: [(String, UInt64)] = [
            ("completed", counts.sessionsCompleted), ("failed", counts.sessionsFailed), ("cut", counts.sessionsCut),
            ("behind", counts.sessionsBehind),
        ]
        var families = [
            MetricFamily(
                "reprise_held_seconds_total", .counter, help: "Total time that requests were held, by reason.",
                held.map { .init(own + [label("cause", $0.0)], .number(Nanoseconds.inSeconds($0.1))) }),
            MetricFamily(
                "reprise_sessions_ended_total", .counter, help: "Sessions that ended, by outcome.",
                ends.map { .init(own + [label("how", $0.0)], .number(Double($0.1))) }),
            family("reprise_sessions_started_total", .counter, "Sessions that began.", Double(counts.sessionsStarted)),
            family("reprise_sessions", .gauge, "Sessions running now.", Double(progress?.concurrentSessions ?? 0)),
            family(
                "reprise_connections_open", .gauge, "Connections open to the targets now.",
                Double(progress?.openConnections ?? 0)),
            family(
                "reprise_connections_opened_total", .counter, "Connections that were made.",
                Double(counts.connectionsOpened)),
            family("reprise_request_bytes_total", .counter, "Bytes of requests written.", Double(counts.requestBytes)),
            family("reprise_response_bytes_total", .counter, "Bytes of responses read.", Double(counts.responseBytes)),
        ]
        if let target = LiveState.value(of: run.plan, at: max(0, progress?.elapsedSeconds ?? 0)) {
            families.append(
                family("reprise_sessions_target", .gauge, "Sessions planned for now.", isOver ? 0 : target))
        }
        return families
    }

    private var loadFamilies: [MetricFamily] {
        let elapsed = max(0, progress?.elapsedSeconds ?? 0)
        let now = run.phases.last { $0.begin <= elapsed } ?? run.phases.first
        var families = [
            family(
                "reprise_unsampled_requests_total", .counter,
                "Requests counted but in no histogram, because a memory limit was reached.",
                Double(counts.unsampledRequests)),
            family(
                "reprise_generator_stall_seconds_total", .counter, "How long the generator itself was stalled.",
                Nanoseconds.inSeconds(counts.generatorStallNs)),
            family("reprise_run_elapsed_seconds", .gauge, "Time since the first request was due.", elapsed),
            family("reprise_run_active", .gauge, "1 while the run lasts, then 0.", isOver ? 0 : 1),
        ]
        if let now, !isOver {
            let phase = RunMetrics.label(now.name) + (now.isRamp ? " (ramp)" : "")
            families.append(
                MetricFamily(
                    "reprise_phase_info", .gauge, help: "The current phase.",
                    [.init(own + [label("phase", phase)], .number(1))]))
        }
        if !knownFaults.isEmpty {
            families.append(
                MetricFamily(
                    "reprise_fault_active", .gauge, help: "1 while a fault is in effect.",
                    knownFaults.map {
                        .init(own + [label("fault", $0)], .number(activeFaults.contains($0) ? 1 : 0))
                    }))
        }
        if !gates.isEmpty {
            families.append(
                MetricFamily(
                    "reprise_gate_holds", .gauge, help: "1 while a gate holds on the run so far, 0 while it is broken.",
                    gates.map { .init(own + [label("gate", $0.name)], .number($0.holds ? 1 : 0)) }))
        }
        if let cpuRatio, !isOver {
            families.append(
                family(
                    "reprise_generator_cpu_ratio", .gauge,
                    "Recent processor use of the generator, as a share of its processors.",
                    cpuRatio))
        }
        return families
    }

    // MARK: - Labels

    /// The figures of each pair of phase and endpoint, in a fixed order.
    private var sums: [(Pair, StretchTable.Figures)] {
        var sums: [Pair: StretchTable.Figures] = [:]
        for (key, figures) in table.rows {
            let pair = pairs[raw(key)] ?? Pair(phase: phase(key.stretch), endpoint: RunMetrics.other)
            sums[pair, default: StretchTable.Figures()].add(figures)
        }
        return sums.sorted { ($0.key.phase, $0.key.endpoint) < ($1.key.phase, $1.key.endpoint) }.map {
            ($0.key, $0.value)
        }
    }

    private static let other = "(other)"

    /// The first stretch of the phase that a stretch belongs to: faults cut phases.
    private func phase(_ stretch: Int) -> Int {
        let own = stretches.stretches[stretch]
        return stretches.stretches.firstIndex { $0.phase == own.phase && $0.isRamp == own.isRamp } ?? stretch
    }

    private func phaseName(_ stretch: Int) -> String {
        let own = stretches.stretches[stretch]
        return RunMetrics.label(own.phase) + (own.isRamp ? " (ramp)" : "")
    }

    private func raw(_ key: StretchTable.Key) -> Pair {
        Pair(phase: phase(key.stretch), endpoint: endpointNames[key.endpoint] ?? RunMetrics.other)
    }

    /// Assigns labels to a pair once: a series never changes its labels.
    private mutating func name(_ key: StretchTable.Key) -> Pair {
        if endpointNames[key.endpoint] == nil {
            var name = RunMetrics.label(run.description.label(ofEndpoint: key.endpoint))
            if usedNames.contains(name), name != RunMetrics.other { name += " (#\(key.endpoint))" }
            usedNames.insert(name)
            endpointNames[key.endpoint] = name
        }
        let pair = raw(key)
        if let known = pairs[pair] { return known }
        let isKept = pairs.values.count { $0.endpoint != RunMetrics.other } < RunMetrics.pairLimit
        let shown = isKept ? pair : Pair(phase: pair.phase, endpoint: RunMetrics.other)
        pairs[pair] = shown
        return shown
    }

    /// A text as a label: displayable characters only, and not too many.
    static func label(_ text: String) -> String {
        let shown = text.displayable
        return shown.count <= labelLimit ? shown : String(shown.prefix(labelLimit - 1)) + "…"
    }

    // MARK: - Histograms

    /// For each bound, the last bucket of times that is not above it.
    private static let lastBuckets: [Int] = bounds.map { bound in
        let limit = UInt64(Nanoseconds.fromSeconds(bound))
        var (low, high) = (0, TimeBuckets.count)
        while low < high {
            let middle = (low + high) / 2
            if TimeBuckets.highestNs(ofIndex: UInt16(middle)) <= limit { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// Times as a histogram in seconds; a time exceeds the bound of its bucket by at most 0.1 %.
    static func histogram(_ times: SparseHistogram) -> MetricFamily.Histogram {
        var cumulative = [UInt64](repeating: 0, count: bounds.count)
        var below: UInt64 = 0
        var sum = 0.0
        var place = 0
        for (index, count) in zip(times.indices, times.counts) {
            while place < bounds.count, Int(index) > lastBuckets[place] {
                cumulative[place] = below
                place += 1
            }
            below += UInt64(count)
            sum += Double(count) * Nanoseconds.inSeconds(TimeBuckets.middleNs(ofIndex: index))
        }
        while place < bounds.count {
            cumulative[place] = below
            place += 1
        }
        return MetricFamily.Histogram(bounds: bounds, cumulative: cumulative, count: below, sum: sum)
    }

    /// Adds the slowest requests of those kept in full, each to its bucket.
    private func addExemplars(to histogram: inout MetricFamily.Histogram, _ pair: Pair) {
        for place in 0...RunMetrics.bounds.count {
            guard let example = exemplars[ExemplarPlace(pair: pair, bucket: place)] else { continue }
            let seconds = example.responseMs / 1000
            let before = place > 0 ? histogram.cumulative[place - 1] : 0
            let through = place < histogram.cumulative.count ? histogram.cumulative[place] : histogram.count
            guard through > before else { continue }
            histogram.exemplars[place] = MetricFamily.Exemplar(
                labels: (example.exchange.map { [label("exchange", "\($0)")] } ?? [])
                    + [label("clone", "\(example.clone)")], value: seconds,
                time: run.description.startedAt + RunMetrics.end(of: example))
        }
    }

    /// Keeps an example if it is the newest of its bucket.
    private mutating func take(_ example: RequestExample) {
        let stretch = stretches.index(ofNs: Int64(example.scheduledSeconds * 1e9))
        let pair = Pair(phase: phase(stretch), endpoint: RunMetrics.label(example.endpoint))
        let place = ExemplarPlace(pair: pair, bucket: bounds(example.responseMs / 1000))
        if let known = exemplars[place] {
            guard RunMetrics.end(of: known) <= RunMetrics.end(of: example) else { return }
        } else if exemplars.count >= RunMetrics.exemplarLimit {
            return
        }
        exemplars[place] = example
    }

    /// When a request ended, in seconds since the run's start.
    private static func end(of example: RequestExample) -> Double {
        example.scheduledSeconds + example.responseMs / 1000
    }

    /// The maximum number of buckets with examples.
    private static let exemplarLimit = 4096

    private func bounds(_ seconds: Double) -> Int {
        RunMetrics.bounds.firstIndex { seconds <= $0 } ?? RunMetrics.bounds.count
    }
}
