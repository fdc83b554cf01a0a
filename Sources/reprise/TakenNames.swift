import Analysis
import Formats
import Plan

/// Registrations that failed because their user names exist: what happens when a service that keeps its data is replayed to again.
enum TakenNames {
    /// How services say that a name is taken.
    private static let statuses: Set = [400, 409, 422]

    /// What to do about it; nil when no request with a new user name was refused so.
    ///
    /// - Parameters:
    ///   - causes: how requests failed.
    ///   - identities: what user names become, by endpoint.
    static func advice(_ causes: [FailureCauseSummary], _ identities: [PlanFindings.Identity]) -> String? {
        // A name with the time in it is new in every run.
        let endpoints = Set(identities.filter { $0.becomes.map { !$0.contains("{now}") } ?? false }.map(\.endpoint))
        let refused = causes.filter { cause in
            endpoints.contains(cause.endpoint) && (cause.expectedStatus ?? 0) < 400
                && cause.receivedStatus.map(statuses.contains) ?? false
        }
        guard let first = refused.max(by: { $0.count < $1.count }), let status = first.receivedStatus else {
            return nil
        }
        return
            "\(first.endpoint) answered \(status) to \(Plural.text(first.count, "request")): if their user names exist from an "
            + "earlier run, start with fresh data or new names: --identity 'user{clone}-{now}'"
    }
}
