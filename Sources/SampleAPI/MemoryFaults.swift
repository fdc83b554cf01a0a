import Synchronization

/// Memory that is used on purpose but does not leak: a cache that fills, a step, garbage that is collected.
///
/// A leak test must not call any of them a leak.
final class MemoryFaults: Sendable {
    /// The amounts, in bytes; 0 for none.
    struct Amounts: Hashable, Sendable {
        /// A cache; each request uses one of its 4 KiB entries.
        var cache = 0
        /// Allocated once, `stepAfter` after the start.
        var step = 0
        var stepAfter: Duration = .zero
        /// The largest amount of garbage.
        var garbage = 0
    }

    /// Bytes held at one moment.
    struct Held: Hashable, Sendable {
        var cache = 0
        var step = 0
        var garbage = 0
    }

    /// The number of requests whose garbage is collected together.
    static let requestsPerCollection = 4096

    private struct State: ~Copyable {
        var cache: FilledCache?
        var step: MappedMemory?
        var garbage: MappedMemory?
        var held = Held()
    }

    private let amounts: Amounts
    private let state: Mutex<State>

    /// - Parameter seed: the seed for the choice of cache entries.
    init(_ amounts: Amounts, seed: UInt64) {
        self.amounts = amounts
        state = Mutex(
            State(
                cache: FilledCache(byteCount: amounts.cache, seed: seed), step: nil,
                garbage: MappedMemory(byteCount: amounts.garbage)))
    }

    /// The bytes currently held.
    var held: Held { state.withLock { $0.held } }

    /// Allocates the memory for one request, when the service has run for `uptime`; none if no memory is left.
    func noteRequest(uptime: Duration) {
        guard amounts != Amounts() else { return }
        state.withLock { state in
            state.cache?.ask()
            state.held.cache = state.cache?.heldBytes ?? 0
            if amounts.step > 0, state.held.step == 0, uptime >= amounts.stepAfter { takeStep(&state) }
            if amounts.garbage > 0 { addGarbage(&state) }
        }
    }

    private func takeStep(_ state: inout State) {
        state.step = MappedMemory(byteCount: amounts.step)
        guard state.step != nil else { return }
        state.step?.write(0..<amounts.step)
        state.held.step = amounts.step
    }

    private func addGarbage(_ state: inout State) {
        if state.held.garbage == amounts.garbage {
            state.garbage?.giveBack()
            state.held.garbage = 0
        }
        let share = max(1, amounts.garbage / MemoryFaults.requestsPerCollection)
        let end = min(state.held.garbage + share, amounts.garbage)
        state.garbage?.write(state.held.garbage..<end)
        state.held.garbage = end
    }
}
