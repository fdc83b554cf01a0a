public import Traffic

/// The contents of a log and its completeness. Points in time are in nanoseconds since the Unix epoch, sizes in bytes.
public struct LogSummary: Codable, Hashable, Sendable {
    /// Bytes of all the files.
    public var fileBytes: UInt64 = 0
    /// How the log ends; of several logs, the first ending that is not whole.
    public var ending = LogEnding.whole
    /// The number of damaged places.
    public var damagedPlaces = 0
    /// Exchanges in damaged blocks whose headers are readable.
    public var exchangesLostToDamage: UInt64 = 0

    /// When the first exchange began; nil without exchanges.
    public var began: Int64?
    /// When the last exchange ended; nil without exchanges.
    public var ended: Int64?
    /// Exchanges that were read.
    public var exchanges: UInt64 = 0
    /// Exchanges without lost bytes.
    public var completeExchanges: UInt64 = 0
    /// Exchanges without a request.
    public var missingRequests: UInt64 = 0
    /// Exchanges without a response.
    public var missingResponses: UInt64 = 0
    /// Distinct sessions; numbers past 134 million are not counted.
    public var sessions: UInt64 = 0
    /// Distinct connections, likewise.
    public var connections: UInt64 = 0
    /// Bytes of request bodies on the wire, whether kept or not.
    public var requestBodyBytes: UInt64 = 0
    /// Bytes of response bodies, likewise.
    public var responseBodyBytes: UInt64 = 0
    /// The capture losses in total.
    public var losses = LossCounts()
    /// Inconsistencies in the captured traffic that are not losses.
    public var anomalies = CaptureAnomalies()
    /// Complete exchanges / all known ones: those in the log, those lost with damaged blocks, and unparsed messages.
    /// Nil if there are none. The contents of dropped packets, unseen connections and similar losses are unknown.
    public var completenessRatio: Double?
    /// The seconds in which capture lost something, at most 3,600.
    public var lossesBySecond: [LossSecond] = []
    /// The total number of seconds with losses.
    public var secondsWithLosses: UInt64 = 0

    /// Connections that could not be read without TLS secrets, by the server name that clients requested, most first,
    /// at most 100.
    public var opaqueServers: [Count] = []

    /// Last response byte − first request byte, of all exchanges that have both.
    public var serviceTimeMs: ServiceTimes?
    /// Most used first; those past a limit are in one row, `*`.
    public var endpoints: [EndpointRow] = []
    /// Exchanges by authority (Host), most used first, at most 100.
    public var hosts: [Count] = []
    /// Exchanges by status code.
    public var statuses: [Count] = []
    /// Exchanges by protocol: `HTTP/1.1`, `HTTP/2 over TLS`, ….
    public var protocols: [Count] = []
    /// Messages with credentials, by their kind; never a value.
    public var tokens: [Count] = []
    /// Exchanges by time; nil without exchanges.
    public var rate: Rate?
    /// The sessions by number, if requested.
    public var sessionList: [SessionRow]?

    /// A name with its count.
    public struct Count: Codable, Hashable, Sendable {
        /// The displayed name of what was counted.
        public var name: String
        /// The number of occurrences.
        public var count: UInt64
    }

    /// The capture losses in one second of traffic.
    public struct LossSecond: Codable, Hashable, Sendable {
        /// When the second began.
        public var start: Int64
        /// The losses in it.
        public var losses: LossCounts
    }

    /// Percentiles in milliseconds, exact to three digits.
    public struct ServiceTimes: Codable, Hashable, Sendable {
        /// Exchanges with both messages.
        public var count: UInt64
        /// The mean, in milliseconds like the other figures here.
        public var mean: Double
        /// The median.
        public var p50: Double
        /// The 95th percentile.
        public var p95: Double
        /// The 99th percentile.
        public var p99: Double
        /// The longest service time, exact.
        public var max: Double
    }

    /// One endpoint.
    public struct EndpointRow: Codable, Hashable, Sendable {
        /// The request method; `*` for the row of all others.
        public var method: String
        /// The path template, with placeholders for the variable parts.
        public var path: String
        /// Exchanges of the endpoint.
        public var count: UInt64
        /// Responses with a status of 400–499.
        public var clientErrors: UInt64
        /// Responses with a status of 500 or more.
        public var serverErrors: UInt64
        /// Exchanges without a response.
        public var missingResponses: UInt64
        /// Bytes of request bodies on the wire.
        public var requestBodyBytes: UInt64
        /// Bytes of response bodies on the wire.
        public var responseBodyBytes: UInt64
        /// The service times; nil if no exchange has both messages.
        public var serviceTimeMs: ServiceTimes?
    }

    /// The number of exchanges begun over time.
    public struct Rate: Codable, Hashable, Sendable {
        /// When the first bucket begins.
        public var start: Int64
        /// Seconds per bucket: 1, or more in logs longer than about an hour.
        public var secondsPerBucket: Int64
        /// Exchanges begun in each bucket.
        public var counts: [UInt64]
        /// When the busiest bucket begins.
        public var busiest: Int64
        /// Exchanges per second in the busiest bucket.
        public var busiestPerSecond: Double
    }

    /// One session.
    public struct SessionRow: Codable, Hashable, Sendable {
        /// The session's number in the log.
        public var number: UInt32
        /// Exchanges of the session.
        public var exchanges: UInt64
        /// When its first exchange began, nanoseconds since the Unix epoch.
        public var began: Int64
        /// When its last exchange ended, likewise.
        public var ended: Int64
        /// Responses with a status of 400 or more.
        public var errors: UInt64
    }
}
