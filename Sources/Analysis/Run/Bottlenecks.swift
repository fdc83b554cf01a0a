import Formats
import Measurement
import Traffic

/// Finds what is slow and why, as far as the figures prove it: each finding rests on the figures that it names.
struct Bottlenecks {
    private let record: RunRecord
    private let summary: RunSummary
    private let advisor: Advisor
    private let witness: MachineState
    /// Windows with the target's resource use.
    private let moments: [Moment]

    private struct Moment {
        let requests: Double
        let failures: Double
        let sessions: Double
        let connections: Double
        /// Median turnaround in milliseconds.
        let median: Double
        /// Processors used by all watched processes; nil if none was watched.
        let cores: Double?
        /// Processors used by everything on the machine; nil if it was not recorded.
        let machine: Double?
    }

    /// The fewest windows that allow a finding.
    private static let leastMoments = 12

    static func found(in record: RunRecord, _ summary: RunSummary, _ advisor: Advisor) -> [Bottleneck] {
        let search = Bottlenecks(record, summary, advisor)
        return [
            search.generator, search.processor, search.machine, search.pool, search.waiting, search.connections,
            search.memory,
        ].compactMap { $0 }
    }

    private init(_ record: RunRecord, _ summary: RunSummary, _ advisor: Advisor) {
        self.advisor = advisor
        self.record = record
        self.summary = summary
        let cores = Bottlenecks.cores(of: record)
        let witness = MachineState(of: record)
        self.witness = witness
        moments = record.series.windows.compactMap { window in
            let times = LatencyBlocks.sum(window.endpoints.map { $0.times[.turnaround] })
            guard times.totalCount >= 10, let median = times.nanoseconds(atQuantile: 0.5) else { return nil }
            return Moment(
                requests: Double(window.counts.requests), failures: Double(window.counts.failures),
                sessions: Double(window.concurrentSessions), connections: Double(window.openConnections),
                median: Nanoseconds.inMilliseconds(median), cores: cores[window.startNs],
                machine: witness.busy(
                    from: Nanoseconds.inSeconds(window.startNs), to: Nanoseconds.inSeconds(window.endNs)))
        }
    }

    /// Processors used in each window, by its start.
    private static func cores(of record: RunRecord) -> [Int64: Double] {
        var cores: [Int64: Double] = [:]
        let length = record.series.lengthNs
        for track in record.targets {
            var used: [Int64: (cpu: Double, time: Double)] = [:]
            for (earlier, later) in zip(track.samples, track.samples.dropFirst()) {
                let start = later.time.nanoseconds / length * length
                let sum = used[start] ?? (0, 0)
                used[start] = (
                    sum.cpu + Double(later.cpuNs &- earlier.cpuNs),
                    sum.time + Double(later.time.nanoseconds - earlier.time.nanoseconds)
                )
            }
            for (start, sum) in used where sum.time > 0 { cores[start, default: 0] += sum.cpu / sum.time }
        }
        return cores
    }

    private var generator: Bottleneck? {
        guard summary.generator.saturated else { return nil }
        // On a full machine, a generator that used little CPU was kept waiting by other programs.
        let wasStarved = witness.isFull && summary.generator.cpuRatio < 0.5
        return Bottleneck(
            kind: .generator,
            finding: wasStarved
                ? "other programs left the generator too little CPU, so the figures include its own lateness"
                : "the generator itself was too slow, so the figures include its own lateness",
            figures: [
                "p99 send lag \(GateEvaluation.milliseconds(summary.times.percentiles(.sendLag).p99))",
                "generator CPU \((100 * summary.generator.cpuRatio).formatted(decimals: 0)) %",
            ],
            next: wasStarved
                ? Bottlenecks.separate
                : advisor.adding(.shareLoad, to: "use fewer sessions, a lower speed, or several generators"))
    }

    private static let separate = "run the generator and other programs on another machine"

    /// The machine's processors; where they were not recorded, those available to the generator.
    private var processors: Double? {
        witness.processors > 0
            ? witness.processors : record.description.end.map { Double($0.generator.processors) }
    }

