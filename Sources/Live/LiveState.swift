public import Analysis
import Formats
public import Measurement
public import Report
import Traffic

/// The state of a run's live page: measurements go in, the content of the page comes out. Pure; one thread at a time.
public struct LiveState: Sendable {
    /// The number of windows that count as recent.
    static let recentWindows = 10
    /// The most events that are kept.
    static let eventLimit = 500
    /// The most points of a watched figure.
    static let watchPoints = 300

    private let run: LiveRun
    private var record: RunRecord
    private var course = LiveTimeline()
    private var recent: [RunWindow] = []
    private var progress: RunProgress?
    private var counts = WindowCounts()
    private var endpoints: [Int: EndpointSum] = [:]
    private var gates: [LiveView.Gate]
    private var soak: (findings: [LiveView.Soak], time: Double)?
    private var faults: [LiveView.Fault]
    private var levels: [LiveView.Level]
    private var events: [LiveView.Event] = []
    private var cpuRatio: Double?
    private var state = LiveView.State.starting
    private var elapsed = 0.0
    private var phase = -1
    /// Requests by phase, for runs whose plan is not cut into stretches: assigned by the time at which they ended.
    private var phaseSums: [Int: PhaseSum] = [:]

    private struct PhaseSum {
        var requests: UInt64 = 0
        var failures: UInt64 = 0
        var response = SparseHistogram()
    }

    private struct EndpointSum {
        var requests: UInt64 = 0
        var failures: UInt64 = 0
        var turnaround = SparseHistogram()
    }

    /// A run that has not begun.
    public init(_ run: LiveRun) {
        self.run = run
        record = RunRecord(description: run.description, series: WindowSeries(), targets: [])
        gates = run.gates.map {
            LiveView.Gate(
                text: $0, standing: run.gatesAtEnd.contains($0) ? .atEnd : .open, since: nil, figure: "",
                line: run.lines[$0])
        }
        faults = run.faults
        levels = run.levels
    }

    /// Takes what was measured since the last update.
    public mutating func take(_ update: RunUpdate) {
        progress = update.progress
        elapsed = max(0, update.progress.elapsedSeconds)
        if state == .starting, update.progress.elapsedSeconds > 0 { state = .running }
        for window in update.windows { add(window) }
        record.stretches = update.stretches
        record.failures = update.failures
        for reading in update.processes { record.targets.add(reading) }
        for reading in update.metrics { record.metrics.add(reading) }
        if let examples = update.examples { record.examples = examples }
        notePhase()
    }

    /// Everything known about the run so far, in the form that analysis takes.
    public var recordSoFar: RunRecord { record }

    /// Takes the recent processor use of the generator, as a share of its processors, 0…1.
    public mutating func take(cpuRatio: Double) { self.cpuRatio = cpuRatio }

    /// Adds an event now.
    public mutating func note(_ text: String) {
        events.append(LiveView.Event(time: elapsed, text: text))
        if events.count > LiveState.eventLimit { events.removeFirst() }
    }

    /// Notes that a fault began, in seconds since the run's start.
    ///
    /// - Parameter canBeUndone: whether it has an undo.
    public mutating func faultBegan(_ name: String, at time: Double, canBeUndone: Bool) {
        let place = faults.firstIndex { $0.name == name && !$0.isActive && $0.begin >= time - 60 }
        let end = place.flatMap { faults[$0].end }
        let fault = LiveView.Fault(name: name, begin: time, end: end, isActive: canBeUndone)
        if let place { faults[place] = fault } else { faults.append(fault) }
        note("Fault \(name) begins.")
    }

    /// Notes that a fault was undone.
    public mutating func faultUndone(_ name: String, at time: Double) {
        guard let place = faults.lastIndex(where: { $0.name == name }) else { return }
        faults[place].end = time
        faults[place].isActive = false
        note("Fault \(name) is undone.")
    }

    /// Takes the outcome of the current level of a ladder.
    public mutating func take(level standing: LiveView.Level.Standing) {
        guard let last = levels.indices.last else { return }
        levels[last].standing = standing
        note("The level of \(levels[last].sessions.grouped) sessions: \(standing.rawValue).")
    }

    /// Notes that no new requests begin.
    public mutating func drain() { if !state.isOver { state = .ending } }

