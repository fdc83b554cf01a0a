internal import Traffic

/// Finds connections whose deadline has passed (Varghese and Lauck, Hashed and Hierarchical Timing Wheels, 1987).
///
/// A thousand requests may finish before one times out. So a connection's entry is not moved when its deadline changes:
/// it is checked at the old deadline, and linked again if there is a later one. Entries are linked through the
/// connections.
struct TimerWheel: ~Copyable {
    /// 2^24 ns: 17 ms, the delay with which a timeout may be noticed.
    private static let tickShift: Int64 = 24
    private static let size = 512
    private let heads: UnsafeMutablePointer<Int32>
    private var tick: Int64
    private(set) var count = 0

    /// A wheel that starts at `now`.
    init(now: RunTime) {
        heads = .allocate(capacity: TimerWheel.size)
        heads.initialize(repeating: -1, count: TimerWheel.size)
        tick = now.nanoseconds >> TimerWheel.tickShift
    }

    deinit { heads.deallocate() }

    /// When the wheel has to be turned next; nil when it is empty.
    var nextTurn: RunTime? { count == 0 ? nil : RunTime(nanoseconds: (tick + 1) << TimerWheel.tickShift) }

    /// Sets the deadline of a connection.
    @inline(__always)
    mutating func arm(_ index: Int32, at deadline: RunTime, _ connections: inout SocketConnections) {
        connections[index].deadline = deadline
        let wanted = deadline.nanoseconds >> TimerWheel.tickShift
        let armed = connections[index].timerTick
        if armed >= 0 {
            guard wanted < armed else { return }
            unlink(index, &connections)
        }
        link(index, wanted, &connections)
    }

    private mutating func link(_ index: Int32, _ wanted: Int64, _ connections: inout SocketConnections) {
        let at = min(max(wanted, tick) + 1, tick + Int64(TimerWheel.size) - 1)
        let bucket = Int(at & Int64(TimerWheel.size - 1))
        let head = heads[bucket]
        connections[index].timerTick = at
        connections[index].timerPrevious = -1
        connections[index].timerNext = head
        if head >= 0 { connections[head].timerPrevious = index }
        heads[bucket] = index
        count += 1
    }

    /// Removes a connection from the wheel, if it is on it.
    mutating func unlink(_ index: Int32, _ connections: inout SocketConnections) {
        let at = connections[index].timerTick
        guard at >= 0 else { return }
        let (previous, next) = (connections[index].timerPrevious, connections[index].timerNext)
        if previous >= 0 {
            connections[previous].timerNext = next
        } else {
            heads[Int(at & Int64(TimerWheel.size - 1))] = next
        }
        if next >= 0 { connections[next].timerPrevious = previous }
        connections[index].timerTick = -1
        count -= 1
    }

    /// Turns the wheel to `now` and appends the connections whose deadline has passed.
    mutating func turn(to now: RunTime, _ connections: inout SocketConnections, expired: inout [Int32]) {
        let target = now.nanoseconds >> TimerWheel.tickShift
        guard count > 0, target - tick < Int64(TimerWheel.size) else {
            if count > 0 { turnAll(to: target, now: now, &connections, expired: &expired) }
            tick = max(tick, target)
            return
        }
        while tick < target {
            tick += 1
            empty(Int(tick & Int64(TimerWheel.size - 1)), now: now, &connections, expired: &expired)
        }
    }

    /// After a pause of a whole turn every bucket is due.
    private mutating func turnAll(
        to target: Int64, now: RunTime, _ connections: inout SocketConnections, expired: inout [Int32]
    ) {
        tick = target
        for bucket in 0..<TimerWheel.size { empty(bucket, now: now, &connections, expired: &expired) }
    }

    private mutating func empty(
        _ bucket: Int, now: RunTime, _ connections: inout SocketConnections, expired: inout [Int32]
    ) {
        var index = heads[bucket]
        heads[bucket] = -1
        while index >= 0 {
            let next = connections[index].timerNext
            connections[index].timerTick = -1
            count -= 1
            if let deadline = connections[index].deadline {
                if deadline <= now {
                    expired.append(index)
                } else {
                    link(index, deadline.nanoseconds >> TimerWheel.tickShift, &connections)
                }
            }
            index = next
        }
    }
}
