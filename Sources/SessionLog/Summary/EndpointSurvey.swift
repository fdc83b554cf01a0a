import Formats
import HTTPWire
import Histogram
import Traffic

/// Counts exchanges and their service times by endpoint: the first 300 endpoints separately, all later ones in one row.
struct EndpointSurvey {
    static let maximumEndpoints = 300
    /// The maximum number of targets whose endpoint is cached.
    private static let maximumTargets = 20_000
    /// The row of endpoints past the limit, which learned templates do not reach.
    private static let other = Endpoint(method: "*", pathTemplate: "(other endpoints)")
    /// The row of exchanges whose request was not seen.
    private static let unknown = Endpoint(method: "*", pathTemplate: "(no request seen)")

    /// The figures of one endpoint.
    struct Row {
        var count: UInt64 = 0
        var clientErrors: UInt64 = 0
        var serverErrors: UInt64 = 0
        var missingResponses: UInt64 = 0
        var requestBodyBytes: UInt64 = 0
        var responseBodyBytes: UInt64 = 0
        /// Service times in nanoseconds, exact to three digits.
        var histogram = Histogram<UInt32>(numberOfSignificantValueDigits: .three)
        /// The longest, exact.
        var longest: UInt64 = 0

        mutating func add(_ record: ExchangeBatch.Record) {
            count += 1
            if (400..<500).contains(record.status) { clientErrors += 1 }
            if record.status >= 500 { serverErrors += 1 }
            if record.response == nil { missingResponses += 1 }
            requestBodyBytes &+= record.request?.bodyBytes ?? 0
            responseBodyBytes &+= record.response?.bodyBytes ?? 0
            guard let began = record.request?.firstByte, let ended = record.response?.lastByte else { return }
            // At most a day: clocks jump, and a histogram grows with its largest value.
            let nanoseconds = UInt64(min(max(0, ended.nanoseconds(since: began)), 86_400 * Nanoseconds.perSecond))
            histogram.record(nanoseconds)
            longest = max(longest, nanoseconds)
        }

        /// The service times; nil if there are none.
        var times: LogSummary.ServiceTimes? {
            guard histogram.totalCount > 0 else { return nil }
            func milliseconds(_ percentile: Double) -> Double {
                Nanoseconds.inMilliseconds(min(histogram.valueAtPercentile(percentile), longest))
            }
            return LogSummary.ServiceTimes(
                count: histogram.totalCount, mean: Nanoseconds.inMilliseconds(histogram.mean), p50: milliseconds(50),
                p95: milliseconds(95), p99: milliseconds(99), max: Nanoseconds.inMilliseconds(longest))
        }
    }

    /// All endpoints together.
    private(set) var all = Row()
    private let templates: EndpointTemplates
    private var byEndpoint: [Endpoint: Row] = [:]
    private var knownTargets: [String: Endpoint] = [:]

    init(templates: EndpointTemplates = EndpointTemplates()) { self.templates = templates }

    /// Adds an exchange; `head` is its request's.
    mutating func add(_ record: ExchangeBatch.Record, _ head: RequestHead?) {
        all.add(record)
        let endpoint = head.map { self.endpoint(of: $0) } ?? EndpointSurvey.unknown
        let isKnown = byEndpoint[endpoint] != nil || byEndpoint.count < EndpointSurvey.maximumEndpoints
        byEndpoint[isKnown ? endpoint : EndpointSurvey.other, default: Row()].add(record)
    }

    private mutating func endpoint(of head: RequestHead) -> Endpoint {
        let path = head.target.prefix { $0 != "?" && $0 != "#" }
        let key = "\(head.method) \(path)"
        if let known = knownTargets[key] { return known }
        let endpoint = templates.endpoint(method: head.method, target: head.target)
        if knownTargets.count >= EndpointSurvey.maximumTargets { knownTargets.removeAll() }
        knownTargets[key] = endpoint
        return endpoint
    }

    /// The rows, most used first.
    var rows: [LogSummary.EndpointRow] {
        byEndpoint.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { endpoint, row in
            LogSummary.EndpointRow(
                method: endpoint.method, path: endpoint.pathTemplate, count: row.count,
                clientErrors: row.clientErrors, serverErrors: row.serverErrors,
                missingResponses: row.missingResponses, requestBodyBytes: row.requestBodyBytes,
                responseBodyBytes: row.responseBodyBytes, serviceTimeMs: row.times)
        }
    }
}
