public import Analysis

/// The content of a run's live page at one moment: values only.
///
/// Times are seconds since the run's start, durations milliseconds, rates per second. After the end, figures of the
/// last seconds are those of the whole run.
public struct LiveView: Hashable, Sendable {
    /// The scenario's name, or the log's.
    public var title: String
    /// Where requests go.
    public var target: String
    /// The state of the run.
    public var state = State.starting
    /// Time since the first session was due.
    public var elapsed = 0.0
    /// The planned duration; nil if the target's speed decides it.
    public var planned: Double?
    /// The phases, in order.
    public var phases: [Phase] = []
    /// Currently running sessions; after the end, the most at once.
    public var sessions = 0
    /// Sessions planned for this moment; nil if no number is planned.
    public var plannedSessions: Double?
    /// Open connections.
    public var connections = 0
    /// Finished requests.
    public var requests: UInt64 = 0
    /// The failed ones among them.
    public var failures: UInt64 = 0
    /// Requests per second over the last seconds.
    public var done = 0.0
    /// Requests per second that were due by the plan in that time; nil if the target's speed decides the rate.
    public var offered: Double?
    /// Failures per second over the last seconds.
    public var failing = 0.0
    /// The 95th percentile of the response times of the last seconds.
    public var p95: Double?
    /// How late the generator itself was in that time: the 99th percentile of the send lag.
    public var lag: Double?
    /// How long the generator has been stalled so far, in seconds.
    public var stalled = 0.0
    /// The recent processor use of the generator, as a share of its processors, 0…1.
    public var generatorLoad: Double?
    /// The gates.
    public var gates: [Gate] = []
    /// The levels of the ladder to which the run belongs, in the order in which they run; empty if there is no ladder.
    public var levels: [Level] = []
    /// The findings of the soak tests so far; empty before there are any.
    public var soak: [Soak] = []
    /// When the soak tests were last evaluated.
    public var soakTime: Double?
    /// The injected faults.
    public var faults: [Fault] = []
    /// Events, oldest first.
    public var events: [Event] = []
    /// Figures by endpoint.
    public var endpoints: [Endpoint] = []
    /// Failures by kind, most frequent first.
    public var failureKinds: [FailureKind] = []
    /// The figures over time so far.
    public var course = Course()
    /// The watched figures other than requests.
    public var watches: [Watch] = []

    /// The state of a run.
    public enum State: Hashable, Sendable {
        case starting
        case running
        /// No new requests begin.
        case ending
        /// Over, with its verdict and a sentence about it.
        case ended(verdict: String, text: String)

        /// Whether the run is over.
        public var isOver: Bool { if case .ended = self { true } else { false } }
    }

    /// A part of the run with one level of load.
    public struct Phase: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// Whether the load is still ramping to the phase's level.
        public var isRamp: Bool
        /// When it begins.
        public var begin: Double
        /// When it ends; nil if it ends with the run.
        public var end: Double?
        /// Sessions planned at its end.
        public var level: Double?
        /// Finished requests that were scheduled in it.
        public var requests: UInt64 = 0
        /// The failed ones among them.
        public var failures: UInt64 = 0
        /// Percentiles of their response times.
        public var p50: Double?
        /// The 95th percentile.
        public var p95: Double?
        /// The 99th percentile.
        public var p99: Double?

