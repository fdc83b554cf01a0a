internal import Measurement
internal import Synchronization
internal import Threads

/// Messages between a worker and the run's own thread: the only state that threads share.
final class WorkerMailbox: Sendable {
    /// What happened since the last call.
    struct Report: Sendable {
        var windows: [WorkerWindow] = []
        /// All examples of the worker, if they have changed.
        var examples: [ExampleReservoir<KeptRequest>.Example]?
        var isDone = false
        var failure: SystemCallError?
    }

    private let report = Mutex(Report())
    private let stopRequest = Atomic<Int>(StopRequest.none.rawValue)
    private let wake: WakeSignal

    /// What the run asks its workers to do.
    enum StopRequest: Int {
        case none
        /// Start nothing new; requests in flight may finish.
        case drain
        /// Give up requests in flight too.
        case abandon
    }

    init(wake: WakeSignal) { self.wake = wake }

    /// Worker side: the current request.
    var requested: StopRequest { StopRequest(rawValue: stopRequest.load(ordering: .acquiring)) ?? .none }

    /// Run side: asks the worker to stop; a later request never weakens an earlier one.
    func request(_ stop: StopRequest) {
        if stop.rawValue > stopRequest.load(ordering: .acquiring) {
            stopRequest.store(stop.rawValue, ordering: .releasing)
        }
        wake.wake()
    }

    /// Worker side: adds to the report.
    func post(_ change: (inout Report) -> Void) { report.withLock { change(&$0) } }

    /// Run side: whether the worker has ended; its report is kept.
    var isOver: Bool { report.withLock { $0.isDone } }

    /// Run side: takes the report.
    func collect() -> Report {
        report.withLock { report in
            defer { (report.windows, report.examples) = ([], nil) }
            return report
        }
    }
}
