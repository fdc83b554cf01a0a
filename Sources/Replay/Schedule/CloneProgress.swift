internal import Traffic

/// The progress of a clone through its session. A few hundred bytes, whatever the session's length.
struct CloneProgress {
    /// A request that has been released and has not ended.
    struct Open {
        var request: Int32
        var isSent = false
        /// Whether it waits for a value, and so has no deadline.
        var isWaiting = false
        var scheduled: RunTime
        var ready: RunTime
        /// The part of ready − scheduled caused by the previous clone in the slot.
        var heldBySlotNs: Int64 = 0
        /// The part of ready − scheduled caused by the rate cap.
        var heldByRateNs: Int64 = 0
    }

    /// An ended request with the time it ended.
    private struct Ended {
        var request: Int32
        var time: RunTime
    }

    /// The number of requests of the session.
    var total: Int32 = 0
    /// The first request that has not been released.
    private(set) var cursor: Int32 = 0
    /// The number of requests sent and unfinished.
    private(set) var inFlight: Int32 = 0
    /// Released and unfinished requests, in no order.
    private(set) var open: [Open] = []
    /// Ended requests that had not ended in the recording when the last released request began; or, where the order
    /// follows values, those whose values others wait for.
    private var ended: [Ended] = []
    /// The latest end of the requests that in the recording had ended when the request at `cursor` began.
    private var floor: RunTime?
    private(set) var abandoned: CloneScheduler.CloneEnd?

    /// Resets for a session of `requests`, keeping memory.
    mutating func begin(requests: Int) {
        total = Int32(clamping: requests)
        (cursor, inFlight, floor, abandoned) = (0, 0, nil, nil)
        open.removeAll(keepingCapacity: true)
        ended.removeAll(keepingCapacity: true)
    }

    /// Whether the request at `cursor` has nothing left to wait for, and the latest end of the requests it waited for.
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

    /// Whether all of `requests` have ended, and the latest of their ends; a request without a recorded end counts as
    /// ended.
    func ends(of requests: [Int32]) -> (areOver: Bool, latest: RunTime?) {
        var latest: RunTime?
        for request in requests {
            if open.contains(where: { $0.request == request }) { return (false, nil) }
            guard let end = ended.first(where: { $0.request == request }) else { continue }
            latest = max(latest ?? end.time, end.time)
        }
        return (true, latest)
    }

    /// The index of `request` in ``open``.
    func place(of request: Int) -> Int? {
        for index in open.indices where open[index].request == Int32(truncatingIfNeeded: request) { return index }
        return nil
    }

    /// Changes an entry of ``open``.
    mutating func change(_ place: Int, _ body: (inout Open) -> Void) { body(&open[place]) }

    /// Notes that the entry at `place` is sent.
    mutating func send(_ place: Int) {
        open[place].isSent = true
        inFlight += 1
    }

    /// Notes that a sent request has ended.
    ///
    /// - Parameter remembers: whether its end matters to other requests.
    /// - Returns: its entry; nil when it does not belong to this clone.
    mutating func finish(_ request: Int, at time: RunTime, remembers: Bool) -> Open? {
        guard let place = place(of: request), open[place].isSent else { return nil }
        inFlight -= 1
        open.swapAt(place, open.count - 1)
        let entry = open.removeLast()
        if remembers { ended.append(Ended(request: entry.request, time: time)) }
        return entry
    }

    /// Whether one of the requests up to `last` has not been sent.
    func hasUnsent(upTo last: Int) -> Bool {
        cursor <= last || open.contains { !$0.isSent && $0.request <= last }
    }

    /// Whether a request has not been sent.
    var hasUnsent: Bool { cursor < total || open.contains { !$0.isSent } }

    /// Whether the only open request is the session's last.
    var isAtLast: Bool { cursor == total && open.count == 1 }

    /// Gives up the requests that have not been sent; an earlier reason is kept.
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

    /// Forgets the requests in flight: no results are expected for them.
    mutating func forgetInFlight() { inFlight = 0 }

    /// How the clone ended, once it has.
    var end: CloneScheduler.CloneEnd? {
        guard inFlight == 0 else { return nil }
        if let abandoned { return abandoned }
        return cursor == total && open.isEmpty ? .completed : nil
    }
}
