public import Traffic

/// What is in a log and how complete it is. Times of day are nanoseconds since the Unix epoch, sizes bytes.
public struct LogSummary: Codable, Hashable, Sendable {
    /// Bytes of all the files.
    public var fileBytes: UInt64 = 0
    /// How the log ends; of several, the first that is not whole.
    public var ending = LogEnding.whole
    /// Damaged places, and exchanges known to be lost with them.
    public var damagedPlaces = 0
    /// Exchanges in damaged blocks whose headers are readable.
    public var exchangesLostToDamage: UInt64 = 0

    /// When the first exchange began and the last ended; nil without exchanges.
    public var began: Int64?
    /// When the last exchange ended.
    public var ended: Int64?
    /// Exchanges that were read.
    public var exchanges: UInt64 = 0
    /// Exchanges of which no byte was lost.
    public var completeExchanges: UInt64 = 0
    /// Exchanges without a request, and without a response.
    public var missingRequests: UInt64 = 0
    /// Exchanges without a response.
    public var missingResponses: UInt64 = 0
    /// Different sessions; past 134 million numbers, those counted.
    public var sessions: UInt64 = 0
    /// Different connections, likewise.
    public var connections: UInt64 = 0
    /// Bytes of request bodies on the wire, whether kept or not.
    public var requestBodyBytes: UInt64 = 0
    /// Bytes of response bodies, likewise.
    public var responseBodyBytes: UInt64 = 0
    /// What capture lost, summed up.
    public var losses = LossCounts()
    /// What does not fit together in what was captured, and is no loss.
    public var anomalies = CaptureAnomalies()
    /// Exchanges complete / all that are known of: those in the log, those lost with damaged blocks, and unparsed messages. Nil
    /// when there are none. What dropped packets, unseen connections and the like held is not known.
    public var completenessRatio: Double?
    /// The seconds in which capture lost something, at most 3,600 of them, and how many there are in all.
    public var lossesBySecond: [LossSecond] = []
    /// How many seconds had losses.
    public var secondsWithLosses: UInt64 = 0

    /// Connections that could not be read without TLS secrets, by the name that clients asked for, most first, at most
    /// 100.
    public var opaqueServers: [Count] = []

    /// Last response byte − first request byte, of all exchanges that have both.
    public var serviceTimeMs: ServiceTimes?
    /// Most used first; those past a bound are in one row, `*`.
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
    /// The sessions by number, when asked for.
    public var sessionList: [SessionRow]?

    /// How often something was seen.
    public struct Count: Codable, Hashable, Sendable {
        /// What was counted, as it is shown.
        public var name: String
        /// How often it came.
        public var count: UInt64
    }

    /// What capture lost in one second of traffic.
    public struct LossSecond: Codable, Hashable, Sendable {
        /// When the second began.
        public var start: Int64
        /// What was lost in it.
        public var losses: LossCounts
    }

    /// Percentiles in milliseconds, exact to three digits.
    public struct ServiceTimes: Codable, Hashable, Sendable {
        /// Exchanges with both messages.
        public var count: UInt64
        /// Milliseconds, as all figures here.
        public var mean: Double
        /// Half of the exchanges took no longer.
        public var p50: Double
        /// 95 % took no longer.
        public var p95: Double
        /// 99 % took no longer.
        public var p99: Double
        /// The longest, exact.
        public var max: Double
    }

    /// One endpoint.
    public struct EndpointRow: Codable, Hashable, Sendable {
        /// The request method; `*` of the row of all others.
        public var method: String
        /// The path with its variable parts as holes.
        public var path: String
        /// Exchanges of the endpoint.
        public var count: UInt64
        /// Responses with a status of 400–499, of 500 or more, and requests without a response.
        public var clientErrors: UInt64
        /// Answers with a status of 500 or more.
        public var serverErrors: UInt64
        /// Exchanges without a response.
        public var missingResponses: UInt64
        /// Bytes of request bodies on the wire.
        public var requestBodyBytes: UInt64
        /// Bytes of response bodies on the wire.
        public var responseBodyBytes: UInt64
        /// Nil when no exchange has both messages.
        public var serviceTimeMs: ServiceTimes?
    }

    /// How many exchanges began when.
    public struct Rate: Codable, Hashable, Sendable {
        /// When the first bucket begins.
        public var start: Int64
        /// Seconds a bucket covers: 1, more in logs of more than an hour or so.
        public var secondsPerBucket: Int64
        /// Exchanges begun in each bucket.
        public var counts: [UInt64]
        /// When the busiest bucket begins, and its exchanges a second.
        public var busiest: Int64
        /// Exchanges a second in the busiest of these spans.
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
