import Formats
import Measurement
import Traffic

/// Detects a gradual rise of the failure ratio over a run, and bursts of failures.
///
/// Creep: a regression on the ratio by blocks of time (not on a transformation, which would make a linear rise look
/// like one that levels off). Bursts: a scan over all time intervals (after Kulldorff 1997) that accounts for
/// overdispersion, because failures cluster.
enum FailureDrift {
    /// Fewer failures show nothing about their distribution over time.
    private static let leastFailures = 20.0
    private static let level = 0.01
    /// The largest probability of a rise that is ruled out.
    private static let mostDoubt = 0.05
    private static let blocks = 40
    /// The prior probability of a gradual rise.
    private static let prior = 0.95
    /// The least growth of the ratio for a gradual rise; it must also be half of the earlier ratio.
    private static let leastCreep = 0.002
    /// The least ratio of a burst's failure ratio and that of the rest, and its least failure ratio.
    private static let leastBurstRatio = 3.0
    private static let leastBurst = 0.02
    /// The most bursts reported.
    private static let shown = 3

    /// The counts of a time interval.
    struct Stretch: Hashable {
        var startSeconds: Double
        var endSeconds: Double
        var requests: Double
        var failures: Double

        var share: Double { requests > 0 ? failures / requests : 0 }
    }

    static func findings(of record: RunRecord) -> [SoakFinding] {
        let end = record.description.plannedNs ?? .max
        let stretches = record.series.windows
            .filter { $0.startNs >= record.description.steadyNs && $0.startNs < end }
            .map { window in
                Stretch(
                    startSeconds: Nanoseconds.inSeconds(window.startNs),
                    endSeconds: Nanoseconds.inSeconds(window.endNs),
                    requests: Double(window.counts.requests), failures: Double(window.counts.failures))
            }
        return findings(stretches)
    }

    static func findings(_ stretches: [Stretch]) -> [SoakFinding] {
        let total = sum(stretches[...])
        guard total.failures >= leastFailures else { return [] }
        let bursts = bursts(in: stretches).sorted { $0.startSeconds < $1.startSeconds }
        // Failures in bursts are not part of a gradual rise.
        let rest = stretches.filter { stretch in
            !bursts.contains { $0.startSeconds <= stretch.startSeconds && stretch.startSeconds < $0.endSeconds }
        }
        return [rise(rest, hasBursts: !bursts.isEmpty)].compactMap { $0 }
            + bursts.prefix(shown).map { burst($0, of: total) }
    }

    private static func rise(_ stretches: [Stretch], hasBursts: Bool) -> SoakFinding? {
        let total = sum(stretches[...])
        let count = min(blocks, stretches.count, Int(total.requests / 50))
        guard count >= DriftTest.leastValues, total.failures >= leastFailures else { return nil }
        let cut = (0..<count).map { block in
            sum(stretches[(block * stretches.count / count)..<((block + 1) * stretches.count / count)])
        }.filter { $0.requests > 0 }
        let mean = total.requests / Double(count)
        // The variation of a block by chance alone.
        let chance = (total.share * (1 - total.share) / mean).squareRoot()
        let models = DriftModels(count: cut.count, load: [])
        guard let test = DriftTest(cut.map(\.share), models: models, noiseFloor: chance) else { return nil }
        let probability = test.probability(ofMoreThan: 0, prior: prior)
        let quarter = max(1, cut.count / 4)
        let (start, end) = (sum(cut.prefix(quarter)), sum(cut.suffix(quarter)))
        let middle = sum(cut.dropFirst(quarter).dropLast(quarter))
        let rise = end.share - start.share
        let isLarge = rise > max(leastCreep, 0.5 * start.share)
        let isSteady = middle.share >= start.share && end.share >= middle.share
        let isGrowing = probability > 0.5 && isLarge && isSteady && test.persists
        let span = MemoryTrend.duration((stretches.last?.endSeconds ?? 0) - (stretches.first?.startSeconds ?? 0))
        let figures =
            "from \(percent(start.share)) of requests in the first quarter to \(percent(end.share)) in the last"
        let addition = hasBursts ? " in addition to the bursts" : ""
        let ruledOut = max(2 * leastCreep, start.share)
        let isStable = test.probability(ofMoreThan: ruledOut, prior: 0.5) < mostDoubt
        let bound = "a rise of \((100 * ruledOut).formatted(decimals: ruledOut < 0.1 ? 2 : 1)) percentage points"
        let explanation =
            isGrowing
            ? "the share of failures rose gradually over \(span)\(addition): \(figures)"
            : isStable
                ? "the share of failures is stable over \(span)\(addition): \(bound) or more is ruled out (\(figures))"
                : "the share of failures cannot be judged over \(span)\(addition): \(bound) is not ruled out "
                    + "(\(figures)); a longer run would decide"
        return SoakFinding(
            kind: .failures, subject: "all requests failures",
            verdict: isGrowing ? .growing : isStable ? .stable : .inconclusive, change: rise,
            probability: probability, explanation: explanation)
    }

