internal import Glibc
internal import Measurement
internal import Plan
internal import Traffic

/// TLS on our own sockets: OpenSSL encrypts and decrypts records, and everything else works as without TLS.
///
/// libcurl could open these connections and pass content through (`CURLOPT_CONNECT_ONLY`), but it keeps an easy handle
/// and an `SSL_CTX` for each, which takes more than twice the memory.
extension SocketTransport {
    /// Starts the handshake on a connection that TCP has just opened.
    ///
    /// - Returns: whether `result` has been set.
    mutating func beginTLS(_ index: Int32, _ result: inout TransferResult) -> Bool {
        let slot = Int(connectionTable[index].slot)
        let target = connectionTable[index].target
        connectionTable[index].tls = stream(
            on: connectionTable[index].file, target: Int(target), resuming: resumption(slot: slot, target: target))
        guard connectionTable[index].tls != nil else {
            fail(index, .exhausted, &result)
            return true
        }
        connectionTable[index].state = .securing
        return secure(index, .read, &result)
    }

    private func stream(on file: Int32, target: Int, resuming resumption: TLSResumption?) -> TLSStream? {
        guard let name = addresses[target].serverName else { preconditionFailure("only TLS targets have TLS") }
        switch tls {
        case .some(let tls): return tls.stream(on: file, to: name, resuming: resumption)
        case .none: preconditionFailure("TLS targets have a TLS context")
        }
    }

    /// A session of the clone with the target: that of an open connection, or that of the last closed one.
    private func resumption(slot: Int, target: Int32) -> TLSResumption? {
        var index = slots[slot].first
        while index >= 0 {
            if connectionTable[index].target == target, let found = connectionTable[index].tls?.resumption {
                return found
            }
            index = connectionTable[index].next
        }
        return slots[slot].resumptionTarget == target ? slots[slot].resumption : nil
    }

    /// Continues the handshake; sends the request when it is done.
    mutating func secure(_ index: Int32, _ interest: EventPoll.Interest, _ result: inout TransferResult) -> Bool {
        guard let tls = connectionTable[index].tls else { return false }
        tls.allow(bytes: SocketBounds.bytesPerEvent)
        switch tls.handshake() {
        case .done:
            connected(index)
            // Data received together with the handshake raises no further event.
            if tls.isSpent { handleAgain(index, interest) }
            return false
        case .wait:
            if tls.isSpent { handleAgain(index, interest) }
            return false
        case .closed, .cutOff: fail(index, .closed, &result)
        case .failed(let fate): fail(index, fate, &result)
        }
        return true
    }

    /// Whether the data on an idle connection only concerns TLS, such as a session ticket; if so, it is processed.
    func isHousekeeping(_ index: Int32, _ interest: EventPoll.Interest) -> Bool {
        guard let tls = connectionTable[index].tls, interest.isDisjoint(with: [.peerClosed, .failure]) else {
            return false
        }
        tls.allow(bytes: SocketBounds.bytesPerEvent)
        guard case .wait = tls.read(into: buffer) else { return false }
        return !tls.isSpent
    }

    /// Writes the unwritten `bytes`; what the socket does not accept is written later.
    mutating func write(_ bytes: UnsafeRawBufferPointer, _ index: Int32, through tls: TLSStream) {
        var rest = bytes
        write: while !rest.isEmpty {
            switch tls.write(rest) {
            case .done(let count):
                connectionTable[index].hasWritten = true
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            case .wait:
                connectionTable[index].unsent = rest
                return keepUnsent(index)
            // Data that the server sent before it closed is read first.
            case .closed, .cutOff, .failed: break write
            }
        }
        connectionTable[index].unsent = UnsafeRawBufferPointer(start: nil, count: 0)
        if connectionTable[index].unsentBlock != nil { freeUnsent(index) }
    }

    /// Reads a response until it ends or no more data is available.
    mutating func receive(
        _ index: Int32, through tls: TLSStream, _ interest: EventPoll.Interest, _ result: inout TransferResult
    ) -> Bool {
        let isEnding = !interest.isDisjoint(with: [.peerClosed, .failure])
        tls.allow(bytes: SocketBounds.bytesPerEvent)
        while true {
            switch tls.read(into: buffer) {
            case .wait:
                if tls.isSpent { handleAgain(index, interest) }
                return false
            case .closed: return endOfStream(index, &result)
            case .cutOff: return broken(index, .closed, &result)
            case .failed(.reset): return broken(index, .reset, &result)
            case .failed(let fate):
                fail(index, fate, &result)
                return true
            case .done(let count):
                let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                switch take(piece, index) {
                case .more: continue
                case .ended(let used):
                    end(index, .answered, &result)
                    result.glimpse =
                        result.responseBytes <= count ? piece : UnsafeRawBufferPointer(start: nil, count: 0)
                    settle(index, isClean: used == count && !isEnding && tls.isQuiet, at: result.finished)
                    return true
                case .failed(let fate):
                    fail(index, fate, &result)
                    result.glimpse = piece
                    return true
                }
            }
        }
    }

    /// Ends the TLS of a connection that is about to be closed, and keeps its session for the clone's next one.
    mutating func endTLS(_ index: Int32, isBroken: Bool) {
        guard let tls = connectionTable[index].tls else { return }
        let slot = Int(connectionTable[index].slot)
        if !isBroken, let resumption = tls.resumption {
            slots[slot].resumption = resumption
            slots[slot].resumptionTarget = connectionTable[index].target
        }
        tls.end(isPolite: !isBroken)
        connectionTable[index].tls = nil
    }
}
