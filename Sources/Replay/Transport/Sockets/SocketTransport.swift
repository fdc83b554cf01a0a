internal import Glibc
internal import HTTPWire
internal import Measurement
internal import Threads
internal import Traffic

/// Sends HTTP/1.1 on its own sockets, with or without TLS: the bytes as recorded. Responses are parsed by the parser
/// that parsed the recording.
///
/// Sockets are watched from opening to closing, edge-triggered, so that a request costs one send(2), one recv(2) and
/// its share of an epoll_pwait2(2). Nothing is allocated for a request whose message is lasting and whose response is
/// not kept. Used by one thread.
struct SocketTransport: ~Copyable, Transport {
    let clock: RunClock
    let bounds: SocketBounds
    let poll: EventPoll
    var connectionTable = SocketConnections()
    var timers: TimerWheel
    var addresses: [SocketAddresses]
    var slots: [SocketSlot]
    var kept = KeptResponses()
    /// Reports of requests that failed on starting or that waited.
    var pending: [TransferResult] = []
    var expired: [Int32] = []
    let buffer: UnsafeMutableRawBufferPointer
    private(set) var opened = 0
    private(set) var open = 0
    /// Nil when no target uses TLS.
    let tls: TLSContext?
    private let wake: WakeSignal
    /// Connections that reached the read limit of one event.
    private var again: [(token: UInt64, interest: EventPoll.Interest)] = []
    private var eventIndex = 0
    private var eventCount = 0
    private var againLeft = 0
    private static let wakeToken = UInt64.max
    private static let guestToken = UInt64.max - 1

    /// The connections of a slot.
    struct SocketSlot {
        /// Index of the first of its connections; -1 for none.
        var first: Int32 = -1
        var count: Int32 = 0
        /// Requests that wait for a connection, in order; their bytes are rendered when they are sent.
        var waiting: [WaitingRequest]?
        /// The last TLS session of the clone, and the target it belongs to.
        var resumption: TLSResumption?
        var resumptionTarget: Int32 = -1
    }

    /// A waiting request.
    struct WaitingRequest {
        var id: RequestID
        var target: Int
    }

    /// A transport for slots `0..<slotCount`, whose ``wait(until:)`` also returns when `wake` is signalled.
    ///
    /// - Parameter tls: required where a target uses TLS.
    init(
        targets: [ResolvedTarget], slotCount: Int, clock: RunClock, wake: WakeSignal, bounds: SocketBounds,
        tls: consuming TLSContext?
    ) throws(SystemCallError) {
        let poll = try EventPoll(capacity: 512)
        guard poll.watch(wake.file, for: .read, token: SocketTransport.wakeToken) else {
            throw SystemCallError("epoll_ctl")
        }
        self.poll = poll
        self.clock = clock
        self.bounds = bounds
        self.wake = wake
        self.tls = tls
        addresses = targets.map(SocketAddresses.init)
        slots = Array(repeating: SocketSlot(), count: slotCount)
        timers = TimerWheel(now: clock.now)
        buffer = .allocate(byteCount: SocketBounds.receiveBytes, alignment: 64)
    }

    deinit {
        for index in 0..<Int32(connectionTable.count) where connectionTable[index].file >= 0 {
            connectionTable[index].tls?.end(isPolite: false)
            close(connectionTable[index].file)
            free(connectionTable[index].unsentBlock)
        }
        buffer.deallocate()
    }

    /// Also returns from waits when `file`, the epoll instance of another transport, is ready.
    func watchGuest(_ file: Int32) throws(SystemCallError) {
        guard poll.watch(file, for: .read, token: SocketTransport.guestToken) else {
            throw SystemCallError("epoll_ctl")
        }
    }

    var connections: (opened: Int, open: Int) { (opened, open) }

    mutating func wait(until deadline: RunTime?) throws(SystemCallError) {
        eventIndex = 0
        eventCount = 0
        var until = deadline
        if let turn = timers.nextTurn { until = min(until ?? turn, turn) }
        let nanoseconds = pending.isEmpty && again.isEmpty ? until.map { $0.nanoseconds(since: clock.now) } : 0
        eventCount = try poll.wait(nanoseconds: nanoseconds)
        againLeft = again.count
        timers.turn(to: clock.now, &connectionTable, expired: &expired)
    }

