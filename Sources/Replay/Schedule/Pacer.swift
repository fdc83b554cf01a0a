internal import Plan
internal import Traffic

/// When the plan has a request, by its pacing and speed.
struct Pacer {
    private let speed: Speed
    private let pacing: Pacing

    init(options: PlanOptions) {
        speed = options.speed
        pacing = options.pacing
    }

    /// Whether requests are scheduled from the answers before them, so that nothing can be late.
    var isClosedLoop: Bool { speed == .max || pacing == .think }

    /// The scheduled time of a request.
    ///
    /// - Parameters:
    ///   - due: when its clone was due to begin.
    ///   - previousEnd: the latest end of the exchanges it waits for; nil when it waits for none.
    @inline(__always)
    func scheduled(_ request: UnsafePointer<RequestTable.Row>, due: RunTime, previousEnd: RunTime?) -> RunTime {
        switch (speed, pacing) {
        case (.max, _):
            previousEnd ?? due
        case (_, .timeline):
            due.advanced(byNs: speed.scaled(request.pointee.offsetNs))
        case (_, .think):
            (previousEnd ?? due).advanced(
                byNs: speed.scaled(previousEnd == nil ? request.pointee.offsetNs : request.pointee.thinkNs))
        }
    }
}