    /// Notes how the run ended.
    public mutating func end(verdict: String, text: String, gates results: [GateResult]) {
        take(results, recent: nil, isOver: true)
        // It is among the results under another label, with its phase.
        gates.removeAll { gate in gate.standing == .atEnd && !results.contains { $0.gate == gate.text } }
        note("The run is over: \(verdict).")
        state = .ended(verdict: verdict, text: text)
        for index in faults.indices { faults[index].isActive = false }
    }

    /// Judges the gates on the data so far. Costs about as much as judging a finished run, without its soak tests.
    public mutating func judge() {
        guard !run.gates.isEmpty, counts.requests > 0 else { return }
        var last = record
        let cut = record.series.windows.last.map { $0.endNs - 30 * Nanoseconds.perSecond } ?? 0
        last.series = record.series.keeping { $0.startNs >= cut }
        take(run.judge(record), recent: run.judge(last), isOver: false)
    }

    /// Takes the findings of the soak tests so far.
    public mutating func take(_ findings: [SoakFinding], at time: Double) {
        soak = (
            findings.prefix(12).map {
                LiveView.Soak(subject: $0.subject, verdict: $0.verdict, text: $0.explanation)
            },
            time
        )
    }

    private mutating func add(_ window: RunWindow) {
        record.series.append(window)
        course.append(window)
        counts += window.counts
        let second = Nanoseconds.inSeconds(window.startNs)
        if let phase = run.phases.lastIndex(where: { $0.begin <= second }) {
            phaseSums[phase, default: PhaseSum()].requests += window.counts.requests
            phaseSums[phase]?.failures += window.counts.failures
            phaseSums[phase]?.response.add(window.times[.response])
        }
        recent = (recent + [window]).suffix(LiveState.recentWindows)
        for endpoint in window.endpoints {
            endpoints[endpoint.endpoint, default: EndpointSum()].requests += endpoint.requests
            endpoints[endpoint.endpoint]?.failures += endpoint.failures
            endpoints[endpoint.endpoint]?.turnaround.add(endpoint.times[.turnaround])
        }
    }

    private mutating func notePhase() {
        guard let now = run.phases.lastIndex(where: { $0.begin <= elapsed }), now > phase, state == .running else {
            return
        }
        phase = now
        let entered = run.phases[now]
        note("Phase \(entered.name)\(entered.isRamp ? " (ramp)" : "") begins.")
    }

    private mutating func take(_ results: [GateResult], recent: [GateResult]?, isOver: Bool) {
        for result in results {
            let last = recent?.first { $0.gate == result.gate }
            let standing = LiveState.standing(result, last, isOver: isOver)
            guard let place = gates.firstIndex(where: { $0.text == result.gate }) else {
                gates.append(
                    LiveView.Gate(
                        text: result.gate, standing: standing, since: nil, figure: result.figure,
                        line: run.lines[result.gate]))
                continue
            }
            if gates[place].standing != standing {
                let word =
                    switch (gates[place].standing, standing) {
                    case (_, .broken): "is broken"
                    case (.broken, .holding): "holds again"
                    case (.broken, _): "is no longer broken"
                    default: ""
                    }
                gates[place].since = elapsed
                if !word.isEmpty { note("Gate \(result.gate) \(word): \(result.figure).") }
            }
            gates[place].standing = standing
            gates[place].figure = result.figure
        }
    }

    /// The margin below which a gate that holds is at risk.
    private static let nearLimit = 0.1

    private static func standing(_ result: GateResult, _ recent: GateResult?, isOver: Bool) -> LiveView.Gate.Standing {
        switch result.outcome {
        case .failed: .broken
        case .inconclusive: .open
        case .passed:
            !isOver && (recent?.outcome == .failed || result.margin.map { $0 < nearLimit } ?? false)
                ? .atRisk : .holding
        }
    }
}

// MARK: - What is shown

extension LiveState {
    /// What the page shows now.
    public mutating func view() -> LiveView {
        var view = LiveView(title: run.title, target: run.description.settings["target"] ?? "")
        view.state = state
        view.elapsed = elapsed
        view.planned =
            run.description.plannedNs.map { Nanoseconds.inSeconds($0) }
            ?? run.description.plannedSpanNs.map { Nanoseconds.inSeconds($0) }
        view.phases = phases
        view.faults = faults
        view.gates = gates
        view.levels = levels
        view.events = events
        view.soak = soak?.findings ?? []
        view.soakTime = soak?.time
        view.generatorLoad = cpuRatio
        addCounts(to: &view)
        view.endpoints = endpointRows
        view.failureKinds = failureRows
        view.course = course.course(until: windowsEndNs, isOver: state.isOver)
        view.course.plan = run.plan
        view.course.due = run.due
        view.watches = watches
        return view
    }

