/// What is recorded of the generator's own machine in every run: a change that it shows is not one of the target.
public enum MachineSeries: String, CaseIterable, Sendable {
    /// Processor time used by everything on the machine, in seconds; its rate is the processors in use (proc_stat(5)).
    case busy
    /// Processors that are online.
    case processors
    /// Processor time that a hypervisor gave to others, in seconds.
    case steal
    /// Time in which something waited for a processor, in seconds (Documentation/accounting/psi.rst of Linux).
    case pressure
    /// The processors' mean clock, in MHz, where the machine tells it.
    case frequency
    /// How far the clock of the day moved against one that is never set, in seconds.
    case clock
    /// Median time of the control requests to the built-in echo, in microseconds.
    case control = "control_us"
    /// The 90th percentile of the same.
    case controlTail = "control_p90_us"

    /// The page under which they are recorded.
    public static let page = "machine"

    /// Whether it only counts up.
    public var kind: MetricKind {
        switch self {
        case .busy, .steal, .pressure: .counter
        case .processors, .frequency, .clock, .control, .controlTail: .level
        }
    }

    /// The series as it is recorded.
    public var identity: MetricIdentity { MetricIdentity(page: Self.page, series: rawValue, kind: kind) }
}

extension ScrapedMetrics {
    /// What is recorded of the machine; nil where it was not.
    public func track(of series: MachineSeries) -> MetricTrack? { tracks.first { $0.identity == series.identity } }
}
