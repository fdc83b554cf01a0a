public import Analysis
public import Measurement
public import Scenario

/// The progress of a ladder: the next level, and the results of those that were run. Pure.
public struct LadderProgress {
    private let ladder: Ladder
    /// The levels that were run, and the next one.
    public private(set) var search: LadderSearch
    private var climate = OverloadRecovery()
    private var failure: [GateResult] = []
    private var failureKinds: [String: UInt64]?
    private var unprovenReason: String?

    /// A ladder without any results.
    public init(_ ladder: Ladder) {
        self.ladder = ladder
        search = LadderSearch(ladder)
    }

    /// Takes the result of the level that was next.
    ///
    /// - Parameters:
    ///   - level: its judgement
    ///   - summary: the summary of its run
    ///   - record: the record of its run
    /// - Returns: the outcome of the level
    public mutating func take(
        _ level: ScenarioResult, _ summary: RunSummary, _ record: RunRecord
    ) -> LadderResult.Outcome? {
        guard let step = search.next else { return nil }
        climate.take(record, of: step, ladder)
        let (outcome, reason) = level.outcomeOfLevel(isSaturated: summary.generator.saturated)
        let hadFailed = search.firstFailing != nil
        search.take(outcome, isClose: level.failsClosely)
        if !hadFailed, search.firstFailing != nil {
            failure = level.gates.filter { $0.outcome == .failed }
            failureKinds = summary.failuresByKind.reduce(into: [:]) { $0[$1.kind.label] = UInt64($1.count) }
        }
        if search.unproven != nil, unprovenReason == nil { unprovenReason = reason }
        return outcome
    }

    /// The result so far.
    public var result: LadderResult {
        var result = LadderResult(search, failure: failure)
        result.failureKinds = failureKinds
        result.unprovenReason = unprovenReason
        result.recoverySeconds = climate.recoverySeconds
        return result
    }
}

extension ScenarioResult {
    /// A gate that misses its limit by less than this share may fail by chance.
    private static let closeMargin = 0.2

    /// Whether all failed gates missed their limits by a small share.
    public var failsClosely: Bool {
        let failed = gates.filter { $0.outcome == .failed }
        return problem == nil && !failed.isEmpty
            && failed.allSatisfy { $0.margin.map { $0 > -ScenarioResult.closeMargin } ?? false }
    }

    /// The outcome of one level of a ladder.
    ///
    /// - Parameter isSaturated: whether the generator was too slow for the level
    /// - Returns: its outcome, and the reason if it proves nothing
    public func outcomeOfLevel(isSaturated: Bool) -> (outcome: LadderResult.Outcome, reason: String?) {
        if isSaturated { return (.inconclusive, "the generator itself was too slow") }
        if verdict == .fail || problem != nil { return (.failed, nil) }
        guard verdict == .inconclusive, let open = gates.first(where: { $0.outcome == .inconclusive }) else {
            return (.held, nil)
        }
        return (.inconclusive, "no gate could be decided (\(open.gate): \(open.figure))")
    }
}
