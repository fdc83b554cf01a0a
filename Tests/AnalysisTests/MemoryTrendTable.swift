import Analysis
import Foundation
import Testing

/// Prints how often `MemoryTrend` errs, by kind and length of run; takes minutes in a release build, so it must be asked for:
/// `REPRISE_SOAK_TABLE=40 swift test -c release -Xswiftc -enable-testing --filter MemoryTrendTable` (40 runs of each).
@Suite(.enabled(if: ProcessInfo.processInfo.environment["REPRISE_SOAK_TABLE"] != nil))
struct MemoryTrendTable {
    static let repetitions = Int(ProcessInfo.processInfo.environment["REPRISE_SOAK_TABLE"] ?? "") ?? 40
    static let lengths = (ProcessInfo.processInfo.environment["REPRISE_SOAK_LENGTHS"] ?? "300,900,3600")
        .split(separator: ",").compactMap { Double($0) }

    static func percent(_ count: Int, _ all: Int) -> String {
        let text = String(Int((100 * Double(count) / Double(max(all, 1))).rounded()))
        return String(repeating: " ", count: max(0, 5 - text.count)) + text
    }

    @Test(arguments: lengths) func byKind(seconds: Double) {
        var falseAlarms: [Int] = []
        print(
            "\n\(Int(seconds)) s: kind, growing/stable % without a leak; growing %, cleared % with 4, 8, 16 % of memory"
        )
        for kind in SyntheticMemory.Kind.all {
            var line = kind.description.padding(toLength: 20, withPad: " ", startingAt: 0)
            for share in [0, 0.04, 0.08, 0.16] {
                var growing = 0
                var stable = 0
                for seed in 0..<Self.repetitions {
                    let samples = SyntheticMemory.samples(
                        kind, seconds: seconds, leakBytes: share * SyntheticMemory.baseBytes, seed: UInt64(seed) + 1)
                    switch MemoryTrend(samples).verdict {
                    case .growing: growing += 1
                    case .stable: stable += 1
                    case .inconclusive: break
                    }
                }
                // A cycle longer than the run is a leak as far as anyone can tell.
                if share == 0, kind != .sawtooth(period: 400) || seconds > 800 { falseAlarms.append(growing) }
                line += " |\(Self.percent(growing, Self.repetitions))\(Self.percent(stable, Self.repetitions))"
            }
            print(line)
        }
        let all = falseAlarms.reduce(0, +)
        print(
            "false alarms: pooled \(Double(all) / Double(Self.repetitions * falseAlarms.count) * 100) %,",
            "worst \(Self.percent(falseAlarms.max() ?? 0, Self.repetitions)) %")
    }

    @Test(arguments: lengths) func ratesAndStaircases(seconds: Double) {
        for (kind, stairs) in [
            (SyntheticMemory.Kind.autoregressive(0.9), nil), (.sawtooth(period: 8), nil), (.warmUp(0.05), nil),
            (.steps(1), nil), (.autoregressive(0.6), 12),
        ] as [(SyntheticMemory.Kind, Int?)] {
            let leak = 0.16 * SyntheticMemory.baseBytes
            var errors: [Double] = []
            var covered = 0
            var growing = 0
            for seed in 0..<Self.repetitions {
                let trend = MemoryTrend(
                    SyntheticMemory.samples(
                        kind, seconds: seconds, leakBytes: leak, stairs: stairs, seed: UInt64(seed) + 1000))
                let truth = leak * trend.spanSeconds / seconds
                guard let growth = trend.growthBytes, let low = trend.growthLowBytes, let high = trend.growthHighBytes
                else { continue }
                errors.append(abs(growth / truth - 1))
                if low <= truth && truth <= high { covered += 1 }
                if trend.verdict == .growing { growing += 1 }
            }
            errors.sort()
            print(
                "\(Int(seconds)) s \(kind)\(stairs.map { ", \($0) stairs" } ?? ""): growing",
                Self.percent(growing, Self.repetitions), "% median rate error",
                errors.isEmpty ? "-" : Self.percent(Int(errors[errors.count / 2] * 1000), 1000), "% interval covers",
                Self.percent(covered, Self.repetitions), "%")
        }
    }

    @Test func shortRuns() {
        print("\nshort runs: growing/stable %, median and worst error of bytes a request among growing")
        for seconds in [20.0, 30, 45, 60] {
            for warmUp in [
                ShortRun.WarmUp.none, .exponential(2), .exponential(5), .exponential(10), .step(2), .step(8),
                .connections,
            ] {
                for leak in [0, 64, 128, 256.0] {
                    var growing = 0
                    var stable = 0
                    var errors: [Double] = []
                    for seed in 0..<Self.repetitions {
                        var run = ShortRun(seconds: seconds, warmUp: warmUp, seed: UInt64(seed) + 1)
                        run.hertz = seed % 2 == 0 ? 4 : 10
                        run.leakBytesPerRequest = leak * SyntheticMemory.mebibyte / run.requests
                        let trend = MemoryTrend(run.samples)
                        if trend.verdict == .stable { stable += 1 }
                        guard trend.verdict == .growing else { continue }
                        growing += 1
                        if leak > 0, let growth = trend.growthBytes, let answered = trend.answered {
                            errors.append(abs(growth / answered / run.leakBytesPerRequest - 1))
                        }
                    }
                    errors.sort()
                    print(
                        "\(Int(seconds)) s \(warmUp) leak \(Int(leak)) MiB: \(Self.percent(growing, Self.repetitions))",
                        Self.percent(stable, Self.repetitions), "error",
                        errors.isEmpty
                            ? "-"
                            : Self.percent(Int(errors[errors.count / 2] * 1000), 1000)
                                + Self.percent(Int((errors.last ?? 0) * 1000), 1000))
                }
            }
        }
    }
}
