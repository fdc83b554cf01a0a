public import Analysis
public import Scenario

/// Decides which levels a ladder runs: up to the first that does not hold, then between the last good and the first bad
/// one, then a proof. Pure: outcomes go in, levels come out.
public struct LadderSearch: Hashable, Sendable {

    /// The outcome of a level.
    public typealias Outcome = LadderResult.Outcome

    /// A level to run.
    public struct Step: Hashable, Sendable {
        /// Why it is run.
        public typealias Purpose = LadderResult.Purpose

        /// Concurrent sessions.
        public var level: Int
        /// Why it is run.
        public var purpose: Purpose
    }

    /// A level that was run.
    public typealias Trial = LadderResult.Trial

    private let ladder: Ladder
    private let searchShare: Double?
    /// The levels run so far, in order.
    public private(set) var trials: [Trial] = []
    /// The highest level that held and is not known to fail, or the one to prove after a proof has failed.
    private var good: Int?
    /// The lowest level that failed.
    private var bad: Int?
    private var isOver = false
    /// A level that is run again: it proved nothing, or failed so closely that it may be chance.
    private var repeated: Step?
    private var searches = 0
    private var proofs = 0

    private static let mostSearches = 12
    private static let mostProofs = 3

    /// A search that has not run any level.
    public init(_ ladder: Ladder) {
        self.ladder = ladder
        searchShare = ladder.search
    }

    /// The highest level that held, confirmed by a proof after a search; nil if none did. A level that is only about to
    /// be proven is none.
    public var capacity: Int? { provenLevel }

    /// The lowest level that failed; nil if none did: the capacity may be higher than what was tried.
    public var firstFailing: Int? { bad }

    /// The level at which nothing could be proven in two runs; nil if there is none.
    public private(set) var unproven: Int?

    /// The next level to run; nil if the search is done.
    public var next: Step? {
        if let step = repeated ?? nextTrial { return step }
        guard let back = ladder.back, !trials.contains(where: { $0.purpose == .back }), !trials.isEmpty else {
            return nil
        }
        return Step(level: back, purpose: .back)
    }

    private var nextTrial: Step? {
        guard !isOver else { return nil }
        guard let bad else {
            let reached = trials.last { $0.purpose == .climb }?.level ?? 0
            return ladder.levels.first { $0 > reached }.map { Step(level: $0, purpose: .climb) }
        }
        guard let share = searchShare else { return nil }
        let low = good ?? 0
        let middle = (low + bad) / 2
        if middle > low, searches < Self.mostSearches, Double(bad - low) > share * Double(max(low, 1)) {
            return Step(level: middle, purpose: .search)
        }
        // The level that the search found ran only once, shortly after a failing one: it may have held by luck.
        guard searches > 0, proofs < Self.mostProofs, let good,
            !trials.contains(where: { $0.level == good && $0.purpose == .proof && $0.outcome == .held })
        else { return nil }
        return Step(level: good, purpose: .proof)
    }

    /// Takes the outcome of the next level.
    ///
    /// - Parameter isClose: whether it failed by so little that it is run again before it counts
    public mutating func take(_ outcome: Outcome, isClose: Bool = false) {
        guard let step = next else { return }
        trials.append(Trial(level: step.level, purpose: step.purpose, outcome: outcome))
        guard step.purpose != .back else { return }
        if repeated == nil, outcome == .inconclusive || outcome == .failed && isClose {
            repeated = step
            return
        }
        repeated = nil
        if step.purpose == .search { searches += 1 }
        if step.purpose == .proof { proofs += 1 }
        switch outcome {
        case .held: good = max(good ?? 0, step.level)
        case .failed:
            bad = min(bad ?? .max, step.level)
            guard step.purpose == .proof else { break }
            // Below the refuted level by the accuracy of the search, or the best level that is lower.
            let lower = Int(Double(step.level) * (1 - (searchShare ?? 0.1)))
            let known = trials.filter { $0.outcome == .held && $0.level < step.level }.map(\.level).max() ?? 0
            good = max(known, lower) > 0 ? max(known, lower) : nil
        case .inconclusive:
            isOver = true
            unproven = step.level
        }
        if proofs >= Self.mostProofs, outcome == .failed, step.purpose == .proof { good = provenLevel }
    }

    /// The best level that held and lies below all failed ones.
    private var provenLevel: Int? {
        trials.filter { $0.outcome == .held && $0.purpose != .back && $0.level < bad ?? .max }.map(\.level).max()
    }
}
