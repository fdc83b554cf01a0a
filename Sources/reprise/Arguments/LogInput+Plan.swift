import Plan
import SessionLog
import Traffic

extension LogInput {
    /// Reads the logs' sessions, warns of damage, and plans the replay of the exchanges that pass the filters.
    ///
    /// - Parameter hasPrelude: whether exchanges that the filter leaves out, but others depend on, are sent first.
    func plan(_ options: PlanOptions, filters: FilterArguments, hasPrelude: Bool) throws -> ReplayPlan {
        let traffic = try LogReader.sessions(of: selection())
        let exchanges = traffic.sessions.reduce(UInt64(0)) { $0 + UInt64($1.exchanges.count) }
        try warn(of: traffic.statuses, readableExchanges: exchanges)
        guard exchanges > 0 else { throw CommandFailure(choice.reasonForNothing(to: to, nil), .badInput) }
        var options = options
        let templates = EndpointTemplates(learnedFrom: traffic.sessions, rules: try filters.rules())
        options.endpointTemplates = templates
        var filter = filters.filter
        filter.templates = templates
        guard !filter.isEmpty else { return try ReplayPlan(sessions: traffic.sessions, options: options) }
        let sessions = traffic.sessions.compactMap { session -> RecordedSession? in
            let kept = session.exchanges.filter(filter.includes)
            return kept.isEmpty ? nil : RecordedSession(number: session.number, exchanges: kept)
        }
        guard !sessions.isEmpty else {
            throw CommandFailure(choice.reasonForNothing(to: to, filters), .badInput)
        }
        return hasPrelude
            ? try ReplayPlan(sessions: traffic.sessions, options: options, keeps: filter.includes)
            : try ReplayPlan(sessions: sessions, options: options)
    }
}
