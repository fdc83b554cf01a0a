import Synchronization

/// Memory that is taken on purpose and is no leak: a cache that fills, a step, garbage that is collected.
///
/// A test of memory that calls any of them a leak is wrong.
final class MemoryFaults: Sendable {
    /// How much, in bytes; 0 is nothing.
    struct Amounts: Hashable, Sendable {
        /// A cache that each request asks for one of its 4 KiB entries.
        var cache = 0
        /// Taken once, `stepAfter` after the start.
        var step = 0
        var stepAfter: Duration = .zero
        /// Garbage at its largest.
        var garbage = 0
    }

    /// Bytes held at one moment.
    struct Held: Hashable, Sendable {
        var cache = 0
        var step = 0
        var garbage = 0
    }

    /// Requests whose garbage is collected together.
    static let requestsPerCollection = 4096

    private struct State: ~Copyable {
        var cache: FilledCache?
        var step: MappedMemory?
        var garbage: MappedMemory?
        var held = Held()
    }

    private let amounts: Amounts
    private let state: Mutex<State>

    /// - Parameter seed: of what the cache is asked for.
    init(_ amounts: Amounts, seed: UInt64) {
        self.amounts = amounts
        state = Mutex(
            State(
                cache: FilledCache(byteCount: amounts.cache, seed: seed), step: nil,
                garbage: MappedMemory(byteCount: amounts.garbage)))
    }

    /// Bytes held by now.
    var held: Held { state.withLock { $0.held } }

    /// Takes what a request makes the service take that has run for `uptime`. Without memory left it takes none.
    func noteRequest(uptime: Duration) {
        guard amounts != Amounts() else { return }
        state.withLock { state in
            state.cache?.ask()
            state.held.cache = state.cache?.heldBytes ?? 0
            if amounts.step > 0, state.held.step == 0, uptime >= amounts.stepAfter { takeStep(&state) }
            if amounts.garbage > 0 { litter(&state) }
        }
    }

    private func takeStep(_ state: inout State) {
        state.step = MappedMemory(byteCount: amounts.step)
        guard state.step != nil else { return }
        state.step?.write(0..<amounts.step)
        state.held.step = amounts.step
    }

    private func litter(_ state: inout State) {
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