        /// A phase without requests.
        public init(name: String, isRamp: Bool, begin: Double, end: Double?, level: Double? = nil) {
            self.name = name
            self.isRamp = isRamp
            self.begin = begin
            self.end = end
            self.level = level
        }
    }

    /// A level of a ladder.
    public struct Level: Hashable, Sendable {
        /// Why it is run.
        public var purpose: LadderResult.Purpose
        /// Sessions at once.
        public var sessions: Int
        /// Its outcome.
        public var standing: Standing

        /// The outcome of a level.
        public enum Standing: String, Hashable, Sendable {
            /// It is the current level.
            case now
            case held
            case failed
            case inconclusive = "proves nothing"
        }

        /// A level.
        public init(purpose: LadderResult.Purpose, sessions: Int, standing: Standing) {
            self.purpose = purpose
            self.sessions = sessions
            self.standing = standing
        }
    }

    /// A gate and its current standing.
    public struct Gate: Hashable, Sendable {
        /// As the user wrote it.
        public var text: String
        /// Its current standing.
        public var standing: Standing
        /// Since when it has this standing.
        public var since: Double?
        /// The figure behind it.
        public var figure: String
        /// Its line in a chart; nil if no chart shows its figure.
        public var line: Line?

        /// A gate's limit as a line across a chart.
        public struct Line: Hashable, Sendable {
            /// The chart it belongs to.
            public var chart: Chart
            /// In the chart's unit.
            public var limit: Double

            /// A line across a chart.
            public init(chart: Chart, limit: Double) {
                self.chart = chart
                self.limit = limit
            }
        }

        /// The charts that can have a gate's line.
        public enum Chart: Hashable, Sendable {
            case times, rate
        }

        /// The current standing of a gate.
        public enum Standing: String, Hashable, Sendable {
            case holding
            /// It holds, but the last half minute alone would break it, or the figure is within a tenth of the limit.
            case atRisk = "at risk"
            case broken
            /// There is too little data.
            case open = "no data yet"
            /// It is judged after the run.
            case atEnd = "judged at the end"
        }

        /// A gate and its standing.
        public init(text: String, standing: Standing, since: Double?, figure: String, line: Line? = nil) {
            self.text = text
            self.standing = standing
            self.since = since
            self.figure = figure
            self.line = line
        }
    }

    /// The finding of a soak test so far.
    public struct Soak: Hashable, Sendable {
        /// What was tested.
        public var subject: String
        /// Its verdict so far.
        public var verdict: SoakVerdict
        /// A sentence about it.
        public var text: String

        /// A finding.
        public init(subject: String, verdict: SoakVerdict, text: String) {
            self.subject = subject
            self.verdict = verdict
            self.text = text
        }
    }

    /// An injected fault.
    public struct Fault: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// When it begins or began.
        public var begin: Double
        /// When it is or was undone; nil for never or unknown.
        public var end: Double?
        /// Whether it is in effect and can be undone.
        public var isActive: Bool

        /// A fault.
        public init(name: String, begin: Double, end: Double?, isActive: Bool) {
            self.name = name
            self.begin = begin
            self.end = end
            self.isActive = isActive
        }
    }

    /// An event.
    public struct Event: Hashable, Sendable {
        /// When.
        public var time: Double
        /// A sentence about it.
        public var text: String

        /// An event at a time.
        public init(time: Double, text: String) {
            self.time = time
            self.text = text
        }
    }

    /// The requests of an endpoint.
    public struct Endpoint: Hashable, Sendable {
        /// Its label.
        public var label: String
        /// Finished requests.
        public var requests: UInt64
        /// The failed ones among them.
        public var failures: UInt64
        /// Recent requests per second.
        public var rate: Double
        /// Percentiles of the turnaround of all requests.
        public var p50: Double?
        /// The 95th percentile.
        public var p95: Double?
        /// The 99th percentile.
        public var p99: Double?
        /// The longest turnaround.
        public var longest: Double?

        /// Requests of an endpoint.
        public init(label: String, requests: UInt64, failures: UInt64, rate: Double) {
            self.label = label
            self.requests = requests
            self.failures = failures
            self.rate = rate
        }
    }

    /// Failures of one kind.
    public struct FailureKind: Hashable, Sendable {
        /// The endpoint's label.
        public var endpoint: String
        /// The expected response.
        public var expected: String
        /// The received response.
        public var received: String
        /// The cause, or the kind of failure.
        public var cause: String
        /// The number of failures.
        public var count: UInt64
        /// When the first one was seen.
        public var first: Double
        /// When the last one was seen.
        public var last: Double
        /// The number of the recorded exchange of the first one, as `inspect --list` has it; nil if it is not known.
        public var exchange: UInt64?

        /// Failures of one kind.
        public init(
            endpoint: String, expected: String, received: String, cause: String, count: UInt64, first: Double,
            last: Double, exchange: UInt64? = nil
        ) {
            self.endpoint = endpoint
            self.expected = expected
            self.received = received
            self.cause = cause
            self.count = count
            self.first = first
            self.last = last
            self.exchange = exchange
        }
    }

    /// The run over time; the arrays have equal lengths.
    public struct Course: Hashable, Sendable {
        /// When each point begins.
        public var seconds: [Double] = []
        /// Requests per second.
        public var requests: [Double] = []
        /// Failures per second.
        public var failures: [Double] = []
        /// Percentiles of the response times; nil if nothing was answered.
        public var p50: [Double?] = []
        /// The 95th percentile.
        public var p95: [Double?] = []
        /// The 99th percentile.
        public var p99: [Double?] = []
        /// Running sessions.
        public var sessions: [Double] = []
        /// The 99th percentile of the send lag.
        public var lag: [Double?] = []
        /// The planned number of sessions, as the corners of a line; empty if none is planned.
        public var plan: [Corner] = []
        /// Requests per second that are due by the plan, as the corners of a line; empty if the target's speed decides
        /// the rate.
        public var due: [Corner] = []

        /// A corner of a line.
        public struct Corner: Hashable, Sendable {
            /// Its time.
            public var second: Double
            /// Its value.
            public var value: Double

            /// A corner of a line.
            public init(second: Double, value: Double) {
                self.second = second
                self.value = value
            }
        }

        /// Nothing yet.
        public init() {}
    }

    /// A watched figure.
    public struct Watch: Hashable, Sendable {
        /// `redis.used_memory`, `pid 4711 (sample-api) rss`.
        public var name: String
        /// The unit of its values.
        public var unit: Unit
        /// When it was read; one time per value.
        public var seconds: [Double]
        /// The values read.
        public var values: [Double]
        /// Readings that failed so far.
        public var gaps: Int

        /// The unit of values.
        public enum Unit: Hashable, Sendable {
            case bytes, processors, count, perSecond
            /// Of time; its values are 0…100.
            case percent
        }

        /// A watched figure.
        public init(name: String, unit: Unit, seconds: [Double], values: [Double], gaps: Int = 0) {
            self.name = name
            self.unit = unit
            self.seconds = seconds
            self.values = values
            self.gaps = gaps
        }
    }

    /// The view of a run that has not begun.
    public init(title: String, target: String) {
        self.title = title
        self.target = target
    }

    /// The index of the current phase; the last one after the end.
    public var phase: Int? { phases.lastIndex { $0.begin <= elapsed } ?? (phases.isEmpty ? nil : 0) }
}
