import Formats

/// TLS connections whose secrets are not known yet.
extension TrafficAssembler {
    /// The minimum interval between checks of the key log, in nanoseconds.
    private static let keyLogInterval = 10 * Nanoseconds.perMillisecond

    /// Adds secrets in key log format.
    mutating func learn(_ keyLog: [UInt8]) {
        mayLearnSecrets = true
        let before = secrets.generation
        KeyLogText.read(keyLog, limits: limits, into: &secrets)
        if secrets.generation != before { resumeWaiting() }
    }

    /// Reads new lines of the key log, unless it was checked just before.
    mutating func lookForSecrets() {
        guard reading.now >= keyLogDue || keyLogDue &- reading.now > TrafficAssembler.keyLogInterval
        else { return }
        keyLogDue = reading.now &+ TrafficAssembler.keyLogInterval
        let before = secrets.generation
        keyLog?.poll(into: &secrets)
        if secrets.generation != before { resumeWaiting() }
    }

    /// Checks for secrets, and gives up on connections that have waited too long.
    mutating func waitForSecrets() {
        lookForSecrets()
        for index in tls.waiting {
            guard let since = tls.entries[Int(index)]?.waitingSince, reading.now &- since > secretPatience
            else { continue }
            giveUpWaiting(index)
        }
    }

    /// Reads the key log for the last time, and gives up on closed connections that still wait.
    mutating func endWaitingForSecrets() {
        keyLogDue = .min
        lookForSecrets()
        mayLearnSecrets = false
        for index in tls.waiting where tls.entries[Int(index)]?.isParked == true {
            giveUpWaiting(index)
        }
    }

    private mutating func resumeWaiting() {
        for index in tls.waiting { resume(index) }
    }

    private mutating func resume(_ index: Int32) {
        guard let entry = tls.entries[Int(index)] else { return }
        let connection = entry.connection
        let streams = connection.pointee.streams
        // Waiting records are processed in the state of the connection at their arrival.
        let hadEnded = (streams[0].isEnded, streams[1].isEnded)
        streams[0].isEnded = false
        streams[1].isEnded = false
        var context = TLSConversation.Context(limits: limits, mayLearnSecrets: true)
        tls.update(index) { $0.resume(knowing: secrets, &context) }
        settle(index, context.events)
        guard tls.entries[Int(index)]?.connection != connection || !isWaiting(index) else {
            (streams[0].isEnded, streams[1].isEnded) = hadEnded
            return
        }
        let first = max(0, Int(connection.pointee.requestDirection))
        for direction in [first, 1 - first] where direction == 0 ? hadEnded.0 : hadEnded.1 {
            streams[direction].isEnded = true
            endOfStream(connection, direction)
        }
        if entry.isParked { freeParked(connection) }
    }

    private func isWaiting(_ index: Int32) -> Bool {
        tls.entries[Int(index)]?.conversation.isWaiting == true
    }

    private mutating func giveUpWaiting(_ index: Int32) {
        guard let entry = tls.entries[Int(index)] else { return }
        makeOpaque(entry.connection)
        if entry.isParked { freeParked(entry.connection) }
    }

    /// Keeps a connection whose packets have ended until its secrets arrive.
    mutating func park(_ connection: UnsafeMutablePointer<Connection>) {
        tls.park(connection.pointee.tls)
    }

    private mutating func freeParked(_ connection: UnsafeMutablePointer<Connection>) {
        if connection.pointee.tls >= 0 { endTLS(connection) }
        release(connection)
    }
}