    private var windowsEndNs: Int64 {
        state.isOver ? record.durationNs : record.series.windows.last?.endNs ?? 0
    }

    private func addCounts(to view: inout LiveView) {
        view.sessions = progress?.concurrentSessions ?? 0
        view.connections = progress?.openConnections ?? 0
        // At the end the windows include all of them; before that, the update has a few more.
        view.requests = max(progress?.requests ?? 0, counts.requests)
        view.failures = max(progress?.failures ?? 0, counts.failures)
        view.stalled = Nanoseconds.inSeconds(counts.generatorStallNs)
        view.plannedSessions = LiveState.value(of: run.plan, at: elapsed)
        view.offered = LiveState.value(of: run.due, at: max(0, elapsed - 2))
        guard !state.isOver else { return addFinalFigures(to: &view) }
        let last = recent.suffix(3)
        let seconds = Nanoseconds.inSeconds(last.reduce(0) { $0 + $1.lengthNs })
        view.done = progress?.requestsPerSecond ?? 0
        view.failing = seconds > 0 ? Double(last.reduce(0) { $0 + $1.counts.failures }) / seconds : 0
        view.p95 = progress?.p95Ms
        let lag = last.reduce(into: SparseHistogram()) { $0.add($1.times[.sendLag]) }
        view.lag = lag.nanoseconds(atQuantile: 0.99).map { Nanoseconds.inMilliseconds($0) }
    }

    /// Over the whole run instead of the last seconds.
    private func addFinalFigures(to view: inout LiveView) {
        let seconds = Nanoseconds.inSeconds(record.durationNs)
        view.done = seconds > 0 ? Double(counts.requests) / seconds : 0
        view.failing = seconds > 0 ? Double(counts.failures) / seconds : 0
        view.sessions = record.series.windows.map(\.concurrentSessions).max() ?? 0
        view.plannedSessions = run.plan.map(\.value).max()
        view.offered = nil
        let percentile = { (kind: TimeKind, quantile: Double) in
            record.series.windows.reduce(into: SparseHistogram()) { $0.add($1.times[kind]) }
                .nanoseconds(atQuantile: quantile).map { Nanoseconds.inMilliseconds($0) }
        }
        view.p95 = percentile(.response, 0.95)
        view.lag = percentile(.sendLag, 0.99)
    }

    /// The value of a line at a time: nil for an empty line, the last value after its end.
    static func value(of line: [LiveView.Course.Corner], at second: Double) -> Double? {
        guard let after = line.firstIndex(where: { $0.second >= second }) else { return line.last?.value }
        guard after > 0 else { return line[0].value }
        let (left, right) = (line[after - 1], line[after])
        guard right.second > left.second else { return right.value }
        return left.value + (right.value - left.value) * (second - left.second) / (right.second - left.second)
    }

    private var phases: [LiveView.Phase] {
        var phases = run.phases
        let stretches = run.stretches.stretches
        let isCut = stretches.count > 1 && !record.stretches.isEmpty
        for index in phases.indices {
            var sum = phaseSums[index] ?? PhaseSum()
            if isCut {
                // Faults cut phases further: all parts of a phase belong to it.
                let own = Set(
                    stretches.indices.filter { place in
                        stretches[place].phase == phases[index].name && stretches[place].isRamp == phases[index].isRamp
                    })
                let figures = record.stretches.figures { own.contains($0.stretch) }
                sum = PhaseSum(
                    requests: figures.requests, failures: figures.failures, response: figures.times[.response])
            }
            phases[index].requests = sum.requests
            phases[index].failures = sum.failures
            let time = { (quantile: Double) in
                sum.response.nanoseconds(atQuantile: quantile).map { Nanoseconds.inMilliseconds($0) }
            }
            (phases[index].p50, phases[index].p95, phases[index].p99) = (time(0.5), time(0.95), time(0.99))
        }
        return phases
    }

