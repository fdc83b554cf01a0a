/// A run as lines over time: what the report draws. All arrays of a series have one length, a point a window.
public struct RunSeries: Hashable, Sendable {
    /// Start of each window, in seconds since the run's start.
    public var seconds: [Double]
    /// Requests finished a second.
    public var requestsPerSecond: [Double]
    /// Failures per second.
    public var failuresPerSecond: [Double]
    /// Clones begun and not ended.
    public var concurrentSessions: [Double]
    /// Response time percentiles of each window, in milliseconds; nil where nothing finished.
    public var p50Ms: [Double?]
    /// The 95th percentile of each window, as ``p50Ms``.
    public var p95Ms: [Double?]
    /// The 99th percentile of each window, as ``p50Ms``.
    public var p99Ms: [Double?]
    /// What the watched processes used, one entry a process; empty when none was watched.
    public var targets: [Target]
    /// What was scraped, one entry a series; empty where nothing was.
    public var metrics: [Metric]
    /// The distribution of response times of the whole run.
    public var distribution: [Bucket]
    /// The phases of a run that has several, in the order of time.
    public var phases: [Phase] = []
    /// What was broken on purpose, by when it began.
    public var faults: [Fault] = []
    /// How response times were distributed over time; nil where there is too little for a picture.
    public var heat: ResponseHeatMap?

    /// Samples of one watched process; arrays of one length.
    public struct Target: Hashable, Sendable {
        /// `pid 4711 (sample-api)`.
        public var name: String
        /// Times of the samples, in seconds since the run's start.
        public var seconds: [Double]
        /// Resident memory in bytes.
        public var rssBytes: [Double]
        /// CPU use in processors (1 is one core wholly used).
        public var cpuCores: [Double]
        /// Open files, sockets among them.
        public var openFiles: [Double]
        /// Threads.
        public var threads: [Double]

        /// A series of arrays of one length.
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

    /// Samples of one scraped series; arrays of one length.
    public struct Metric: Hashable, Sendable {
        /// `jvm_memory_used_bytes{area="heap"}`, with its page where there are several.
        public var name: String
        /// Whether its values are bytes.
        public var isInBytes: Bool
        /// Whether it only counts up.
        public var isCounter: Bool
        /// Times of the samples, in seconds since the run's start.
        public var seconds: [Double]
        /// The values, one for each of ``seconds``.
        public var values: [Double]

        /// Samples of a scraped series.
        public init(name: String, isInBytes: Bool, isCounter: Bool, seconds: [Double], values: [Double]) {
            self.name = name
            self.isInBytes = isInBytes
            self.isCounter = isCounter
            self.seconds = seconds
            self.values = values
        }
    }

    /// How many response times lay between two values.
    public struct Bucket: Hashable, Sendable {
        /// Lower edge in milliseconds.
        public var fromMs: Double
        /// Upper edge in milliseconds.
        public var toMs: Double
        /// Times in it.
        public var count: Int

        /// A bucket from one edge to another.
        public init(fromMs: Double, toMs: Double, count: Int) {
            self.fromMs = fromMs
            self.toMs = toMs
            self.count = count
        }
    }

    /// A series of arrays of one length.
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
