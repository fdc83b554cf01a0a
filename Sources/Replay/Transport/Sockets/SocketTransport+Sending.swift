internal import Glibc
internal import Measurement
internal import Plan
internal import Traffic

/// Sending of requests: choosing connections and writing bytes.
extension SocketTransport {
    mutating func send(_ request: borrowing OutgoingRequest, for id: RequestID, at now: RunTime) {
        let ordinal = bounds.followsRecording ? request.connection : 0
        if request.firstTried == nil, let index = idleConnection(slot: id.slot, request.target, ordinal) {
            start(request, for: id, on: index, at: now)
            return write(index, now: now)
        }
        guard hasRoom(slot: id.slot, target: request.target) else {
            let waiting = WaitingRequest(id: id, target: request.target)
            if slots[id.slot].waiting?.append(waiting) == nil { slots[id.slot].waiting = [waiting] }
            return
        }
        let (opened, fate) = openConnection(for: request, slot: id.slot, ordinal: ordinal)
        guard let index = opened else {
            var result = TransferResult(id: id, at: now)
            result.started = request.firstTried ?? now
            result.fate = fate
            result.connectionFree = request.connectionFree
            pending.append(result)
            // The connection that this request could have had is of use to the next one that waits, if any can be
            // opened: no other event may come.
            return wakeWaiting(slot: id.slot, at: now)
        }
        start(request, for: id, on: index, at: now)
        if connectionTable[index].state == .busy { write(index, now: clock.now) } else { keepUnsent(index) }
    }

    /// An idle connection of the slot that `ordinal` may use: its own, or another where it cannot have its own.
    private func idleConnection(slot: Int, _ target: Int, _ ordinal: UInt16) -> Int32? {
        var index = slots[slot].first
        var other: Int32 = -1
        var isOwnBusy = false
        while index >= 0 {
            if connectionTable[index].target == Int32(target) {
                let isIdle = connectionTable[index].state == .idle
                if connectionTable[index].ordinal == ordinal {
                    if isIdle { return index }
                    isOwnBusy = true
                } else if isIdle {
                    other = index
                }
            }
            index = connectionTable[index].next
        }
        let mayBorrow = isOwnBusy || Int(slots[slot].count) >= bounds.connectionsPerClone
        return mayBorrow && other >= 0 ? other : nil
    }

    /// Whether the slot may open another connection; closes an idle one if necessary.
    private mutating func hasRoom(slot: Int, target: Int) -> Bool {
        if !bounds.followsRecording, isConnected(slot: slot, target: target) { return false }
        guard Int(slots[slot].count) >= bounds.connectionsPerClone else { return true }
        var index = slots[slot].first
        while index >= 0 {
            if connectionTable[index].state == .idle {
                drop(index)
                return true
            }
            index = connectionTable[index].next
        }
        return false
    }

    private func isConnected(slot: Int, target: Int) -> Bool {
        var index = slots[slot].first
        while index >= 0 {
            if connectionTable[index].target == Int32(target) { return true }
            index = connectionTable[index].next
        }
        return false
    }

    private mutating func start(
        _ request: borrowing OutgoingRequest, for id: RequestID, on index: Int32, at now: RunTime
    ) {
        let isConnecting = connectionTable[index].state == .connecting
        let isFresh = connectionTable[index].isFresh
        if !isFresh { connectionTable[index].state = .busy }
        connectionTable[index].ordinal = bounds.followsRecording ? request.connection : 0
        connectionTable[index].request = Int32(truncatingIfNeeded: id.request)
        connectionTable[index].method = request.framingMethod
        connectionTable[index].flags = request.flags
        connectionTable[index].started = request.firstTried ?? now
        connectionTable[index].sent = now
        connectionTable[index].firstByte = nil
        connectionTable[index].connectionFree = request.connectionFree
        connectionTable[index].status = 0
        connectionTable[index].hasWritten = false
        connectionTable[index].isEnding = false
        connectionTable[index].isHTML = false
        connectionTable[index].requestBytes = request.message.count
        connectionTable[index].responseBytes = 0
        connectionTable[index].interimBytes = 0
        connectionTable[index].bodyBytes = 0
        if request.flags.contains(.comparesBody) { connectionTable[index].bodyHash = BodyHash() }
        connectionTable[index].unsent = request.message
        if !request.isMessageLasting { connectionTable[index].flags.insert(.isBorrowed) }
        if request.keepsResponse { connectionTable[index].kept = kept.take() }
        var limit = bounds.timeoutNs
        if isConnecting { limit = min(limit, bounds.connectTimeoutNs) }
        if let firstByte = bounds.firstByteTimeoutNs, !isConnecting { limit = min(limit, firstByte) }
        timers.arm(index, at: now.advanced(byNs: limit), &connectionTable)
    }

    /// Writes the rest of the request; what the socket does not accept is written later.
    mutating func write(_ index: Int32, now: RunTime) {
        let unsent = connectionTable[index].unsent
        if !connectionTable[index].hasWritten { connectionTable[index].sent = now }
        if let tls = connectionTable[index].tls { return write(unsent, index, through: tls) }
        let count = Glibc.send(connectionTable[index].file, unsent.baseAddress, unsent.count, Int32(MSG_NOSIGNAL))
        if count == unsent.count {
            connectionTable[index].hasWritten = true
            connectionTable[index].unsent = UnsafeRawBufferPointer(start: nil, count: 0)
            if connectionTable[index].unsentBlock != nil { freeUnsent(index) }
            return
        }
        writeRest(index, count: count, unsent)
    }

    private mutating func writeRest(_ index: Int32, count: Int, _ unsent: UnsafeRawBufferPointer) {
        if count < 0, errno != EAGAIN, errno != EINTR {
            // The response or the end is read first: a server may respond and close before it has read everything.
            connectionTable[index].unsent = UnsafeRawBufferPointer(start: nil, count: 0)
            freeUnsent(index)
            return
        }
        if count > 0 { connectionTable[index].hasWritten = true }
        connectionTable[index].unsent = UnsafeRawBufferPointer(rebasing: unsent[max(0, count)...])
        keepUnsent(index)
    }

    /// Copies the unwritten rest if its memory does not stay valid.
    mutating func keepUnsent(_ index: Int32) {
        let unsent = connectionTable[index].unsent
        guard connectionTable[index].flags.contains(.isBorrowed), connectionTable[index].unsentBlock == nil,
            let start = unsent.baseAddress
        else { return }
        let block = malloc(unsent.count)
        block?.copyMemory(from: start, byteCount: unsent.count)
        connectionTable[index].unsentBlock = block
        connectionTable[index].unsent = UnsafeRawBufferPointer(start: block, count: block == nil ? 0 : unsent.count)
    }

    mutating func freeUnsent(_ index: Int32) {
        free(connectionTable[index].unsentBlock)
        connectionTable[index].unsentBlock = nil
    }

    /// Reports to the first request that waits for a connection of the slot that one is free.
    mutating func wakeWaiting(slot: Int, at now: RunTime) {
        guard let waiting = slots[slot].waiting?.first else { return }
        slots[slot].waiting?.removeFirst()
        if slots[slot].waiting?.isEmpty == true { slots[slot].waiting = nil }
        var result = TransferResult(id: waiting.id, at: now)
        result.kind = .connectionFree
        result.connectionFree = now
        pending.append(result)
    }
}
