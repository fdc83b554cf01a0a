import Formats
import Measurement
import Traffic

/// What is slow and why, as far as the figures carry it: nothing is guessed, each finding rests on the figures it
/// names.
struct Bottlenecks {
    private let record: RunRecord
    private let summary: RunSummary
    private let advisor: Advisor
    /// Windows with what the target used in them.
    private let moments: [Moment]

    private struct Moment {
        let requests: Double
        let failures: Double
        let sessions: Double
        let connections: Double
        /// Median turnaround in milliseconds.
        let median: Double
        /// Processors used by all watched processes; nil where none was.
        let cores: Double?
    }

    /// Windows that tell anything.
    private static let leastMoments = 12

    static func found(in record: RunRecord, _ summary: RunSummary, _ advisor: Advisor) -> [Bottleneck] {
        let search = Bottlenecks(record, summary, advisor)
        return [search.generator, search.processor, search.waiting, search.connections, search.memory].compactMap { $0 }
    }

    private init(_ record: RunRecord, _ summary: RunSummary, _ advisor: Advisor) {
        self.advisor = advisor
        self.record = record
        self.summary = summary
        let cores = Bottlenecks.cores(of: record)
        moments = record.series.windows.compactMap { window in
            let times = LatencyBlocks.sum(window.endpoints.map { $0.times[.turnaround] })
            guard times.totalCount >= 10, let median = times.nanoseconds(atQuantile: 0.5) else { return nil }
            return Moment(
                requests: Double(window.counts.requests), failures: Double(window.counts.failures),
                sessions: Double(window.concurrentSessions), connections: Double(window.openConnections),
                median: Nanoseconds.inMilliseconds(median), cores: cores[window.startNs])
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
        return Bottleneck(
            kind: .generator, finding: "the generator itself was too slow, so the figures include its own lateness",
            figures: [
                "p99 send lag \(GateEvaluation.milliseconds(summary.times.percentiles(.sendLag).p99))",
                "generator CPU \((100 * summary.generator.cpuRatio).formatted(decimals: 0)) %",
            ], next: advisor.adding(.shareLoad, to: "use fewer sessions, a lower speed, or several generators"))
    }

    private var processors: Double? { record.description.end.map { Double($0.generator.processors) } }

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
        // One thread that does all the work cannot use more than one processor, however many there are.
        let spread = high - Robust.quantile(0.6, of: cores)
        guard processors > 1, high > 0.92, high < 1.06, spread < 0.05 else { return nil }
        return Bottleneck(
            kind: .cpu, finding: "the target uses one processor wholly and no other: one thread may do all the work",
            figures: ["\(high.formatted(decimals: 2)) processors used, \(processors.formatted(decimals: 0)) there"],
            next: "look for work that only one thread may do")
    }

    /// The slower third of load against the busier third.
    private var waiting: Bottleneck? {
        let steady = moments.filter { $0.sessions > 0 }.sorted { $0.sessions < $1.sessions }
        guard steady.count >= 3 * Bottlenecks.leastMoments else { return nil }
        let few = steady.prefix(steady.count / 3)
        let many = steady.suffix(steady.count / 3)
        let middle = { (part: ArraySlice<Moment>, field: (Moment) -> Double) in Robust.median(part.map(field)) }
        let (low, high) = (middle(few) { $0.sessions }, middle(many) { $0.sessions })
        let (fast, slow) = (middle(few) { $0.median }, middle(many) { $0.median })
        let cores = [few, many].map { part in part.compactMap(\.cores) }
        guard high > 1.5 * low, slow > 1.3 * fast, !cores[0].isEmpty, !cores[1].isEmpty, let processors else {
            return nil
        }
        let (idle, busy) = (Robust.median(cores[0]), Robust.median(cores[1]))
        let rates = (middle(few) { $0.requests }, middle(many) { $0.requests })
        guard busy < 0.8 * processors, busy < 1.2 * idle + 0.05 else { return nil }
        return Bottleneck(
            kind: .waiting,
            finding: "more sessions make the target slower while its CPU stays idle: requests wait for one another",
            figures: [
                "median \(GateEvaluation.milliseconds(fast)) at \(low.formatted(decimals: 0)) sessions, \(GateEvaluation.milliseconds(slow)) at \(high.formatted(decimals: 0))",
                "CPU \(idle.formatted(decimals: 2)) and \(busy.formatted(decimals: 2)) processors",
                "\(rates.0.formatted(decimals: 0)) and \(rates.1.formatted(decimals: 0)) requests a window",
            ], next: "look at connection pools, locks, and what the target itself waits for")
    }

    /// Errors that begin where a number of connections is passed.
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
