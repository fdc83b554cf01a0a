import Formats

/// An endpoint whose times a comparison leaves out.
public struct UncomparedEndpoint: Encodable, Hashable, Sendable {
    /// Why they are left out.
    public enum Reason: String, CaseIterable, Encodable, Hashable, Sendable {
        /// Fewer than five requests in a run, or than ten in all runs of a side.
        case tooFewRequests
        /// A run has no request to it.
        case missingFromARun
        /// As many endpoints with more requests are compared as a comparison takes.
        case beyondTheMost
    }

    /// `GET /users/{id}`.
    public var endpoint: String
    /// Requests with a time, of the side that has fewer, in all of its runs.
    public var requests: UInt64
    /// Why its times are left out.
    public var reason: Reason

    /// See the properties for the meaning of each parameter.
    public init(endpoint: String, requests: UInt64, reason: Reason) {
        self.endpoint = endpoint
        self.requests = requests
        self.reason = reason
    }

    /// The endpoints that are not in `compared`, those with most requests first.
    ///
    /// - Parameter labels: the endpoints that every run has, without those beyond the most that are compared.
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
    /// The most endpoints that a sentence names.
    private static let mostNamed = 20

    /// What was not compared, a sentence per reason: `Not compared (too few requests): GET /report 30, POST /coupon 10.`
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