    /// `1.98 of the machine's 2 processors used, 0.70 of them by the target`.
    private func machineText(_ used: Double, own: Double?) -> String {
        let all = witness.processors.formatted(decimals: 0)
        return "\(used.formatted(decimals: 2)) of the machine's \(all) processors used"
            + (own.map { ", \($0.formatted(decimals: 2)) of them by the target" } ?? "")
    }

    /// All processors are busy, and the target does not use most of them, as far as known.
    private var machine: Bottleneck? {
        let used = moments.compactMap(\.machine)
        guard used.count >= Bottlenecks.leastMoments else { return nil }
        let (high, own) = (Robust.median(used), moments.compactMap(\.cores))
        let share = own.isEmpty ? nil : Robust.median(own)
        guard witness.isFull(used: high, own: share) else { return nil }
        return Bottleneck(
            kind: .machine,
            finding: share == nil
                ? advisor.adding(.watchTarget, to: "the machine has no CPU left; the target's part was not recorded")
                : "the machine has no CPU left, and most of it is used by programs other than the target",
            figures: [machineText(high, own: share)], next: Bottlenecks.separate)
    }

    /// A watched figure of a limited resource is at its maximum while requests wait.
    private var pool: Bottleneck? {
        guard let (low, high) = thirds, slower(low, high) else { return nil }
        let words = [
            "in_use", "busy", "active", "used_connections", "checked_out", "blocked_clients", "threads_running",
        ]
        for track in record.metrics.tracks where track.identity.page != MachineSeries.page {
            let name = track.identity.series.lowercased()
            guard track.identity.kind != .counter, words.contains(where: name.contains),
                track.samples.count >= Bottlenecks.leastMoments
            else { continue }
            let values = track.samples.map(\.value)
            let most = values.max() ?? 0
            let atMost = values.count { $0 >= most }
            guard most >= 2, most == most.rounded(), atMost * 4 >= values.count,
                values.contains(where: { $0 <= 0.7 * most })
            else { continue }
            return Bottleneck(
                kind: .waiting,
                finding: "\(record.metrics.name(of: track)) does not rise past \(most.formatted(decimals: 0)): the "
                    + "resource is exhausted, and requests wait for it",
                figures: [
                    "at \(most.formatted(decimals: 0)) in \((100 * atMost / values.count)) % of its readings",
                    "median \(GateEvaluation.milliseconds(low.median)) at \(low.sessions.formatted(decimals: 0)) sessions, \(GateEvaluation.milliseconds(high.median)) at \(high.sessions.formatted(decimals: 0))",
                ] + ruledOut(high), next: "increase it, or find out what holds it for so long")
        }
        return nil
    }

    /// Explanations of slow responses that the figures rule out.
    private func ruledOut(_ high: Third) -> [String] {
        var texts: [String] = []
        if let machine = high.machine, witness.processors > 0, machine < 0.85 * witness.processors {
            texts.append("not the machine: \(machineText(machine, own: high.cores))")
        }
        let lag = summary.times.percentiles(.sendLag).p99
        if !summary.generator.saturated, lag < 0.1 * high.median {
            texts.append(
                "not the generator: 99 % of requests were sent within \(GateEvaluation.milliseconds(lag)) of their time"
            )
        }
        return texts
    }

    /// The medians of a third of the run by load.
    private struct Third {
        let sessions: Double
        let median: Double
        let requests: Double
        let cores: Double?
        let machine: Double?

        init(_ moments: ArraySlice<Moment>) {
            let middle = { (field: (Moment) -> Double) in Robust.median(moments.map(field)) }
            let known = { (values: [Double]) in values.isEmpty ? nil : Robust.median(values) }
            sessions = middle { $0.sessions }
            median = middle { $0.median }
            requests = middle { $0.requests }
            cores = known(moments.compactMap(\.cores))
            machine = known(moments.compactMap(\.machine))
        }
    }

