import Traffic

/// What is in a log and how complete it is. Times of day are nanoseconds since the Unix epoch, sizes bytes.
public struct LogSummary: Codable, Hashable, Sendable {
    public var fileBytes: UInt64 = 0
    /// `whole`, `unfinished` or `beingWritten`; see ``LogEnding``.
    public var ending = LogEnding.whole.rawValue
    /// Damaged places, and exchanges known to be lost with them.
    public var damagedPlaces = 0
    public var exchangesLostToDamage: UInt64 = 0

    /// When the first exchange began and the last ended; nil without exchanges.
    public var began: Int64?
    public var ended: Int64?
    public var exchanges: UInt64 = 0
    /// Exchanges of which no byte was lost.
    public var completeExchanges: UInt64 = 0
    /// Exchanges without a request, and without a response.
    public var missingRequests: UInt64 = 0
    public var missingResponses: UInt64 = 0
    public var sessions: UInt64 = 0
    public var connections: UInt64 = 0
    public var requestBodyBytes: UInt64 = 0
    public var responseBodyBytes: UInt64 = 0
    public var losses = Losses()
    /// Exchanges complete / all that are known of: those in the log, those lost with damaged blocks, and unparsed messages. Nil
    /// when there are none. What dropped packets, unseen connections and the like held is not known.
    public var completenessRatio: Double?
    /// The seconds in which capture lost something, at most 3,600 of them, and how many there are in all.
    public var lossesBySecond: [LossSecond] = []
    public var secondsWithLosses: UInt64 = 0

    /// Connections that could not be read for want of TLS secrets, by the name that clients asked for, most first, at most 100.
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
    public var rate: Rate?
    /// The sessions by number, when asked for.
    public var sessionList: [SessionRow]?

    /// How often something was seen.
    public struct Count: Codable, Hashable, Sendable {
        public var name: String
        public var count: UInt64
    }

    /// What capture did not see or could not read; see `CaptureLoss` for the meaning of each.
    public struct Losses: Codable, Hashable, Sendable {
        public var kernelDrops: UInt64 = 0
        public var interfaceDrops: UInt64 = 0
        public var truncatedPackets: UInt64 = 0
        public var gaps: UInt64 = 0
        public var gapBytes: UInt64 = 0
        public var evictions: UInt64 = 0
        public var unparsedMessages: UInt64 = 0
        public var opaqueConnections: UInt64 = 0
    }

    /// What capture lost in one second of traffic.
    public struct LossSecond: Codable, Hashable, Sendable {
        /// When the second began.
        public var start: Int64
        public var losses: Losses
    }

    /// Percentiles in milliseconds, exact to three digits.
    public struct ServiceTimes: Codable, Hashable, Sendable {
        public var count: UInt64
        public var mean: Double
        public var p50: Double
        public var p95: Double
        public var p99: Double
        public var max: Double
    }

    /// One endpoint.
    public struct EndpointRow: Codable, Hashable, Sendable {
        public var method: String
        public var path: String
        public var count: UInt64
        /// Responses with a status of 400–499, of 500 or more, and requests without a response.
        public var clientErrors: UInt64
        public var serverErrors: UInt64
        public var missingResponses: UInt64
        public var requestBodyBytes: UInt64
        public var responseBodyBytes: UInt64
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
        public var busiestPerSecond: Double
    }

    /// One session.
    public struct SessionRow: Codable, Hashable, Sendable {
        public var number: UInt32
        public var exchanges: UInt64
        public var began: Int64
        public var ended: Int64
        /// Responses with a status of 400 or more.
        public var errors: UInt64
    }
}

extension LogSummary.Losses {
    init(_ loss: CaptureLoss) {
        self.init(
            kernelDrops: loss.kernelDrops, interfaceDrops: loss.interfaceDrops, truncatedPackets: loss.truncatedPackets,
            gaps: loss.gaps, gapBytes: loss.gapBytes, evictions: loss.evictions,
            unparsedMessages: loss.unparsedMessages, opaqueConnections: loss.opaqueConnections)
    }
}
