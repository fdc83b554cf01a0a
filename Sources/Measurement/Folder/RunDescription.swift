/// What a run was configured to do, and how it ended: the content of `run.json`.
public struct RunDescription: Codable, Hashable, Sendable {
    /// The version of the run folder format that this program writes.
    public static let currentVersion = 1

    /// The version of the folder format.
    public var formatVersion = RunDescription.currentVersion
    /// Start of the run, in seconds since 1970.
    public var startedAt: Double
    /// The settings in command-line form (`--speed`: `10`), for readers of the folder.
    public var settings: [String: String]
    /// Labels of the plan's endpoints, by index.
    public var endpoints: [String]
    /// The plan's number of clones; nil when only the duration limits them.
    public var plannedSessions: Int?
    /// `--for`, in nanoseconds; nil when the run ends with the plan.
    public var plannedNs: Int64?
    /// `--ramp`, in nanoseconds: steady-state figures exclude it.
    public var rampNs: Int64
    /// Whether sends waited for responses (think pacing, speed max), so that response times do not show the delay after
    /// a stall.
    public var isClosedLoop: Bool
    /// Requests due before the run's end; nil if the target's speed determines it.
    public var plannedRequests: Int?
    /// From the start to the last planned end, in nanoseconds; nil if the target's speed determines it.
    public var plannedSpanNs: Int64?
    /// `--warm-up`, in nanoseconds: excluded from the judgement of growth and drift; nil without one.
    public var warmUpNs: Int64?
    /// The cap on requests per second; nil without one.
    public var requestsPerSecondLimit: Double?
    /// The stretches of the run, for figures of its phases; nil for a run with a single level.
    public var stretches: RunStretches?
    /// How the run ended; nil while it runs, and forever if it was killed.
    public var end: End?

    private enum CodingKeys: String, CodingKey {
        case formatVersion, startedAt, settings, endpoints, plannedSessions
        case plannedNs = "plannedNanoseconds"
        case rampNs = "rampNanoseconds"
        case isClosedLoop, plannedRequests
        case plannedSpanNs = "plannedSpanNanoseconds"
        case warmUpNs = "warmUpNanoseconds"
        case requestsPerSecondLimit, stretches, end
    }

    /// How a run ended.
    public struct End: Codable, Hashable, Sendable {
        /// Time from the first due instant to the end of the last request or of the drain, in nanoseconds.
        public var durationNs: Int64
        /// Whether the user interrupted it.
        public var wasInterrupted: Bool
        /// The limit that stopped it early; nil if none did.
        public var stopped: String?
        /// Why it ended early because its result was certain; nil if it did not.
        public var settled: String?
        /// A problem of the run itself, such as a full disk. In this case some measurements are missing.
        public var problem: String?
        /// The most concurrent clones.
        public var peakConcurrentSessions: Int
        /// The most concurrently open connections.
        public var peakOpenConnections: Int
        /// The resources that the generator used from start to end.
        public var generator: GeneratorUse
        /// Warnings that a reader needs to judge the figures.
        public var warnings: [String]

        private enum CodingKeys: String, CodingKey {
            case durationNs = "durationNanoseconds"
            case wasInterrupted, stopped, settled, problem, peakConcurrentSessions, peakOpenConnections, generator,
                warnings
        }

        /// A regular end, or an interruption by the user.
        public init(
            durationNs: Int64, wasInterrupted: Bool, peakConcurrentSessions: Int, peakOpenConnections: Int,
            generator: GeneratorUse, warnings: [String] = []
        ) {
            self.durationNs = durationNs
            self.wasInterrupted = wasInterrupted
            self.peakConcurrentSessions = peakConcurrentSessions
            self.peakOpenConnections = peakOpenConnections
            self.generator = generator
            self.warnings = warnings
        }
    }

    /// A run that has not ended.
    public init(
        startedAt: Double, settings: [String: String], endpoints: [String], plannedSessions: Int?,
        plannedNs: Int64? = nil, rampNs: Int64 = 0, isClosedLoop: Bool = false,
        plannedRequests: Int? = nil
    ) {
        self.startedAt = startedAt
        self.settings = settings
        self.endpoints = endpoints
        self.plannedSessions = plannedSessions
        self.plannedNs = plannedNs
        self.rampNs = rampNs
        self.isClosedLoop = isClosedLoop
        self.plannedRequests = plannedRequests
    }

    /// The label of an endpoint's figures; endpoints past the recorders' limit share one.
    public func label(ofEndpoint endpoint: Int) -> String {
        endpoint < min(endpoints.count, WorkerRecorder.endpointLimit) ? endpoints[endpoint] : "(other)"
    }

    /// The time from which growth and drift are judged, in nanoseconds since the run's start.
    public var steadyNs: Int64 { max(rampNs, warmUpNs ?? 0) }

    /// Endpoints without separate figures.
    public var foldedEndpoints: Int { max(0, endpoints.count - WorkerRecorder.endpointLimit) }
}

/// How a run ended.
public enum RunEnding: String, Codable, Hashable, Sendable {
    /// As planned.
    case complete
    /// Interrupted by the user.
    case interrupted
    /// Stopped by a limit.
    case stopped
    /// Ended by a problem of the run itself, or its measurements could not all be kept.
    case failed
    /// Without a recorded end: it was killed, or is still running.
    case unfinished
}

extension RunDescription {
    /// How it ended.
    public var ending: RunEnding {
        guard let end else { return .unfinished }
        if end.problem != nil { return .failed }
        if end.wasInterrupted { return .interrupted }
        return end.stopped == nil ? .complete : .stopped
    }

    /// Whether every figure is within its bounds; otherwise the folder is damaged.
    var isPlausible: Bool {
        let counts = [plannedSessions, plannedRequests, end?.peakConcurrentSessions, end?.peakOpenConnections]
        let spans = [plannedNs, rampNs, warmUpNs, plannedSpanNs, end?.durationNs]
        let amounts = [end?.generator.cpuNs, end?.generator.peakRSSBytes]
        return counts.allSatisfy { (0...Int(RunBounds.count)).contains($0 ?? 0) }
            && spans.allSatisfy { (0...RunBounds.nanoseconds).contains($0 ?? 0) }
            && amounts.allSatisfy { $0 ?? 0 <= RunBounds.amount }
            && (0...RunBounds.seconds).contains(startedAt)
            && (0...Double(RunBounds.count)).contains(requestsPerSecondLimit ?? 0)
            && (1...1 << 20).contains(end?.generator.processors ?? 1)
            && stretches.map(\.isPlausible) ?? true
    }
}
