/// What a run was asked to do, and how it ended: the content of `run.json`.
public struct RunDescription: Codable, Hashable, Sendable {
    /// The version of the run folder's format that this program writes.
    public static let currentVersion = 1

    /// The version of the folder's format.
    public var formatVersion = RunDescription.currentVersion
    /// Start of the run, in seconds since 1970.
    public var startedAt: Double
    /// The settings as a user would give them (`--speed`: `10`), for those who read the folder later.
    public var settings: [String: String]
    /// Labels of the plan's endpoints, by index.
    public var endpoints: [String]
    /// Clones the plan has; nil when only the duration bounds them.
    public var plannedSessions: Int?
    /// `--for`, in nanoseconds; nil when the plan's end ends the run.
    public var plannedNs: Int64?
    /// `--ramp`, in nanoseconds: steady-state figures leave it out.
    public var rampNs: Int64
    /// Whether sends waited for responses (think pacing, speed max), so that response times hide what a stall delayed.
    public var isClosedLoop: Bool
    /// Requests due before the run's end; nil where the target's speed decides it.
    public var plannedRequests: Int?
    /// From the start to the last planned end, in nanoseconds; nil where the target's speed decides it.
    public var plannedSpanNs: Int64?
    /// `--warm-up`, in nanoseconds: what happens in it is not judged for growth and drift; nil without one.
    public var warmUpNs: Int64?
    /// The cap on requests a second; nil without one.
    public var requestsPerSecondLimit: Double?
    /// What the run is cut into, for figures of its phases; nil for a run of one level.
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
        /// Whether a person ended it.
        public var wasInterrupted: Bool
        /// What ended it before its time without a person: a limit that was reached; nil where nothing did.
        public var stopped: String?
        /// Why it ended in good order before its time: what it was to tell was sure; nil where it did not.
        public var settled: String?
        /// What went wrong with the run itself: the disk was full, say. Then not all that was measured is kept.
        public var problem: String?
        /// The most clones at once.
        public var peakConcurrentSessions: Int
        /// The most connections open at once.
        public var peakOpenConnections: Int
        /// What the generator used from start to end.
        public var generator: GeneratorUse
        /// What a reader must know to judge the figures.
        public var warnings: [String]

        private enum CodingKeys: String, CodingKey {
            case durationNs = "durationNanoseconds"
            case wasInterrupted, stopped, settled, problem, peakConcurrentSessions, peakOpenConnections, generator,
                warnings
        }

        /// An end in good order, or by a person.
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

    /// The name of an endpoint's figures; those past the recorders' limit share one.
    public func label(ofEndpoint endpoint: Int) -> String {
        endpoint < min(endpoints.count, WorkerRecorder.endpointLimit) ? endpoints[endpoint] : "(other)"
    }

    /// From when on growth and drift are judged, in nanoseconds since the run's start.
    public var steadyNs: Int64 { max(rampNs, warmUpNs ?? 0) }

    /// Endpoints that have no figures.
    public var foldedEndpoints: Int { max(0, endpoints.count - WorkerRecorder.endpointLimit) }
}

/// How a run came to its end.
public enum RunEnding: String, Codable, Hashable, Sendable {
    /// As planned.
    case complete
    /// A person ended it.
    case interrupted
    /// A limit that was reached ended it.
    case stopped
    /// The run's own trouble ended it, or kept what was measured from being kept.
    case failed
    /// It has no end on record: it was killed, or is still running.
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

    /// Whether every figure is within its bounds; a folder in which one is not is damaged.
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