    private var endpointRows: [LiveView.Endpoint] {
        let seconds = Nanoseconds.inSeconds(recent.reduce(0) { $0 + $1.lengthNs })
        var lately: [Int: UInt64] = [:]
        for window in recent {
            for endpoint in window.endpoints { lately[endpoint.endpoint, default: 0] += endpoint.requests }
        }
        return endpoints.sorted { ($1.value.requests, $0.key) < ($0.value.requests, $1.key) }.map { place, sum in
            var row = LiveView.Endpoint(
                label: run.description.label(ofEndpoint: place), requests: sum.requests, failures: sum.failures,
                rate: seconds > 0 && !state.isOver ? Double(lately[place] ?? 0) / seconds : 0)
            let time = { (quantile: Double) in
                sum.turnaround.nanoseconds(atQuantile: quantile).map { Nanoseconds.inMilliseconds($0) }
            }
            (row.p50, row.p95, row.p99, row.longest) = (time(0.5), time(0.95), time(0.99), time(1))
            return row
        }
    }

    private var failureRows: [LiveView.FailureKind] {
        record.failures.sorted.prefix(LivePageLimits.failures).map { key, count in
            let label =
                key.endpoint == FailureTable.sharedEndpoint
                ? "(other)" : run.description.label(ofEndpoint: key.endpoint)
            return LiveView.FailureKind(
                endpoint: label, expected: key.expectedStatus > 0 ? "\(key.expectedStatus)" : "–",
                received: FailureCauseSummary.receivedText(key.status > 0 ? Int(key.status) : nil, key.fate),
                cause: key.cause?.text ?? key.fate.words, count: count.count,
                first: Nanoseconds.inSeconds(count.firstNs), last: Nanoseconds.inSeconds(count.lastNs),
                exchange: count.exchange)
        }
    }

    private enum LivePageLimits { static let failures = 200 }

    private var watches: [LiveView.Watch] {
        let processes = record.targets.flatMap { track -> [LiveView.Watch] in
            let samples = LiveState.thinned(track.samples)
            let seconds = samples.map { $0.time.seconds }
            let cores = zip(samples, samples.dropFirst()).map { earlier, later in
                Double(later.cpuNs &- earlier.cpuNs) / Double(max(later.time.nanoseconds - earlier.time.nanoseconds, 1))
            }
            return [
                LiveView.Watch(
                    name: "\(track.identity.label) memory", unit: .bytes, seconds: seconds,
                    values: samples.map { Double($0.rssBytes) }),
                LiveView.Watch(
                    name: "\(track.identity.label) processors", unit: .processors, seconds: Array(seconds.dropFirst()),
                    values: cores),
            ]
        }
        let gaps = Dictionary(record.metrics.gaps.map { ($0.page, $0.count) }, uniquingKeysWith: +)
        let all = record.metrics.track(of: .processors)?.samples.last?.value
        let figures = record.metrics.tracks.compactMap { track -> LiveView.Watch? in
            let machine = MachineSeries(track.identity)
            guard machine?.isForReaders ?? true else { return nil }
            let samples = LiveState.thinned(track.samples)
            let name = machine?.title(processors: all) ?? "\(track.identity.page) \(track.identity.series)"
            let isInBytes = ["bytes", "memory", "rss"].contains { track.identity.name.contains($0) }
            // For a counter the rate is shown; a restarted process counts from 0.
            guard track.identity.kind == .counter else {
                return LiveView.Watch(
                    name: name, unit: isInBytes ? .bytes : .count, seconds: samples.map { $0.time.seconds },
                    values: samples.map(\.value), gaps: gaps[track.identity.page] ?? 0)
            }
            let isShare = machine?.isShareOfTime ?? false
            let rates = zip(samples, samples.dropFirst()).map { earlier, later in
                let grown = later.value >= earlier.value ? later.value - earlier.value : later.value
                let rate = grown / max(later.time.seconds - earlier.time.seconds, 1e-3)
                // The clocks of two readings differ a little, so that a share can come out above one.
                return isShare ? 100 * min(rate, 1) : rate
            }
            return LiveView.Watch(
                name: machine == nil ? "\(name), growth per second" : name,
                unit: isShare ? .percent : machine != nil ? .processors : isInBytes ? .bytes : .perSecond,
                seconds: samples.dropFirst().map { $0.time.seconds }, values: rates,
                gaps: gaps[track.identity.page] ?? 0)
        }
        return processes + figures
    }

    private static func thinned<Sample>(_ samples: [Sample]) -> [Sample] {
        let stride = max(1, (samples.count + watchPoints - 1) / watchPoints)
        guard stride > 1 else { return samples }
        return Swift.stride(from: 0, to: samples.count, by: stride).map { samples[$0] }
    }
}
