public import Formats
public import Measurement

/// What must be true: a gate of a run, or a gate, goal or guard of a scenario, as `p95<500ms` or `share(429|403)>90%`.
///
///     criterion = [ scope ":" ] ( test / figure relation limit [ "for" duration ] )
///     scope     = "all" / "each" / endpoint / phase / traffic / "during" fault / "after" fault
///     test      = "no-leak" [ "(" watch ")" ] / "no-drift" / "no-regression"
///     figure    = "p" percentile / "mean" / "max" / "failures" / "answered" / "rps" [ "(" answers ")" ] / …   ; Figure has all
///     relation  = "<" / "<=" / ">" / ">="
///     limit     = duration / number "%" / number / size                                    ; as the figure wants it
///
/// `p95(GET /items)<200ms` is short for `GET /items: p95<200ms`. Times of a whole run are response times; those of an endpoint are
/// turnarounds, so that a stall counts once. Both are those of answered requests, and `rps` counts answers.
public struct Criterion: Hashable, Sendable {

    /// What a criterion looks at.
    public enum Scope: Hashable, Sendable {
        /// All of the run, or of the phase that has the criterion.
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

        /// Whether the figure is to be large.
        public var wantsMore: Bool { self == .above || self == .atLeast }
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

    /// A relation and its limit.
    public struct Comparison: Hashable, Sendable {
        /// How the figure and the limit are compared.
        public var relation: Relation
        /// What the figure is compared with.
        public var limit: Limit
        /// A guard fires when the relation fails for as long as this; nil for any other criterion.
        public var sustained: Duration?

        /// A comparison.
        public init(_ relation: Relation, _ limit: Limit, sustained: Duration? = nil) {
            self.relation = relation
            self.limit = limit
            self.sustained = sustained
        }

        /// Whether a value, in the limit's unit, keeps it.
        public func holds(_ value: Double) -> Bool { relation.holds(value, limit.value) }
    }

    /// As the user wrote it.
    public var text: String
    /// Its line in a scenario file; nil where it comes from the command line.
    public var place: TextPlace?
    /// What it looks at.
    public var scope: Scope
    /// What is measured.
    public var figure: Figure
    /// nil for tests such as `no-leak`.
    public var comparison: Comparison?
    /// How much the criterion counts in the score.
    public var weight = 1.0
}

extension Criterion {

    /// What is measured.
    public enum Figure: Hashable, Sendable {
        /// Quantile 0…1 of the times.
        case quantile(Double)
        case mean
        case longest
        /// Share of requests that failed, or their count, by the unit of the limit.
        case failures
        /// The share of requests that were answered, as expected or not.
        case answered
        /// Answers a second; with kinds of answers, only those.
        case requestRate(Set<AnswerKind>)
        /// Share of the requests that ended so.
        case share(Set<AnswerKind>)
        /// Answers that a clone had before its first of these.
        case before(Set<AnswerKind>)
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
        /// No worse than a baseline.
        case noRegression
        /// How often a watched service began again.
        case restarts(watch: String)
        /// An aggregate of a series of a watch.
        case watched(Aggregate, Series)
        /// The growth of one series as a share of another's.
        case seriesRatio(Series, Series)

        /// Whether it is about requests, so that it can be told by endpoint.
        public var isOfRequests: Bool {
            switch self {
            case .quantile, .mean, .longest, .failures, .answered, .requestRate, .share: true
            default: false
            }
        }
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

    /// The endpoint that it is about, where a scope with a space is one: a method and a path.
    public var endpoint: String? {
        if case .named(let name) = scope, name.contains(" ") { name } else { nil }
    }

    /// The kinds of answers of which a run has to note when each clone had the first; nil for none.
    public var firsts: Set<AnswerKind>? { if case .before(let kinds) = figure { kinds } else { nil } }

    /// Whether it needs the exact statuses of requests.
    public var needsStatuses: Bool {
        switch figure {
        case .requestRate(let kinds): !kinds.isEmpty
        case .share: true
        default: false
        }
    }

    /// Why a run without a scenario file cannot decide it; nil where it can.
    public var needsScenario: String? {
        switch scope {
        case .during, .after: return "faults are made by the scenarios of 'reprise run'"
        case .run, .each, .named: break
        }
        switch figure {
        case .capacity: return "'capacity' is what a ladder of 'reprise run' finds"
        case .outage, .recovery: return "faults are made by the scenarios of 'reprise run'"
        case .noLeak(.some), .restarts, .watched, .seriesRatio:
            return "watches have names in the scenarios of 'reprise run'"
        default: break
        }
        return comparison?.sustained == nil ? nil : "'for' belongs to a guard of 'reprise run'"
    }

    /// With its scope, as one line.
    public var label: String {
        switch scope {
        case .run: text
        case .each: text.hasPrefix("each") ? text : "each: \(text)"
        case .named(let name): text.hasPrefix(name) || text.contains("(\(name))") ? text : "\(name): \(text)"
        case .during(let fault): text.hasPrefix("during ") ? text : "during \(fault): \(text)"
        case .after(let fault): text.hasPrefix("after ") ? text : "after \(fault): \(text)"
        }
    }
}

/// A criterion that cannot be understood.
public struct CriterionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// As the user gave it.
    public let text: String
    /// What is wrong with it, as one sentence without a full stop.
    public let message: String
    /// What the user may have meant.
    public let suggestion: String?

    init(_ text: String, _ message: String, _ suggestion: String? = nil) {
        (self.text, self.message, self.suggestion) = (text, message, suggestion)
    }

    /// `in 'p95<500': the limit '500' is not a duration such as 500ms`
    public var description: String {
        "in '\(text.prefix(80))': \(message)" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
    }
}
