/// What TCP knows of a connection. Trivial: lives in a ``Slab``; direction 0 is from the lower endpoint to the higher.
struct TCPConnection {
    enum State: UInt8 {
        case open
        /// Closed or reset; late packets are still taken in.
        case closing
        /// Done; late packets are ignored.
        case closed
    }

    var endpoints: EndpointPair
    var hash: UInt64
    /// Changes with every use of this record, so that what refers to an earlier use is recognised.
    var generation: UInt32
    /// Direction of the first SYN, when it was seen: 0 or 1; -1 otherwise.
    var initiator: Int8 = -1
    /// The direction that leads, that of the requests, which its owner tells: 0 or 1; -1 while that is not known.
    var leading: Int8 = -1
    var state = State.open
    /// Whether it closes because of a RST alone, which may turn out to mean nothing.
    var wasReset = false
    /// Whether other connections have, or had, the same endpoints at the same time.
    var hasSiblings = false
    /// Whether it began beside another one with the same endpoints and has not proved to be real.
    var isTentative = false
    /// Generation of a connection that its first bytes are those of too; 0 for none.
    var twin: UInt32 = 0
    /// When it closes, in nanoseconds since the Unix epoch, while it is closing.
    var closingDue: Int64 = 0
    /// When its last segment was seen.
    var lastSeen: Int64 = 0
    /// The record of its content, once there is any.
    var content: UnsafeMutablePointer<Connection>?
    /// Both directions.
    var streams: UnsafeMutablePointer<TCPStream>

    /// Whether bytes of either direction were passed on.
    var hasDelivered: Bool { streams[0].hasDelivered || streams[1].hasDelivered }
    /// Whether packets of both directions were seen.
    var wasSeenWhole: Bool { streams[0].wasSeen && streams[1].wasSeen }
}

/// A segment that waits for a hole before it to be filled. Trivial: lives in a ``Slab``, its bytes in a ``BytePool``.
struct HeldSegment {
    var next: UnsafeMutablePointer<HeldSegment>?
    var buffer: BytePool.Buffer
    var sequence: UInt32
    var count: UInt32
    var acknowledgement: UInt32
    var time: Int64

    var end: UInt32 { sequence &+ count }
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: buffer.start, count: Int(count))
    }
}

/// One direction of a connection: where its sequence is, and what waits behind a hole. Trivial.
struct TCPStream {
    /// Sequence number of the next byte not seen.
    var next: UInt32 = 0
    /// The first byte's sequence number, by which a repeated SYN is told from a new connection.
    var first: UInt32 = 0
    /// Another first number that a SYN gave; the other side's acknowledgement decides which is meant.
    var alternative: UInt32 = 0
    /// The highest acknowledgement of the other side.
    var acknowledged: UInt32 = 0
    /// The first number past what the other side is ready to receive, when `hasAcknowledgement`.
    var edge: UInt32 = 0
    /// The largest window that the other side has offered, in bytes.
    var window: UInt32 = 0
    /// Sequence number of the end of the stream, when `hasEnd`.
    var end: UInt32 = 0
    /// Number behind the latest segment that fits nowhere, and how many of them followed one another.
    var strayNext: UInt32 = 0
    var strayCount: UInt8 = 0
    /// What the windows this side offers are to be shifted by (RFC 7323 section 2); nil when its SYN was not seen.
    var windowShift: UInt8?
    /// Whether `next` means anything.
    var isStarted = false
    /// Whether its SYN was seen.
    var hasSYN = false
    /// Whether `alternative` means anything.
    var hasAlternative = false
    /// Whether a packet of this direction was seen.
    var wasSeen = false
    /// Whether bytes were passed on.
    var hasDelivered = false
    var hasAcknowledgement = false
    /// Whether its FIN was seen.
    var hasEnd = false
    /// Whether it was passed on to its end: nothing more will come.
    var isEnded = false
    /// Whether its owner has taken note of its end.
    var isEndNoted = false
    /// Whether this side has sent a RST that may be real, and its number.
    var hasReset = false
    var resetAt: UInt32 = 0
    /// Number of the network (VLAN, VXLAN and the like) its first packet came from; 0 for none.
    var network: UInt32 = 0
    /// Number behind the farthest byte seen, and when that was seen.
    var newestEnd: UInt32 = 0
    var newestTime: Int64 = .min
    /// The time that bytes were last passed on with.
    var deliveredTime: Int64 = .min
    /// Packets of the connection since a hole was known to be one.
    var holePackets: UInt32 = 0
    /// When that was; 0 when there is none.
    var holeSince: Int64 = 0
    var heldBytes: UInt32 = 0
    var heldCount: UInt32 = 0
    var held: UnsafeMutablePointer<HeldSegment>?

    /// Windows this large are believed where the shift is not known.
    private static let unknownWindow: UInt32 = 16 << 20
    private static let smallestWindow: UInt32 = 65535

    /// How far from `next` a number may be that belongs to this stream.
    @inline(__always)
    var reach: Int32 { Int32(truncatingIfNeeded: max(window, TCPStream.smallestWindow) &* 2) }

    /// Whether a segment with this number is too far ahead to be the stream's: the other side would not take it.
    @inline(__always)
    func isAhead(_ sequence: UInt32) -> Bool {
        guard distance(sequence, from: next) > reach else { return false }
        return !hasAcknowledgement || distance(sequence, from: edge) > reach / 2
    }

    /// Whether a number is so far behind that it is of another, older connection.
    @inline(__always)
    func isBehind(_ sequence: UInt32) -> Bool { distance(sequence, from: next) < 0 &- reach }

    /// Whether a number that came through another network than this stream's does not fit here.
    func isApart(_ sequence: UInt32) -> Bool {
        wasSeen && distance(sequence, from: next).magnitude > reach.magnitude
    }

    /// Takes note of an acknowledgement by the other side, and of the window it offers from there on.
    @inline(__always)
    mutating func acknowledge(_ number: UInt32, window offered: UInt16, shift: UInt8?) {
        let bytes =
            shift.map { UInt32(offered) << UInt32($0) }
            ?? min(UInt32(offered) << 14, TCPStream.unknownWindow)
        if bytes > window { window = bytes }
        if !hasAcknowledgement || distance(number, from: acknowledged) > 0 {
            acknowledged = number
        }
        let right = number &+ bytes
        if !hasAcknowledgement || distance(right, from: edge) > 0 { edge = right }
        hasAcknowledgement = true
    }

    /// Begins again at `number`, the one behind a SYN: nothing that was taken for this stream before is.
    mutating func restart(at number: UInt32) {
        if hasEnd, distance(end, from: number) < 0 || distance(end, from: number) > reach {
            hasEnd = false
        }
        if hasAcknowledgement,
            distance(acknowledged, from: number) < 0 || distance(acknowledged, from: number) > reach
        {
            hasAcknowledgement = false
        }
        next = number
        first = number
        hasSYN = true
        isStarted = true
        hasReset = false
        strayCount = 0
    }
}

/// `a` − `b` in sequence space (RFC 9293 section 3.4): negative when `a` comes before.
@inline(__always)
func distance(_ a: UInt32, from b: UInt32) -> Int32 { Int32(bitPattern: a &- b) }