    mutating func next(_ result: inout TransferResult) -> Bool {
        if !pending.isEmpty {
            result = pending.removeLast()
            return true
        }
        while eventIndex < eventCount {
            let (token, interest) = poll.readyToken(at: eventIndex)
            eventIndex += 1
            if token == SocketTransport.wakeToken {
                wake.clear()
                continue
            }
            guard token != SocketTransport.guestToken else { continue }
            guard let index = connection(of: token) else { continue }
            if handle(index, interest, &result) { return true }
        }
        // Connections that are queued again meanwhile are handled after the next wait.
        while againLeft > 0 {
            againLeft -= 1
            let (token, interest) = again.removeFirst()
            guard let index = connection(of: token) else { continue }
            if handle(index, interest, &result) { return true }
        }
        while let index = expired.popLast() {
            let state = connectionTable[index].state
            guard state == .busy || state == .connecting || state == .securing,
                let deadline = connectionTable[index].deadline, deadline <= clock.now
            else { continue }
            fail(index, .timeout, &result)
            return true
        }
        return false
    }

    /// The connection that an event belongs to; nil when its socket has been closed.
    private func connection(of token: UInt64) -> Int32? {
        let index = Int32(truncatingIfNeeded: token & 0xffff_ffff)
        return connectionTable[index].generation == UInt32(truncatingIfNeeded: token >> 32) ? index : nil
    }

    private func token(of index: Int32) -> UInt64 { UInt64(connectionTable[index].generation) << 32 | UInt64(index) }

    /// Handles a connection again after the next wait: unread data raises no further event.
    mutating func handleAgain(_ index: Int32, _ interest: EventPoll.Interest) {
        again.append((token(of: index), interest))
    }

    /// Opens a connection for a slot, whose first request the caller sets; nil, with a fate, when it fails.
    mutating func openConnection(
        for request: borrowing OutgoingRequest, slot: Int, ordinal: UInt16
    ) -> (index: Int32?, fate: Fate) {
        let target = request.target
        var refusals: UInt16 = 0
        let address = addresses[target].next()
        let attempt = addresses[target].attempt(address, for: request.numberInPart, refusals: &refusals)
        guard attempt.file >= 0 else { return (nil, Fate(connectError: attempt.error)) }
        let index = connectionTable.take()
        connectionTable[index].file = attempt.file
        connectionTable[index].slot = Int32(slot)
        connectionTable[index].target = Int32(target)
        connectionTable[index].numberInPart = request.numberInPart
        connectionTable[index].ordinal = ordinal
        connectionTable[index].address = UInt16(attempt.address)
        connectionTable[index].refusals = refusals
        // A socket that is connected immediately gets an event for it, too.
        connectionTable[index].state =
            attempt.isConnected && addresses[target].serverName == nil ? .busy : .connecting
        connectionTable[index].isFresh = true
        connectionTable[index].next = slots[slot].first
        slots[slot].first = index
        slots[slot].count += 1
        if connectionTable[index].state == .busy { countOpened(index) }
        guard watch(index) else {
            drop(index)
            return (nil, .exhausted)
        }
        return (index, .other)
    }

    /// Watches a connection's socket until it is closed.
    func watch(_ index: Int32) -> Bool {
        poll.watch(
            connectionTable[index].file, for: [.read, .write, .peerClosed, .edge], token: token(of: index))
    }

    /// Closes and removes a connection; the caller handles its current request.
    ///
    /// - Parameter isBroken: whether nothing can be sent on it any more.
    mutating func drop(_ index: Int32, isBroken: Bool = false) {
        timers.unlink(index, &connectionTable)
        if connectionTable[index].tls != nil { endTLS(index, isBroken: isBroken) }
        close(connectionTable[index].file)
        connectionTable[index].file = -1
        free(connectionTable[index].unsentBlock)
        connectionTable[index].unsentBlock = nil
        kept.giveBack(&connectionTable[index].kept)
        let slot = Int(connectionTable[index].slot)
        unlink(index, fromSlot: slot)
        if connectionTable[index].isCounted { open -= 1 }
        connectionTable.giveBack(index)
    }

    /// Counts a connection that TCP has established; a refused one is not counted.
    mutating func countOpened(_ index: Int32) {
        guard !connectionTable[index].isCounted else { return }
        connectionTable[index].isCounted = true
        opened += 1
        open += 1
    }

    private mutating func unlink(_ index: Int32, fromSlot slot: Int) {
        slots[slot].count -= 1
        if slots[slot].first == index {
            slots[slot].first = connectionTable[index].next
            return
        }
        var previous = slots[slot].first
        while previous >= 0 {
            let next = connectionTable[previous].next
            if next == index {
                connectionTable[previous].next = connectionTable[index].next
                return
            }
            previous = next
        }
    }

    mutating func release(slot: Int) {
        while slots[slot].first >= 0 { drop(slots[slot].first) }
        slots[slot].waiting = nil
        if slots[slot].resumption != nil { slots[slot].resumption = nil }
    }

    mutating func cancelAll() {
        for slot in slots.indices { release(slot: slot) }
        pending.removeAll()
        again.removeAll()
        (eventCount, againLeft) = (eventIndex, 0)
    }
}
