internal import Traffic

/// How far one clone has come in its session. A few hundred bytes, however long the session.
struct CloneProgress {
    /// A request that has been released and has not ended.
    struct Open {
        var request: Int32
        var isSent = false
        /// Waits for a value that is not there yet; has no deadline.
        var isWaiting = false
        var scheduled: RunTime
        var ready: RunTime
        /// The part of ready − scheduled that the clone before it in its slot caused.
        var heldBySlotNs: Int64 = 0
        /// The part that a cap on the rate caused.
        var heldByRateNs: Int64 = 0
    }

    /// A request that has ended, with its end.
    private struct Ended {
        var request: Int32
        var time: RunTime
    }

    /// Requests of the session.
    var total: Int32 = 0
    /// The first request that has not been released.
    private(set) var cursor: Int32 = 0
    /// Requests that have gone out and not come back.
    private(set) var inFlight: Int32 = 0
    /// Released and not ended; in no order.
    private(set) var open: [Open] = []
    /// Ended, and in the recording not over when the last released request began; or, where order follows values, whose
    /// values others wait for.
    private var ended: [Ended] = []
    /// The latest end of what in the recording was over when the request at `cursor` began.
    private var floor: RunTime?
    private(set) var abandoned: CloneScheduler.CloneEnd?

    /// Starts over for a session of `requests`, keeping memory.
    mutating func begin(requests: Int) {
        total = Int32(clamping: requests)
        (cursor, inFlight, floor, abandoned) = (0, 0, nil, nil)
        open.removeAll(keepingCapacity: true)
        ended.removeAll(keepingCapacity: true)
    }

    /// Whether the request at `cursor` waits for no other, and the latest end of those it had to wait for.
    mutating func releasable(_ table: RequestTable, script: Int) -> (isFree: Bool, previousEnd: RunTime?) {
        guard abandoned == nil, cursor < total else { return (false, nil) }
        let began = table.row(Int(cursor), ofScript: script).pointee.offsetNs
        for index in open.indices {
            if table.row(Int(open[index].request), ofScript: script).pointee.endOffsetNs <= began {
                return (false, nil)
            }
        }
        var index = 0
        while index < ended.count {
            let end = table.row(Int(ended[index].request), ofScript: script).pointee.endOffsetNs
            if end <= began { floor = max(floor ?? ended[index].time, ended[index].time) }
            if end <= began || end == .max {
                ended.swapAt(index, ended.count - 1)
                ended.removeLast()
            } else {
                index += 1
            }
        }
        return (true, floor)
    }

    /// Moves past the request at `cursor`.
    mutating func release(_ open: Open) {
        self.open.append(open)
        cursor += 1
    }

    /// Whether none of `requests` is still to end, and the latest of their ends; a request that gave no end counts as ended.
    func ends(of requests: [Int32]) -> (areOver: Bool, latest: RunTime?) {
        var latest: RunTime?
        for request in requests {
            if open.contains(where: { $0.request == request }) { return (false, nil) }
            guard let end = ended.first(where: { $0.request == request }) else { continue }
            latest = max(latest ?? end.time, end.time)
        }
        return (true, latest)
    }

    /// The place of `request` in ``open``.
    func place(of request: Int) -> Int? {
        for index in open.indices where open[index].request == Int32(truncatingIfNeeded: request) { return index }
        return nil
    }

    /// Changes an entry of ``open``.
    mutating func change(_ place: Int, _ body: (inout Open) -> Void) { body(&open[place]) }

    /// Notes that the entry at `place` goes out.
    mutating func send(_ place: Int) {
        open[place].isSent = true
        inFlight += 1
    }

    /// Notes that a request that went out is over.
    ///
    /// - Parameter remembers: whether its end matters to others.
    /// - Returns: its entry; nil when it is none of this clone's.
    mutating func finish(_ request: Int, at time: RunTime, remembers: Bool) -> Open? {
        guard let place = place(of: request), open[place].isSent else { return nil }
        inFlight -= 1
        open.swapAt(place, open.count - 1)
        let entry = open.removeLast()
        if remembers { ended.append(Ended(request: entry.request, time: time)) }
        return entry
    }

    /// Whether one of the requests from the first to `last` has not gone out.
    func hasUnsent(upTo last: Int) -> Bool {
        cursor <= last || open.contains { !$0.isSent && $0.request <= last }
    }

    /// Whether nothing follows the one request that is open.
    var isAtLast: Bool { cursor == total && open.count == 1 }

    /// Gives up what has not gone out yet; an earlier reason stays.
    mutating func abandon(_ how: CloneScheduler.CloneEnd) {
        guard abandoned == nil else { return }
        let unsent = Int(total - cursor) + open.count - Int(inFlight)
        switch how {
        case .completed: preconditionFailure("a clone that is given up has not completed")
        case .cut: abandoned = .cut(unsent: unsent)
        case .behind: abandoned = .behind(unsent: unsent)
        case .aborted: abandoned = .aborted(unsent: unsent)
        }
    }

    /// Forgets what is under way: nothing will be heard of it.
    mutating func forgetInFlight() { inFlight = 0 }

    /// How the clone ended, once it has.
    var end: CloneScheduler.CloneEnd? {
        guard inFlight == 0 else { return nil }
        if let abandoned { return abandoned }
        return cursor == total && open.isEmpty ? .completed : nil
    }
}
