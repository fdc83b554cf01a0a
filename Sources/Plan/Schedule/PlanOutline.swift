import Formats
import Traffic

/// The size of a planned run: what it sends, how fast, and what the machine that sends it needs.
public struct PlanOutline: Hashable, Sendable {
    /// Clones that start.
    public var clones = 0
    /// Requests they send.
    public var requests = 0
    /// Requests due before the plan's time is over; nil where the target's speed decides it, or the plan is extrapolated.
    public var requestsDue: Int?
    /// Requests due in each stretch of ``rateStretchNs``, from the start; empty where the target's speed decides it.
    public var requestsOverTime: [UInt64] = []
    /// The length of those stretches.
    public var rateStretchNs = Nanoseconds.perSecond
    /// The most bytes of requests due within one second, and of the responses recorded to them.
    public var peakSentBytesPerSecond: UInt64 = 0
    /// The most bytes of the responses recorded to requests that are due within one second.
    public var peakReceivedBytesPerSecond: UInt64 = 0
    /// From the start to the last planned end, in nanoseconds; nil where the target's speed decides it (closed loop).
    public var plannedDurationNs: Int64?
    /// The most requests due within one second; nil where the target's speed decides it (closed loop).
    public var peakRequestsPerSecond: Int?
    /// The most clones at once when the target is as fast as the plan.
    public var peakConcurrentClones = 0
    /// Connections those clones hold at once; with slots, what all slots hold together, however slow the target.
    public var sockets = 0
    /// Memory that the scripts and those clones take, in bytes: an estimate.
    public var memoryBytes: UInt64 = 0
    /// Whether counts and peaks are drawn out from the plan's beginning, or the peaks are only a bound, for the whole is too
    /// long to walk through.
    public var isExtrapolated = false

    /// Memory taken for one clone: its cursor, value table and cookies.
    public static let bytesPerClone: UInt64 = 2 << 10
    /// Memory taken for one connection in the clear; TLS takes some 20 KiB more.
    public static let bytesPerConnection: UInt64 = 1 << 10
}

extension ReplayPlan {
    /// Walks through the plan and sums it up.
    ///
    /// - Parameter workLimit: the most requests to walk through; a longer plan is extrapolated from its beginning.
    public func outline(workLimit: Int = 5_000_000) -> PlanOutline {
        var walk = PlanWalk(plan: self, horizonNs: horizon(workLimit: workLimit))
        for slot in 0..<slotCount { walk.follow(slot: slot) }
        return walk.outline(of: self)
    }

    /// How far to walk so as to meet about `workLimit` requests; nil for to the end.
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

/// A walk through a plan's turns, slot by slot.
private struct PlanWalk {
    private struct Edge {
        var timeNs: Int64
        var clones: Int
        var connections: Int
    }

    /// The most starts and ends of clones that are put in order.
    private static let edgeLimit = 2_000_000

    private let plan: ReplayPlan
    private let horizonNs: Int64?
    private var result = PlanOutline()
    private struct Second {
        var requests = 0
        var sentBytes: UInt64 = 0
        var receivedBytes: UInt64 = 0
    }

    /// The most stretches that rates over time are told in.
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
            lastEndNs = max(lastEndNs, plan.plannedEnd(of: turn).nanoseconds)
            if isOpenLoop { count(turn, of: script) }
            next = plan.turn(after: turn)
            // Where the target decides, a slot has no planned end: its first clone represents those that follow.
            if !plan.parts[plan.part(ofScript: turn.script)].hasPlannedLengths, plan.options.duration != nil {
                next = nil
            }
            if let horizonNs, let due = next?.due.nanoseconds, due >= horizonNs { next = nil }
        }
        connectionsOfSlots += connections
    }

    private mutating func count(_ turn: CloneTurn, of script: SessionScript) {
        let endNs = plan.options.duration?.wholeNanoseconds ?? .max
        for request in script.requests {
            let due = plan.due(request, in: turn).nanoseconds
            guard due < endNs else { break }
            requestsDue += 1
            let sent = request.head.byteCount + request.body.literalBytes.count
            let key = due / Nanoseconds.perSecond
            bySecond[key, default: Second()].requests += 1
            bySecond[key, default: Second()].sentBytes += UInt64(sent)
            bySecond[key, default: Second()].receivedBytes += UInt64(request.responseBytes)
        }
        let count = script.peakConnections
        guard edges.count < PlanWalk.edgeLimit else { return }
        edges.append(Edge(timeNs: turn.due.nanoseconds, clones: 1, connections: count))
        edges.append(Edge(timeNs: plan.plannedEnd(of: turn).nanoseconds, clones: -1, connections: -count))
    }

    mutating func outline(of plan: ReplayPlan) -> PlanOutline {
        if isOpenLoop {
            result.plannedDurationNs = lastEndNs
            tellRates()
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

    private mutating func tellRates() {
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
        // At one instant, ends come first: a slot's next clone takes the place of its last.
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
