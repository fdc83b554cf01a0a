/// One TLS connection, observed with a key log: bytes of both directions in, content out.
///
/// A pure state machine: it is given the bytes and the known secrets, and returns ``Event``s. Records that lack a
/// secret wait inside.
struct TLSConversation {
    /// The time and position of the packet that completed something.
    struct Mark {
        var sequence: UInt32
        var acknowledgement: UInt32
        /// Nanoseconds since the Unix epoch.
        var time: Int64
    }

    enum Event {
        case content(direction: Int, bytes: [UInt8], mark: Mark)
        /// About this many bytes of content are lost.
        case lost(direction: Int, bytes: Int)
        /// The sender announced its end (close_notify).
        case closed(direction: Int)
        /// The rest of the direction cannot be decrypted.
        case gaveUp(direction: Int)
    }

    /// Why nothing of the connection can be decrypted.
    enum Failure: Equatable {
        /// It is not TLS after all, or its hellos were not seen.
        case foreign
        /// An unknown version, cipher suite or compression method.
        case unsupported
        /// There is no key log that could contain its secrets.
        case noSecrets
    }

    /// A record, or a loss, that waits for a secret.
    struct Waiting {
        var direction: Int
        var item: RecordFramer.Item
        var mark: Mark

        /// The memory it takes, in bytes.
        var heldBytes: Int {
            if case .record(let record) = item { record.fragment.count + 96 } else { 96 }
        }
    }

    var sides = [Side(), Side()]
    /// Direction of the client's bytes: 0 or 1; -1 before a hello was seen.
    var clientDirection = -1
    var clientHello: ClientHello?
    var serverHello: ServerHello?
    var suite: TLSCipherSuite?
    /// The negotiated protocol (RFC 7301), if seen.
    var applicationProtocol: String?
    var failure: Failure?
    var waiting: [Waiting] = []
    private var waitingBytes = 0
    /// What the server sent before the client's first content: HTTP/2 settings may be seen before the preface that
    /// identifies them.
    var heldBack: [Event] = []
    var heldBackBytes = 0
    /// Whether ``heldBack`` was passed on; nothing is held back afterwards.
    var hasReleased = false
    /// Whether the client sent content, read or lost.
    var hasClientContent = false
    /// Whether a record was decrypted.
    var hasOpened = false
    /// Records that could not be decrypted, and stretches of bytes that are not records, since they were last taken.
    var unreadable: UInt64 = 0

    /// Bytes held, in addition to what every connection takes.
    var heldBytes: Int {
        waitingBytes + heldBackBytes + sides[0].heldBytes + sides[1].heldBytes
    }

    /// Whether records wait for a secret.
    var isWaiting: Bool { !waiting.isEmpty && failure == nil }

    /// Whether it could be read and the client sent no request, as in a health check of TLS only.
    var carriedNothing: Bool { hasOpened && !hasClientContent && sides.allSatisfy { $0.missing.isNone } }

    /// Whether the rest of both directions is lost.
    var isOver: Bool { sides[0].hasGivenUp && sides[1].hasGivenUp }

    /// Processes the next bytes of a direction.
    mutating func receive(
        _ piece: StreamChunk, direction: Int, knowing secrets: SecretStore, _ context: inout Context
    ) {
        guard failure == nil, !sides[direction].hasGivenUp else { return }
        var items: [RecordFramer.Item] = []
        sides[direction].framer.append(piece.bytes, sequence: piece.sequence, to: &items)
        unreadable &+= sides[direction].framer.takeStrays()
        let mark = Mark(
            sequence: piece.sequence, acknowledgement: piece.acknowledgement, time: piece.time)
        for item in items { take(item, direction, mark, secrets, &context) }
        if sides[direction].framer.isForeign { failure = .foreign }
    }

    /// Handles lost bytes of a direction.
    mutating func lose(
        _ count: Int, direction: Int, knowing secrets: SecretStore, _ context: inout Context
    ) {
        guard failure == nil, !sides[direction].hasGivenUp else { return }
        if direction == clientDirection { hasClientContent = true }
        var items: [RecordFramer.Item] = []
        sides[direction].framer.lose(count, to: &items)
        for item in items {
            take(item, direction, Mark(sequence: 0, acknowledgement: 0, time: 0), secrets, &context)
        }
    }

    /// Decrypts waiting records as far as the secrets allow.
    mutating func resume(knowing secrets: SecretStore, _ context: inout Context) {
        guard isWaiting else { return }
        let all = waiting
        waiting = []
        waitingBytes = 0
        for (index, one) in all.enumerated() {
            guard failure == nil else { return }
            guard waiting.isEmpty else {
                // The order is kept: everything after a waiting record waits too.
                for later in all[index...] { wait(later) }
                return
            }
            take(one.item, one.direction, one.mark, secrets, &context)
        }
    }

    /// Ends a direction.
    mutating func end(_ direction: Int, _ context: inout Context) {
        flushLost(direction, &context)
        if direction == clientDirection { releaseHeldBack(&context) }
    }

    private mutating func take(
        _ item: RecordFramer.Item, _ direction: Int, _ mark: Mark, _ secrets: SecretStore,
        _ context: inout Context
    ) {
        guard failure == nil, !sides[direction].hasGivenUp else { return }
        if case .record(let record) = item, !isProtected(record, direction) {
            return takeClear(record, direction, secrets, &context)
        }
        let one = Waiting(direction: direction, item: item, mark: mark)
        guard waiting.isEmpty, open(item, direction, mark, secrets, &context) else { return wait(one) }
    }

    private mutating func wait(_ one: Waiting) {
        waiting.append(one)
        waitingBytes += one.heldBytes
    }

    /// Whether a record is encrypted.
    private func isProtected(_ record: TLSRecord, _ direction: Int) -> Bool {
        guard record.type != TLSRecord.ContentType.applicationData else { return true }
        if serverHello?.version == TLSVersion.tls13 { return false }
        return sides[direction].isProtected
    }
}

extension TLSConversation {
    /// The limits given to a conversation, and the events it returns.
    struct Context {
        let limits: CaptureLimits
        /// Whether more secrets may become known.
        let mayLearnSecrets: Bool
        var events: [Event] = []

        init(limits: CaptureLimits, mayLearnSecrets: Bool) {
            self.limits = limits
            self.mayLearnSecrets = mayLearnSecrets
        }
    }

    /// One direction.
    struct Side {
        var framer = RecordFramer()
        var handshake = HandshakeReader()
        /// TLS 1.2 and earlier: whether encryption has begun.
        var isProtected = false
        var protection: RecordProtection?
        /// TLS 1.2 and earlier: decompresses records.
        var inflater: RecordInflater?
        /// TLS 1.3: the secret of the application keys, once they are in use.
        var trafficSecret: [UInt8]?
        /// TLS 1.3: whether the handshake keys are no longer used.
        var hasFinished = false
        /// TLS 1.3: the keys of early data, while they may be in use.
        var early: RecordProtection?
        /// TLS 1.3: whether the handshake secret is unknown, so that the handshake's records fail under the keys that
        /// follow.
        var isSkippingHandshake = false
        var missing = Missing()
        /// Consecutive records that could not be decrypted.
        var failures = 0
        var hasGivenUp = false

        var heldBytes: Int { framer.heldBytes + handshake.heldBytes }
    }

    /// Records lost since the last decrypted one.
    struct Missing {
        /// The minimum number.
        var records = 0
        /// Whether `records` is the exact number.
        var isExact = true
        /// Their bytes on the wire.
        var wireBytes = 0

        var isNone: Bool { wireBytes == 0 }
    }
}
