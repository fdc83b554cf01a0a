/// What a run measured since it was last looked at: all that those who watch it meanwhile are told.
public struct RunMoment: Sendable {
    /// The figures of the moment.
    public var progress: RunProgress
    /// Windows that were complete since; together with those of all moments before they are the run's windows.
    public var windows: [RunWindow] = []
    /// All requests so far by stretch and endpoint; a little ahead of the windows.
    public var stretches = StretchTable()
    /// All failures so far.
    public var failures = FailureTable()
    /// What was read of watched processes since.
    public var processes: [ProcessReading] = []
    /// What other watches and scraping gave since.
    public var metrics: [MetricReading] = []
    /// The examples there are now, when they have changed.
    public var examples: [RequestExample]?

    /// A moment in which nothing came in.
    public init(progress: RunProgress) { self.progress = progress }
}

/// Gathers what the next moment tells.
struct RunNews {
    var examples: [RequestExample]?

    private let stretches: RunStretches
    private var table = StretchTable()
    private var windows: [RunWindow] = []
    private var processes: [ProcessReading] = []
    private var metrics: [MetricReading] = []

    init(_ stretches: RunStretches) { self.stretches = stretches }

    mutating func add(_ worker: WorkerWindow, _ tally: inout WindowTally) { tally.add(worker, to: &table, stretches) }
    mutating func add(_ window: RunWindow) { windows.append(window) }
    mutating func add(_ readings: [ProcessReading]) { processes += readings }
    mutating func add(_ readings: [MetricReading]) { metrics += readings }

    mutating func moment(progress: RunProgress, failures: FailureTable) -> RunMoment {
        defer { (windows, processes, metrics, examples) = ([], [], [], nil) }
        var moment = RunMoment(progress: progress)
        moment.windows = windows
        moment.stretches = table
        moment.failures = failures
        moment.processes = processes
        moment.metrics = metrics
        moment.examples = examples
        return moment
    }
}
