import Analysis
import Foundation

/// The error rates of the latency tests.
struct LatencyBench {
    let runs: Int
    let seed: UInt64
    /// Lengths of runs in seconds.
    let lengths: [Int]

    /// Requests per second of an endpoint.
    let rates: [Double]
    let isVerbose: Bool

    /// The results of a kind of run.
    private struct Outcome: Sendable {
        var isDrift: Bool
        var isStable: Bool
        /// The results of other methods: a published guideline's, Otava's and Kayenta's rules.
        var others: [Bool]
    }

    func drift() {
        for length in lengths {
            for rate in rates { drift(length, rate) }
        }
    }

    private func drift(_ length: Int, _ rate: Double) {
        let cases: [LatencyChange?] = [nil] + LatencyChange.all
        let title = "\(length / 60) min, \(String(format: "%g", rate))/s"
        var table = Table(["\(title): drift %", "stable %"] + cases.map { $0?.name ?? "none" })
        var alarms: [Bool: [Share]] = [:]
        var found: [String: [Share]] = [:]
        var worst = 0.0
        for kind in LatencyKind.all {
            var fields: [String] = []
            var stable = ""
            for change in cases {
                let outcomes = parallelMap(Array(0..<runs)) { outcome(kind, change, length, rate, $0) }
                let own = Share(count: outcomes.count { $0.isDrift }, all: runs)
                let others = (0..<3).map { method in Share(count: outcomes.count { $0.others[method] }, all: runs) }
                fields.append(own.text)
                if let change {
                    found[change.name] = zip(
                        found[change.name] ?? [Share](repeating: Share(), count: 4), [own] + others
                    )
                    .map(+)
                } else {
                    stable = Share(count: outcomes.count { $0.isStable }, all: runs).text
                    alarms[kind.isHeldOut] = zip(
                        alarms[kind.isHeldOut] ?? [Share](repeating: Share(), count: 4), [own] + others
                    ).map(+)
                    worst = max(worst, own.ratio)
                }
            }
            table.append([(kind.isHeldOut ? "* " : "") + kind.name, stable] + fields)
        }
        if isVerbose { table.printed() }
        let names = ["reprise", "reference", "Otava's rule", "Kayenta's rule"]
        var summary = Table([title, "false", "false, held out"] + LatencyChange.all.map(\.name))
        for (place, name) in names.enumerated() {
            summary.append(
                [name] + [false, true].map { alarms[$0]?[place].text ?? "-" }
                    + LatencyChange.all.map { found[$0.name]?[place].text ?? "-" })
        }
        summary.printed()
        say("worst kind \(Int(100 * worst)) %\n")
    }

    private func outcome(
        _ kind: LatencyKind, _ change: LatencyChange?, _ length: Int, _ rate: Double, _ number: Int
    ) -> Outcome {
        var scene = LatencyScene(
            seconds: length, requestsPerSecond: rate,
            random: Random(kind.name + (change?.name ?? ""), UInt64(number), UInt64(length), UInt64(rate), seed))
        kind.make(&scene)
        change?.make(&scene)
        let requests = scene.requests()
        let trend = LatencyTrend(LatencySeries(requests))
        let seconds = Double(length)
        return Outcome(
            isDrift: trend.verdict == .drift, isStable: trend.verdict == .stable,
            others: [
                OtherMethods.reference(requests, seconds: seconds), OtherMethods.otava(requests, seconds: seconds),
                OtherMethods.kayenta(requests, seconds: seconds),
            ])
    }

    /// Alternating runs of five minutes that differ from one another by chance.
    func comparison() {
        let changes = [0, 0.05, 0.1, -0.1]
        var table = Table(
            ["runs a side, spread"] + changes.flatMap { ["\(Int($0 * 100)) %: regressed", "improved", "equivalent"] })
        for (pairs, spread) in [(1, 0.02), (1, 0.05), (2, 0.02), (3, 0.02), (6, 0.01), (6, 0.02), (6, 0.05)] {
            var fields: [String] = []
            for change in changes {
                let verdicts = parallelMap(Array(0..<runs)) { number in
                    compare(pairs: pairs, spread: spread, change: change, number: number)
                }
                for verdict in [ComparisonVerdict.regressed, .improved, .equivalent] {
                    fields.append(Share(count: verdicts.count { $0 == verdict }, all: runs).text)
                }
            }
            table.append(["\(pairs), \(Int(100 * spread)) %"] + fields)
        }
        table.printed()
    }

    private func compare(pairs: Int, spread: Double, change: Double, number: Int) -> ComparisonVerdict {
        var random = Random("compare", UInt64(number), UInt64(pairs), UInt64(1000 * spread), seed)
        var sides: [[LatencySeries]] = [[], []]
        for _ in 0..<pairs {
            for side in 0...1 {
                var scene = LatencyScene(seconds: 300, random: Random(seed: random.next()))
                scene.addNoise(20, scale: 0.02)
                let shift = spread * random.normal() + (side == 1 ? log(1 + change) : 0)
                for second in scene.level.indices { scene.level[second] += shift }
                sides[side].append(scene.series())
            }
        }
        return LatencyComparison(baseline: sides[0], candidate: sides[1]).verdict
    }
}
