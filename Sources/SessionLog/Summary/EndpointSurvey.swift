import Formats
import HTTPWire
import Histogram
import Traffic

/// Counts exchanges and their service times by endpoint: the first 300 endpoints separately, all later ones in one row.
struct EndpointSurvey {
    static let maximumEndpoints = 300
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
    private var counted: [Row] = []
    /// The index of an endpoint's row in `counted`.
    private var places: [Endpoint: Int] = [:]

    init(templates: EndpointTemplates = EndpointTemplates()) { self.templates = templates }

    /// Adds an exchange; `head` is its request's.
    mutating func add(_ record: ExchangeBatch.Record, _ head: RequestHead?) {
        all.add(record)
        let endpoint =
            head.map { templates.endpoint(method: $0.method, target: $0.target) } ?? EndpointSurvey.unknown
        counted[place(of: endpoint)].add(record)
    }

    private mutating func place(of endpoint: Endpoint) -> Int {
        if let place = places[endpoint] { return place }
        guard places.count < EndpointSurvey.maximumEndpoints || endpoint == EndpointSurvey.other else {
            return place(of: EndpointSurvey.other)
        }
        counted.append(Row())
        places[endpoint] = counted.count - 1
        return counted.count - 1
    }

    /// The rows, most used first.
    var rows: [LogSummary.EndpointRow] {
        places.map { (key: $0.key, value: counted[$0.value]) }
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { endpoint, row in
                LogSummary.EndpointRow(
                    method: endpoint.method, path: endpoint.pathTemplate, count: row.count,
                    clientErrors: row.clientErrors, serverErrors: row.serverErrors,
                    missingResponses: row.missingResponses, requestBodyBytes: row.requestBodyBytes,
                    responseBodyBytes: row.responseBodyBytes, serviceTimeMs: row.times)
            }
    }
}
