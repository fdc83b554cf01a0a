import Measurement

/// The figures of one endpoint. Its times are turnarounds (finished − ready), so that one stall is not counted several
/// times; response times do not exist by endpoint.
public struct EndpointSummary: Codable, Hashable, Sendable {
    /// `GET /users/{id}`.
    public var endpoint: String
    /// Finished requests.
    public var requests: Int
    /// Failed requests.
    public var failures: Int
    /// Failures divided by requests.
    public var failureRatio: Double
    /// Answered requests divided by the run's duration.
    public var requestsPerSecond: Double
    /// Successes where the recording has an error; nil in summaries written before these were counted.
    public var betterThanRecorded: Int?
    /// Distributions of their times.
    public var times: TimeFigures

    /// See the properties for the meaning of each parameter.
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

    /// Decodes an endpoint's figures.
    ///
    /// - Throws: `DecodingError` when fields are missing.
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

    /// Encodes the figures.
    ///
    /// - Throws: the encoder's error.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(endpoint, forKey: .endpoint)
        try container.encode(requests, forKey: .requests)
        try container.encode(failures, forKey: .failures)
        try container.encode(failureRatio, forKey: .failureRatio)
        try container.encode(requestsPerSecond, forKey: .requestsPerSecond)
        try container.encodeIfPresent(betterThanRecorded, forKey: .betterThanRecorded)
        try times.encode(to: encoder)
    }
}

/// Requests with a common property.
public struct RequestGroup: Codable, Hashable, Sendable {
    /// The property.
    public enum Criterion: String, Codable, Hashable, Sendable {
        case method
        /// The class of status; the number of failures is not available and 0.
        case status
        case phase
    }

    /// The property.
    public var by: Criterion
    /// `GET`; `2xx`, or `none` without a response; `ramp`, `steady` or `drain`.
    public var name: String
    /// Finished requests.
    public var requests: Int
    /// Failed requests.
    public var failures: Int
    /// Response times for phases, turnarounds for other groups.
    public var times: TimeFigures

    /// See the properties for the meaning of each parameter.
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

    /// Decodes a group's figures.
    ///
    /// - Throws: `DecodingError` when fields are missing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        by = try container.decode(Criterion.self, forKey: .by)
        name = try container.decode(String.self, forKey: .name)
        requests = try container.decode(Int.self, forKey: .requests)
        failures = try container.decode(Int.self, forKey: .failures)
        let figures = try TimeFigures(from: decoder)
        times = by == .phase ? figures : figures.withTurnaround
    }

    /// Encodes the figures.
    ///
    /// - Throws: the encoder's error.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(by, forKey: .by)
        try container.encode(name, forKey: .name)
        try container.encode(requests, forKey: .requests)
        try container.encode(failures, forKey: .failures)
        try times.encode(to: encoder)
    }
}

extension TimeFigures {
    /// Summaries of older versions also, or only, have the turnarounds of endpoints under the name of response times.
    fileprivate var withTurnaround: TimeFigures {
        var figures = self
        figures[.turnaround] = self[.turnaround] ?? self[.response]
        figures[.response] = nil
        return figures
    }
}
