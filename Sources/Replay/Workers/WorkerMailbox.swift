internal import Measurement
internal import Synchronization
internal import Threads

/// What a worker tells the run's own thread, and is told by it: the only state that threads share.
final class WorkerMailbox: Sendable {
    /// What has happened since the last look.
    struct Report: Sendable {
        var windows: [WorkerWindow] = []
        /// All examples the worker has, when they have changed.
        var examples: [ExampleReservoir<KeptRequest>.Example]?
        var isDone = false
        var failure: SystemCallError?
    }

    private let report = Mutex(Report())
    private let stopRequest = Atomic<Int>(StopRequest.none.rawValue)
    private let wake: WakeSignal

    /// What the run asks of its workers.
    enum StopRequest: Int {
        case none
        /// Start nothing new; what is under way may finish.
        case drain
        /// Give up what is under way too.
        case abandon
    }

    init(wake: WakeSignal) { self.wake = wake }

    /// Worker's side: what is asked of it.
    var requested: StopRequest { StopRequest(rawValue: stopRequest.load(ordering: .acquiring)) ?? .none }

    /// Run's side: asks the worker to stop; a later request never weakens an earlier one.
    func request(_ stop: StopRequest) {
        if stop.rawValue > stopRequest.load(ordering: .acquiring) {
            stopRequest.store(stop.rawValue, ordering: .releasing)
        }
        wake.wake()
    }

    /// Worker's side: adds to the report.
    func post(_ change: (inout Report) -> Void) { report.withLock { change(&$0) } }

    /// Run's side: whether the worker has ended; its report stays.
    var isOver: Bool { report.withLock { $0.isDone } }

    /// Run's side: takes the windows.
    func collect() -> Report {
        report.withLock { report in
            defer { (report.windows, report.examples) = ([], nil) }
            return report
        }
    }
}
