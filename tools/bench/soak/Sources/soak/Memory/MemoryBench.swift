import Analysis
import Foundation

/// The error rates of the memory test.
struct MemoryBench {
    /// Series of each kind.
    let runs: Int
    let seed: UInt64
    /// Lengths of runs in seconds.
    let lengths: [Double]
    let isVerbose: Bool

    private struct Outcome: Sendable {
        var isGrowing: Bool
        var isStable: Bool
        var mannKendall = false
        var regression = false
        /// The ratio of the estimated rate to the true one; nil without an estimate.
        var error: Double?
        var isCovered: Bool?
    }

    private struct Case: Sendable {
        let kind: MemoryKind
        let leak: MemoryLeak?
        let share: Double
        let name: String
        let number: Int
    }

    static func name(ofSeconds seconds: Double) -> String {
        seconds < 3600 ? "\(Int(seconds / 60)) min" : String(format: "%g h", seconds / 3600)
    }

    func run() {
        for length in lengths {
            healthy(length)
            leaking(length)
        }
    }

    static func interval(_ seconds: Double) -> Double { seconds <= 7200 ? 1 : 5 }

    private func outcome(_ item: Case, _ length: Double) -> Outcome {
        var scene = MemoryScene(
            seconds: length, interval: Self.interval(length),
            random: Random(item.name, UInt64(item.number), UInt64(length), seed))
        item.kind.make(&scene)
        let bytes = item.share * scene.base
        item.leak?.add(bytes, to: &scene)
        let samples = scene.samples
        let trend = MemoryTrend(samples)
        var outcome = Outcome(isGrowing: trend.verdict == .growing, isStable: trend.verdict == .stable)
        if item.leak == nil {
            outcome.mannKendall = PlainTests.mannKendallAlarms(samples.values)
            outcome.regression = PlainTests.regressionAlarms(samples.seconds, samples.values)
        } else if let rate = trend.bytesPerHour, let interval = trend.bytesPerHourInterval {
            let truth = bytes / length * 3600
            outcome.error = abs(rate / truth - 1)
            outcome.isCovered = interval.contains(truth)
        }
        return outcome
    }

    private func healthy(_ length: Double) {
        let kinds = MemoryKind.all.filter { $0.shortestSeconds <= length }
        let cases = kinds.flatMap { kind in
            (0..<runs).map { Case(kind: kind, leak: nil, share: 0, name: kind.name, number: $0) }
        }
        let outcomes = parallelMap(cases) { outcome($0, length) }
        var table = Table(["healthy, \(Self.name(ofSeconds: length))", "leak", "no leak", "M-K", "regression"])
        var sums: [Bool: (growing: Share, stable: Share, mannKendall: Share, regression: Share, worst: Double)] = [:]
        for (place, kind) in kinds.enumerated() {
            let own = outcomes[place * runs..<(place + 1) * runs]
            let shares = [\Outcome.isGrowing, \.isStable, \.mannKendall, \.regression].map { path in
                Share(count: own.count { $0[keyPath: path] }, all: own.count)
            }
            table.append([kind.isHeldOut ? "* \(kind.name)" : kind.name] + shares.map(\.text))
            var sum = sums[kind.isHeldOut] ?? (Share(), Share(), Share(), Share(), 0)
            sum = (
                sum.growing + shares[0], sum.stable + shares[1], sum.mannKendall + shares[2],
                sum.regression + shares[3], max(sum.worst, shares[0].ratio)
            )
            sums[kind.isHeldOut] = sum
        }
        if isVerbose { table.printed() }
        for (isHeldOut, sum) in sums.sorted(by: { !$0.key && $1.key }) {
            say(
                "\(Self.name(ofSeconds: length)) healthy\(isHeldOut ? ", held out" : ""): false alarms \(sum.growing.text) %"
                    + " (worst kind \(String(format: "%.1f", 100 * sum.worst)) %), cleared \(sum.stable.text) %;"
                    + " Mann-Kendall \(sum.mannKendall.text) %, regression \(sum.regression.text) %")
        }
    }

    private func leaking(_ length: Double) {
        let shares = [0.04, 0.08, 0.16]
        let kinds = LeakingKind.all.filter { $0.kind.shortestSeconds <= length }
        let cases = kinds.flatMap { kind in
            shares.flatMap { share in
                (0..<runs).map {
                    Case(kind: kind.kind, leak: kind.leak, share: share, name: "leak \(kind.name)", number: $0)
                }
            }
        }
        let outcomes = parallelMap(cases) { outcome($0, length) }
        var table = Table(
            ["leaking, \(Self.name(ofSeconds: length))", "+4 %", "+8 %", "+16 %"]
                + ["cleared", "", "", "rate error", "covered"])
        var cleared = Share()
        var covered = Share()
        for (place, kind) in kinds.enumerated() {
            var found: [String] = []
            var missed: [String] = []
            var errors: [Double] = []
            var own = Share()
            for (size, _) in shares.enumerated() {
                let start = (place * shares.count + size) * runs
                let group = outcomes[start..<start + runs]
                found.append(Share(count: group.count(where: \.isGrowing), all: runs).text)
                let missing = Share(count: group.count(where: \.isStable), all: runs)
                missed.append(missing.text)
                cleared = cleared + missing
                for outcome in group {
                    if size > 0, let error = outcome.error { errors.append(error) }
                    if let isCovered = outcome.isCovered { own.add(isCovered) }
                }
            }
            covered = covered + own
            let error = errors.isEmpty ? "-" : String(format: "%.1f", 100 * errors.sorted()[errors.count / 2])
            table.append([kind.isHeldOut ? "* \(kind.name)" : kind.name] + found + missed + [error, own.text])
        }
        table.printed()
        say("cleared falsely \(cleared.text) %, the 90 % interval covers \(covered.text) %\n")
    }

