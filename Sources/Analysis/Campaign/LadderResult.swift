import Formats

/// The result of a ladder: the content of `ladder` in `campaign.json`.
public struct LadderResult: Codable, Hashable, Sendable {
    /// The highest level that passed its gates; nil if none did.
    public var capacity: Int?
    /// The lowest level that failed; nil if none did.
    public var firstFailing: Int?
    /// The level at which the generator, not the target, was the limit; nil if there was none.
    public var unproven: Int?
    /// Why that level proves nothing; nil if there is no such level, and in results of older versions.
    public var unprovenReason: String?
    /// The trials, in the order they ran.
    public var trials: [Trial]
    /// The gates that failed at the lowest failing level.
    public var failure: [GateResult] = []
    /// Failed requests at the lowest failing level, by fate: `timeout`, `refused`, `status` …
    public var failureKinds: [String: UInt64]?
    /// The time from the return to a low level until response times and failures are as at the first level; nil without
    /// a return, or if they never are.
    public var recoverySeconds: Double?

    /// Why a level is run.
    public enum Purpose: String, Codable, Hashable, Sendable {
        case climb, search, proof, back
    }

    /// The outcome of a level.
    public enum Outcome: String, Codable, Hashable, Sendable {
        /// It passed its gates.
        case held
        case failed
        /// It proves nothing, for example because the generator was too slow.
        case inconclusive
    }

    /// A level that was run.
    public struct Trial: Codable, Hashable, Sendable {
        /// Concurrent sessions.
        public var level: Int
        /// Why it was run.
        public var purpose: Purpose
        /// Its outcome.
        public var outcome: Outcome

        /// See the properties for the meaning of each parameter.
        public init(level: Int, purpose: Purpose, outcome: Outcome) {
            self.level = level
            self.purpose = purpose
            self.outcome = outcome
        }
    }

    /// The result of some trials; `failure` is empty if nothing failed.
    public init(
        capacity: Int?, firstFailing: Int?, unproven: Int?, trials: [Trial], failure: [GateResult] = []
    ) {
        self.capacity = capacity
        self.firstFailing = firstFailing
        self.unproven = unproven
        self.trials = trials
        self.failure = failure
    }

    /// The name of a trial's run folder inside the scenario's folder.
    public func folderName(ofTrial index: Int) -> String {
        LadderResult.folderName(number: index + 1, trials[index].purpose, level: trials[index].level)
    }

    /// The name of a trial and its run folder: `3-climb-500`.
    ///
    /// - Parameter number: the trial's number, from 1.
    public static func folderName(number: Int, _ purpose: Purpose, level: Int) -> String {
        "\(number)-\(purpose.rawValue)-\(level)"
    }

    /// Failed requests at the first failing level by kind, most frequent first: `812 timeout, 3 refused`; empty if
    /// there are none.
    public var failureText: String {
        (failureKinds ?? [:]).sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.value.grouped) \($0.key)" }.joined(separator: ", ")
    }

    /// What the return to a low level showed; nil without one.
    public var recoveryText: String? {
        if let recoverySeconds {
            let seconds = recoverySeconds.formatted(decimals: 1)
            return "back at a low level, figures were as at the first level after \(seconds) s"
        }
        guard trials.contains(where: { $0.purpose == .back }) else { return nil }
        return "back at a low level, response times and failures did not return to those of the first level, "
            + "or the time was too short to decide"
    }

    /// The capacity in a sentence without a full stop: `the target holds 200 sessions, fails at 400`.
    public var sentence: String { "the target \(predicate)" }

    private var predicate: String {
        let open = unproven.map {
            "; nothing is proven at \($0.grouped): \(unprovenReason ?? "the generator was the limit")"
        }
        guard let capacity else {
            return firstFailing == nil
                ? "is not known to hold any level" + (open ?? ": none was run to its end")
                : "holds none of the levels" + (open ?? "")
        }
        let most = "holds \(capacity.grouped) sessions"
        if let firstFailing { return "\(most), fails at \(firstFailing.grouped)" + (open ?? "") }
        return most + (open ?? ", the highest level tried: its limit was not found")
    }
}
