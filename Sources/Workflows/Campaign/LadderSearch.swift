public import Analysis
public import Scenario

/// Which levels a ladder runs: up to the first that does not hold, then between the last good and the first bad, then a proof.
/// Pure: outcomes come in, levels come out.
public struct LadderSearch: Hashable, Sendable {

    /// What a level came to.
    public typealias Outcome = LadderResult.Outcome

    /// A level to run.
    public struct Step: Hashable, Sendable {
        /// Why it is run.
        public typealias Purpose = LadderResult.Purpose

        /// Sessions at once.
        public var level: Int
        /// Why.
        public var purpose: Purpose
    }

    /// A level that was run.
    public typealias Trial = LadderResult.Trial

    private let ladder: Ladder
    private let searchShare: Double?
    /// What was run, in that order.
    public private(set) var trials: [Trial] = []
    /// The highest level that held, and is not known to fail.
    private var good: Int?
    /// The lowest level that failed.
    private var bad: Int?
    private var isOver = false
    private var searches = 0
    private var proofs = 0

    private static let mostSearches = 12
    private static let mostProofs = 3

    /// A ladder of which nothing was run.
    public init(_ ladder: Ladder) {
        self.ladder = ladder
        searchShare = ladder.search
    }

    /// The highest level that held, by a proof where there was a search; nil where none did.
    public var capacity: Int? { good }

    /// The lowest level that failed; nil where none did: the capacity may be higher than what was tried.
    public var firstFailing: Int? { bad }

    /// The level at which nothing could be proven; nil where each level was.
    public var unproven: Int? { trials.first { $0.outcome == .inconclusive && $0.purpose != .back }?.level }

    /// What is to be run next; nil when all is known.
    public var next: Step? {
        if let step = nextTrial { return step }
        guard let back = ladder.back, !trials.contains(where: { $0.purpose == .back }), !trials.isEmpty else {
            return nil
        }
        return Step(level: back, purpose: .back)
    }

    private var nextTrial: Step? {
        guard !isOver else { return nil }
        guard let bad else {
            let reached = trials.last?.level ?? 0
            return ladder.levels.first { $0 > reached }.map { Step(level: $0, purpose: .climb) }
        }
        guard let share = searchShare else { return nil }
        let low = good ?? 0
        let middle = (low + bad) / 2
        if middle > low, searches < Self.mostSearches, Double(bad - low) > share * Double(max(low, 1)) {
            return Step(level: middle, purpose: .search)
        }
        // A level that the search found was run once, shortly after one that failed: that may be luck.
        guard searches > 0, proofs < Self.mostProofs, let good,
            !trials.contains(where: { $0.level == good && $0.purpose == .proof && $0.outcome == .held })
        else { return nil }
        return Step(level: good, purpose: .proof)
    }

    /// Takes what the next level came to.
    public mutating func take(_ outcome: Outcome) {
        guard let step = next else { return }
        trials.append(Trial(level: step.level, purpose: step.purpose, outcome: outcome))
        guard step.purpose != .back else { return }
        if step.purpose == .search { searches += 1 }
        if step.purpose == .proof { proofs += 1 }
        switch outcome {
        case .held: good = max(good ?? 0, step.level)
        case .failed:
            bad = min(bad ?? .max, step.level)
            guard step.purpose == .proof else { break }
            // Below what the proof refuted by the accuracy of the search, or the best level that is lower.
            let lower = Int(Double(step.level) * (1 - (searchShare ?? 0.1)))
            let known = trials.filter { $0.outcome == .held && $0.level < step.level }.map(\.level).max() ?? 0
            good = max(known, lower) > 0 ? max(known, lower) : nil
        case .inconclusive: isOver = true
        }
        if proofs >= Self.mostProofs, outcome == .failed, step.purpose == .proof { good = provenLevel }
    }

    /// The best level that held and lies below all that failed.
    private var provenLevel: Int? {
        trials.filter { $0.outcome == .held && $0.level < bad ?? .max }.map(\.level).max()
    }
}
