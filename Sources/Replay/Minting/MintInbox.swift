internal import Plan
internal import Synchronization
internal import Threads

/// A token, or another value, that was made away from the worker that needs it.
struct MintAnswer: Sendable {
    /// Whose it is: a value of a clone in a slot of the worker.
    var slot: Int
    var clone: Int
    var script: Int
    var value: Int
    /// Nil when it could not be made.
    var token: TokenRecipe.Token?
    /// How long making it took.
    var nanoseconds: Int64
}

/// What was made for one worker, on its way there. Any thread may post; the worker takes.
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

    /// What has come since the last call; costs next to nothing when that is nothing.
    func take() -> [MintAnswer] {
        guard hasAnswers.load(ordering: .acquiring) else { return [] }
        hasAnswers.store(false, ordering: .releasing)
        return answers.withLock { answers in
            defer { answers = [] }
            return answers
        }
    }
}
