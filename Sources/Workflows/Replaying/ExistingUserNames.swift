public import Analysis
import Formats
public import Plan

/// Detects registrations that failed because their user names exist, for example after an earlier replay to a service
/// that keeps its data.
public enum ExistingUserNames {
    /// Statuses with which services report that a name is taken.
    private static let statuses: Set = [400, 409, 422]

    /// Advice; nil if no request with a new user name was refused this way.
    ///
    /// - Parameters:
    ///   - causes: how requests failed.
    ///   - identities: how user names are replaced, by endpoint.
    ///   - advisor: names the option that makes new names.
    public static func advice(
        _ causes: [FailureCauseSummary], _ identities: [PlanFindings.Identity], advisor: Advisor = .silent
    ) -> String? {
        // A name that contains the time is new in every run.
        let endpoints = Set(identities.filter { $0.becomes.map { !$0.contains("{now}") } ?? false }.map(\.endpoint))
        let refused = causes.filter { cause in
            endpoints.contains(cause.endpoint) && (cause.expectedStatus ?? 0) < 400
                && cause.receivedStatus.map(statuses.contains) ?? false
        }
        guard let first = refused.max(by: { $0.count < $1.count }), let status = first.receivedStatus else {
            return nil
        }
        let sentence =
            "\(first.endpoint) answered \(status) to \(Plural.text(first.count, "request")): if their user names exist from an "
            + "earlier run, start with fresh data or new names"
        return advisor.adding(.newUserNames, to: sentence)
    }
}