    private static func burst(_ burst: Stretch, of total: Stretch) -> SoakFinding {
        let others = Stretch(
            startSeconds: 0, endSeconds: 0, requests: total.requests - burst.requests,
            failures: total.failures - burst.failures)
        return SoakFinding(
            kind: .failureBurst, subject: "all requests failures", verdict: .growing,
            change: burst.share - others.share,
            explanation: "failures came in a burst from second \(burst.startSeconds.formatted(decimals: 0)) to "
                + "\(burst.endSeconds.formatted(decimals: 0)): \(percent(burst.share)) of requests failed, "
                + "\(percent(others.share)) in the rest of the run")
    }

    /// The intervals with far more failures than the rest, most certain first, without overlaps.
    private static func bursts(in stretches: [Stretch]) -> [Stretch] {
        var found: [Stretch] = []
        var rest = stretches
        while found.count < shown, let burst = surestBurst(in: rest) {
            found.append(burst)
            rest.removeAll { $0.startSeconds >= burst.startSeconds && $0.endSeconds <= burst.endSeconds }
        }
        return found
    }

    private static func surestBurst(in stretches: [Stretch]) -> Stretch? {
        let total = sum(stretches[...])
        guard total.failures >= leastFailures else { return nil }
        let scale = overdispersion(of: stretches, share: total.share)
        var best: (logTail: Double, range: Range<Int>)?
        var tried = 0.0
        var length = 1
        while length <= max(1, stretches.count / 4) {
            var own = Stretch(startSeconds: 0, endSeconds: 0, requests: 0, failures: 0)
            for end in stretches.indices {
                own.requests += stretches[end].requests
                own.failures += stretches[end].failures
                if end >= length {
                    own.requests -= stretches[end - length].requests
                    own.failures -= stretches[end - length].failures
                }
                tried += 1
                guard end >= length - 1, let tail = logTail(of: own, in: total, scale: scale),
                    tail < best?.logTail ?? 0
                else { continue }
                best = (tail, end - length + 1..<end + 1)
            }
            length *= 2
        }
        guard let best, best.logTail + Math.log(max(tried, 1)) < Math.log(level / 10) else { return nil }
        return sum(stretches[whole(best.range, in: stretches)])
    }

    /// Extends or shrinks a burst to its first and last bad interval, since the scanned lengths only approximate it.
    private static func whole(_ range: Range<Int>, in stretches: [Stretch]) -> Range<Int> {
        let bad = 0.4 * sum(stretches[range]).share
        var (start, end) = (range.lowerBound, range.upperBound)
        while end - start > 1, stretches[start].share < bad { start += 1 }
        while end - start > 1, stretches[end - 1].share < bad { end -= 1 }
        while start > 0, stretches[start - 1].share >= bad { start -= 1 }
        while end < stretches.count, stretches[end].share >= bad { end += 1 }
        return start..<end
    }

    /// The logarithm of the probability of that many failures, by Chernoff's bound for Poisson counts; nil if it is not
    /// a burst.
    private static func logTail(of own: Stretch, in total: Stretch, scale: Double) -> Double? {
        let restRequests = total.requests - own.requests
        guard own.failures >= leastFailures / 2, restRequests > 0 else { return nil }
        let share = (total.failures - own.failures) / restRequests
        guard own.share >= leastBurst, own.share >= leastBurstRatio * share else { return nil }
        let expected = max(share * own.requests, 0.5) / scale
        let seen = own.failures / scale
        return seen > expected ? seen - expected - seen * Math.log(seen / expected) : nil
    }

    /// How much more the counts of neighbouring intervals vary than independent failures would; at least 1.
    ///
    /// Estimated by the median, which a burst does not affect, over intervals long enough to expect a few failures.
    private static func overdispersion(of stretches: [Stretch], share: Double) -> Double {
        let total = sum(stretches[...])
        let count = min(stretches.count, Int(total.failures / 4))
        guard count >= DriftTest.leastValues, share > 0, share < 1 else { return 1 }
        let squares = (0..<count).map { block -> Double in
            let own = sum(stretches[(block * stretches.count / count)..<((block + 1) * stretches.count / count)])
            let expected = own.requests * share
            let distance = own.failures - expected
            return expected > 0 ? distance * distance / (expected * (1 - share)) : 0
        }
        // The median of χ² with one degree of freedom.
        return max(1, Robust.median(squares) / 0.455)
    }

    private static func sum(_ stretches: some Collection<Stretch>) -> Stretch {
        let requests = stretches.reduce(0) { $0 + $1.requests }
        let failures = stretches.reduce(0) { $0 + $1.failures }
        return Stretch(
            startSeconds: stretches.first?.startSeconds ?? 0,
            endSeconds: stretches.reduce(0) { max($0, $1.endSeconds) }, requests: requests, failures: failures)
    }

    private static func percent(_ share: Double) -> String {
        "\((share * 100).formatted(decimals: share < 0.1 ? 2 : 1)) %"
    }
}
