internal import Plan
internal import Synchronization
internal import Threads

/// A token or another value, made outside the worker that needs it.
struct MintAnswer: Sendable {
    /// The slot of the worker whose clone needs it.
    var slot: Int
    var clone: Int
    var script: Int
    var value: Int
    /// Nil when making it failed.
    var token: TokenRecipe.Token?
    /// The time it took to make.
    var nanoseconds: Int64
}

/// Made values on their way to a worker. Any thread may post; the worker takes.
final class MintInbox: Sendable {
    private let answers = Mutex<[MintAnswer]>([])
    private let hasAnswers = Atomic<Bool>(false)
    private let wake: WakeSignal

    /// - Parameter wake: wakes the worker.
    init(wake: WakeSignal) { self.wake = wake }

    func post(_ answer: MintAnswer) {
        answers.withLock { $0.append(answer) }
        hasAnswers.store(true, ordering: .releasing)
        wake.wake()
    }

    /// The values posted since the last call; almost free when there are none.
    func take() -> [MintAnswer] {
        guard hasAnswers.load(ordering: .acquiring) else { return [] }
        hasAnswers.store(false, ordering: .releasing)
        return answers.withLock { answers in
            defer { answers = [] }
            return answers
        }
    }
}
