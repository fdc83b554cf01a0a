import Formats

/// An endpoint whose times are not compared.
public struct UncomparedEndpoint: Encodable, Hashable, Sendable {
    /// Why times are not compared.
    public enum Reason: String, CaseIterable, Encodable, Hashable, Sendable {
        /// Fewer than five requests in a run, or fewer than ten in all runs of a side.
        case tooFewRequests
        /// A run has no request to it.
        case missingFromARun
        /// The limit of compared endpoints is reached by endpoints with more requests.
        case beyondTheMost
    }

    /// `GET /users/{id}`.
    public var endpoint: String
    /// Requests with a time in all runs of a side; of the two sides the smaller number.
    public var requests: UInt64
    /// Why its times are not compared.
    public var reason: Reason

    /// See the properties for the meaning of each parameter.
    public init(endpoint: String, requests: UInt64, reason: Reason) {
        self.endpoint = endpoint
        self.requests = requests
        self.reason = reason
    }

    /// The endpoints that are not in `compared`, those with most requests first.
    ///
    /// - Parameter labels: the endpoints that every run has, up to the limit of compared endpoints
    static func all(
        _ left: [RunLatencies], _ right: [RunLatencies], compared: Set<String>, among labels: Set<String>
    ) -> [UncomparedEndpoint] {
        let runs = left + right
        let missing = Set(runs.flatMap(\.endpoints.keys)).subtracting(compared)
        return missing.map { endpoint in
            let sums = [left, right].map { side in
                side.reduce(UInt64(0)) { $0 &+ ($1.endpoints[endpoint]?.timed ?? 0) }
            }
            let isEverywhere = runs.allSatisfy { $0.endpoints[endpoint] != nil }
            return UncomparedEndpoint(
                endpoint: endpoint, requests: min(sums[0], sums[1]),
                reason: !isEverywhere
                    ? .missingFromARun : labels.contains(endpoint) ? .tooFewRequests : .beyondTheMost)
        }.sorted { ($1.requests, $0.endpoint) < ($0.requests, $1.endpoint) }
    }
}

extension RunComparison {
    /// The maximum number of endpoints that a sentence names.
    private static let mostNamed = 20

    /// What was not compared, a sentence per reason:
    /// `Not compared (too few requests): GET /report 30, POST /coupon 10.`
    public var notComparedSentences: [String] {
        UncomparedEndpoint.Reason.allCases.compactMap { reason in
            let endpoints = notCompared.filter { $0.reason == reason }
            guard !endpoints.isEmpty else { return nil }
            let named = endpoints.prefix(RunComparison.mostNamed).map { "\($0.endpoint) \($0.requests.grouped)" }
            let more = endpoints.count - named.count
            return "Not compared (\(RunComparison.text(reason))): \(named.joined(separator: ", "))"
                + (more > 0 ? " and \(Plural.text(more, "more endpoint", "more endpoints"))." : ".")
        }
    }

    private static func text(_ reason: UncomparedEndpoint.Reason) -> String {
        switch reason {
        case .tooFewRequests: "too few requests"
        case .missingFromARun: "not in every run"
        case .beyondTheMost: "only the \(mostEndpoints) busiest endpoints are compared"
        }
    }
}