    /// Tests runs of two hours every second, and every five minutes with common tests.
    func sequential() {
        let length = 7200.0
        let kinds = MemoryKind.all
        let each = max(1, runs / 4)
        let cases = kinds.flatMap { kind in
            (0..<each).map { Case(kind: kind, leak: nil, share: 0, name: kind.name, number: 1000 + $0) }
        }
        let watched = parallelMap(cases) { watch($0, length) }
        var worst: [String] = []
        for (place, kind) in kinds.enumerated() {
            let own = watched[place * each..<(place + 1) * each].compactMap(\.alarm)
            if !own.isEmpty {
                let times = own.map { "\(Int($0 / 60))" }.joined(separator: ", ")
                worst.append("\(kind.name) \(own.count)/\(each) (at \(times) min)")
            }
        }
        let stable = watched.compactMap(\.stable).sorted()
        let half = stable.isEmpty ? "-" : "\(Int(stable[stable.count / 2] / 60))"
        let share = { (holds: (Watched) -> Bool) in Share(count: watched.count(where: holds), all: watched.count).text }
        say(
            "looks each second over 2 h: any false alarm in \(share { $0.alarm != nil }) % of \(watched.count) healthy runs;"
                + " every 5 min: Mann-Kendall \(share(\.mannKendall)) %, regression \(share(\.regression)) %."
                + " Settled as stable \(share { $0.stable != nil }) %, half of them by minute \(half)")
        if !worst.isEmpty { say(worst.joined(separator: ", ")) }
        delays(length)
    }

    private struct Watched: Sendable {
        /// Seconds to the first alarm, and to the first verdict that memory is stable.
        var alarm: Double?
        var stable: Double?
        var mannKendall = false
        var regression = false
    }

    private func watch(_ item: Case, _ length: Double) -> Watched {
        var scene = MemoryScene(
            seconds: length, interval: 1, random: Random(item.name, UInt64(item.number), UInt64(length), seed))
        item.kind.make(&scene)
        item.leak?.add(item.share * scene.base, to: &scene)
        let samples = scene.samples
        var watch = MemoryWatch(plannedSeconds: length)
        var watched = Watched()
        for place in samples.seconds.indices where watched.alarm == nil {
            watch.add(
                second: samples.seconds[place], value: samples.values[place],
                answered: samples.answered.isEmpty ? nil : samples.answered[place],
                start: samples.starts.isEmpty ? nil : samples.starts[place])
            if watch.state.verdict == .growing { watched.alarm = samples.seconds[place] }
            if watch.state.verdict == .stable, watched.stable == nil { watched.stable = samples.seconds[place] }
        }
        guard item.leak == nil else { return watched }
        for look in 1...24 {
            let part = samples.first(look * 300)
            watched.mannKendall = watched.mannKendall || PlainTests.mannKendallAlarms(part.values)
            watched.regression = watched.regression || PlainTests.regressionAlarms(part.seconds, part.values)
        }
        return watched
    }

    /// The time it takes to find leaks of 4 to 32 % of the memory per hour.
    private func delays(_ length: Double) {
        let rates = [0.04, 0.08, 0.16, 0.32]
        var table = Table(["minutes to an alarm: found %, median (10 %–90 %)"] + rates.map { "\(Int(100 * $0)) %/h" })
        for kind in LeakingKind.all
        where ["white", "AR(1) .9", "OU 60 s", "sawtooth 45 s", "one step", "warm-up .05", "1/f noise"].contains(
            kind.name)
        {
            table.append(
                [kind.name]
                    + rates.map { rate in
                        let cases = (0..<max(1, runs / 2)).map {
                            Case(
                                kind: kind.kind, leak: kind.leak, share: rate * length / 3600,
                                name: "watched \(kind.name)",
                                number: $0)
                        }
                        let times = parallelMap(cases) { watch($0, length) }.compactMap(\.alarm).sorted()
                        let found = Share(count: times.count, all: cases.count).text
                        guard !times.isEmpty else { return found }
                        let minute = { (share: Double) in "\(Int(times[Int(share * Double(times.count - 1))] / 60))" }
                        return "\(found), \(minute(0.5)) (\(minute(0.1))–\(minute(0.9)))"
                    })
        }
        table.printed()
        say("")
    }
}
