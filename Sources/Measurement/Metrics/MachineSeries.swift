/// The series recorded about the generator's own machine in every run: a change that shows here is not caused by the
/// target.
public enum MachineSeries: String, CaseIterable, Sendable {
    /// CPU time used by everything on the machine, in seconds; its rate is the number of busy processors
    /// (proc_stat(5)).
    case busy
    /// Online processors.
    case processors
    /// CPU time that the hypervisor gave to others, in seconds.
    case steal
    /// Time in which some task waited for a CPU, in seconds (Documentation/accounting/psi.rst of Linux).
    case pressure
    /// The processors' mean clock frequency in MHz, where the machine reports it.
    case frequency
    /// How far the wall clock has moved against the monotonic clock, in seconds.
    case clock
    /// Median time of control requests to the built-in echo server, in microseconds.
    case control = "control_us"
    /// The 90th percentile of the same times.
    case controlTail = "control_p90_us"

    /// The page name under which they are recorded.
    public static let page = "machine"

    /// The kind of the series.
    public var kind: MetricKind {
        switch self {
        case .busy, .steal, .pressure: .counter
        case .processors, .frequency, .clock, .control, .controlTail: .level
        }
    }

    /// The identity of the recorded series.
    public var identity: MetricIdentity { MetricIdentity(page: Self.page, series: rawValue, kind: kind) }
}

extension ScrapedMetrics {
    /// The recorded samples of a machine series; nil where it was not recorded.
    public func track(of series: MachineSeries) -> MetricTrack? { tracks.first { $0.identity == series.identity } }
}
