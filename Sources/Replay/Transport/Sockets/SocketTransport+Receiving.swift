internal import Glibc
internal import HTTPWire
internal import Measurement
internal import Plan
internal import Traffic

/// Handling of socket events: connected, readable, broken.
extension SocketTransport {
    /// Handles an event of a connection.
    ///
    /// - Returns: whether `result` has been set.
    mutating func handle(_ index: Int32, _ interest: EventPoll.Interest, _ result: inout TransferResult) -> Bool {
        switch connectionTable[index].state {
        case .free: return false
        case .connecting:
            if !interest.isDisjoint(with: .failure) { return connectFailed(index, &result) }
            guard interest.contains(.write) else { return false }
            countOpened(index)
            if addresses[Int(connectionTable[index].target)].serverName != nil { return beginTLS(index, &result) }
            connected(index)
        case .securing: return secure(index, interest, &result)
        case .idle:
            // Nothing is expected on it: the peer has closed it or sent unsolicited data.
            if !interest.isDisjoint(with: [.read, .peerClosed, .failure]), !isHousekeeping(index, interest) {
                drop(index)
            }
            return false
        case .busy:
            if interest.contains(.write), !connectionTable[index].unsent.isEmpty { write(index, now: clock.now) }
        }
        guard !interest.isDisjoint(with: [.read, .peerClosed, .failure]) else { return false }
        return receive(index, interest, &result)
    }

    mutating func connected(_ index: Int32) {
        connectionTable[index].state = .busy
        let now = clock.now
        let limit = bounds.firstByteTimeoutNs.map { min($0, bounds.timeoutNs) } ?? bounds.timeoutNs
        // The whole time is counted from the first action, the time to the first byte from here.
        let whole = connectionTable[index].started.advanced(byNs: bounds.timeoutNs)
        timers.arm(index, at: min(whole, now.advanced(byNs: limit)), &connectionTable)
        write(index, now: now)
    }

    private mutating func connectFailed(_ index: Int32, _ result: inout TransferResult) -> Bool {
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(connectionTable[index].file, SOL_SOCKET, SO_ERROR, &error, &size)
        let target = Int(connectionTable[index].target)
        connectionTable[index].refusals += 1
        if Int(connectionTable[index].refusals) < addresses[target].count, reconnect(index, target) { return false }
        fail(index, Fate(connectError: error), &result)
        return true
    }

    /// Tries the next address of the target on a new socket, for the same connection.
    private mutating func reconnect(_ index: Int32, _ target: Int) -> Bool {
        let address = addresses[target].next(afterRefusalOf: Int(connectionTable[index].address))
        let attempt = addresses[target].attempt(
            address, for: connectionTable[index].numberInPart, refusals: &connectionTable[index].refusals)
        guard attempt.file >= 0 else { return false }
        close(connectionTable[index].file)
        connectionTable[index].file = attempt.file
        connectionTable[index].address = UInt16(attempt.address)
        connectionTable[index].generation &+= 1
        guard watch(index) else { return false }
        if attempt.isConnected, addresses[target].serverName == nil {
            countOpened(index)
            connected(index)
        }
        return true
    }

    private mutating func receive(
        _ index: Int32, _ interest: EventPoll.Interest, _ result: inout TransferResult
    ) -> Bool {
        if let tls = connectionTable[index].tls { return receive(index, through: tls, interest, &result) }
        let isEnding = !interest.isDisjoint(with: [.peerClosed, .failure])
        for _ in 0..<SocketBounds.readsPerEvent {
            let count = recv(connectionTable[index].file, buffer.baseAddress, buffer.count, 0)
            if count < 0 {
                if errno == EAGAIN { return false }
                if errno == EINTR { continue }
                return broken(index, .reset, &result)
            }
            guard count > 0 else { return endOfStream(index, &result) }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            switch take(piece, index) {
            case .more:
                // A short read has emptied the socket: later data raises another event.
                if count < buffer.count, !isEnding { return false }
            case .ended(let used):
                end(index, .answered, &result)
                result.glimpse = result.responseBytes <= count ? piece : UnsafeRawBufferPointer(start: nil, count: 0)
                settle(index, isClean: used == count && count < buffer.count && !isEnding, at: result.finished)
                return true
            case .failed(let fate):
                fail(index, fate, &result)
                result.glimpse = piece
                return true
            }
        }
        handleAgain(index, interest)
        return false
    }

