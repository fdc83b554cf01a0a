/// One TLS connection as an onlooker with a key log sees it: bytes of both directions in, content out.
///
/// Pure: it is told what arrives and what secrets are known, and says in ``Event``s what came of it. What cannot be opened
/// without a secret waits inside.
struct TLSConversation {
    /// What the packet that completed something says of when and where.
    struct Mark {
        var sequence: UInt32
        var acknowledgement: UInt32
        /// Nanoseconds since the Unix epoch.
        var time: Int64
    }

    enum Event {
        case content(direction: Int, bytes: [UInt8], mark: Mark)
        /// About this many bytes of content will never be seen.
        case lost(direction: Int, bytes: Int)
        /// The sender said that nothing more will come (close_notify).
        case closed(direction: Int)
        /// Nothing more of the direction can be opened.
        case gaveUp(direction: Int)
    }

    /// Why nothing of the connection can be opened.
    enum Failure: Equatable {
        /// It is no TLS after all, or its hellos were not seen.
        case foreign
        /// A version, cipher suite or compression that is not known.
        case unsupported
        /// No key log that could have its secrets.
        case noSecrets
    }

    /// What waits to be opened.
    struct Waiting {
        var direction: Int
        var item: RecordFramer.Item
        var mark: Mark

        /// Bytes it takes.
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
    /// The protocol both agreed on (RFC 7301), where it was seen.
    var applicationProtocol: String?
    var failure: Failure?
    var waiting: [Waiting] = []
    private var waitingBytes = 0
    /// What the server sent before the client's first content: HTTP/2's settings may be seen before the preface that tells
    /// what they are.
    var heldBack: [Event] = []
    var heldBackBytes = 0
    var hasClientContent = false
    /// Whether a record was opened.
    var hasOpened = false
    /// Records that could not be opened, and bytes between records that are none, since they were last asked for.
    var unreadable: UInt64 = 0

    /// Bytes kept, apart from what every connection takes.
    var heldBytes: Int {
        waitingBytes + heldBackBytes + sides[0].heldBytes + sides[1].heldBytes
    }

    /// Whether records wait for a secret.
    var isWaiting: Bool { !waiting.isEmpty && failure == nil }

    /// Whether the rest of both directions is lost.
    var isOver: Bool { sides[0].hasGivenUp && sides[1].hasGivenUp }

    /// Takes in bytes that follow those before.
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

    /// Takes note of bytes that will never be seen.
    mutating func lose(
        _ count: Int, direction: Int, knowing secrets: SecretStore, _ context: inout Context
    ) {
        guard failure == nil, !sides[direction].hasGivenUp else { return }
        var items: [RecordFramer.Item] = []
        sides[direction].framer.lose(count, to: &items)
        for item in items {
            take(item, direction, Mark(sequence: 0, acknowledgement: 0, time: 0), secrets, &context)
        }
    }

    /// Opens what waited, as far as the secrets go.
    mutating func resume(knowing secrets: SecretStore, _ context: inout Context) {
        guard isWaiting else { return }
        let all = waiting
        waiting = []
        waitingBytes = 0
        for (index, one) in all.enumerated() {
            guard failure == nil else { return }
            guard waiting.isEmpty else {
                // Order is kept: what comes after something that waits, waits.
                for later in all[index...] { wait(later) }
                return
            }
            take(one.item, one.direction, one.mark, secrets, &context)
        }
    }

    /// A direction has come to its end.
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

    /// Whether a record needs keys to be read.
    private func isProtected(_ record: TLSRecord, _ direction: Int) -> Bool {
        guard record.type != TLSRecord.ContentType.applicationData else { return true }
        if serverHello?.version == TLSVersion.tls13 { return false }
        return sides[direction].isProtected
    }
}

extension TLSConversation {
    /// What a conversation is given, and where it puts what it finds.
    struct Context {
        let limits: CaptureLimits
        /// Whether secrets that are not known yet may come.
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
        /// TLS 1.2 and before: whether it has changed to keys.
        var isProtected = false
        var protection: RecordProtection?
        /// TLS 1.2 and before: what undoes the compression of records.
        var inflater: RecordInflater?
        /// TLS 1.3: the secret of its application keys, once they are in use.
        var trafficSecret: [UInt8]?
        /// TLS 1.3: whether the handshake's keys are over.
        var hasFinished = false
        /// TLS 1.3: keys of early data, while they may be in use.
        var early: RecordProtection?
        /// TLS 1.3: whether the handshake's secret is unknown, so that its records fail under the keys that follow.
        var isSkippingHandshake = false
        var missing = Missing()
        /// Records in a row that could not be opened.
        var failures = 0
        var hasGivenUp = false

        var heldBytes: Int { framer.heldBytes + handshake.heldBytes }
    }

    /// Records that were lost since one was opened.
    struct Missing {
        /// How many at least.
        var records = 0
        /// Whether there are no more than that.
        var isExact = true
        /// Their bytes on the wire.
        var wireBytes = 0

        var isNone: Bool { wireBytes == 0 }
    }
}
