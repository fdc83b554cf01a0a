internal import Formats
internal import Plan
internal import Traffic

/// Decides what the slots of one worker do next, and when. Pure: time comes in, actions come out.
///
/// A request is released once every exchange that had ended in the recording before it began has ended here too.
/// Requests are ordered by when they began, so the sets of those exchanges only grow from one request to the next: a
/// clone needs no more than a cursor and the few released but unfinished requests, whatever its session's length.
struct CloneScheduler {
    /// An action for the worker.
    enum Action: Hashable {
        case begin(slot: Int, turn: CloneTurn)
        case send(DueRequest)
        case end(slot: Int, turn: CloneTurn, how: CloneEnd)
    }

    /// How a clone ended.
    enum CloneEnd: Hashable {
        case completed
        /// The run ended first, or the level fell below its slot.
        case cut(unsent: Int)
        /// It fell too far behind its schedule.
        case behind(unsent: Int)
        /// A value that it needs was not received.
        case aborted(unsent: Int)
    }

    struct Slot {
        var turn: CloneTurn
        var progress = CloneProgress()
        var isRunning = false
        /// When the previous clone ended.
        var freeSince: RunTime?
        /// When the level falls below the slot: one of the deadlines, whichever clone runs then.
        var leave: RunTime?
    }

    let plan: ReplayPlan
    let table: RequestTable
    /// Indexed by the plan's parts.
    private let pacers: [Pacer]
    private let maxBehindNs: Int64
    private let followsValues: Bool
    /// The shortest time between two requests; 0 for no cap.
    private let shortestGapNs: Int64
    private let levelsFall: Bool
    /// Deadlines that only end clones.
    private var leaves = 0
    private var nextSend = RunTime.distantPast
    var slots: [Slot] = []
    private var deadlines = Deadlines()
    private var ended: [Action] = []
    private(set) var isStopped = false
    /// Clones that are running.
    private(set) var concurrent = 0
    /// Requests sent and unfinished.
    private(set) var inFlight = 0

    /// A scheduler for the given slots of `plan`, numbered from 0 in its actions. Slots without a clone are left out.
    init(plan: ReplayPlan, table: RequestTable, planSlots: [Int], options: ReplayOptions, workers: Int = 1) {
        self.plan = plan
        self.table = table
        pacers = plan.parts.map { Pacer($0, seed: plan.options.seed) }
        maxBehindNs = options.maxBehind.wholeNanoseconds
        followsValues = options.order == .values
        levelsFall = plan.levelsFall
        shortestGapNs =
            options.requestsPerSecond.map { Int64(Double(workers) * Double(Nanoseconds.perSecond) / $0) } ?? 0
        slots.reserveCapacity(planSlots.count)
        for planSlot in planSlots {
            guard let turn = plan.firstTurn(ofSlot: planSlot) else { continue }
            let entry = Deadlines.Entry(
                time: turn.due, clone: turn.clone, slot: Int32(slots.count), request: Deadlines.Entry.begin)
            deadlines.add(entry, isDue: false)
            slots.append(Slot(turn: turn))
        }
    }

    /// When ``next(now:)`` next has something to do; nil when it only waits for responses, or is done.
    var nextDeadline: RunTime? { ended.isEmpty ? deadlines.next : .zero }

    /// The number of stored deadlines, for tests of bounds.
    var deadlineCount: Int { deadlines.count }

    /// Whether everything is done.
    var isDone: Bool { inFlight == 0 && concurrent == 0 && deadlines.count == leaves && ended.isEmpty }

    /// The next action that is due at `now`; nil if there is none.
    mutating func next(now: RunTime) -> Action? {
        if !ended.isEmpty { return ended.removeLast() }
        while let deadline = deadlines.take(until: now) {
            let slot = Int(deadline.slot)
            if deadline.request == Deadlines.Entry.leave {
                leave(slot: slot, due: deadline.time, now: now)
                if !ended.isEmpty { return ended.removeLast() }
                continue
            }
            guard slots[slot].turn.clone == deadline.clone else { continue }
            switch deadline.request {
            case Deadlines.Entry.begin: return begin(slot: slot, now: now)
            case Deadlines.Entry.release: releaseByValues(slot: slot, now: now)
            default:
                if let action = dispatch(slot: slot, deadline, now: now) { return action }
                if !ended.isEmpty { return ended.removeLast() }
            }
        }
        return nil
    }

    private mutating func begin(slot: Int, now: RunTime) -> Action {
        let turn = slots[slot].turn
        slots[slot].progress.begin(requests: table.count(ofScript: turn.script))
        slots[slot].isRunning = true
        concurrent += 1
        if levelsFall { expectLeave(slot: slot, now: now) }
        release(slot: slot, now: now)
        return .begin(slot: slot, turn: turn)
    }

    /// Adds the deadline of the slot's next fall, unless a clone before this one did.
    private mutating func expectLeave(slot: Int, now: RunTime) {
        let turn = slots[slot].turn
        guard let leave = plan.leave(ofSlot: turn.slot, from: max(turn.due, now)), slots[slot].leave != leave else {
            return
        }
        slots[slot].leave = leave
        leaves += 1
        deadlines.add(
            Deadlines.Entry(time: leave, clone: turn.clone, slot: Int32(slot), request: Deadlines.Entry.leave),
            isDue: leave <= now)
    }

