/// Whether memory grows over a run, and how fast.
///
/// Three verdicts, as a short run or one that its warm-up fills cannot tell: growth counts only when it is far likelier than any
/// explanation without it, when it is of a size that matters, and when it continues to the end; its absence only when none of
/// them leaves room for it. Method: a lower envelope, then all explanations by their weights (``GrowthBelief``). Where the
/// process was restarted, each of its lives is judged for itself.
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
    /// The probability of a growth of more than `leastBytes`, 0…1; nil with too few samples.
    public var probability: Double?
    /// Growth over the run below which none is told, in bytes.
    public var leastBytes: Double
    /// Growth over `spanSeconds` that a stable figure rules out, in bytes.
    public var ruledOutBytes: Double
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
    /// Intervals are wider than the models have them, so that nine in ten hold the truth: choosing models has its error too.
    private static let widening = 1.1

    /// What is measured.
    let scale: SoakScale

    /// - Parameters:
    ///   - samples: the figure over the run.
    ///   - scale: what the figure is: bytes unless told.
    public init(_ samples: SoakSamples, scale: SoakScale = .memory) {
        self.init(samples, scale: scale, sureness: .final)
    }

    init(_ samples: SoakSamples, scale: SoakScale, sureness: Sureness) {
        let lives = samples.lives
        if lives.count > 1 {
            self.init(lives: lives, of: samples, scale: scale, sureness)
        } else {
            self.init(life: samples, scale: scale, sureness)
        }
    }

    /// What little is known before anything is judged.
    init(unjudged samples: SoakSamples, scale: SoakScale) {
        self.scale = scale
        spanSeconds = samples.spanSeconds
        answered = samples.answered.last.flatMap { last in samples.answered.first.map { last - $0 } }
        leastBytes = scale.leastGrowth(of: samples)
        ruledOutBytes = 2 * leastBytes
        verdict = .inconclusive(.tooFewSamples)
    }

    /// The trend of a process that was not restarted.
    init(life samples: SoakSamples, scale: SoakScale, _ sureness: Sureness) {
        let kept = samples.picked(Int(MemoryTrend.dropped * Double(samples.values.count))..<samples.values.count)
            .withLoad()
        self.init(unjudged: kept, scale: scale)
        let envelope = Envelope(kept)
        let points = envelope.points
        let least = envelope.kind == .minima ? Envelope.leastMinima : MemoryTrend.leastPoints
        let horizon = sureness.horizon(samples.spanSeconds)
        if points.values.count >= least,
            let belief = GrowthBelief(points, of: kept, noiseFloor: scale.noiseFloor, horizon: horizon)
        {
            judge(points, belief, sureness)
            // With few collections seen, growth may be a sawtooth whose next one takes it back.
            if verdict == .growing && envelope.kind == .blocks && (1..<Envelope.leastMinima).contains(envelope.reclaims)
                && growthBytes ?? 0 < (Double(envelope.reclaims) + 1.5) * envelope.deepestReclaim
            {
                verdict = .inconclusive(.tooFewCollections)
                neededSeconds = spanSeconds * 20 / Double(envelope.reclaims)
                // The slope of a part of a sawtooth is no estimate of a leak.
                (growthBytes, growthLowBytes, growthHighBytes, probability) = (nil, nil, nil, nil)
            }
        }
    }

    mutating func judge(_ points: SoakSamples, _ belief: GrowthBelief, _ sureness: Sureness = .final) {
        let best = belief.terms[0]
        let (estimate, deviation) = belief.growth
        let width = MemoryTrend.widening * 1.645 * deviation
        growthBytes = estimate
        growthLowBytes = estimate - width
        growthHighBytes = estimate + width
        let growing = belief.probability(ofMoreThan: leastBytes)
        probability = growing
        // While a run lasts, what matters is the growth that the same pace comes to at its end.
        ruledOutBytes = 2 * leastBytes / sureness.horizon(spanSeconds)
        let doubt = belief.probability(atAllOfMoreThan: ruledOutBytes)
        followsRequests = best.model.growth?.driver == .requests
        let onset = best.model.growth?.course.onset ?? 0
        onsetSeconds = followsRequests ? 0 : onset * spanSeconds
        let persistence = TrendPersistence(points.values, progress: belief.progress)
        if growing > sureness.leastProbability {
            verdict = persistence.lastHalf(without: best.swings) > 0 ? .growing : .inconclusive(.stopped)
        } else if doubt < sureness.mostDoubt, persistence.lastHalf(without: best.swings) < ruledOutBytes {
            verdict = .stable
        } else {
            verdict = .inconclusive(estimate > leastBytes ? .warmUp : .uncertain)
        }
        if case .inconclusive = verdict { neededSeconds = MemoryTrend.needed(self, error: deviation) }
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
}
