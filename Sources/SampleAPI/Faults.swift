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
    /// What the time to serve a request is multiplied by in each hour, continuously; 1 changes nothing.
    var driftPerHour = 1.0
    /// Share of the requests to /api that are answered 500, 0 to 1.
    var errorRatio = 0.0

    /// How long a request should take that was worked on for `worked`, when the service has run for `uptime`.
    func serviceTime(worked: Duration, uptime: Duration) -> Duration {
        var time = worked + baseLatency
        if let slowAfter, uptime >= slowAfter { time += slowBy }
        guard driftPerHour != 1 else { return time }
        return time * pow(driftPerHour, uptime / .seconds(3600))
    }
}

/// Decides which requests fail, the same ones for the same seed and order of requests.
final class FaultDice: Sendable {
    private let ratio: Double
    private let state: Mutex<UInt64>

    init(ratio: Double, seed: UInt64) {
        self.ratio = ratio
        state = Mutex(seed)
    }

    /// Whether the next request fails.
    func nextFails() -> Bool {
        guard ratio > 0 else { return false }
        // SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
        let bits = state.withLock { state in
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        return Double(bits >> 11) * 0x1p-53 < ratio
    }
}