    /// Ends the clone of a slot above the level, once its requests in flight have ended.
    private mutating func leave(slot: Int, due: RunTime, now: RunTime) {
        leaves -= 1
        guard slots[slot].leave == due else { return }
        slots[slot].leave = nil
        // A clone that only waits for its last responses completes.
        guard slots[slot].isRunning, slots[slot].progress.hasUnsent else { return }
        slots[slot].progress.abandon(.cut(unsent: 0))
        endIfIdle(slot: slot, at: now)
    }

    private mutating func dispatch(slot: Int, _ deadline: Deadlines.Entry, now: RunTime) -> Action? {
        let request = Int(deadline.request)
        guard slots[slot].isRunning, slots[slot].progress.abandoned == nil,
            let place = slots[slot].progress.place(of: request)
        else { return nil }
        let entry = slots[slot].progress.open[place]
        guard !entry.isSent else { return nil }
        if now.nanoseconds(since: entry.scheduled) > maxBehindNs {
            slots[slot].progress.abandon(.behind(unsent: 0))
            endIfIdle(slot: slot, at: now)
            return nil
        }
        if shortestGapNs > 0, hasToWait(slot: slot, place, deadline, now: now) { return nil }
        slots[slot].progress.send(place)
        inFlight += 1
        return .send(
            dueRequest(of: slots[slot].progress.open[place], slot: slot, isLast: slots[slot].progress.isAtLast))
    }

    /// Takes the next place in the request rate that the cap allows.
    ///
    /// - Returns: whether that place is in the future.
    private mutating func hasToWait(slot: Int, _ place: Int, _ deadline: Deadlines.Entry, now: RunTime) -> Bool {
        guard slots[slot].progress.open[place].heldByRateNs == 0 else { return false }
        let ready = slots[slot].progress.open[place].ready
        let allowed = max(nextSend, ready)
        nextSend = allowed.advanced(byNs: shortestGapNs)
        guard allowed > ready else { return false }
        slots[slot].progress.change(place) { entry in
            entry.ready = allowed
            entry.heldByRateNs = allowed.nanoseconds(since: ready)
        }
        guard allowed > now else { return false }
        deadlines.add(
            Deadlines.Entry(time: allowed, clone: deadline.clone, slot: deadline.slot, request: deadline.request),
            isDue: false)
        return true
    }

    private func dueRequest(of entry: CloneProgress.Open, slot: Int, isLast: Bool = false) -> DueRequest {
        DueRequest(
            id: RequestID(slot: slot, request: Int(entry.request)), script: slots[slot].turn.script,
            scheduled: entry.scheduled, ready: entry.ready, heldBySlotNs: entry.heldBySlotNs,
            heldByRateNs: entry.heldByRateNs, isLast: isLast)
    }

    /// The request in flight with `id`; nil if there is none.
    func dueRequest(of id: RequestID) -> DueRequest? {
        let progress = slots[id.slot].progress
        guard slots[id.slot].isRunning, let place = progress.place(of: id.request), progress.open[place].isSent
        else { return nil }
        return dueRequest(of: progress.open[place], slot: id.slot, isLast: progress.isAtLast)
    }

    /// Notes that a sent request ended at `time`, and releases the requests that waited for it.
    ///
    /// - Returns: the request; nil if it was not in flight.
    @discardableResult
    mutating func finished(_ id: RequestID, at time: RunTime) -> DueRequest? {
        let slot = id.slot
        guard slots[slot].isRunning else { return nil }
        let remembers =
            !followsValues
            || table.row(id.request, ofScript: slots[slot].turn.script).pointee.flags.contains(.keepsResponse)
        guard let entry = slots[slot].progress.finish(id.request, at: time, remembers: remembers) else {
            return nil
        }
        inFlight -= 1
        let due = dueRequest(of: entry, slot: slot)
        if followsValues {
            wakeWaiting(slot: slot, now: time)
            endIfIdle(slot: slot, at: time)
        } else {
            release(slot: slot, now: time)
        }
        return due
    }

    private mutating func release(slot: Int, now: RunTime) {
        if followsValues { return releaseByValues(slot: slot, now: now) }
        let turn = slots[slot].turn
        while true {
            let (isFree, floor) = slots[slot].progress.releasable(table, script: turn.script)
            guard isFree else { break }
            open(slot: slot, after: floor, isWaiting: false, now: now)
        }
        endIfIdle(slot: slot, at: now)
    }

