internal import HeapModule
internal import Plan
internal import Traffic

/// Decides what the slots of one worker do next, and when. Pure: time comes in, actions come out.
///
/// A request is released once every exchange that had ended in the recording before it began has ended here too. Requests
/// stand in the order in which they began, so those sets only grow from one to the next: a cursor and the few released
/// but unfinished requests are all a clone keeps, however long its session.
struct CloneScheduler {
    /// What the worker has to do.
    enum Action: Hashable {
        case begin(slot: Int, turn: CloneTurn)
        case send(Dispatch)
        case end(slot: Int, turn: CloneTurn, how: CloneEnd)
    }

    /// A request that is due to go out.
    struct Dispatch: Hashable {
        var ticket: Ticket
        var turn: CloneTurn
        var scheduled: RunTime
        var ready: RunTime
        /// The part of ready − scheduled that the clone before it in its slot caused, in nanoseconds.
        var heldBySlotNanoseconds: Int64
        /// Whether its clone has no other request left to begin, and none under way.
        var isLast: Bool
    }

    /// How a clone came to its end.
    enum CloneEnd: Hashable {
        case completed
        /// The run ended first.
        case cut(unsent: Int)
        /// It fell too far behind its schedule.
        case behind(unsent: Int)
    }

    private struct Deadline: Comparable {
        var time: RunTime
        /// The clone it is for: a deadline of one that has ended means nothing.
        var clone: Int
        var slot: Int32
        /// Index of the request, or -1: the clone begins.
        var request: Int32

        static func < (left: Deadline, right: Deadline) -> Bool {
            (left.time.nanoseconds, left.clone, left.request) < (right.time.nanoseconds, right.clone, right.request)
        }
    }

    private struct Slot {
        var turn: CloneTurn
        var clone: CloneProgress?
        /// When the clone before this one ended.
        var freeSince: RunTime?
    }

    private let plan: ReplayPlan
    private let pacer: Pacer
    private let maxBehindNanoseconds: Int64
    private var slots: [Slot] = []
    private var deadlines = Heap<Deadline>()
    private var ended: [Action] = []
    private(set) var isStopped = false
    /// Clones begun and not ended.
    private(set) var concurrent = 0
    /// Requests that went out and have not come back.
    private(set) var inFlight = 0

    /// A scheduler for the given slots of `plan`, numbered from 0 in its actions; those without a clone are left out.
    init(plan: ReplayPlan, planSlots: [Int], maxBehind: Duration) {
        self.plan = plan
        pacer = Pacer(options: plan.options)
        maxBehindNanoseconds = maxBehind.wholeNanoseconds
        slots.reserveCapacity(planSlots.count)
        for planSlot in planSlots {
            guard let turn = plan.firstTurn(ofSlot: planSlot) else { continue }
            deadlines.insert(Deadline(time: turn.due, clone: turn.clone, slot: Int32(slots.count), request: -1))
            slots.append(Slot(turn: turn))
        }
    }

    /// When ``next(now:)`` has something to do again; nil when it waits for answers only, or is done.
    var nextDeadline: RunTime? { ended.isEmpty ? deadlines.min?.time : .zero }

    /// Whether nothing is left to do.
    var isDone: Bool { deadlines.isEmpty && ended.isEmpty && inFlight == 0 && concurrent == 0 }

    /// The next action that is due at `now`; nil when none is.
    mutating func next(now: RunTime) -> Action? {
        if let action = ended.popLast() { return action }
        while let deadline = deadlines.min, deadline.time <= now {
            deadlines.removeMin()
            let slot = Int(deadline.slot)
            guard slots[slot].turn.clone == deadline.clone else { continue }
            if deadline.request < 0 { return begin(slot: slot) }
            if let action = dispatch(slot: slot, request: Int(deadline.request), ready: deadline.time, now: now) {
                return action
            }
            if let action = ended.popLast() { return action }
        }
        return nil
    }

    private mutating func begin(slot: Int) -> Action {
        let turn = slots[slot].turn
        slots[slot].clone = CloneProgress(requests: plan.scripts[turn.script].requests.count)
        concurrent += 1
        release(slot: slot, now: turn.due)
        return .begin(slot: slot, turn: turn)
    }

    private mutating func dispatch(slot: Int, request: Int, ready: RunTime, now: RunTime) -> Action? {
        guard let clone = slots[slot].clone, let scheduled = clone.scheduled(request) else { return nil }
        if now.nanoseconds(since: scheduled) > maxBehindNanoseconds {
            slots[slot].clone?.abandon(.behind(unsent: 0))
            endIfIdle(slot: slot, at: now)
            return nil
        }
        slots[slot].clone?.inFlight += 1
        inFlight += 1
        return .send(
            Dispatch(
                ticket: Ticket(slot: slot, request: request), turn: slots[slot].turn, scheduled: scheduled,
                ready: ready,
                heldBySlotNanoseconds: max(0, (slots[slot].freeSince ?? scheduled).nanoseconds(since: scheduled)),
                isLast: clone.isLast(request)))
    }

    /// Notes that a request that was sent has ended at `time`, and releases what waited for it.
    mutating func finished(_ ticket: Ticket, at time: RunTime) {
        inFlight -= 1
        slots[ticket.slot].clone?.inFlight -= 1
        slots[ticket.slot].clone?.finish(ticket.request, at: time)
        release(slot: ticket.slot, now: time)
    }

    private mutating func release(slot: Int, now: RunTime) {
        let turn = slots[slot].turn
        let script = plan.scripts[turn.script]
        while let (request, floor) = slots[slot].clone?.releasable(script: script) {
            let scheduled = pacer.scheduled(script.requests[request], due: turn.due, previousEnd: floor)
            slots[slot].clone?.release(request, scheduled: scheduled)
            let ready = max(scheduled, floor ?? scheduled, slots[slot].freeSince ?? scheduled)
            deadlines.insert(Deadline(time: ready, clone: turn.clone, slot: Int32(slot), request: Int32(request)))
        }
        endIfIdle(slot: slot, at: now)
    }

    private mutating func endIfIdle(slot: Int, at time: RunTime) {
        guard let clone = slots[slot].clone, clone.inFlight == 0, let how = clone.end else { return }
        let turn = slots[slot].turn
        slots[slot].clone = nil
        concurrent -= 1
        ended.append(.end(slot: slot, turn: turn, how: how))
        guard !isStopped, var next = plan.turn(after: turn) else { return }
        // A closed loop has no schedule to be late for.
        if pacer.isClosedLoop { next.due = max(next.due, time) }
        slots[slot].turn = next
        slots[slot].freeSince = time
        deadlines.insert(Deadline(time: next.due, clone: next.clone, slot: Int32(slot), request: -1))
    }

    /// Ends the run: nothing new begins; what is under way may still finish.
    mutating func stop(now: RunTime) {
        guard !isStopped else { return }
        isStopped = true
        deadlines = Heap()
        for slot in slots.indices where slots[slot].clone != nil {
            slots[slot].clone?.abandon(.cut(unsent: 0))
            endIfIdle(slot: slot, at: now)
        }
    }

    /// Gives up what is under way too: its clones end as cut.
    mutating func abandonAll(now: RunTime) {
        stop(now: now)
        inFlight = 0
        for slot in slots.indices where slots[slot].clone != nil {
            slots[slot].clone?.inFlight = 0
            endIfIdle(slot: slot, at: now)
        }
    }
}