    /// The result of parsing a fragment of a response.
    enum Taken {
        case more
        /// The response ended after this many bytes of the fragment.
        case ended(used: Int)
        case failed(Fate)
    }

    mutating func take(_ piece: UnsafeRawBufferPointer, _ index: Int32) -> Taken {
        if connectionTable[index].firstByte == nil { noteFirstByte(index) }
        var offset = 0
        while offset < piece.count {
            if let framing = connectionTable[index].parser.takeWholeHead(piece, from: offset) {
                let head = UnsafeRawBufferPointer(rebasing: piece[offset..<offset + framing.headBytes])
                offset += framing.headBytes
                guard let isOver = headEnded(index, framing, head, followedBy: piece.count - offset) else {
                    return .failed(.badFraming)
                }
                if isOver {
                    connectionTable[index].responseBytes += offset
                    return .ended(used: offset)
                }
                continue
            }
            let step = connectionTable[index].parser.next(piece, from: offset)
            let bytes = UnsafeRawBufferPointer(rebasing: piece[step.start..<step.end])
            offset = step.end
            var isOver = step.endsMessage
            switch step.kind {
            case .needsMore: break
            case .framing: break
            case .trailers:
                if connectionTable[index].kept >= 0 { kept.append(trailers: bytes, connectionTable[index].kept) }
            case .head:
                guard kept.appendPartialHead(bytes, &connectionTable[index].kept) else { return .failed(.badFraming) }
            case .headEnd:
                guard kept.appendPartialHead(bytes, &connectionTable[index].kept),
                    let over = splitHeadEnded(index)
                else { return .failed(.badFraming) }
                isOver = over
            case .body:
                connectionTable[index].bodyBytes += UInt64(bytes.count)
                if connectionTable[index].flags.contains(.comparesBody) { connectionTable[index].bodyHash.add(bytes) }
                if connectionTable[index].kept >= 0 { kept.append(body: bytes, connectionTable[index].kept) }
            case .unparsable: return .failed(.badFraming)
            }
            if isOver {
                connectionTable[index].responseBytes += offset
                return .ended(used: offset)
            }
        }
        connectionTable[index].responseBytes += offset
        return .more
    }

    private mutating func noteFirstByte(_ index: Int32) {
        connectionTable[index].firstByte = clock.now
        if bounds.firstByteTimeoutNs != nil {
            connectionTable[index].deadline = connectionTable[index].started.advanced(byNs: bounds.timeoutNs)
        }
    }

    /// Applies a complete head.
    ///
    /// - Parameter count: the number of bytes after it in the buffer
    /// - Returns: whether the response ends with it; nil when it is invalid.
    private mutating func headEnded(
        _ index: Int32, _ framing: HeadFraming, _ head: UnsafeRawBufferPointer, followedBy count: Int
    ) -> Bool? {
        let method = connectionTable[index].method
        guard ResponseRules.isUsable(framing, toHead: method == .head), ResponseRules.isWellFormed(head) else {
            return nil
        }
        let endsMessage = connectionTable[index].parser.begin(framing, requestMethod: method)
        // An interim response (RFC 9110 section 15.2), with the final one to follow.
        if framing.status < 200, framing.status != 101 {
            return countInterim(framing.headBytes, index) ? false : nil
        }
        connectionTable[index].status = framing.status
        connectionTable[index].isEnding = framing.endsConnection || framing.status == 101
        if connectionTable[index].flags.contains(.expectsNoHTML) {
            connectionTable[index].isHTML = RecordedResponse.isHTML(head)
        }
        if connectionTable[index].kept >= 0, connectionTable[index].flags.contains(.keepsResponse) {
            kept.set(head: head, connectionTable[index].kept)
        } else if !endsMessage, connectionTable[index].flags.contains(.comparesShape),
            SocketTransport.hasShortContent(framing, afterHead: count)
        {
            if connectionTable[index].kept < 0 { connectionTable[index].kept = kept.take() }
            kept.set(head: head, connectionTable[index].kept, limit: ResponseShape.longest)
        }
        return endsMessage
    }

    /// Whether a successful response may be short enough for comparing its structure, but is not in memory as a whole
    /// without chunk framing.
    private static func hasShortContent(_ framing: HeadFraming, afterHead count: Int) -> Bool {
        guard (200..<300).contains(framing.status) else { return false }
        guard !framing.isChunked, let length = framing.contentLength else { return true }
        return length <= UInt64(ResponseShape.longest) && length > UInt64(count)
    }

