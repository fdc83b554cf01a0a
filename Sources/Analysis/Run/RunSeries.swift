/// A run as lines over time, as drawn in reports. All arrays of a series have the same length, one point per window.
public struct RunSeries: Hashable, Sendable {
    /// The start of each window, in seconds since the run's start.
    public var seconds: [Double]
    /// Finished requests per second.
    public var requestsPerSecond: [Double]
    /// Failures per second.
    public var failuresPerSecond: [Double]
    /// Running clones.
    public var concurrentSessions: [Double]
    /// The median of each window's response times, in milliseconds; nil if nothing finished.
    public var p50Ms: [Double?]
    /// The 95th percentile of each window, as ``p50Ms``.
    public var p95Ms: [Double?]
    /// The 99th percentile of each window, as ``p50Ms``.
    public var p99Ms: [Double?]
    /// The resource use of watched processes, one entry per process; empty if none was watched.
    public var targets: [Target]
    /// Scraped metrics, one entry per series; empty if none were scraped.
    public var metrics: [Metric]
    /// The distribution of response times of the whole run.
    public var distribution: [Bucket]
    /// The phases of a run with several, in chronological order.
    public var phases: [Phase] = []
    /// Injected faults, by when they began.
    public var faults: [Fault] = []
    /// Response times over time; nil if there are too few for a picture.
    public var heat: ResponseHeatMap?

    /// Samples of a watched process; arrays of the same length.
    public struct Target: Hashable, Sendable {
        /// `pid 4711 (sample-api)`.
        public var name: String
        /// Times of the samples, in seconds since the run's start.
        public var seconds: [Double]
        /// Resident memory in bytes.
        public var rssBytes: [Double]
        /// CPU use in processors (1 is one fully used core).
        public var cpuCores: [Double]
        /// Open files, including sockets.
        public var openFiles: [Double]
        /// Threads.
        public var threads: [Double]

        /// See the properties for the meaning of each parameter.
        public init(
            name: String, seconds: [Double], rssBytes: [Double], cpuCores: [Double], openFiles: [Double],
            threads: [Double]
        ) {
            self.name = name
            self.seconds = seconds
            self.rssBytes = rssBytes
            self.cpuCores = cpuCores
            self.openFiles = openFiles
            self.threads = threads
        }
    }

    /// Samples of a scraped series; arrays of the same length.
    public struct Metric: Hashable, Sendable {
        /// `jvm_memory_used_bytes{area="heap"}`, with its page if there are several.
        public var name: String
        /// Whether its values are bytes.
        public var isInBytes: Bool
        /// Whether it is a counter: its figures are those of ``perSecond``.
        public var isCounter: Bool
        /// Whether it is about the generator's own machine rather than a watched service.
        public var isOfMachine = false
        /// Whether its figures are processors.
        public var isInProcessors = false
        /// Whether its figures are shares of time, 0…1.
        public var isShareOfTime = false
        /// Times of the samples, in seconds since the run's start.
        public var seconds: [Double]
        /// The values, one for each of ``seconds``.
        public var values: [Double]

        /// See the properties for the meaning of each parameter.
        public init(name: String, isInBytes: Bool, isCounter: Bool, seconds: [Double], values: [Double]) {
            self.name = name
            self.isInBytes = isInBytes
            self.isCounter = isCounter
            self.seconds = seconds
            self.values = values
        }

        /// The growth per second between successive samples; a counter that falls has been reset, and grows from zero.
        public var perSecond: [Double] {
            zip(zip(seconds, values), zip(seconds, values).dropFirst()).map { earlier, later in
                let grown = later.1 >= earlier.1 ? later.1 - earlier.1 : later.1
                return grown / max(later.0 - earlier.0, 1e-3)
            }
        }
    }

    /// The number of response times between two values.
    public struct Bucket: Hashable, Sendable {
        /// Lower edge in milliseconds.
        public var fromMs: Double
        /// Upper edge in milliseconds.
        public var toMs: Double
        /// Response times in it.
        public var count: Int

        /// See the properties for the meaning of each parameter.
        public init(fromMs: Double, toMs: Double, count: Int) {
            self.fromMs = fromMs
            self.toMs = toMs
            self.count = count
        }
    }

    /// See the properties for the meaning of each parameter.
    public init(
        seconds: [Double], requestsPerSecond: [Double], failuresPerSecond: [Double], concurrentSessions: [Double],
        p50Ms: [Double?], p95Ms: [Double?], p99Ms: [Double?], targets: [Target], metrics: [Metric] = [],
        distribution: [Bucket]
    ) {
        self.seconds = seconds
        self.requestsPerSecond = requestsPerSecond
        self.failuresPerSecond = failuresPerSecond
        self.concurrentSessions = concurrentSessions
        self.p50Ms = p50Ms
        self.p95Ms = p95Ms
        self.p99Ms = p99Ms
        self.targets = targets
        self.metrics = metrics
        self.distribution = distribution
    }
}
