/// Whether memory grows over a run, and how fast.
///
/// Three verdicts, as a short run or one that its warm-up fills cannot tell: growth counts only when every explanation that
/// fits about as well needs it, when it is of a size that matters, and when it goes on to the end; its absence only when none
/// of them leaves room for it. Method: a lower envelope, then generalised least squares with nuisance shapes (`TrendModels`).
public struct MemoryTrend: Hashable, Sendable {
    public enum Verdict: Hashable, Sendable {
        case growing
        case stable
        case inconclusive(Reason)
    }

    /// Why a run cannot tell.
    public enum Reason: String, Hashable, Sendable {
        case tooFewSamples = "the run is too short"
        case tooFewCollections = "memory is collected too seldom in a run of this length"
        case warmUp = "a warm-up may explain the growth"
        case stopped = "the growth did not go on to the end"
        case uncertain = "the noise leaves room for growth that matters"
    }

    public var verdict: Verdict
    /// Growth over `spanSeconds` in bytes, its 95 % interval; an estimate. Nil with too few samples.
    public var growthBytes: Double?
    public var growthLowBytes: Double?
    public var growthHighBytes: Double?
    /// The time looked at, in seconds: the samples kept, from first to last.
    public var spanSeconds: Double
    /// Requests the target answered in it; nil when unknown.
    public var answered: Double?
    /// Whether growth goes with requests rather than with time.
    public var followsRequests = false
    public var pValue: Double?
    /// Growth over the run below which none is told, in bytes.
    public var leastBytes: Double

    /// Share of the run left out at its beginning.
    static let dropped = 0.02
    /// Fewer points than this tell nothing.
    static let leastPoints = 12
    static let level = 0.01
    private static let mebibyte = 1_048_576.0
    /// Resolution of resident memory: a page.
    private static let noiseFloor = 4096.0

    /// - Parameter samples: resident bytes over the run.
    public init(_ samples: SoakSamples) {
        let kept = samples.picked(Int(MemoryTrend.dropped * Double(samples.values.count))..<samples.values.count)
        spanSeconds = kept.spanSeconds
        answered = kept.answered.last.flatMap { last in kept.answered.first.map { last - $0 } }
        leastBytes = MemoryTrend.leastGrowth(of: kept)
        verdict = .inconclusive(.tooFewSamples)
        let envelope = Envelope(kept)
        if envelope.kind == .minima && envelope.points.values.count < 5 {
            verdict = .inconclusive(.tooFewCollections)
        } else if envelope.kind == .minima && envelope.points.values.count < 16 {
            judgeFew(envelope.points)
        } else if envelope.points.values.count >= MemoryTrend.leastPoints,
            let models = TrendModels(envelope.points, of: kept, noiseFloor: MemoryTrend.noiseFloor)
        {
            judge(envelope.points, models)
            // With one or two collections seen, growth may be a sawtooth whose next takes it back.
            if verdict == .growing && envelope.kind == .blocks && (1...2).contains(envelope.reclaims)
                && growthBytes ?? 0 < (Double(envelope.reclaims) + 1.5) * envelope.deepestReclaim
            {
                verdict = .inconclusive(.tooFewCollections)
            }
        }
    }

    /// 2 MiB or 1 % of memory, and up to eight times that below five minutes, as heaps and pools settle in the first minutes.
    private static func leastGrowth(of samples: SoakSamples) -> Double {
        let shortness = min(max(300 / max(samples.spanSeconds, 1), 1), 8)
        return shortness * max(2 * mebibyte, 0.01 * Robust.median(samples.values))
    }

    private mutating func judge(_ points: SoakSamples, _ models: TrendModels) {
        let (estimate, error) = models.growth
        let best = models.models[0]
        let width = StudentT(degreesOfFreedom: best.degreesOfFreedom).quantile(upperTail: 0.025) * error
        growthBytes = estimate
        growthLowBytes = estimate - width
        growthHighBytes = estimate + width
        pValue = models.pValue
        followsRequests = best.driver == .requests
        let highest = models.models.reduce(-Double.infinity) { max($0, $1.growth + 1.7 * $1.standardError) }
        let isLarge = models.models.allSatisfy { $0.growth > leastBytes && $0.growth > 0.3 * $0.amplitude }
        let persistence = models.progress.map { TrendPersistence(points.values, progress: $0.value) }
        if models.pValue < MemoryTrend.level && isLarge {
            let goesOn = persistence.contains { $0.goesOn(growth: best.growth, without: best) }
            verdict = goesOn ? .growing : .inconclusive(.stopped)
        } else if highest < 2 * leastBytes, persistence.allSatisfy({ $0.lastHalf < 2 * leastBytes }) {
            verdict = .stable
        } else {
            verdict = .inconclusive(best.growth > leastBytes ? .warmUp : .uncertain)
        }
    }

    /// Too few points for a model of the noise: a straight line and its t-test.
    private mutating func judgeFew(_ points: SoakSamples) {
        let start = points.seconds[0]
        let span = max(points.spanSeconds, 1)
        let progress = points.seconds.map { ($0 - start) / span }
        let ones = [Double](repeating: 1, count: progress.count)
        guard let fit = LeastSquares(columns: [ones, progress], values: points.values) else { return }
        let distribution = StudentT(degreesOfFreedom: Double(progress.count - 2))
        let noise = max(
            fit.residualSquares / distribution.degreesOfFreedom, MemoryTrend.noiseFloor * MemoryTrend.noiseFloor)
        let error = (noise * fit.variances[1]).squareRoot()
        let growth = fit.coefficients[1]
        let width = distribution.quantile(upperTail: 0.025) * error
        // Growth was fitted between the first and the last minimum; the run is a little longer.
        let stretch = spanSeconds / span
        growthBytes = growth * stretch
        growthLowBytes = (growth - width) * stretch
        growthHighBytes = (growth + width) * stretch
        let tail = distribution.upperTail(growth / error)
        pValue = tail
        if tail < MemoryTrend.level && growth > leastBytes {
            let half = points.values.count / 2
            let last = Robust.slope(progress[half...], points.values[half...]) ?? 0
            verdict = last > 0.35 * growth ? .growing : .inconclusive(.stopped)
        } else if growth + 1.7 * error < 2 * leastBytes {
            verdict = .stable
        } else {
            verdict = .inconclusive(.uncertain)
        }
    }
}
