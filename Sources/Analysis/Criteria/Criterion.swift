public import Formats
public import Measurement

/// A condition: a gate of a run, or a gate, goal or guard of a scenario, such as `p95<500ms` or `share(429|403)>90%`.
///
///     criterion = [ scope ":" ] ( test / figure relation limit [ "for" duration ] )
///     scope     = "all" / "each" / endpoint / phase / traffic / "during" fault / "after" fault
///     test      = "no-leak" [ "(" watch ")" ] / "no-drift" / "no-regression"
///     figure    = "p" percentile / "mean" / "max" / "failures" / "answered" / "rps" [ "(" answers ")" ] / …
///                 ; see Figure for the complete list
///     relation  = "<" / "<=" / ">" / ">="
///     limit     = duration / number "%" / number / size              ; by the figure
///
/// `p95(GET /items)<200ms` is short for `GET /items: p95<200ms`. Times of a whole run are response times; those of an
/// endpoint are turnarounds, so that a stall counts once. Both are those of answered requests, and `rps` counts
/// answered requests.
public struct Criterion: Hashable, Sendable {

    /// What a criterion applies to.
    public enum Scope: Hashable, Sendable {
        /// The whole run, or the phase that has the criterion.
        case run
        /// Each endpoint separately.
        case each
        /// A phase, a traffic, or an endpoint such as `POST /login`.
        case named(String)
        /// From the start of a fault until its undo.
        case during(fault: String)
        /// From the undo of a fault.
        case after(fault: String)
    }

    /// How a figure and its limit are compared.
    public enum Relation: String, Hashable, Sendable, CaseIterable {
        // The longer operators come first: the parser takes the first match.
        case atMost = "<="
        case atLeast = ">="
        case below = "<"
        case above = ">"

        /// Whether a value meets the limit.
        public func holds(_ value: Double, _ limit: Double) -> Bool {
            switch self {
            case .atMost: value <= limit
            case .atLeast: value >= limit
            case .below: value < limit
            case .above: value > limit
            }
        }

        /// Whether larger values are better.
        public var wantsMore: Bool { self == .above || self == .atLeast }
    }

    /// A limit in the unit of its figure.
    public enum Limit: Hashable, Sendable {
        case milliseconds(Double)
        /// 0 to 1; watched figures may exceed 1.
        case ratio(Double)
        /// A number of requests, sessions or bytes, or a rate per second.
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
        /// The limit.
        public var limit: Limit
        /// A guard triggers when the relation fails for this long; nil for any other criterion.
        public var sustained: Duration?

        /// See the properties for the meaning of each parameter.
        public init(_ relation: Relation, _ limit: Limit, sustained: Duration? = nil) {
            self.relation = relation
            self.limit = limit
            self.sustained = sustained
        }

        /// Whether a value in the limit's unit meets the limit.
        public func holds(_ value: Double) -> Bool { relation.holds(value, limit.value) }
    }

    /// The text as the user wrote it.
    public var text: String
    /// Its line in a scenario file; nil if it comes from the command line.
    public var place: TextPlace?
    /// What it applies to.
    public var scope: Scope
    /// What is measured.
    public var figure: Figure
    /// Nil for tests such as `no-leak`.
    public var comparison: Comparison?
    /// Its weight in the score.
    public var weight = 1.0
}

extension Criterion {

    /// The measured figure.
    public enum Figure: Hashable, Sendable {
        /// A quantile 0…1 of the times.
        case quantile(Double)
        case mean
        case longest
        /// The share or the number of failed requests, by the unit of the limit.
        case failures
        /// The share of requests that were answered, as expected or not.
        case answered
        /// Answered requests per second; with kinds, only responses of these.
        case requestRate(Set<ResponseKind>)
        /// The share of requests that ended in one of these ways.
        case share(Set<ResponseKind>)
        /// Responses that a clone received before its first of these.
        case before(Set<ResponseKind>)
        /// The most concurrent sessions.
        case sessions
        /// The highest level of a ladder that passed the other gates.
        case capacity
        /// From a fault until failures stay under 1 %.
        case outage(fault: String)
        /// From a fault's undo until times and failures are as in the minute before the fault.
        case recovery(fault: String)
        /// Memory of one watch, or of all.
        case noLeak(watch: String?)
        case noDrift
        /// No worse than a baseline.
        case noRegression
        /// How often a watched service restarted.
        case restarts(watch: String)
        /// An aggregate of a series of a watch.
        case watched(Aggregate, Series)
        /// The growth of one series as a share of another's.
        case seriesRatio(Series, Series)

        /// Whether it concerns requests, so that it exists by endpoint.
        public var isOfRequests: Bool {
            switch self {
            case .quantile, .mean, .longest, .failures, .answered, .requestRate, .share: true
            default: false
            }
        }

        /// Whether it is a soak test, which has no limit.
        public var isTrend: Bool {
            switch self {
            case .noLeak, .noDrift: true
            default: false
            }
        }
    }

    /// How a series is reduced to one number.
    public enum Aggregate: String, Hashable, Sendable, CaseIterable {
        case mean, max, min, p95, increase, rate
        /// The value of the series itself, such as a hit ratio.
        case value
    }

    /// A series of a watch: `redis.used_memory`.
    public struct Series: Hashable, Sendable {
        /// The watch.
        public var watch: String
        /// The figure of the watch.
        public var figure: String

        /// See the properties for the meaning of each parameter.
        public init(watch: String, figure: String) {
            self.watch = watch
            self.figure = figure
        }
    }

    /// The endpoint it applies to, if the scope is a method and a path separated by a space.
    public var endpoint: String? {
        if case .named(let name) = scope, name.contains(" ") { name } else { nil }
    }

    /// The kinds of responses whose first occurrence in each clone the run has to record; nil for none.
    public var firsts: Set<ResponseKind>? { if case .before(let kinds) = figure { kinds } else { nil } }

    /// Whether it needs the exact statuses of requests.
    public var needsStatuses: Bool {
        switch figure {
        case .requestRate(let kinds): !kinds.isEmpty
        case .share: true
        default: false
        }
    }

    /// Why it cannot be decided without a scenario file; nil if it can.
    public var needsScenario: String? {
        switch scope {
        case .during, .after: return "only scenarios of 'reprise run' inject faults"
        case .run, .each, .named: break
        }
        switch figure {
        case .capacity: return "only a ladder of 'reprise run' finds 'capacity'"
        case .outage, .recovery: return "only scenarios of 'reprise run' inject faults"
        case .noLeak(.some), .restarts, .watched, .seriesRatio:
            return "only scenarios of 'reprise run' have named watches"
        default: break
        }
        return comparison?.sustained == nil ? nil : "'for' belongs to a guard of 'reprise run'"
    }

    /// The criterion with its scope, in one line.
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

/// A criterion that cannot be parsed.
public struct CriterionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The text as the user gave it.
    public let text: String
    /// The problem in one sentence without a full stop.
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
