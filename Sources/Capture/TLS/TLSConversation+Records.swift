/// Decrypts records, and handles those that cannot be decrypted.
extension TLSConversation {
    /// The maximum number of consecutive failures before a direction is given up.
    private static let maximumFailures = 16

    /// Handles an encrypted record, or the loss of some.
    ///
    /// - Returns: false if it must wait for a secret.
    mutating func open(
        _ item: RecordFramer.Item, _ direction: Int, _ mark: Mark, _ secrets: SecretStore,
        _ context: inout Context
    ) -> Bool {
        switch item {
        case .damaged(let wireBytes): lose(wireBytes, isOneRecord: true, direction, &context)
        case .hole(let wireBytes): lose(wireBytes, isOneRecord: false, direction, &context)
        case .record(let record):
            if serverHello?.version != TLSVersion.tls13, serverHello != nil, !sides[direction].isProtected {
                // Application data before a change of keys: the change was lost.
                sides[direction].isProtected = true
                sides[direction].missing.isExact = false
            }
            guard prepareKeys(direction, secrets, context) else { return false }
            openRecord(record, direction, mark, secrets, &context)
        }
        return true
    }

    private mutating func lose(
        _ wireBytes: Int, isOneRecord: Bool, _ direction: Int, _ context: inout Context
    ) {
        // A handshake message with missing bytes must not be joined with what follows.
        sides[direction].handshake = HandshakeReader()
        guard serverHello?.version == TLSVersion.tls13 || sides[direction].isProtected else { return }
        sides[direction].missing.wireBytes += wireBytes
        if isOneRecord {
            sides[direction].missing.records += 1
        } else {
            sides[direction].missing.isExact = false
        }
        if !survivesLoss(direction) { giveUp(direction, &context) }
    }

    private mutating func openRecord(
        _ record: TLSRecord, _ direction: Int, _ mark: Mark, _ secrets: SecretStore,
        _ context: inout Context
    ) {
        var mark = mark
        mark.sequence = record.sequence
        let earlyNumber = sides[direction].early?.sequence ?? 0
        if let opened = sides[direction].early?.open(record, as: earlyNumber) {
            return take(opened, direction, mark, &context)
        }
        if let opened = tryNumbers(record, direction, context)
            ?? tryFollowingKeys(record, direction, secrets, context)
        {
            sides[direction].failures = 0
            hasOpened = true
            flushLost(direction, &context)
            return take(opened, direction, mark, &context)
        }
        sides[direction].protection?.pass(record)
        sides[direction].failures += 1
        // Early data without its secret, or rejected by the server, has separate sequence numbers.
        let isEarly =
            direction == clientDirection && clientHello?.offersEarlyData == true
            && !sides[direction].hasFinished
        let isBefore = isEarly || sides[direction].isSkippingHandshake
        if isBefore, sides[direction].protection?.sequence == 0, sides[direction].missing.isNone {
            return
        }
        unreadable &+= 1
        sides[direction].missing.records += 1
        sides[direction].missing.wireBytes += record.wireBytes
        if sides[direction].failures > TLSConversation.maximumFailures || !survivesLoss(direction) {
            giveUp(direction, &context)
        }
    }

    /// Whether the records after a lost one can be decrypted.
    private func survivesLoss(_ direction: Int) -> Bool {
        sides[direction].inflater == nil && sides[direction].protection?.survivesLoss != false
    }

    /// Decrypts a record as the next, or as one of the possible next ones after a loss.
    private mutating func tryNumbers(_ record: TLSRecord, _ direction: Int, _ context: Context)
        -> RecordProtection
        .Opened?
    {
        let missing = sides[direction].missing
        guard let next = sides[direction].protection?.sequence else { return nil }
        let first =
            missing.isExact
            ? missing.records : max(missing.records, missing.wireBytes / TLSRecord.largestBytes)
        let window = missing.isExact ? 0 : context.limits.maxSkippedRecords
        for skipped in first...(first + window) {
            if let opened = sides[direction].protection?.open(record, as: next &+ UInt64(skipped)) {
                sides[direction].missing.records = skipped
                return opened
            }
        }
        return nil
    }

    /// Tries the next keys: after a loss, the message that changes the keys may be lost too.
    private mutating func tryFollowingKeys(
        _ record: TLSRecord, _ direction: Int, _ secrets: SecretStore, _ context: Context
    ) -> RecordProtection.Opened? {
        guard !sides[direction].missing.isNone, var next = followingKeys(direction, secrets) else {
            return nil
        }
        let window = min(
            context.limits.maxSkippedRecords, sides[direction].missing.wireBytes / TLSRecord.headerBytes)
        for skipped in 0...window {
            if let opened = next.0.open(record, as: UInt64(skipped)) {
                sides[direction].protection = next.0
                sides[direction].trafficSecret = next.secret
                sides[direction].hasFinished = true
                sides[direction].missing.records = max(skipped, 1)
                return opened
            }
        }
        return nil
    }

    private mutating func take(
        _ opened: RecordProtection.Opened, _ direction: Int, _ mark: Mark, _ context: inout Context
    ) {
        var opened = opened
        if let inflater = sides[direction].inflater {
            guard let content = inflater.inflate(opened.content) else {
                return giveUp(direction, &context)
            }
            opened.content = content
        }
        switch opened.type {
        case TLSRecord.ContentType.applicationData:
            guard !opened.content.isEmpty else { return }
            emit(.content(direction: direction, bytes: opened.content, mark: mark), direction, &context)
        case TLSRecord.ContentType.handshake: takeHandshake(opened.content, direction, &context)
        case TLSRecord.ContentType.changeCipherSpec: changeKeys(direction)
        case TLSRecord.ContentType.alert:
            // Level "warning", description "close_notify" (RFC 8446 section 6.1).
            if opened.content.count == 2, opened.content[1] == 0 {
                emit(.closed(direction: direction), direction, &context)
            }
        default: break
        }
    }

    /// Reports lost content, now that its amount is known.
    mutating func flushLost(_ direction: Int, _ context: inout Context) {
        let missing = sides[direction].missing
        guard !missing.isNone else { return }
        sides[direction].missing = Missing()
        guard let overhead = sides[direction].protection?.overheadBytes else {
            // The amount of padding is unknown, so the whole message is lost.
            return emit(.lost(direction: direction, bytes: Int(Int32.max)), direction, &context)
        }
        let bytes = missing.wireBytes - missing.records * overhead
        if bytes > 0 { emit(.lost(direction: direction, bytes: bytes), direction, &context) }
    }

    private mutating func giveUp(_ direction: Int, _ context: inout Context) {
        sides[direction] = Side()
        sides[direction].hasGivenUp = true
        emit(.gaveUp(direction: direction), direction, &context)
        if direction == clientDirection { releaseHeldBack(&context) }
    }

    private mutating func emit(_ event: Event, _ direction: Int, _ context: inout Context) {
        if direction == clientDirection {
            if case .closed = event {} else { hasClientContent = true }
        } else if !hasReleased {
            heldBack.append(event)
            if case .content(_, let bytes, _) = event { heldBackBytes += bytes.count }
            if heldBackBytes > context.limits.maxAwaitedBytesPerConnection { releaseHeldBack(&context) }
            return
        }
        context.events.append(event)
        if case .content = event, !hasReleased { releaseHeldBack(&context) }
    }

    /// Passes on what the server sent before the client.
    mutating func releaseHeldBack(_ context: inout Context) {
        hasReleased = true
        context.events += heldBack
        heldBack = []
        heldBackBytes = 0
    }
}
