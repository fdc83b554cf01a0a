import Formats
import Glibc
import Synchronization

/// What goes wrong on purpose, how slow and how often.
struct Faults: Sendable {
    /// Waiting added to every request.
    var baseLatency: Duration = .zero
    /// How long after the start `slowBy` sets in; nil means never.
    var slowAfter: Duration?
    /// Waiting added to every request from then on.
    var slowBy: Duration = .zero
    /// The route as /metrics names it that alone gets slow; nil means all.
    var slowRoute: String?
    /// How long after the start `tailBy` sets in; nil means never.
    var tailAfter: Duration?
    /// Waiting added to a share `tailRatio` (0 to 1) of the requests from then on.
    var tailBy: Duration = .zero
    var tailRatio = 0.05
    /// The route whose tail alone gets slow; nil means all.
    var tailRoute: String?
    /// How long after the start nothing is answered for `stallFor`, once; nil means never.
    var stallAfter: Duration?
    var stallFor: Duration = .zero
    /// What the time to serve a request is multiplied by in each hour, continuously; 1 changes nothing.
    var driftPerHour = 1.0
    /// Share of the requests to /api that are answered 500, 0 to 1.
    var errorRatio = 0.0

    /// How long a request should take that was worked on for `worked`, when the service has run for `uptime`.
    ///
    /// - Parameters:
    ///   - route: the route it was answered by; nil when there was none.
    ///   - isInTail: whether it is one of those that `tailBy` slows.
    func serviceTime(
        worked: Duration, uptime: Duration, route: String? = nil, isInTail: Bool = false
    ) -> Duration {
        var time = worked + baseLatency
        if let slowAfter, uptime >= slowAfter, slowRoute == nil || slowRoute == route { time += slowBy }
        if isInTail { time += tailBy }
        if driftPerHour != 1 { time = time * pow(driftPerHour, uptime / .seconds(3600)) }
        guard let stallAfter else { return time }
        // What would be answered in the stall is answered at its end.
        let due = uptime - worked + time
        let end = stallAfter + stallFor
        return due >= stallAfter && due < end ? time + (end - due) : time
    }

    /// Whether the tail of a route is slow by now.
    func hasSlowTail(uptime: Duration, route: String?) -> Bool {
        guard let tailAfter, uptime >= tailAfter else { return false }
        return tailRoute == nil || tailRoute == route
    }
}

/// Decides which requests are hit by a fault, the same ones for the same seed and order of requests.
final class FaultDice: Sendable {
    private let ratio: Double
    private let state: Mutex<SplitMix64>

    init(ratio: Double, seed: UInt64) {
        self.ratio = ratio
        state = Mutex(SplitMix64(seed: seed))
    }

    /// Whether the next request is one of them.
    func nextIsHit() -> Bool {
        guard ratio > 0 else { return false }
        let bits = state.withLock { $0.next() }
        return Double(bits >> 11) * 0x1p-53 < ratio
    }
}
