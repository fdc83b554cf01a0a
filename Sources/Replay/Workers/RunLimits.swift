internal import Traffic

/// When a worker starts nothing new, and when it gives up what is under way. Pure.
struct RunLimits {
    /// From the run's first due time, in nanoseconds; nil when the plan ends by itself.
    private let durationNs: Int64?
    private let drainNs: Int64
    /// When what is under way is given up; nil until the run stops.
    private(set) var abandonAt: RunTime?

    init(_ options: ReplayOptions) {
        durationNs = options.duration?.wholeNanoseconds
        drainNs = options.drain.wholeNanoseconds
    }

    /// What is asked of the worker at `now`.
    ///
    /// - Parameter requested: what the run's thread asks for.
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

    /// The next time at which ``order(at:requested:)`` changes by itself.
    var next: RunTime? { abandonAt ?? durationNs.map { RunTime(nanoseconds: $0) } }
}
