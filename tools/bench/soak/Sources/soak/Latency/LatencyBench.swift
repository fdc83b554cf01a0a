import Analysis
import Foundation

/// How often the tests of latency err.
struct LatencyBench {
    let runs: Int
    let seed: UInt64
    /// Lengths of runs in seconds.
    let lengths: [Int]

    func drift() {
        for length in lengths {
            let cases: [LatencyChange?] = [nil] + LatencyChange.all
            var table = Table(["\(length / 60) min: drift %", "stable %"] + cases.map { $0?.name ?? "none" })
            var alarms: [Bool: Share] = [:]
            var worst = 0.0
            var late: [Double] = []
            for kind in LatencyKind.all {
                var fields: [String] = []
                var stable = ""
                for change in cases {
                    let trends = parallelMap(Array(0..<runs)) { number in trend(kind, change, length, number) }
                    let found = Share(count: trends.count { $0.verdict == .drift }, all: runs)
                    fields.append(found.text)
                    if change == nil {
                        stable = Share(count: trends.count { $0.verdict == .stable }, all: runs).text
                        alarms[kind.isHeldOut] = (alarms[kind.isHeldOut] ?? Share()) + found
                        worst = max(worst, found.ratio)
                    } else {
                        late += trends.flatMap(\.changes).map { $0.interval.upperBound / $0.interval.lowerBound - 1 }
                    }
                }
                table.append([(kind.isHeldOut ? "* " : "") + kind.name, stable] + fields)
            }
            table.printed()
            let held = alarms[true]?.text ?? "-"
            say(
                "false alarms \(alarms[false]?.text ?? "-") %, held out \(held) %, worst kind \(Int(100 * worst)) %;"
                    + " median width of the interval \(String(format: "%.1f", 100 * (late.sorted().dropFirst(late.count / 2).first ?? 0))) %\n"
            )
        }
    }

    private func trend(_ kind: LatencyKind, _ change: LatencyChange?, _ length: Int, _ number: Int) -> LatencyTrend {
        var scene = LatencyScene(
            seconds: length,
            random: Random(kind.name + (change?.name ?? ""), UInt64(number), UInt64(length), seed))
        kind.make(&scene)
        change?.make(&scene)
        return LatencyTrend(scene.series())
    }

    /// Runs of five minutes in turn, that differ from one another by chance.
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