    /// Releases the request at the cursor, with a deadline unless it waits for values.
    private mutating func open(slot: Int, after end: RunTime?, isWaiting: Bool, now: RunTime) {
        let turn = slots[slot].turn
        let request = slots[slot].progress.cursor
        let row = table.row(Int(request), ofScript: turn.script)
        let scheduled = pacer(of: turn).scheduled(
            row, turn: turn, previousEnd: end, request: Int(request))
        var entry = CloneProgress.Open(
            request: request, isWaiting: isWaiting, scheduled: scheduled,
            ready: max(scheduled, end ?? scheduled))
        if let freeSince = slots[slot].freeSince, freeSince > scheduled {
            entry.ready = max(entry.ready, freeSince)
            entry.heldBySlotNs = freeSince.nanoseconds(since: scheduled)
        }
        slots[slot].progress.release(entry)
        guard !isWaiting else { return }
        deadlines.add(
            Deadlines.Entry(time: entry.ready, clone: turn.clone, slot: Int32(slot), request: request),
            isDue: entry.ready <= now)
    }

    @inline(__always)
    private func pacer(of turn: CloneTurn) -> Pacer { pacers[plan.part(ofScript: turn.script)] }

    private mutating func endIfIdle(slot: Int, at time: RunTime) {
        guard slots[slot].isRunning, let how = slots[slot].progress.end else { return }
        let turn = slots[slot].turn
        slots[slot].isRunning = false
        concurrent -= 1
        ended.append(.end(slot: slot, turn: turn, how: how))
        // In a closed loop nothing can be late.
        var earliest = pacer(of: turn).isClosedLoop ? time : nil
        // A clone due that long ago would end immediately, like those after it: the slot restarts from now.
        if case .behind = how { earliest = max(earliest ?? time, time) }
        guard !isStopped, var next = plan.turn(after: turn, notBefore: earliest) else { return }
        if levelsFall, next.due < time {
            // A late clone does not begin if the level has fallen below its slot meanwhile.
            guard let now = plan.turn(after: turn, notBefore: time) else { return }
            if now.due > time { next = now }
        }
        slots[slot].turn = next
        slots[slot].freeSince = time
        let entry = Deadlines.Entry(
            time: next.due, clone: next.clone, slot: Int32(slot), request: Deadlines.Entry.begin)
        deadlines.add(entry, isDue: next.due <= time)
    }

    /// Ends the run: nothing new starts, and requests in flight may still finish.
    mutating func stop(now: RunTime) {
        guard !isStopped else { return }
        isStopped = true
        deadlines.removeAll()
        leaves = 0
        for slot in slots.indices where slots[slot].isRunning {
            slots[slot].progress.abandon(.cut(unsent: 0))
            endIfIdle(slot: slot, at: now)
        }
    }

    /// Ends the clone of `slot` once its requests in flight have finished.
    mutating func abort(slot: Int) { slots[slot].progress.abandon(.aborted(unsent: 0)) }

    /// Gives up requests in flight too: their clones end as cut.
    ///
    /// - Returns: the requests in flight.
    @discardableResult
    mutating func abandonAll(now: RunTime) -> [DueRequest] {
        stop(now: now)
        inFlight = 0
        var given: [DueRequest] = []
        for slot in slots.indices where slots[slot].isRunning {
            for entry in slots[slot].progress.open where entry.isSent {
                given.append(dueRequest(of: entry, slot: slot))
            }
            slots[slot].progress.forgetInFlight()
            endIfIdle(slot: slot, at: now)
        }
        return given
    }
}

/// Ordering by values: a request waits only for those whose values it uses.
extension CloneScheduler {
    /// Releases the requests whose scheduled time has come, and sets a deadline for the next one.
    private mutating func releaseByValues(slot: Int, now: RunTime) {
        let turn = slots[slot].turn
        while slots[slot].isRunning, slots[slot].progress.abandoned == nil,
            slots[slot].progress.cursor < slots[slot].progress.total
        {
            let request = Int(slots[slot].progress.cursor)
            let scheduled = pacer(of: turn).scheduled(
                table.row(request, ofScript: turn.script), turn: turn, previousEnd: nil, request: request)
            guard scheduled <= now else {
                let entry = Deadlines.Entry(
                    time: scheduled, clone: turn.clone, slot: Int32(slot), request: Deadlines.Entry.release)
                deadlines.add(entry, isDue: false)
                return
            }
            let sources = slots[slot].progress.ends(of: table.valueSources(request, ofScript: turn.script))
            open(slot: slot, after: sources.latest, isWaiting: !sources.areOver, now: now)
        }
    }

    /// Gives deadlines to the requests that no longer wait for values.
    private mutating func wakeWaiting(slot: Int, now: RunTime) {
        let turn = slots[slot].turn
        for place in slots[slot].progress.open.indices where slots[slot].progress.open[place].isWaiting {
            let request = Int(slots[slot].progress.open[place].request)
            let sources = slots[slot].progress.ends(of: table.valueSources(request, ofScript: turn.script))
            guard sources.areOver else { continue }
            slots[slot].progress.change(place) { entry in
                entry.isWaiting = false
                entry.ready = max(entry.ready, sources.latest ?? entry.ready)
            }
            let entry = Deadlines.Entry(
                time: slots[slot].progress.open[place].ready, clone: turn.clone, slot: Int32(slot),
                request: Int32(request))
            deadlines.add(entry, isDue: entry.time <= now)
        }
    }
}
