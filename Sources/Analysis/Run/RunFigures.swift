public import Measurement
import Traffic

/// The figures of a run by endpoint and over time, with whole distributions: for tables that other tools read.
public struct RunFigures: Sendable {
    /// The requests of one endpoint, or all of them.
    public struct Row: Sendable {
        /// `GET`; empty for all requests.
        public var method: String
        /// `/users/{id}`, or `Aggregated`.
        public var name: String
        public var requests: UInt64
        public var failures: UInt64
        /// Finished − ready; of all requests, response times.
        public var times: TimeDistribution
    }

    /// What happened in a window, with what had happened by its end.
    public struct Moment: Sendable {
        /// Seconds since 1970 at its start.
        public var timestamp: Double
        public var seconds: Double
        public var concurrentSessions: Int
        public var requests: UInt64
        public var failures: UInt64
        public var times: TimeDistribution
        public var totalRequests: UInt64
        public var totalFailures: UInt64
        /// Response times up to its end: median, mean and longest in milliseconds; nil before the first.
        public var totalMedian: Double?
        public var totalMean: Double?
        public var totalLongest: Double?
    }

    /// Failures of one cause.
    public struct Failure: Hashable, Sendable {
        public var kind: String
        public var count: UInt64
        /// Seconds since 1970, to the window.
        public var firstSeen: Double
        public var lastSeen: Double
    }

    public let rows: [Row]
    public let total: Row
    public let failures: [Failure]
    public let seconds: Double
    /// Bytes of a response, on average.
    public let meanResponseBytes: Double

    private let record: RunRecord

    public init(of record: RunRecord) {
        self.record = record
        let sums = RunDistributions(record)
        rows = sums.endpoints.map { group in
            let words = group.label.split(separator: " ", maxSplits: 1)
            return Row(
                method: words.count > 1 ? String(words[0]) : "", name: String(words.last ?? ""),
                requests: group.requests, failures: group.failures, times: group.sinceReady)
        }
        total = Row(
            method: "", name: "Aggregated", requests: sums.counts.requests, failures: sums.counts.failures,
            times: sums.response)
        seconds = RunSpan(record).seconds
        meanResponseBytes =
            sums.counts.requests > 0 ? Double(sums.counts.responseBytes) / Double(sums.counts.requests) : 0
        let start = record.description.startedAt
        failures = Fate.allCases.filter(\.isFailure).compactMap { fate in
            let seen = record.series.windows.filter { $0.counts[fate] > 0 }
            guard let first = seen.first, let last = seen.last else { return nil }
            return Failure(
                kind: fate.label, count: sums.counts[fate], firstSeen: start + Double(first.startNanoseconds) / 1e9,
                lastSeen: start + Double(last.startNanoseconds) / 1e9)
        }
    }

    /// Hands on the windows in order.
    public func forEachMoment(_ body: (Moment) throws -> Void) rethrows {
        var times = TimeDistribution()
        var requests: UInt64 = 0
        var failures: UInt64 = 0
        for window in record.series.windows {
            var own = TimeDistribution()
            own.add(window.response)
            times.add(window.response)
            requests += window.counts.requests
            failures += window.counts.failures
            try body(
                Moment(
                    timestamp: record.description.startedAt + Double(window.startNanoseconds) / 1e9,
                    seconds: Double(window.lengthNanoseconds) / 1e9, concurrentSessions: window.concurrentSessions,
                    requests: window.counts.requests, failures: window.counts.failures, times: own,
                    totalRequests: requests, totalFailures: failures, totalMedian: times.milliseconds(atQuantile: 0.5),
                    totalMean: times.meanMilliseconds, totalLongest: times.longestMilliseconds))
        }
    }
}
