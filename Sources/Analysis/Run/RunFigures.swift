import Formats
public import Measurement
import Traffic

/// The figures of a run by endpoint and over time, with full distributions: for tables that other tools read.
public struct RunFigures: Sendable {
    /// The figures of one endpoint, or of all requests.
    public struct Row: Sendable {
        /// `GET`; empty for all requests.
        public var method: String
        /// `/users/{id}`, or `Aggregated`.
        public var name: String
        /// Finished requests.
        public var requests: UInt64
        /// Failed requests.
        public var failures: UInt64
        /// Turnarounds, also for all requests, so that the table has a single meaning.
        public var times: TimeDistribution
    }

    /// A window, with the totals up to its end.
    public struct Moment: Sendable {
        /// Its start, in seconds since 1970.
        public var timestamp: Double
        /// Its length in seconds.
        public var seconds: Double
        /// Clones running at its end.
        public var concurrentSessions: Int
        /// Finished requests.
        public var requests: UInt64
        /// Failed requests.
        public var failures: UInt64
        /// Turnarounds of the requests answered in it.
        public var times: TimeDistribution
        /// Requests finished by its end.
        public var totalRequests: UInt64
        /// Requests failed by its end.
        public var totalFailures: UInt64
        /// The median turnaround up to its end, in milliseconds; nil before the first.
        public var totalMedian: Double?
        /// The mean turnaround up to its end, in milliseconds.
        public var totalMean: Double?
        /// The longest turnaround up to its end, in milliseconds.
        public var totalLongest: Double?
    }

    /// Failures with the same endpoint, expectation, response and cause.
    public struct Failure: Hashable, Sendable {
        /// `GET`; empty if the endpoint is unknown.
        public var method: String
        /// `/users/{id}`, or `Aggregated` for folders without failures by endpoint.
        public var name: String
        /// `binding: POST /login answered 200 without $.token`, `status: 200 expected, 503 received`.
        public var error: String
        /// The number of failures.
        public var count: Int
        /// When the first of them ended, in seconds since 1970.
        public var firstSeen: Double
        /// When the last of them ended, in seconds since 1970.
        public var lastSeen: Double
    }

    /// The endpoints.
    public let rows: [Row]
    /// All requests.
    public let total: Row
    /// Failures, most first.
    public let failures: [Failure]
    /// The run's duration in seconds.
    public let seconds: Double
    /// The mean size of a response in bytes.
    public let meanResponseBytes: Double

    private let record: RunRecord
    private let distributions: TimeDistributions

    /// The times of all requests.
    public func times(_ kind: TimeKind) -> TimeDistribution { distributions[kind] }

    /// The figures of a run.
    public init(of record: RunRecord) {
        self.record = record
        let sums = RunDistributions(record)
        distributions = sums.times
        rows = sums.endpoints.map { group in
            let words = group.label.split(separator: " ", maxSplits: 1)
            return Row(
                method: words.count > 1 ? String(words[0]) : "", name: String(words.last ?? ""),
                requests: group.requests, failures: group.failures, times: group.times[.turnaround])
        }
        total = Row(
            method: "", name: "Aggregated", requests: sums.counts.requests, failures: sums.counts.failures,
            times: sums.times[.turnaround])
        seconds = RunSpan(record).seconds
        meanResponseBytes =
            sums.counts.requests > 0 ? Double(sums.counts.responseBytes) / Double(sums.counts.requests) : 0
        let start = record.description.startedAt
        let causes = FailureCauses(of: record).rows
        guard causes.isEmpty else {
            failures = causes.map { Failure($0, start: start) }
            return
        }
        failures = Fate.allCases.filter(\.isFailure).compactMap { fate in
            let seen = record.series.windows.filter { $0.counts[fate] > 0 }
            guard let first = seen.first, let last = seen.last else { return nil }
            return Failure(
                method: "", name: "Aggregated", error: fate.label, count: Int(clamping: sums.counts[fate]),
                firstSeen: start + Nanoseconds.inSeconds(first.startNs),
                lastSeen: start + Nanoseconds.inSeconds(last.startNs))
        }
    }

    /// Calls `body` with the windows in order.
    ///
    /// - Throws: the error of `body`, which ends the iteration.
    public func forEachMoment(_ body: (Moment) throws -> Void) rethrows {
        var times = TimeDistribution()
        var requests: UInt64 = 0
        var failures: UInt64 = 0
        for window in record.series.windows {
            var own = TimeDistribution()
            let turnarounds = window.allTimes[.turnaround]
            own.add(turnarounds)
            times.add(turnarounds)
            requests &+= window.counts.requests
            failures &+= window.counts.failures
            try body(
                Moment(
                    timestamp: record.description.startedAt + Nanoseconds.inSeconds(window.startNs),
                    seconds: Nanoseconds.inSeconds(window.lengthNs), concurrentSessions: window.concurrentSessions,
                    requests: window.counts.requests, failures: window.counts.failures, times: own,
                    totalRequests: requests, totalFailures: failures, totalMedian: times.milliseconds(atQuantile: 0.5),
                    totalMean: times.meanMs, totalLongest: times.longestMs))
        }
    }
}

extension RunFigures.Failure {
    fileprivate init(_ cause: FailureCauseSummary, start: Double) {
        let words = cause.endpoint.split(separator: " ", maxSplits: 1)
        method = words.count > 1 ? String(words[0]) : ""
        name = String(words.last ?? "")
        error =
            "\(cause.kind.label): \(cause.expectedText) expected, \(cause.receivedText)"
            + (cause.receivedStatus == nil ? "" : " received") + (cause.cause.map { ": \($0)" } ?? "")
            + (cause.exchange.map { " (exchange \($0))" } ?? "")
        count = cause.count
        firstSeen = start + cause.firstSeconds
        lastSeen = start + cause.lastSeconds
    }
}
