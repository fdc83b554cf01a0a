import Plan
import SessionLog
import Traffic

extension LogArgument {
    /// Reads the log's sessions, tells what of it is damaged, and plans their replay.
    func plan(_ options: PlanOptions) throws -> ReplayPlan {
        let traffic = try recordedSessions(of: log)
        let exchanges = traffic.sessions.reduce(UInt64(0)) { $0 + UInt64($1.exchanges.count) }
        try warn(of: traffic.damages, ending: traffic.ending, readableExchanges: exchanges)
        return try ReplayPlan(sessions: traffic.sessions, options: options)
    }
}
