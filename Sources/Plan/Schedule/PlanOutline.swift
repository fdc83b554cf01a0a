import Formats
import Traffic

/// The size of a planned run: the requests it sends, their rate, and what the sending machine needs.
public struct PlanOutline: Hashable, Sendable {
    /// Clones that start.
    public var clones = 0
    /// Requests they send.
    public var requests = 0
    /// Requests due before the plan's end; nil if the target's speed determines it, or where the plan is
    /// extrapolated.
    public var requestsDue: Int?
    /// Requests due in each stretch of ``rateStretchNs``, from the start; empty if the target's speed determines it.
    public var requestsOverTime: [UInt64] = []
    /// The length of those stretches.
    public var rateStretchNs = Nanoseconds.perSecond
    /// The most request bytes due within one second.
    public var peakSentBytesPerSecond: UInt64 = 0
    /// The most recorded response bytes to requests due within one second.
    public var peakReceivedBytesPerSecond: UInt64 = 0
    /// From the start to the last planned end, in nanoseconds; nil if the target's speed determines it (closed
    /// loop).
    public var plannedDurationNs: Int64?
    /// The most requests due within one second; nil if the target's speed determines it (closed loop).
    public var peakRequestsPerSecond: Int?
    /// The most concurrent clones if the target keeps up with the plan.
    public var peakConcurrentClones = 0
    /// The most connections of those clones together; with slots, those of all slots, however slow the target is.
    public var sockets = 0
    /// The estimated memory of the scripts and those clones, in bytes.
    public var memoryBytes: UInt64 = 0
    /// Whether counts and peaks are extrapolated from the plan's beginning, or the peaks are only an upper bound,
    /// because the whole plan is too long to walk.
    public var isExtrapolated = false

    /// Estimated memory per clone: its cursor, value table and cookies.
    public static let bytesPerClone: UInt64 = 2 << 10
    /// Estimated memory per connection without TLS; TLS adds about 20 KiB.
    public static let bytesPerConnection: UInt64 = 1 << 10
}

extension ReplayPlan {
    /// Computes the outline by walking the plan.
    ///
    /// - Parameter workLimit: the most requests to walk; a longer plan is extrapolated from its beginning.
    public func outline(workLimit: Int = 5_000_000) -> PlanOutline {
        var walk = PlanWalk(plan: self, horizonNs: horizon(workLimit: workLimit))
        for slot in 0..<slotCount { walk.follow(slot: slot) }
        return walk.outline(of: self)
    }

    /// How far to walk to meet about `workLimit` requests; nil to walk to the end.
    private func horizon(workLimit: Int) -> Int64? {
        guard let endNs = options.duration?.wholeNanoseconds else { return nil }
        let requests = Double(scripts.reduce(0) { $0 + $1.requests.count }) / Double(scripts.count)
        let timed = parts.filter(\.hasPlannedLengths)
        guard !timed.isEmpty else { return nil }
        let lengths = timed.flatMap { part in
            scripts[part.scripts].map {
                Double(max(part.speed.scaled($0.plannedDurationNs), SlotAssignment.shortestTurnNs))
            }
        }
        let meanLength = lengths.reduce(0, +) / Double(lengths.count)
        let perNs = Double(slotCount) * requests / meanLength
        let reach = Double(workLimit) / perNs
        return reach >= Double(endNs) ? nil : max(1, Int64(reach))
    }
}

/// A walk over a plan's turns, slot by slot.
private struct PlanWalk {
    private struct Edge {
        var timeNs: Int64
        var clones: Int
        var connections: Int
    }

    /// The most clone starts and ends that are sorted.
    private static let edgeLimit = 2_000_000

    private let plan: ReplayPlan
    private let horizonNs: Int64?
    private var result = PlanOutline()
    private struct Second {
        var requests = 0
        var sentBytes: UInt64 = 0
        var receivedBytes: UInt64 = 0
    }

    /// The most stretches of the rate over time.
    private static let stretchLimit = 3600

    private var bySecond: [Int64: Second] = [:]
    private var requestsDue = 0
    private var edges: [Edge] = []
    private var lastEndNs: Int64 = 0
    private var connectionsOfSlots = 0
    private let isOpenLoop: Bool

    init(plan: ReplayPlan, horizonNs: Int64?) {
        self.plan = plan
        self.horizonNs = horizonNs
        isOpenLoop = plan.isOpenLoop
    }

