import Formats

/// What a ladder found: the content of `ladder` in `campaign.json`.
public struct LadderResult: Codable, Hashable, Sendable {
    /// The highest level that kept the gates; nil where none did.
    public var capacity: Int?
    /// The lowest level that failed; nil where none did.
    public var firstFailing: Int?
    /// The level at which the generator, not the target, was the limit; nil where there was none.
    public var unproven: Int?
    /// What was run, in that order.
    public var trials: [Trial]
    /// What failed first, and how: gates that were not met at the first failing level.
    public var failure: [GateResult] = []
    /// Requests that failed at the first failing level, by what became of them: `timeout`, `refused`, `status` …
    public var failureKinds: [String: UInt64]?
    /// After the return to a low level: from its beginning until response times and failures are as at the first level; nil
    /// without a return, and where they never are.
    public var recoverySeconds: Double?

    /// Why a level is run.
    public enum Purpose: String, Codable, Hashable, Sendable {
        case climb, search, proof, back
    }

    /// What a level came to.
    public enum Outcome: String, Codable, Hashable, Sendable {
        /// It kept its gates.
        case held
        case failed
        /// It proves nothing, such as one at which the generator was too slow.
        case inconclusive
    }

    /// A level that was run.
    public struct Trial: Codable, Hashable, Sendable {
        /// Sessions at once.
        public var level: Int
        /// Why it was run.
        public var purpose: Purpose
        /// What it came to.
        public var outcome: Outcome

        /// A level and its outcome.
        public init(level: Int, purpose: Purpose, outcome: Outcome) {
            self.level = level
            self.purpose = purpose
            self.outcome = outcome
        }
    }

    /// What levels came to; nothing failed where `failure` is empty.
    public init(
        capacity: Int?, firstFailing: Int?, unproven: Int?, trials: [Trial], failure: [GateResult] = []
    ) {
        self.capacity = capacity
        self.firstFailing = firstFailing
        self.unproven = unproven
        self.trials = trials
        self.failure = failure
    }

    /// The name of the run folder of a trial, in the scenario's.
    public func folderName(ofTrial index: Int) -> String {
        LadderResult.folderName(number: index + 1, trials[index].purpose, level: trials[index].level)
    }

    /// The name of a trial, and of its run folder: `3-climb-500`.
    ///
    /// - Parameter number: of the trial, from 1.
    public static func folderName(number: Int, _ purpose: Purpose, level: Int) -> String {
        "\(number)-\(purpose.rawValue)-\(level)"
    }

    /// The capacity in a sentence.
    public var sentence: String {
        if capacity == nil, firstFailing == nil, let unproven {
            return "nothing is proven: at \(unproven.grouped) sessions the generator was the limit"
        }
        let most = capacity.map { "holds \($0.grouped) sessions" } ?? "holds none of the levels"
        if let unproven { return "\(most); at \(unproven.grouped) the level proves nothing" }
        if let firstFailing { return "\(most), fails at \(firstFailing.grouped)" }
        return "\(most), the highest level tried: it may hold more"
    }
}
