internal import Plan
internal import Traffic

/// How far one clone has come in its session. A few hundred bytes, however long the session.
struct CloneProgress {
    /// Requests that have gone out and not come back.
    var inFlight = 0
    private let total: Int
    /// The first request that has not been released.
    private var cursor = 0
    /// Released and not finished.
    private var open: [(request: Int, scheduled: RunTime)] = []
    /// Finished, and in the recording not over when the last released request began.
    private var recent: [(request: Int, end: RunTime)] = []
    /// The latest end of what in the recording was over when the request at `cursor` began.
    private var floor: RunTime?
    private var abandoned: CloneScheduler.CloneEnd?

    init(requests: Int) { total = requests }

    /// The next request that waits for no other, and the latest end of those it had to wait for.
    mutating func releasable(script: SessionScript) -> (request: Int, previousEnd: RunTime?)? {
        guard abandoned == nil, cursor < total else { return nil }
        let began = script.requests[cursor].offsetNs
        for (request, _) in open where script.requests[request].hadEnded(by: began) { return nil }
        recent.removeAll { finished in
            let request = script.requests[finished.request]
            guard request.hadEnded(by: began) else { return request.endOffsetNs == nil }
            floor = max(floor ?? finished.end, finished.end)
            return true
        }
        return (cursor, floor)
    }

    /// Moves past the request that ``releasable(script:)`` gave.
    mutating func release(_ request: Int, scheduled: RunTime) {
        open.append((request, scheduled))
        cursor = request + 1
    }

    /// Notes that a released request is over.
    mutating func finish(_ request: Int, at time: RunTime) {
        guard let index = open.firstIndex(where: { $0.request == request }) else { return }
        open.swapAt(index, open.count - 1)
        open.removeLast()
        recent.append((request, time))
    }

    /// When the plan has a released request; nil once it is over or given up.
    func scheduled(_ request: Int) -> RunTime? {
        guard abandoned == nil else { return nil }
        return open.first { $0.request == request }?.scheduled
    }

    /// Whether `request` is the last thing this clone does.
    func isLast(_ request: Int) -> Bool { cursor == total && open.count == 1 && open[0].request == request }

    /// Gives up what has not gone out yet; an earlier reason stays.
    mutating func abandon(_ how: CloneScheduler.CloneEnd) {
        guard abandoned == nil else { return }
        let unsent = total - cursor + open.count - inFlight
        switch how {
        case .completed: preconditionFailure("a clone that is given up has not completed")
        case .cut: abandoned = .cut(unsent: unsent)
        case .behind: abandoned = .behind(unsent: unsent)
        }
    }

    /// How the clone ended, once it has.
    var end: CloneScheduler.CloneEnd? {
        guard inFlight == 0 else { return nil }
        if let abandoned { return abandoned }
        return cursor == total && open.isEmpty ? .completed : nil
    }
}

extension RequestScript {
    /// Whether the recorded exchange was over when one that began at `offset` began.
    fileprivate func hadEnded(by offset: Int64) -> Bool { endOffsetNs.map { $0 <= offset } ?? false }
}
