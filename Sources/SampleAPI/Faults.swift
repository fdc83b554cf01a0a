import Formats
import Glibc
import Synchronization

/// The injected faults: delays and failures.
struct Faults: Sendable {
    /// Delay added to every request.
    var baseLatency: Duration = .zero
    /// How long after the start `slowBy` begins; nil means never.
    var slowAfter: Duration?
    /// Delay added to every request from then on.
    var slowBy: Duration = .zero
    /// The only route that becomes slow, as named in /metrics; nil means all.
    var slowRoute: String?
    /// How long after the start `tailBy` begins; nil means never.
    var tailAfter: Duration?
    /// Delay added to a share `tailRatio` (0 to 1) of the requests from then on.
    var tailBy: Duration = .zero
    var tailRatio = 0.05
    /// The only route whose tail becomes slow; nil means all.
    var tailRoute: String?
    /// How long after the start nothing is answered for `stallFor`, once; nil means never.
    var stallAfter: Duration?
    var stallFor: Duration = .zero
    /// The factor by which the time to serve a request grows per hour, continuously; 1 means no change.
    var driftPerHour = 1.0
    /// Share of the requests to /api that are answered with 500, 0 to 1.
    var errorRatio = 0.0

    /// How long a request should take that has been processed for `worked`, if the service has run for `uptime`.
    ///
    /// - Parameters:
    ///   - route: the route that answered it; nil if there was none.
    ///   - isInTail: whether it is one of the requests that `tailBy` delays.
    func serviceTime(
        worked: Duration, uptime: Duration, route: String? = nil, isInTail: Bool = false
    ) -> Duration {
        var time = worked + baseLatency
        if let slowAfter, uptime >= slowAfter, slowRoute == nil || slowRoute == route { time += slowBy }
        if isInTail { time += tailBy }
        if driftPerHour != 1 { time = time * pow(driftPerHour, uptime / .seconds(3600)) }
        guard let stallAfter else { return time }
        // Requests that would be answered during the stall are answered at its end.
        let due = uptime - worked + time
        let end = stallAfter + stallFor
        return due >= stallAfter && due < end ? time + (end - due) : time
    }

    /// Whether the tail of a route is slow at this time.
    func hasSlowTail(uptime: Duration, route: String?) -> Bool {
        guard let tailAfter, uptime >= tailAfter else { return false }
        return tailRoute == nil || tailRoute == route
    }
}

/// Decides which requests a fault affects: the same ones for the same seed and order of requests.
final class FaultSampler: Sendable {
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
