import Plan
import SessionLog

extension LogInput {
    /// The most requests whose exchanges are looked up, for which the logs are read again.
    static let numberedRequests = 20_000
    /// The same if examples are shown during the run.
    static let numberedRequestsWatched = 500_000

    /// The numbers that `inspect --list` gives the exchanges of a plan's requests.
    ///
    /// - Parameters:
    ///   - plan: a plan made from these logs
    ///   - isWatched: whether examples are shown during the run
    /// - Returns: the numbers by script and request, 0 if unknown; empty for a plan that is too long
    /// - Throws: ``SessionLogError``, or a filter that cannot be read.
    func exchangeNumbers(
        of plan: ReplayPlan, filters: FilterArguments, hasPrelude: Bool, isWatched: Bool
    ) throws -> [[UInt64]] {
        let own = plan.scripts
        let count = own.reduce(0) { $0 + $1.requests.count }
        guard count <= (isWatched ? LogInput.numberedRequestsWatched : LogInput.numberedRequests) else {
            return own.map { _ in [] }
        }
        let selection = try self.selection()
        // Without a prelude, a filter may make sessions begin later.
        let filter = hasPrelude ? ExchangeFilter() : try filters.filter(of: selection)
        let numbers = try ExchangeNumbers(of: selection, filter: filter, sessions: Set(own.map(\.sessionNumber)))
        return own.map { script in
            script.requests.map { numbers.number(session: script.sessionNumber, offsetNs: $0.offsetNs) ?? 0 }
        }
    }
}
