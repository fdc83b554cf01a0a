/// Whether memory grows over a run, and how fast.
///
/// Three verdicts, as a short run or one that its warm-up fills cannot tell: growth counts only when every explanation that
/// fits about as well needs it, when it is of a size that matters, and when it continues to the end; its absence only
/// when none of them leaves room for it. Method: a lower envelope, then generalised least squares with nuisance shapes
/// (`TrendModels`). Where the process was restarted, each of its lives is judged for itself.
public struct MemoryTrend: Hashable, Sendable {
    /// Whether the figure grows.
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
        case restarted = "the process was restarted too often"
    }

    /// What was found.
    public var verdict: Verdict
    /// Growth over `spanSeconds` in bytes, its 90 % interval; an estimate. Nil with too few samples.
    public var growthBytes: Double?
    /// The low end of the interval of `growthBytes`.
    public var growthLowBytes: Double?
    /// The high end of the interval of `growthBytes`.
    public var growthHighBytes: Double?
    /// The time looked at, in seconds: the samples kept, from first to last.
    public var spanSeconds: Double
    /// Requests the target answered in it; nil when unknown.
    public var answered: Double?
    /// Whether growth goes with requests rather than with time.
    public var followsRequests = false
    /// From when on it grew, in seconds after the first sample looked at; 0 unless it set in during the run.
    public var onsetSeconds = 0.0
    /// One-sided p-value against no growth; nil with too few samples.
    public var pValue: Double?
    /// Growth over the run below which none is told, in bytes.
    public var leastBytes: Double
    /// How often the process was restarted.
    public var restarts = 0
    /// About how long a run would have to be to settle an inconclusive one, in seconds; nil when no length would.
    public var neededSeconds: Double?

    /// Growth an hour, and its 90 % interval; nil with too few samples.
    public var bytesPerHour: Double? { growthBytes.map { $0 / spanSeconds * 3600 } }
    /// The interval of `bytesPerHour`; nil with too few samples.
    public var bytesPerHourInterval: ClosedRange<Double>? {
        guard let low = growthLowBytes, let high = growthHighBytes, spanSeconds > 0 else { return nil }
        return low / spanSeconds * 3600...high / spanSeconds * 3600
    }

    /// Share of the run left out at its beginning.
    static let dropped = 0.02
    /// Fewer points than this tell nothing.
    static let leastPoints = 12
    static let level = 0.01
    /// Intervals are wider than the models have them, so that nine in ten hold the truth: choosing models has its error too.
    private static let widening = 1.2

    /// What is measured.
    let scale: SoakScale

    /// - Parameters:
    ///   - samples: the figure over the run.
    ///   - scale: what the figure is: bytes unless told.
    public init(_ samples: SoakSamples, scale: SoakScale = .memory) {
        let lives = samples.lives
        if lives.count > 1 {
            self.init(lives: lives, of: samples, scale: scale)
        } else {
            self.init(life: samples, scale: scale, runSeconds: samples.spanSeconds)
        }
    }

    /// What little is known before anything is judged.
    init(unjudged samples: SoakSamples, scale: SoakScale) {
        self.scale = scale
        spanSeconds = samples.spanSeconds
        answered = samples.answered.last.flatMap { last in samples.answered.first.map { last - $0 } }
        leastBytes = scale.leastGrowth(of: samples)
        verdict = .inconclusive(.tooFewSamples)
    }

    /// The trend of a process that was not restarted, in a run of `runSeconds`.
    init(life samples: SoakSamples, scale: SoakScale, runSeconds: Double) {
        let kept = samples.picked(Int(MemoryTrend.dropped * Double(samples.values.count))..<samples.values.count)
            .withLoad()
        self.init(unjudged: kept, scale: scale)
        let envelope = Envelope(kept)
        if envelope.kind == .minima && envelope.points.values.count < 5 {
            verdict = .inconclusive(.tooFewCollections)
            neededSeconds = spanSeconds * 20 / Double(max(1, envelope.points.values.count))
        } else if envelope.kind == .minima && envelope.points.values.count < 16 {
            judgeFew(envelope.points, runSeconds: runSeconds)
        } else if envelope.points.values.count >= MemoryTrend.leastPoints,
            let models = TrendModels(envelope.points, of: kept, noiseFloor: scale.noiseFloor, runSeconds: runSeconds)
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

    mutating func judge(_ points: SoakSamples, _ models: TrendModels) {
        let (estimate, error) = models.growth
        let best = models.models[0]
        let width =
            MemoryTrend.widening * StudentT(degreesOfFreedom: best.degreesOfFreedom).quantile(upperTail: 0.05) * error
        growthBytes = estimate
        growthLowBytes = estimate - width
        growthHighBytes = estimate + width
        pValue = models.pValue
        followsRequests = best.driver == .requests
        onsetSeconds = best.driver == .time ? best.onset * spanSeconds : 0
        let highest = models.models.reduce(-Double.infinity) { max($0, $1.growth + 1.7 * $1.standardError) }
        let isLarge = models.models.allSatisfy {
            $0.growth > leastBytes && $0.growth > 0.3 * $0.amplitude
        }
        let persistence = models.progress.map { TrendPersistence(points.values, progress: $0.value) }
        if models.pValue < MemoryTrend.level && isLarge {
            let persists = persistence.contains { $0.persists(growth: best.growth, without: best) }
            verdict = persists ? .growing : .inconclusive(.stopped)
        } else if highest < 2 * leastBytes, persistence.allSatisfy({ $0.lastHalf(without: best) < 2 * leastBytes }) {
            verdict = .stable
        } else {
            verdict = .inconclusive(best.growth > leastBytes ? .warmUp : .uncertain)
        }
        if case .inconclusive = verdict { neededSeconds = MemoryTrend.needed(self, error: error) }
    }

    /// The length at which the estimate's error, which falls with the square root of the length while growth rises with it,
    /// would tell a growth like the estimate from none, or rule out one that matters.
    private static func needed(_ trend: MemoryTrend, error: Double) -> Double? {
        guard let growth = trend.growthBytes, error > 0 else { return nil }
        let times =
            if growth > trend.leastBytes {
                Math.power(4 * error / growth, 2.0 / 3)
            } else {
                Math.power(1.7 * error / (2 * trend.leastBytes - growth), 2)
            }
        // What a longer run shows of a warm-up is not in the error: it takes twice the time at least.
        return min(max(2, times), 50) * trend.spanSeconds
    }

    /// The p-value of growth beside a warm-up that a short run cannot rule out; 0 in a long one.
    private func settlingTail(_ values: [Double], _ progress: [Double], seconds: Double) -> Double {
        NuisanceShape.all.filter { $0.cannotBeRuledOut(within: seconds) }.reduce(0) { worst, shape in
            let columns = [progress.map { _ in 1 }, progress] + shape.columns(progress)
            guard let fit = LeastSquares(columns: columns, values: values) else { return 1 }
            let distribution = StudentT(degreesOfFreedom: Double(values.count - columns.count))
            let noise = max(fit.residualSquares / distribution.degreesOfFreedom, scale.noiseFloor * scale.noiseFloor)
            return max(worst, distribution.upperTail(fit.coefficients[1] / (noise * fit.variances[1]).squareRoot()))
        }
    }

    /// Too few points for a model of the noise: a straight line and its t-test.
    private mutating func judgeFew(_ points: SoakSamples, runSeconds: Double) {
        let start = points.seconds[0]
        let span = max(points.spanSeconds, 1)
        let progress = points.seconds.map { ($0 - start) / span }
        let ones = [Double](repeating: 1, count: progress.count)
        guard let fit = LeastSquares(columns: [ones, progress], values: points.values) else { return }
        let distribution = StudentT(degreesOfFreedom: Double(progress.count - 2))
        let noise = max(
            fit.residualSquares / distribution.degreesOfFreedom, scale.noiseFloor * scale.noiseFloor)
        let error = (noise * fit.variances[1]).squareRoot()
        let growth = fit.coefficients[1]
        let width = distribution.quantile(upperTail: 0.05) * error
        // Growth was fitted between the first and the last minimum; the run is a little longer.
        let stretch = spanSeconds / span
        growthBytes = growth * stretch
        growthLowBytes = (growth - width) * stretch
        growthHighBytes = (growth + width) * stretch
        let tail = max(
            distribution.upperTail(growth / error),
            settlingTail(points.values, progress, seconds: runSeconds))
        pValue = tail
        if tail < MemoryTrend.level && growth > leastBytes {
            let half = points.values.count / 2
            let last = Robust.slope(progress[half...], points.values[half...]) ?? 0
            verdict = last > 0.35 * growth ? .growing : .inconclusive(.stopped)
        } else if growth + 1.7 * error < 2 * leastBytes {
            verdict = .stable
        } else {
            verdict = .inconclusive(.uncertain)
            neededSeconds = MemoryTrend.needed(self, error: error * stretch)
        }
    }
}
