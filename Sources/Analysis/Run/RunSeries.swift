/// A run as lines over time: what the report draws. All arrays of a series have one length, a point a window.
public struct RunSeries: Hashable, Sendable {
    /// Start of each window, in seconds since the run's start.
    public var seconds: [Double]
    /// Requests finished a second.
    public var requestsPerSecond: [Double]
    /// Failures a second.
    public var failuresPerSecond: [Double]
    /// Clones begun and not ended.
    public var concurrentSessions: [Double]
    /// Response time percentiles of each window, in milliseconds; nil where nothing finished.
    public var p50Ms: [Double?]
    public var p95Ms: [Double?]
    public var p99Ms: [Double?]
    /// What the watched processes used, one entry a process; empty when none was watched.
    public var targets: [Target]
    /// The distribution of response times of the whole run.
    public var distribution: [Bucket]

    /// Samples of one watched process; arrays of one length.
    public struct Target: Hashable, Sendable {
        /// `pid 4711 (sample-api)`.
        public var name: String
        /// Times of the samples, in seconds since the run's start.
        public var seconds: [Double]
        public var rssBytes: [Double]
        /// CPU use in processors (1 is one core wholly used).
        public var cpuCores: [Double]
        public var openFiles: [Double]
        public var threads: [Double]

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

    /// How many response times lay between two values.
    public struct Bucket: Hashable, Sendable {
        public var fromMs: Double
        public var toMs: Double
        public var count: Int

        public init(fromMs: Double, toMs: Double, count: Int) {
            self.fromMs = fromMs
            self.toMs = toMs
            self.count = count
        }
    }

    public init(
        seconds: [Double], requestsPerSecond: [Double], failuresPerSecond: [Double], concurrentSessions: [Double],
        p50Ms: [Double?], p95Ms: [Double?], p99Ms: [Double?], targets: [Target], distribution: [Bucket]
    ) {
        self.seconds = seconds
        self.requestsPerSecond = requestsPerSecond
        self.failuresPerSecond = failuresPerSecond
        self.concurrentSessions = concurrentSessions
        self.p50Ms = p50Ms
        self.p95Ms = p95Ms
        self.p99Ms = p99Ms
        self.targets = targets
        self.distribution = distribution
    }
}
