/// Determines whether memory grows over a run, and how fast.
///
/// There are three verdicts, because a run that is short or dominated by its warm-up cannot decide. Growth is reported
/// only when it is far more likely than any explanation without it, is of a relevant size, and continues to the end.
/// Stability is reported only when none of the explanations leaves room for relevant growth. Method: a lower envelope,
/// then all explanations by their weights (`GrowthPosterior`). If the process was restarted, each of its lives is
/// evaluated separately.
public struct MemoryTrend: Hashable, Sendable {
    /// Whether the figure grows.
    public enum Verdict: Hashable, Sendable {
        case growing
        case stable
        case inconclusive(Reason)
    }

    /// Why a run cannot decide.
    public enum Reason: String, Hashable, Sendable {
        case tooFewSamples = "the run is too short"
        case tooFewCollections = "garbage is collected too rarely in a run of this length"
        case warmUp = "a warm-up may explain the growth"
        case stopped = "the growth did not continue to the end"
        case uncertain = "the noise leaves room for growth that matters"
        case restarted = "the process was restarted too often"
    }

    /// The verdict.
    public var verdict: Verdict
    /// Growth over `spanSeconds` in bytes; an estimate. Nil with too few samples.
    public var growthBytes: Double?
    /// The low end of the 90 % interval of `growthBytes`.
    public var growthLowBytes: Double?
    /// The high end of the 90 % interval of `growthBytes`.
    public var growthHighBytes: Double?
    /// The evaluated time in seconds: from the first to the last of the samples kept.
    public var spanSeconds: Double
    /// Requests that the target answered in that time; nil if unknown.
    public var answered: Double?
    /// Whether growth is proportional to requests rather than to time.
    public var followsRequests = false
    /// When it started to grow, in seconds after the first evaluated sample; 0 unless growth set in during the run.
    public var onsetSeconds = 0.0
    /// The probability of a growth of more than `leastBytes`, 0…1; nil with too few samples.
    public var probability: Double?
    /// The least relevant growth over the run, in bytes.
    public var leastBytes: Double
    /// The growth over `spanSeconds` that a stable figure rules out, in bytes.
    public var ruledOutBytes: Double
    /// A relevant rise that ended during the run, if the figure is stable apart from it.
    public var settled: SettledRise?
    /// The number of restarts of the process.
    public var restarts = 0
    /// The approximate length of a run that would settle an inconclusive one, in seconds; nil if no length would.
    public var neededSeconds: Double?

    /// Growth per hour; nil with too few samples.
    public var bytesPerHour: Double? { growthBytes.map { $0 / spanSeconds * 3600 } }
    /// The 90 % interval of `bytesPerHour`; nil with too few samples.
    public var bytesPerHourInterval: ClosedRange<Double>? {
        guard let low = growthLowBytes, let high = growthHighBytes, spanSeconds > 0 else { return nil }
        return low / spanSeconds * 3600...high / spanSeconds * 3600
    }

    /// The share of the run left out at its beginning.
    static let dropped = 0.02
    /// The fewest points that can be evaluated.
    static let leastPoints = 12
    /// The shortest run that can be called stable, in seconds, and the part of it that must be evaluated. What a shorter
    /// one rules out is, extended to an hour, many times the memory.
    private static let shortestStable = 60.0
    private static let evaluatedPart = 0.92
    /// Intervals are widened relative to the models, so that nine in ten contain the truth: the choice of models has
    /// its own error.
    private static let widening = 1.1

    /// What the figure measures.
    let scale: SoakScale

    /// Judges the growth of a series.
    ///
    /// - Parameters:
    ///   - samples: the figure over the run.
    ///   - scale: what the figure measures; bytes by default.
    public init(_ samples: SoakSamples, scale: SoakScale = .memory) {
        self.init(samples, scale: scale, certainty: .final)
    }

    init(_ samples: SoakSamples, scale: SoakScale, certainty: Certainty) {
        let lives = samples.lives
        if lives.count > 1 {
            self.init(lives: lives, of: samples, scale: scale, certainty)
        } else {
            self.init(life: samples, scale: scale, certainty)
        }
    }

