internal import Traffic

/// When a worker starts nothing new, and when it gives up requests in flight. Pure.
struct RunLimits {
    /// From the run's first due time, in nanoseconds; nil when the plan ends by itself.
    private let durationNs: Int64?
    private let drainNs: Int64
    /// When requests in flight are given up; nil until the run stops.
    private(set) var abandonAt: RunTime?

    init(_ options: ReplayOptions) {
        durationNs = options.duration?.wholeNanoseconds
        drainNs = options.drain.wholeNanoseconds
    }

    /// What the worker has to do at `now`.
    ///
    /// - Parameter requested: the request of the run's thread.
    func order(at now: RunTime, requested: WorkerMailbox.StopRequest) -> WorkerMailbox.StopRequest {
        if requested == .abandon { return .abandon }
        if let abandonAt, now >= abandonAt { return .abandon }
        if let durationNs, now.nanoseconds >= durationNs { return .drain }
        return requested
    }

    /// Notes that nothing new starts from `now` on.
    mutating func stopped(at now: RunTime) {
        if abandonAt == nil { abandonAt = now.advanced(byNs: drainNs) }
    }

    /// The next time when ``order(at:requested:)`` changes by itself.
    var next: RunTime? { abandonAt ?? durationNs.map { RunTime(nanoseconds: $0) } }
}
