import Measurement

/// The figures of one endpoint. Its times are turnarounds (finished − ready), so that one stall is not counted several times;
/// there are no response times by endpoint.
public struct EndpointSummary: Codable, Hashable, Sendable {
    /// `GET /users/{id}`.
    public var endpoint: String
    /// Requests that ended.
    public var requests: Int
    /// Requests that failed.
    public var failures: Int
    /// Failures divided by requests.
    public var failureRatio: Double
    /// Requests answered, divided by the run's duration.
    public var requestsPerSecond: Double
    /// Successes where the recording has an error; nil in summaries written before they were counted.
    public var betterThanRecorded: Int?
    /// Distributions of their times.
    public var times: TimeFigures

    /// Figures of an endpoint.
    public init(
        endpoint: String, requests: Int, failures: Int, failureRatio: Double, requestsPerSecond: Double,
        times: TimeFigures
    ) {
        self.endpoint = endpoint
        self.requests = requests
        self.failures = failures
        self.failureRatio = failureRatio
        self.requestsPerSecond = requestsPerSecond
        self.times = times
    }

    private enum CodingKeys: CodingKey {
        case endpoint, requests, failures, failureRatio, requestsPerSecond, betterThanRecorded
    }

    /// Reads an endpoint's figures.
    ///
    /// - Throws: `DecodingError` when the fields are not there.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        endpoint = try container.decode(String.self, forKey: .endpoint)
        requests = try container.decode(Int.self, forKey: .requests)
        failures = try container.decode(Int.self, forKey: .failures)
        failureRatio = try container.decode(Double.self, forKey: .failureRatio)
        requestsPerSecond = try container.decode(Double.self, forKey: .requestsPerSecond)
        betterThanRecorded = try container.decodeIfPresent(Int.self, forKey: .betterThanRecorded)
        times = try TimeFigures(from: decoder).withTurnaround
    }

    /// Writes them.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(endpoint, forKey: .endpoint)
        try container.encode(requests, forKey: .requests)
        try container.encode(failures, forKey: .failures)
        try container.encode(failureRatio, forKey: .failureRatio)
        try container.encode(requestsPerSecond, forKey: .requestsPerSecond)
        try container.encodeIfPresent(betterThanRecorded, forKey: .betterThanRecorded)
        try times.withResponse.encode(to: encoder)
    }
}

/// Requests that have something in common.
public struct RequestGroup: Codable, Hashable, Sendable {
    /// What they have in common.
    public enum Criterion: String, Codable, Hashable, Sendable {
        case method
        /// The class of status: its failures are not told, 0.
        case status
        case phase
    }

    /// What they have in common.
    public var by: Criterion
    /// `GET`; `2xx`, or `none` without a response; `ramp`, `steady` or `drain`.
    public var name: String
    /// Requests that ended.
    public var requests: Int
    /// Requests that failed.
    public var failures: Int
    /// Of phases response times, of the others turnarounds.
    public var times: TimeFigures

    /// Figures of a group.
    public init(by: Criterion, name: String, requests: Int, failures: Int, times: TimeFigures) {
        self.by = by
        self.name = name
        self.requests = requests
        self.failures = failures
        self.times = times
    }

    private enum CodingKeys: CodingKey {
        case by, name, requests, failures
    }

    /// Reads a group's figures.
    ///
    /// - Throws: `DecodingError` when the fields are not there.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        by = try container.decode(Criterion.self, forKey: .by)
        name = try container.decode(String.self, forKey: .name)
        requests = try container.decode(Int.self, forKey: .requests)
        failures = try container.decode(Int.self, forKey: .failures)
        let figures = try TimeFigures(from: decoder)
        times = by == .phase ? figures : figures.withTurnaround
    }

    /// Writes them.
    ///
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(by, forKey: .by)
        try container.encode(name, forKey: .name)
        try container.encode(requests, forKey: .requests)
        try container.encode(failures, forKey: .failures)
        try (by == .phase ? times : times.withResponse).encode(to: encoder)
    }
}

extension TimeFigures {
    /// What summaries of endpoints had under the name of response times before turnarounds had their own name: both names
    /// are written, for readers that know the older one.
    fileprivate var withResponse: TimeFigures {
        var figures = self
        figures[.response] = self[.turnaround]
        return figures
    }

    fileprivate var withTurnaround: TimeFigures {
        var figures = self
        figures[.turnaround] = self[.turnaround] ?? self[.response]
        figures[.response] = nil
        return figures
    }
}