    /// Counts bytes before the final head.
    ///
    /// - Returns: whether they are within the limit.
    private mutating func countInterim(_ count: Int, _ index: Int32) -> Bool {
        connectionTable[index].interimBytes += Int32(clamping: count)
        return connectionTable[index].interimBytes <= SocketBounds.headBytes
    }

    /// The same for a head that was received in fragments; nil when it is not a head.
    private mutating func splitHeadEnded(_ index: Int32) -> Bool? {
        let place = connectionTable[index].kept
        let head = kept.takePartialHead(place)
        return head.withUnsafeBytes { bytes -> Bool? in
            guard let framing = HeadFraming(bytes, isRequest: false) else { return nil }
            return headEnded(index, framing, bytes, followedBy: 0)
        }
    }

    mutating func endOfStream(_ index: Int32, _ result: inout TransferResult) -> Bool {
        guard connectionTable[index].state == .busy else {
            drop(index)
            return false
        }
        if connectionTable[index].parser.endOfStream() {
            end(index, .answered, &result)
            settle(index, isClean: false, at: result.finished)
            return true
        }
        return broken(index, .closed, &result)
    }

    /// Handles the loss of the connection before the response was complete.
    mutating func broken(_ index: Int32, _ fate: Fate, _ result: inout TransferResult) -> Bool {
        let connection = connectionTable[index]
        // RFC 9110 section 9.2.2: a client may repeat a request that is idempotent, or that the server cannot have
        // seen.
        let isSafe = connection.flags.contains(.isIdempotent) || !connection.hasWritten
        guard !connection.isFresh, connection.firstByte == nil, isSafe else {
            fail(index, fate, &result)
            return true
        }
        end(index, fate, &result)
        result.kind = .sendAgain
        drop(index, isBroken: true)
        return true
    }

    /// Ends the current request as a failure, and closes its connection.
    mutating func fail(_ index: Int32, _ fate: Fate, _ result: inout TransferResult) {
        end(index, fate, &result)
        let slot = Int(connectionTable[index].slot)
        drop(index, isBroken: true)
        wakeWaiting(slot: slot, at: result.finished)
    }

    /// Reports the current request as finished.
    mutating func end(_ index: Int32, _ fate: Fate, _ result: inout TransferResult) {
        result.kind = .ended
        result.id = RequestID(slot: Int(connectionTable[index].slot), request: Int(connectionTable[index].request))
        result.fate = fate
        result.status = connectionTable[index].status
        result.started = connectionTable[index].started
        result.sent = connectionTable[index].sent
        result.firstByte = connectionTable[index].firstByte
        result.finished = clock.now
        let state = connectionTable[index].state
        if state == .connecting || state == .securing { result.sent = result.finished }
        result.connectionFree = connectionTable[index].connectionFree
        result.opened = connectionTable[index].isFresh
        result.requestBytes = connectionTable[index].requestBytes
        result.responseBytes = connectionTable[index].responseBytes
        result.bodyBytes = connectionTable[index].bodyBytes
        result.bodyHash = connectionTable[index].bodyHash.value
        result.isHTML = connectionTable[index].isHTML
        if connectionTable[index].kept >= 0 {
            kept.take(&connectionTable[index].kept, into: &result)
        } else if !result.head.isEmpty || !result.body.isEmpty {
            (result.head, result.body, result.trailers) = ([], [], [])
        }
        result.glimpse = UnsafeRawBufferPointer(start: nil, count: 0)
        connectionTable[index].deadline = nil
    }

    /// Prepares a connection for the next request, or closes it.
    mutating func settle(_ index: Int32, isClean: Bool, at now: RunTime) {
        let slot = Int(connectionTable[index].slot)
        let flags = connectionTable[index].flags
        let isOver = bounds.followsRecording && flags.contains(.isLastOfConnection)
        if !isClean || isOver || connectionTable[index].isEnding || flags.contains(.endsConnection)
            || !connectionTable[index].unsent.isEmpty
        {
            drop(index)
        } else {
            connectionTable[index].state = .idle
            connectionTable[index].isFresh = false
        }
        if slots[slot].waiting != nil { wakeWaiting(slot: slot, at: now) }
    }
}
