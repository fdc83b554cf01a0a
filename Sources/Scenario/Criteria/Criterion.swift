/// What must be true: a gate, a goal or a guard, as `p95<500ms` or `share(429|403)>90%`.
public struct Criterion: Hashable, Sendable {

    /// What a criterion looks at.
    public enum Scope: Hashable, Sendable {
        /// The whole scenario.
        case run
        /// Each endpoint by itself.
        case each
        /// A phase, a traffic, or an endpoint such as `POST /login`.
        case named(String)
        /// From the start of a fault until its undo.
        case during(fault: String)
        /// From the undo of a fault on.
        case after(fault: String)
    }

    /// How a figure and its limit are compared.
    public enum Relation: String, Hashable, Sendable, CaseIterable {
        // The longer ones first: the parser takes the first that matches.
        case atMost = "<="
        case atLeast = ">="
        case below = "<"
        case above = ">"

        /// Whether a value keeps the limit.
        public func holds(_ value: Double, _ limit: Double) -> Bool {
            switch self {
            case .atMost: value <= limit
            case .atLeast: value >= limit
            case .below: value < limit
            case .above: value > limit
            }
        }
    }

    /// A limit in the unit of its figure.
    public enum Limit: Hashable, Sendable {
        case milliseconds(Double)
        /// 0 to 1; watched figures may pass 1.
        case ratio(Double)
        /// A number of requests, sessions, bytes, or a rate a second.
        case number(Double)

        /// The number that figures are compared with.
        public var value: Double {
            switch self {
            case .milliseconds(let value), .ratio(let value), .number(let value): value
            }
        }
    }

    /// As the user wrote it.
    public var text: String
    /// Where the file has it.
    public var place: ScenarioError.Place
    /// What it looks at.
    public var scope: Scope
    /// What is measured.
    public var figure: Figure
    /// nil for tests such as `no-leak`.
    public var comparison: Comparison?
    /// How much the criterion counts in the score.
    public var weight = 1.0

    /// A relation and its limit.
    public struct Comparison: Hashable, Sendable {
        /// How the figure and the limit are compared.
        public var relation: Relation
        /// What the figure is compared with.
        public var limit: Limit
        /// A guard fires when the relation fails for as long as this.
        public var sustained: Duration?
    }
}

extension Criterion {

    /// What is measured.
    public enum Figure: Hashable, Sendable {
        /// Quantile 0…1 of the response times.
        case quantile(Double)
        case mean
        case longest
        /// Share of requests that failed, or their count, by the unit of the limit.
        case failures
        /// Answers a second; with status codes, only those.
        case requestRate(Set<Answer>)
        /// Share of the requests that ended so.
        case share(Set<Answer>)
        /// Answers that a clone had before its first of these.
        case before(Set<Answer>)
        /// The most sessions that ran at once.
        case sessions
        /// The highest level of a ladder that kept the other gates.
        case capacity
        /// From a fault until failures stay under 1 %.
        case outage(fault: String)
        /// From a fault's undo until times and failures are as in the minute before the fault.
        case recovery(fault: String)
        /// Memory of a watch, or of all.
        case noLeak(watch: String?)
        case noDrift
        case noRegression
        /// How often a watched service began again.
        case restarts(watch: String)
        /// An aggregate of a series of a watch.
        case watched(Aggregate, Series)
        /// The growth of one series as a share of another's.
        case seriesRatio(Series, Series)
    }

    /// How a series becomes one number.
    public enum Aggregate: String, Hashable, Sendable, CaseIterable {
        case mean, max, min, p95, increase, rate
        /// The series' own value, such as a share of hits.
        case value
    }

    /// A series of a watch: `redis.used_memory`.
    public struct Series: Hashable, Sendable {
        /// The watch.
        public var watch: String
        /// The figure of the watch.
        public var figure: String

        /// A series by its names.
        public init(watch: String, figure: String) {
            self.watch = watch
            self.figure = figure
        }
    }

    /// How a request can end: a status, a class of statuses, or a kind of failure.
    public enum Answer: Hashable, Sendable {
        case status(Int)
        /// 2 for 2xx.
        case statusClass(Int)
        case timeout
        case refused
        case reset
    }
}