    mutating func follow(slot: Int) {
        var next = plan.firstTurn(ofSlot: slot)
        var connections = 0
        while let turn = next {
            let script = plan.scripts[turn.script]
            connections = max(connections, script.peakConnections)
            result.clones += 1
            result.requests += script.requests.count
            let end = min(plan.plannedEnd(of: turn), plan.leave(ofSlot: slot, from: turn.due) ?? .distantFuture)
            lastEndNs = max(lastEndNs, end.nanoseconds)
            if isOpenLoop { count(turn, of: script, until: end) }
            next = plan.turn(after: turn)
            // Where the target determines the pace, a slot has no planned end: its first clone counts for all later
            // ones.
            if !plan.parts[plan.part(ofScript: turn.script)].hasPlannedLengths, plan.options.duration != nil {
                next = nil
            }
            if let horizonNs, let due = next?.due.nanoseconds, due >= horizonNs { next = nil }
        }
        connectionsOfSlots += connections
    }

    private mutating func count(_ turn: CloneTurn, of script: SessionScript, until end: RunTime) {
        let isCut = end < plan.plannedEnd(of: turn)
        let endNs = min(plan.options.duration?.wholeNanoseconds ?? .max, isCut ? end.nanoseconds : .max)
        for index in script.requests.indices {
            let due = plan.due(atOffsetNs: script.requests[index].offsetNs, in: turn).nanoseconds
            guard due < endNs else { break }
            requestsDue += 1
            let sent = script.requests[index].head.byteCount + script.requests[index].body.literalBytes.count
            let key = due / Nanoseconds.perSecond
            bySecond[key, default: Second()].requests += 1
            bySecond[key, default: Second()].sentBytes += UInt64(sent)
            bySecond[key, default: Second()].receivedBytes += UInt64(script.requests[index].responseBytes)
        }
        let count = script.peakConnections
        guard edges.count < PlanWalk.edgeLimit else { return }
        edges.append(Edge(timeNs: turn.due.nanoseconds, clones: 1, connections: count))
        edges.append(Edge(timeNs: end.nanoseconds, clones: -1, connections: -count))
    }

    mutating func outline(of plan: ReplayPlan) -> PlanOutline {
        if isOpenLoop {
            result.plannedDurationNs = lastEndNs
            sumRates()
            countPeaks()
            if edges.count >= PlanWalk.edgeLimit {
                result.isExtrapolated = true
                (result.peakConcurrentClones, result.sockets) = (plan.slotCount, connectionsOfSlots)
            }
        } else {
            result.plannedDurationNs = plan.options.duration?.wholeNanoseconds
            result.peakConcurrentClones = plan.slotCount
            result.sockets = connectionsOfSlots
        }
        switch plan.options.population {
        case .slots: result.sockets = connectionsOfSlots
        case .pools(let pools) where pools.allSatisfy(\.hasFixedSlots): result.sockets = connectionsOfSlots
        case .asRecorded, .copies, .pools: break
        }
        extrapolate(plan)
        result.memoryBytes =
            plan.scriptBytes + UInt64(result.peakConcurrentClones) * PlanOutline.bytesPerClone
            + UInt64(result.sockets) * PlanOutline.bytesPerConnection
        return result
    }

    private mutating func sumRates() {
        result.peakRequestsPerSecond = bySecond.values.reduce(0) { max($0, $1.requests) }
        result.peakSentBytesPerSecond = bySecond.values.reduce(0) { max($0, $1.sentBytes) }
        result.peakReceivedBytesPerSecond = bySecond.values.reduce(0) { max($0, $1.receivedBytes) }
        if horizonNs == nil { result.requestsDue = requestsDue }
        let seconds = (bySecond.keys.max() ?? 0) + 1
        let perStretch = (seconds + Int64(PlanWalk.stretchLimit) - 1) / Int64(PlanWalk.stretchLimit)
        result.rateStretchNs = perStretch * Nanoseconds.perSecond
        result.requestsOverTime = Array(repeating: 0, count: Int((seconds + perStretch - 1) / perStretch))
        for (second, counts) in bySecond where second >= 0 {
            result.requestsOverTime[Int(second / perStretch)] += UInt64(counts.requests)
        }
    }

    private mutating func countPeaks() {
        // At the same instant ends come first: a slot's next clone replaces its last.
        edges.sort { ($0.timeNs, $0.clones) < ($1.timeNs, $1.clones) }
        var clones = 0
        var connections = 0
        for edge in edges {
            clones += edge.clones
            connections += edge.connections
            result.peakConcurrentClones = max(result.peakConcurrentClones, clones)
            result.sockets = max(result.sockets, connections)
        }
    }

    private mutating func extrapolate(_ plan: ReplayPlan) {
        guard let endNs = plan.options.duration?.wholeNanoseconds else { return }
        if plan.parts.contains(where: { !$0.hasPlannedLengths }) { result.isExtrapolated = true }
        guard let horizonNs else { return }
        result.isExtrapolated = true
        let factor = Double(endNs) / Double(horizonNs)
        result.clones = Int(min(Double(result.clones) * factor, 1e18))
        result.requests = Int(min(Double(result.requests) * factor, 1e18))
        result.plannedDurationNs = result.plannedDurationNs.map { max($0, endNs) }
    }
}
