/// The measurements of a run since the last update: everything that live views are given.
public struct RunUpdate: Sendable {
    /// The current figures.
    public var progress: RunProgress
    /// Windows completed since the last update. Those of all updates together are the run's windows.
    public var windows: [RunWindow] = []
    /// All requests so far by stretch and endpoint; slightly ahead of the windows.
    public var stretches = StretchTable()
    /// All failures so far.
    public var failures = FailureTable()
    /// Readings of watched processes since the last update.
    public var processes: [ProcessReading] = []
    /// Readings of other watches and of scraped metrics since the last update.
    public var metrics: [MetricReading] = []
    /// The current examples, if they have changed.
    public var examples: [RequestExample]?

    /// An update without new data.
    public init(progress: RunProgress) { self.progress = progress }
}

/// Collects the data of the next update.
struct RunUpdateCollector {
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

    mutating func update(progress: RunProgress, failures: FailureTable) -> RunUpdate {
        defer { (windows, processes, metrics, examples) = ([], [], [], nil) }
        var update = RunUpdate(progress: progress)
        update.windows = windows
        update.stretches = table
        update.failures = failures
        update.processes = processes
        update.metrics = metrics
        update.examples = examples
        return update
    }
}