    /// The initial state before the evaluation.
    init(unjudged samples: SoakSamples, scale: SoakScale) {
        self.scale = scale
        spanSeconds = samples.spanSeconds
        answered = samples.answered.last.flatMap { last in samples.answered.first.map { last - $0 } }
        leastBytes = scale.leastGrowth(of: samples)
        ruledOutBytes = 2 * leastBytes
        verdict = .inconclusive(.tooFewSamples)
    }

    /// The trend of a process that was not restarted.
    init(life samples: SoakSamples, scale: SoakScale, _ certainty: Certainty) {
        let kept = samples.picked(Int(MemoryTrend.dropped * Double(samples.values.count))..<samples.values.count)
            .withLoad()
        self.init(unjudged: kept, scale: scale)
        let envelope = Envelope(kept)
        let points = envelope.points
        let least = envelope.kind == .minima ? Envelope.leastMinima : MemoryTrend.leastPoints
        let horizon = certainty.horizon(samples.spanSeconds)
        if points.values.count >= least,
            let posterior = GrowthPosterior(points, of: kept, noiseFloor: scale.noiseFloor, horizon: horizon)
        {
            judge(points, posterior, certainty)
            // With few collections, growth may be part of a sawtooth that the next collection reverses.
            if verdict == .growing && envelope.kind == .blocks && (1..<Envelope.leastMinima).contains(envelope.reclaims)
                && growthBytes ?? 0 < (Double(envelope.reclaims) + 1.5) * envelope.deepestReclaim
            {
                verdict = .inconclusive(.tooFewCollections)
                neededSeconds = spanSeconds * 20 / Double(envelope.reclaims)
                // The slope of a part of a sawtooth is not an estimate of a leak.
                (growthBytes, growthLowBytes, growthHighBytes, probability) = (nil, nil, nil, nil)
            }
        }
    }

    mutating func judge(_ points: SoakSamples, _ posterior: GrowthPosterior, _ certainty: Certainty = .final) {
        let best = posterior.terms[0]
        let (estimate, deviation) = posterior.growth
        let width = MemoryTrend.widening * 1.645 * deviation
        growthBytes = estimate
        growthLowBytes = estimate - width
        growthHighBytes = estimate + width
        let growing = posterior.probability(ofMoreThan: leastBytes)
        probability = growing
        // During a run, what matters is the growth at the same pace until its end.
        ruledOutBytes = 2 * leastBytes / certainty.horizon(spanSeconds)
        let doubt = posterior.probability(atAllOfMoreThan: ruledOutBytes)
        followsRequests = best.model.growth?.driver == .requests
        let onset = best.model.growth?.course.onset ?? 0
        onsetSeconds = followsRequests ? 0 : onset * spanSeconds
        let persistence = TrendPersistence(points.values, progress: posterior.progress)
        if growing > certainty.leastProbability {
            let continues =
                persistence.lastHalf(without: best.swings) > 0
                && !persistence.isFlatAtEnd(estimate, without: best.swings)
            verdict = continues ? .growing : .inconclusive(.stopped)
        } else if doubt < certainty.mostDoubt,
            persistence.lastHalf(without: best.swings) < ruledOutBytes
                || persistence.lastHalf(without: best.settled(count: points.values.count)) < ruledOutBytes
        {
            guard spanSeconds >= MemoryTrend.evaluatedPart * MemoryTrend.shortestStable else {
                verdict = .inconclusive(.tooFewSamples)
                neededSeconds = MemoryTrend.shortestStable
                return
            }
            verdict = .stable
            settled = SettledRise(of: points, without: best.swings, least: leastBytes)
        } else {
            verdict = .inconclusive(estimate > leastBytes ? .warmUp : .uncertain)
        }
        if case .inconclusive = verdict { neededSeconds = MemoryTrend.needed(self, error: deviation) }
    }

    /// The run length with which the estimate would be distinguished from no growth, or relevant growth would be ruled
    /// out: the error falls with the square root of the length, while growth rises in proportion to it.
    private static func needed(_ trend: MemoryTrend, error: Double) -> Double? {
        guard let growth = trend.growthBytes, error > 0 else { return nil }
        let times =
            if growth > trend.leastBytes {
                Math.power(4 * error / growth, 2.0 / 3)
            } else {
                Math.power(1.7 * error / (2 * trend.leastBytes - growth), 2)
            }
        // The error does not include what a longer run shows about a warm-up, so at least twice the time is needed.
        return min(max(2, times), 50) * trend.spanSeconds
    }
}
