import Synchronization

@testable import SampleAPI

/// A clock that stands still until it is advanced, and records what was waited for.
final class ManualClock: Sendable {
    private struct State {
        var epochSeconds = 1_700_000_000.0
        var uptime: Duration = .zero
        var waits: [Duration] = []
    }

    private let state = Mutex(State())

    var epochSeconds: Double { state.withLock { $0.epochSeconds } }

    /// What the service waited for, in order.
    var waits: [Duration] { state.withLock { $0.waits } }

    func advance(by duration: Duration) {
        state.withLock { state in
            state.epochSeconds += duration / .seconds(1)
            state.uptime += duration
        }
    }

    var serviceClock: ServiceClock {
        ServiceClock(
            epochSeconds: { self.state.withLock { $0.epochSeconds } },
            uptime: { self.state.withLock { $0.uptime } },
            sleep: { duration in
                self.state.withLock { $0.waits.append(duration) }
                self.advance(by: duration)
            })
    }
}
