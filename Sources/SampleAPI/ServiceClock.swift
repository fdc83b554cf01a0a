import FoundationEssentials

/// The time and how to wait: the machine's, or a test's.
struct ServiceClock: Sendable {
    /// Seconds since 1970, for times in tokens.
    var epochSeconds: @Sendable () -> Double
    /// Time since the service began; never steps.
    var uptime: @Sendable () -> Duration
    /// Waits.
    var sleep: @Sendable (Duration) async throws -> Void

    /// The machine's clocks, with an uptime that begins now.
    static func live() -> ServiceClock {
        let start = ContinuousClock.now
        return ServiceClock(
            epochSeconds: { Date().timeIntervalSince1970 },
            uptime: { ContinuousClock.now - start },
            sleep: { try await Task.sleep(for: $0, tolerance: .zero) })
    }
}