    /// The thirds of the run with the least and the most load; nil if there are too few windows.
    private var thirds: (low: Third, high: Third)? {
        let steady = moments.filter { $0.sessions > 0 }.sorted { $0.sessions < $1.sessions }
        guard steady.count >= 3 * Bottlenecks.leastMoments else { return nil }
        return (Third(steady.prefix(steady.count / 3)), Third(steady.suffix(steady.count / 3)))
    }

    private func slower(_ low: Third, _ high: Third) -> Bool {
        high.sessions > 1.5 * low.sessions && high.median > 1.3 * low.median
    }

    private var processor: Bottleneck? {
        let cores = moments.compactMap(\.cores)
        guard cores.count >= Bottlenecks.leastMoments, let processors else { return nil }
        let high = Robust.quantile(0.9, of: cores)
        if high > 0.9 * processors - 0.05 {
            return Bottleneck(
                kind: .cpu, finding: "the target's CPU is at its limit",
                figures: [
                    "\(high.formatted(decimals: 2)) of \(processors.formatted(decimals: 0)) processors used in the busiest tenth"
                ], next: "profile the target under this load; if the generator shares the machine, move it")
        }
        // A single thread that does all the work cannot use more than one processor, however many there are.
        let spread = high - Robust.quantile(0.6, of: cores)
        guard processors > 1, high > 0.92, high < 1.06, spread < 0.05 else { return nil }
        return Bottleneck(
            kind: .cpu, finding: "the target uses one processor fully and no other: one thread may do all the work",
            figures: ["\(high.formatted(decimals: 2)) of \(processors.formatted(decimals: 0)) processors used"],
            next: "look for work that is limited to one thread")
    }

    /// The third with most load is slower than that with least, while processors are idle.
    private var waiting: Bottleneck? {
        guard let (low, high) = thirds, slower(low, high), let idle = low.cores, let busy = high.cores,
            let machine = high.machine
        else { return nil }
        // If other programs use the processors, idle time of the target proves nothing.
        guard max(machine, busy) < 0.85 * witness.processors, busy < 1.2 * idle + 0.05 else { return nil }
        return Bottleneck(
            kind: .waiting,
            finding: "more sessions make the target slower while processors are idle: requests wait for each other",
            figures: [
                "median \(GateEvaluation.milliseconds(low.median)) at \(low.sessions.formatted(decimals: 0)) sessions, \(GateEvaluation.milliseconds(high.median)) at \(high.sessions.formatted(decimals: 0))",
                "the target used \(idle.formatted(decimals: 2)) processors, then \(busy.formatted(decimals: 2))",
                "\(low.requests.formatted(decimals: 0)) and \(high.requests.formatted(decimals: 0)) requests per window",
            ] + ruledOut(high), next: "look at connection pools, locks, and what the target itself waits for")
    }

    /// Errors that start when a number of connections is exceeded.
    private var connections: Bottleneck? {
        let failing = moments.filter { $0.failures > 0.01 * $0.requests }
        let sound = moments.filter { $0.failures == 0 }
        guard failing.count >= 5, sound.count >= 5,
            let least = failing.map(\.connections).min(), least > 1
        else { return nil }
        let below = moments.filter { $0.connections < least }
        let above = moments.filter { $0.connections >= least }
        guard below.count >= 5, above.count(where: { $0.failures > 0 }) * 10 >= above.count * 8 else { return nil }
        let ratio = above.reduce(0) { $0 + $1.failures } / max(1, above.reduce(0) { $0 + $1.requests })
        return Bottleneck(
            kind: .connections, finding: "errors begin at \(least.formatted(decimals: 0)) open connections",
            figures: [
                "\((100 * ratio).formatted(decimals: 1)) % of requests fail from there on, none below",
                "most frequent: \(summary.failuresByKind.first?.kind.label ?? "unknown")",
            ], next: "look at the target's limits of connections, open files and backlog")
    }

    private var memory: Bottleneck? {
        guard let growing = summary.soak.first(where: { $0.kind == .memory && $0.verdict == .growing }) else {
            return nil
        }
        return Bottleneck(
            kind: .memory, finding: "memory grows", figures: [growing.explanation],
            next: "take heap profiles at the start and the end of a run and compare them")
    }
}
