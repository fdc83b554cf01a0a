/// What the page of a run that is watched shows at one moment: values only.
///
/// Times are seconds since the run's start, durations milliseconds, rates per second.
public struct LiveView: Hashable, Sendable {
    /// The scenario's name, or the log's.
    public var title: String
    /// Where requests go.
    public var target: String
    /// How far the run is.
    public var state = State.starting
    /// Time since the first session was due.
    public var elapsed = 0.0
    /// How long it is planned to last; nil where the target's speed decides it.
    public var planned: Double?
    /// The phases, in order.
    public var phases: [Phase] = []
    /// Sessions that run now, and how many are planned to now; nil where none are planned at once.
    public var sessions = 0
    /// Planned sessions at this moment.
    public var plannedSessions: Double?
    /// Open connections.
    public var connections = 0
    /// Requests that ended.
    public var requests: UInt64 = 0
    /// Those among them that failed.
    public var failures: UInt64 = 0
    /// Requests a second over the last seconds.
    public var done = 0.0
    /// Requests a second that the plan had due in them; nil where the target's speed decides it.
    public var offered: Double?
    /// Failures a second over the last seconds.
    public var failing = 0.0
    /// The 95th percentile of the response times of the last seconds.
    public var p95: Double?
    /// How late the generator itself was in them: the 99th percentile of the send lag.
    public var lag: Double?
    /// For how long the generator stood still so far, in seconds.
    public var stalled = 0.0
    /// The part of its processors that the generator used lately, 0…1.
    public var generatorLoad: Double?
    /// What must hold.
    public var gates: [Gate] = []
    /// What the soak tests say so far; empty before they could say something.
    public var soak: [Soak] = []
    /// When the soak tests were made.
    public var soakTime: Double?
    /// What is broken on purpose.
    public var faults: [Fault] = []
    /// What happened, the oldest first.
    public var events: [Event] = []
    /// By endpoint.
    public var endpoints: [Endpoint] = []
    /// By kind, most failures first.
    public var failureKinds: [FailureKind] = []
    /// The course so far.
    public var course = Course()
    /// What is watched beside the requests.
    public var watches: [Watch] = []

    /// How far a run is.
    public enum State: Hashable, Sendable {
        case starting
        case running
        /// Nothing new begins.
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
        /// Whether the load is on its way to the phase's level.
        public var isRamp: Bool
        /// When it begins.
        public var begin: Double
        /// When it ends; nil for when the run does.
        public var end: Double?
        /// Sessions planned at its end.
        public var level: Double?
        /// Requests scheduled in it that ended.
        public var requests: UInt64 = 0
        /// Those among them that failed.
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

    /// How a gate is doing.
    public struct Gate: Hashable, Sendable {
        /// As the user wrote it.
        public var text: String
        /// How it is doing.
        public var standing: Standing
        /// Since when it is so.
        public var since: Double?
        /// The figure behind it.
        public var figure: String
        /// What its line in a chart is; nil where it is about no chart's figure.
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

        /// How a gate is doing.
        public enum Standing: String, Hashable, Sendable {
            case holding
            /// It holds, but the last half minute alone would break it, or it is within a tenth of its limit.
            case atRisk = "at risk"
            case broken
            /// Too little is known.
            case open = "no data yet"
            /// It is judged when the run is over.
            case atEnd = "judged at the end"
        }

        /// A gate and how it is doing.
        public init(text: String, standing: Standing, since: Double?, figure: String, line: Line? = nil) {
            self.text = text
            self.standing = standing
            self.since = since
            self.figure = figure
            self.line = line
        }
    }

    /// What a soak test says so far.
    public struct Soak: Hashable, Sendable {
        /// What was tested.
        public var subject: String
        /// `growing`, `stable` or `inconclusive`.
        public var verdict: String
        /// A sentence about it.
        public var text: String

        /// A finding.
        public init(subject: String, verdict: String, text: String) {
            self.subject = subject
            self.verdict = verdict
            self.text = text
        }
    }

    /// Something that is broken on purpose.
    public struct Fault: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// When it begins or began.
        public var begin: Double
        /// When it is or was undone; nil for never, or when it is not known.
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

    /// Something that happened.
    public struct Event: Hashable, Sendable {
        /// When.
        public var time: Double
        /// A sentence about it.
        public var text: String

        /// Something that happened at a time.
        public init(time: Double, text: String) {
            self.time = time
            self.text = text
        }
    }

    /// The requests of an endpoint.
    public struct Endpoint: Hashable, Sendable {
        /// Its label.
        public var label: String
        /// Those that ended.
        public var requests: UInt64
        /// Those among them that failed.
        public var failures: UInt64
        /// Requests a second lately.
        public var rate: Double
        /// Percentiles of the turnaround of all of them.
        public var p50: Double?
        /// The 95th percentile.
        public var p95: Double?
        /// The 99th percentile.
        public var p99: Double?
        /// The longest.
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
        /// What was expected.
        public var expected: String
        /// What came.
        public var received: String
        /// Why, or what kind of failure it is.
        public var cause: String
        /// How many there were.
        public var count: UInt64
        /// When the first was seen.
        public var first: Double
        /// When the last was seen.
        public var last: Double

        /// Failures of one kind.
        public init(
            endpoint: String, expected: String, received: String, cause: String, count: UInt64, first: Double,
            last: Double
        ) {
            self.endpoint = endpoint
            self.expected = expected
            self.received = received
            self.cause = cause
            self.count = count
            self.first = first
            self.last = last
        }
    }

    /// The run over time; arrays of one length.
    public struct Course: Hashable, Sendable {
        /// Where each point begins.
        public var seconds: [Double] = []
        /// Requests a second.
        public var requests: [Double] = []
        /// Failures a second.
        public var failures: [Double] = []
        /// Percentiles of the response times; nil where nothing was answered.
        public var p50: [Double?] = []
        /// The 95th percentile.
        public var p95: [Double?] = []
        /// The 99th percentile.
        public var p99: [Double?] = []
        /// Sessions that ran.
        public var sessions: [Double] = []
        /// The 99th percentile of the send lag.
        public var lag: [Double?] = []
        /// The planned number of sessions, as corners of a line; empty where none is planned.
        public var plan: [Corner] = []
        /// Requests a second that the plan has due, as corners of a line; empty where the target decides it.
        public var due: [Corner] = []

        /// A corner of a line.
        public struct Corner: Hashable, Sendable {
            /// When.
            public var second: Double
            /// How much.
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

    /// A figure that is watched beside the requests.
    public struct Watch: Hashable, Sendable {
        /// `redis.used_memory`, `pid 4711 (sample-api) rss`.
        public var name: String
        /// How its values are told.
        public var unit: Unit
        /// When it was read; as many as ``values``.
        public var seconds: [Double]
        /// What it was.
        public var values: [Double]
        /// Readings that failed so far.
        public var gaps: Int

        /// How values are told.
        public enum Unit: Hashable, Sendable {
            case bytes, processors, count, perSecond
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

    /// The page of a run that has not begun.
    public init(title: String, target: String) {
        self.title = title
        self.target = target
    }

    /// The phase that is on now, by its place; the last one after the end.
    public var phase: Int? { phases.lastIndex { $0.begin <= elapsed } ?? (phases.isEmpty ? nil : 0) }
}
