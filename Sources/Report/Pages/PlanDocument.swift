import Formats
public import Plan
import Traffic

/// The output of `reprise plan --json`. Field names are a contract.
public struct PlanDocument: Encodable {
    struct Planned: Encodable {
        var slots: Int
        var clones: Int
        var requests: Int
        var rampSeconds: Double
        /// Null in a closed loop, where the target's speed decides it.
        var durationSeconds: Double?
        var peakRequestsPerSecond: Int?
        /// Requests due in each interval of this length; empty in a closed loop.
        var requestsOverTime: [UInt64]
        var stretchSeconds: Double
        var peakSentBytesPerSecond: UInt64
        var peakReceivedBytesPerSecond: UInt64
        var peakConcurrentClones: Int
        /// Whether counts and peaks are extrapolated from the beginning of the plan.
        var isExtrapolated: Bool
    }

    struct Needs: Encodable {
        var sockets: Int
        /// An estimate.
        var memoryBytes: UInt64
    }

    struct Settings: Encodable {
        var speed: String
        var pacing: String
        var seed: UInt64
        var identityTemplate: String?
        var signsTokens: Bool
    }

    struct Request: Encodable {
        var dueSeconds: Double
        var clone: Int
        var slot: Int
        var session: UInt32
        /// Its number in 'inspect --list'; nil if unknown.
        var exchange: UInt64?
        var endpoint: String

        /// The first requests of a plan.
        ///
        /// - Parameter numbers: the numbers of the recorded exchanges by script and request; 0 if unknown.
        static func first(_ count: Int, of plan: ReplayPlan, numbers: [[UInt64]]) -> [Request] {
            guard count > 0 else { return [] }
            return plan.firstRequests(count).map { planned in
                let (turn, request) = (planned.turn, planned.request)
                let script = plan.scripts[turn.script]
                let number =
                    numbers.indices.contains(turn.script) && numbers[turn.script].indices.contains(request)
                    ? numbers[turn.script][request] : 0
                return Request(
                    dueSeconds: planned.due.seconds, clone: turn.clone, slot: turn.slot,
                    session: script.sessionNumber, exchange: number > 0 ? number : nil,
                    endpoint: plan.endpoints[script.requests[request].endpoint].label)
            }
        }
    }

    var log: String
    var settings: Settings
    var planned: Planned
    var needs: Needs
    var findings: PlanFindings
    var endpoints: [String]
    var first: [Request]?

    /// The JSON document of a plan.
    ///
    /// - Parameters:
    ///   - log: the name of the log, as the user gave it.
    ///   - first: how many of the first requests are listed.
    ///   - numbers: the numbers of the recorded exchanges by script and request; 0 if unknown.
    public init(_ plan: ReplayPlan, log: String, first: Int, numbers: [[UInt64]] = []) {
        let outline = plan.outline()
        let options = plan.options
        self.log = log
        settings = Settings(
            speed: options.speed.description, pacing: options.pacing.rawValue, seed: options.seed,
            identityTemplate: options.identityTemplate, signsTokens: options.mintKeys != nil)
        planned = Planned(
            slots: plan.slotCount, clones: outline.clones, requests: outline.requests,
            rampSeconds: plan.ramp.seconds,
            durationSeconds: outline.plannedDurationNs.map { Nanoseconds.inSeconds($0) },
            peakRequestsPerSecond: outline.peakRequestsPerSecond, requestsOverTime: outline.requestsOverTime,
            stretchSeconds: Nanoseconds.inSeconds(outline.rateStretchNs),
            peakSentBytesPerSecond: outline.peakSentBytesPerSecond,
            peakReceivedBytesPerSecond: outline.peakReceivedBytesPerSecond,
            peakConcurrentClones: outline.peakConcurrentClones,
            isExtrapolated: outline.isExtrapolated)
        needs = Needs(sockets: outline.sockets, memoryBytes: outline.memoryBytes)
        findings = plan.findings
        endpoints = plan.endpoints.sorted().map(\.label)
        guard first > 0 else { return }
        self.first = Request.first(first, of: plan, numbers: numbers)
    }
}
