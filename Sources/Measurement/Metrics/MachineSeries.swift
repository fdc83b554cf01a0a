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

    /// The machine series with this identity; nil for any other series.
    public init?(_ identity: MetricIdentity) {
        guard identity.page == Self.page else { return nil }
        self.init(rawValue: identity.series)
    }

    /// Whether it is shown as a line or a row; the others only explain these.
    public var isForReaders: Bool {
        switch self {
        case .busy, .steal, .pressure, .frequency, .control: true
        case .processors, .clock, .controlTail: false
        }
    }

    /// Whether the growth per second is a number of processors.
    public var isInProcessors: Bool { self == .busy || self == .steal }

    /// Whether the growth per second is a share of time, 0…1.
    public var isShareOfTime: Bool { self == .pressure }

    /// What its figures are; those of a counter are its growth per second.
    ///
    /// - Parameter processors: the machine's processors, if known.
    public func title(processors: Double?) -> String {
        switch self {
        case .busy: "CPU busy of the machine, " + MachineSeries.unit(processors)
        case .steal: "CPU taken by other virtual machines, " + MachineSeries.unit(processors)
        case .pressure: "Share of time in which a task waited for a CPU"
        case .frequency: "Clock frequency of the processors, MHz"
        case .control: "Control request to the built-in server, median, µs"
        case .controlTail: "Control request to the built-in server, p90, µs"
        case .clock: "Wall clock against monotonic clock, seconds"
        case .processors: "Online processors"
        }
    }

    private static func unit(_ processors: Double?) -> String {
        guard let processors, processors >= 1, processors < 1e6 else { return "processors used" }
        return "of \(Int(processors)) processors"
    }
}

extension ScrapedMetrics {
    /// The recorded samples of a machine series; nil if it was not recorded.
    public func track(of series: MachineSeries) -> MetricTrack? { tracks.first { $0.identity == series.identity } }
}
