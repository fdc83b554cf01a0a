import Analysis
import Formats
import Measurement
import Report

/// The state of the hub's thread: the current run with its metrics, and the metrics of finished runs.
struct LiveWorker {
    /// The number of finished runs whose metrics are kept, so that a scraper still finds their results.
    private static let keptRuns = 16
    /// The most of the time, as a share, that judging takes.
    private static let judgingShare = 0.02

    private var state: LiveState?
    private var metrics: RunMetrics?
    private var earlier: [[MetricFamily]] = []
    private var isOver = false
    private var nextJudging = ContinuousClock.now
    private var nextSoak = ContinuousClock.now
    private(set) var canEndPhase = false

    mutating func take(_ news: LiveHub.News) {
        switch news {
        case .begin(let run):
            if var metrics {
                earlier = (earlier + [metrics.families()]).suffix(LiveWorker.keptRuns)
            }
            state = LiveState(run)
            metrics = RunMetrics(run)
            canEndPhase = run.canEndPhase
            isOver = false
        case .update(let update, let cpuRatio):
            state?.take(update)
            metrics?.take(update)
            if let cpuRatio {
                state?.take(cpuRatio: cpuRatio)
                metrics?.take(cpuRatio: cpuRatio)
            }
        case .faultBegan(let name, let time, let canBeUndone):
            state?.faultBegan(name, at: time, canBeUndone: canBeUndone)
        case .faultUndone(let name, let time): state?.faultUndone(name, at: time)
        case .note(let text): state?.note(text)
        case .level(let standing): state?.take(level: standing)
        case .drain: state?.drain()
        case .end(let end):
            if let update = end.update {
                state?.take(update)
                metrics?.take(update)
            }
            if !end.soak.isEmpty, let elapsed = end.update?.progress.elapsedSeconds {
                state?.take(end.soak, at: elapsed)
            }
            state?.end(verdict: end.verdict, text: end.text, gates: end.gates)
            metrics?.take(gates: LiveWorker.holding(end.gates))
            metrics?.end()
            isOver = true
        case .mark, .finish: break
        }
    }

    /// Judges the gates on the data so far, as often as that is cheap.
    mutating func judgeIfDue() {
        let began = ContinuousClock.now
        guard !isOver, state != nil, began >= nextJudging else { return }
        state?.judge()
        let took = ContinuousClock.now - began
        nextJudging = began + max(.milliseconds(900), took * (1 / LiveWorker.judgingShare))
        findSoak()
    }

    /// Runs the soak tests, once there is a minute of data.
    private mutating func findSoak() {
        let began = ContinuousClock.now
        guard began >= nextSoak, let record = state?.recordSoFar, let last = record.series.windows.last else { return }
        let held = record.longestHeld(until: last.endNs)
        guard held.count >= 60 * Int(Nanoseconds.perSecond) else { return }
        let findings = record.soak(within: held)
        state?.take(findings, at: Nanoseconds.inSeconds(last.endNs))
        let took = ContinuousClock.now - began
        nextSoak = began + max(.seconds(20), took * (1 / LiveWorker.judgingShare))
    }

    mutating func view() -> LiveView? {
        guard let view = state?.view() else { return nil }
        if !isOver {
            metrics?.take(
                gates: view.gates.compactMap { gate in
                    switch gate.standing {
                    case .holding, .atRisk: (gate.text, true)
                    case .broken: (gate.text, false)
                    case .open, .atEnd: nil
                    }
                })
        }
        metrics?.take(faults: view.faults.map { ($0.name, $0.isActive) })
        return view
    }

    mutating func families() -> [MetricFamily] {
        LiveWorker.merged(earlier + [metrics?.families() ?? []])
    }

    private static func holding(_ results: [GateResult]) -> [(name: String, holds: Bool)] {
        results.filter { $0.outcome != .inconclusive }.map { ($0.gate, $0.outcome == .passed) }
    }

    /// The families of several runs merged by name: a metrics page must have each name once.
    static func merged(_ runs: [[MetricFamily]]) -> [MetricFamily] {
        guard runs.count > 1 else { return runs.first ?? [] }
        var merged: [MetricFamily] = []
        var places: [String: Int] = [:]
        for family in runs.joined() {
            if let place = places[family.name] {
                // Under `repeat` and in ladders, scenarios with the same name follow one another: the later one counts.
                let labels = Set(family.series.map(\.labels))
                merged[place].series.removeAll { labels.contains($0.labels) }
                merged[place].series += family.series
            } else {
                places[family.name] = merged.count
                merged.append(family)
            }
        }
        return merged
    }
}
