/// Detects growth of a figure while samples arrive: it may be queried at any time without more false alarms.
///
/// Samples in, verdict so far out; a value type for one thread at a time. The verdict is computed at looks spaced a few
/// percent of the elapsed time apart, so that its cost does not grow with the run.
public struct MemoryWatch: Sendable {
    /// The state so far.
    public private(set) var state = WatchState()

    private let scale: SoakScale
    private let plannedSeconds: Double
    private var samples = SoakSamples(seconds: [], values: [])
    private var stride = 1
    private var seen = 0
    private var looks = VerdictSchedule()

    /// The most samples kept: beyond it every second one is dropped.
    private static let limit = 16_384
    /// The assumed length of a run without a planned length.
    private static let usualSeconds = 3600.0

    /// A watch without samples.
    ///
    /// - Parameters:
    ///   - scale: what the figure measures.
    ///   - plannedSeconds: the planned length of the run; nil if unknown.
    public init(scale: SoakScale = .memory, plannedSeconds: Double?) {
        self.scale = scale
        self.plannedSeconds = plannedSeconds ?? MemoryWatch.usualSeconds
    }

    /// Adds the next sample.
    ///
    /// - Parameters:
    ///   - second: its time since the run's start; not before that of the previous sample.
    ///   - answered: requests answered by then; nil if unknown, which must hold for all samples.
    ///   - start: when the process started, in seconds on any clock; nil if unknown, which must hold for all samples.
    public mutating func add(second: Double, value: Double, answered: Double? = nil, start: Double? = nil) {
        defer { seen += 1 }
        if seen.isMultiple(of: stride) {
            if samples.seconds.isEmpty || !samples.answered.isEmpty, let answered { samples.answered.append(answered) }
            if samples.seconds.isEmpty || !samples.starts.isEmpty, let start { samples.starts.append(start) }
            samples.seconds.append(second)
            samples.values.append(value)
            if samples.seconds.count > MemoryWatch.limit {
                samples = samples.picked(Swift.stride(from: 0, to: samples.seconds.count, by: 2))
                stride *= 2
            }
        }
        guard looks.isDue(at: second) else { return }
        looks.looked(at: second)
        let trend = MemoryTrend(
            samples, scale: scale,
            certainty: .ongoing(plannedSeconds: max(plannedSeconds, samples.spanSeconds)))
        state.take(trend, at: second)
    }
}

/// The state of a watch.
public struct WatchState: Hashable, Sendable {
    /// A verdict, once given, stays until later samples contradict it.
    public enum Verdict: String, Codable, Hashable, Sendable {
        /// Nothing is certain yet.
        case open
        case growing
        case stable
    }

    /// The verdict so far.
    public var verdict = Verdict.open
    /// When this verdict was first reached, in seconds since the run's start; nil while it is open.
    public var since: Double?
    /// Growth per hour in the figure's unit; an estimate, nil before there are enough samples.
    public var ratePerHour: Double?
    /// The 90 % interval of `ratePerHour`.
    public var rateInterval: ClosedRange<Double>?
    /// The probability of relevant growth, 0…1; nil before there are enough samples.
    public var probability: Double?
    /// The number of looks.
    public var looks = 0

    /// An open state.
    public init() {}

    mutating func take(_ trend: MemoryTrend, at second: Double) {
        looks += 1
        ratePerHour = trend.bytesPerHour
        rateInterval = trend.bytesPerHourInterval
        probability = trend.probability
        let now: Verdict =
            switch trend.verdict {
            case .growing: .growing
            case .stable: .stable
            case .inconclusive: .open
            }
        guard now != verdict else { return }
        verdict = now
        since = now == .open ? nil : second
    }
}

/// Determines when a verdict is computed: a few percent of the elapsed time apart.
struct VerdictSchedule: Hashable, Sendable {
    private var next = VerdictSchedule.first

    private static let first = 60.0
    private static let least = 5.0
    private static let share = 0.03

    func isDue(at second: Double) -> Bool { second >= next }

    mutating func looked(at second: Double) {
        next = second + max(VerdictSchedule.least, VerdictSchedule.share * second)
    }
}
