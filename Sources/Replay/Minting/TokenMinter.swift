internal import Dispatch
internal import Glibc
internal import HeapModule
internal import Plan
internal import Synchronization
internal import Threads
internal import Traffic

/// Signs tokens on its own threads, the most urgent first: an RSA signature takes as long as sending a hundred
/// requests.
///
/// A worker never has more than one pending order for a value of a clone, which bounds the queue.
final class TokenMinter: Sendable {
    /// A value to be made, and the clone that needs it.
    struct Order: Sendable {
        var slot: Int
        var clone: Int
        var script: Int
        var value: Int
        var maker: MintTable.Maker
        /// The recorded session, passed to a command.
        var session: UInt32
        var row: FeedRow?
        var seed: UInt64
        var uniquifier: UInt64
    }

    private struct Job: Comparable {
        /// When the token is needed.
        var due: RunTime
        var number: UInt64
        var order: Order
        var inbox: MintInbox

        static func == (left: Job, right: Job) -> Bool { left.number == right.number }
        static func < (left: Job, right: Job) -> Bool { (left.due, left.number) < (right.due, right.number) }
    }

    private struct Queue {
        var jobs = Heap<Job>()
        var number: UInt64 = 0
    }

    private let queue = Mutex<Queue>(Queue())
    /// Signalled once for each pending task.
    private let gate = DispatchSemaphore(value: 0)
    private let isOver = Atomic<Bool>(false)

    private let command: MintCommand?

    /// - Parameter command: the user's command for values; nil for none.
    init(command: MintCommand?) { self.command = command }

    /// Starts `count` threads; join them after ``stop()``.
    func start(_ count: Int) throws(SystemCallError) -> [NamedThread] {
        var threads: [NamedThread] = []
        for index in 0..<count { threads.append(try NamedThread(name: "mint-\(index)") { self.work() }) }
        return threads
    }

    /// Lets the threads end; pending orders are dropped.
    func stop(threads: Int) {
        isOver.store(true, ordering: .releasing)
        for _ in 0..<threads { gate.signal() }
    }

    /// Queues `order`; the value is delivered to `inbox`.
    func add(_ order: Order, due: RunTime, for inbox: MintInbox) {
        if case .command(let name) = order.maker {
            let members = MintQuestion.value(name: name, clone: order.clone, session: order.session)
            return ask(order, members, for: inbox)
        }
        queue.withLock { queue in
            queue.number += 1
            queue.jobs.insert(Job(due: due, number: queue.number, order: order, inbox: inbox))
        }
        gate.signal()
    }

    /// Queues a signature of a request.
    func sign(_ id: RequestID, clone: Int, script: Int, value: Int, members: String, for inbox: MintInbox) {
        guard let command else {
            return inbox.post(
                MintAnswer(slot: id.slot, clone: clone, script: script, value: value, token: nil, nanoseconds: 0))
        }
        command.ask(
            MintCommand.Question(
                slot: id.slot, clone: clone, script: script, value: value, members: members, inbox: inbox))
    }

    private func ask(_ order: Order, _ members: String, for inbox: MintInbox) {
        let id = RequestID(slot: order.slot, request: 0)
        sign(id, clone: order.clone, script: order.script, value: order.value, members: members, for: inbox)
    }

    private func work() {
        while true {
            gate.wait()
            guard !isOver.load(ordering: .acquiring) else { return }
            guard let job = queue.withLock({ $0.jobs.popMin() }) else { continue }
            let order = job.order
            guard case .recipe(let recipe) = order.maker else { continue }
            let began = RunClock.monotonicNs()
            let token = recipe.mint(
                clone: order.clone, now: Int64(time(nil)), uniquifier: order.uniquifier, seed: order.seed,
                row: order.row)
            job.inbox.post(
                MintAnswer(
                    slot: order.slot, clone: order.clone, script: order.script, value: order.value, token: token,
                    nanoseconds: RunClock.monotonicNs() - began))
        }
    }
}
