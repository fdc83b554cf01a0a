/// The TCP state of a connection. Trivial: lives in a ``Slab``. Direction 0 is from the lower endpoint to the higher.
struct TCPConnection {
    enum State: UInt8 {
        case open
        /// Closed or reset; late packets are still processed.
        case closing
        /// Done; late packets are ignored.
        case closed
    }

    var endpoints: EndpointPair
    var hash: UInt64
    /// Changes with every use of this record, so that references to an earlier use are recognised as stale.
    var generation: UInt32
    /// Direction of the first SYN, when it was seen: 0 or 1; -1 otherwise.
    var initiator: Int8 = -1
    /// The direction of the requests, set by the owner: 0 or 1; -1 while unknown.
    var leading: Int8 = -1
    var state = State.open
    /// Whether it is closing only because of a RST, which may turn out to be invalid.
    var wasReset = false
    /// Whether other connections have, or had, the same endpoints at the same time.
    var hasSiblings = false
    /// Whether it began while another connection had the same endpoints, and is not yet confirmed.
    var isTentative = false
    /// Generation of another connection with the same first bytes and translated addresses; 0 if there is none.
    var twin: UInt32 = 0
    /// Generation of a connection whose first bytes a proxy seems to have forwarded on this one; 0 if there is none.
    var relayed: UInt32 = 0
    /// While it is closing: when it is closed, in nanoseconds since the Unix epoch.
    var closingDue: Int64 = 0
    /// When its last segment was seen.
    var lastSeen: Int64 = 0
    /// The record of its content; nil before the first content.
    var content: UnsafeMutablePointer<Connection>?
    /// Both directions.
    var streams: UnsafeMutablePointer<TCPStream>

    /// Whether bytes of either direction were passed on.
    var hasDelivered: Bool { streams[0].hasDelivered || streams[1].hasDelivered }
    /// Whether packets of both directions were seen.
    var wasSeenWhole: Bool { streams[0].wasSeen && streams[1].wasSeen }
}

/// A segment held until the hole before it is filled. Trivial: lives in a ``Slab``, its bytes in a ``BytePool``.
struct HeldSegment {
    var next: UnsafeMutablePointer<HeldSegment>?
    var buffer: BytePool.Buffer
    var sequence: UInt32
    var count: UInt32
    var acknowledgement: UInt32
    var time: Int64
    /// Whether its checksum is wrong while others are right: the receiver has probably dropped it.
    var isDoubtful = false

    var end: UInt32 { sequence &+ count }
    var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: buffer.start, count: Int(count))
    }
}

/// One direction of a connection: its position in sequence space and the segments held behind a hole. Trivial.
struct TCPStream {
    /// Sequence number of the next byte not seen.
    var next: UInt32 = 0
    /// Sequence number of the first byte. It distinguishes a repeated SYN from a new connection.
    var first: UInt32 = 0
    /// Another initial sequence number, from a second SYN; the peer's acknowledgement decides between them.
    var alternative: UInt32 = 0
    /// The highest acknowledgement by the peer.
    var acknowledged: UInt32 = 0
    /// The end of the peer's receive window, when `hasAcknowledgement`.
    var edge: UInt32 = 0
    /// The largest window that the peer has offered, in bytes.
    var window: UInt32 = 0
    /// Sequence number of the end of the stream, when `hasEnd`.
    var end: UInt32 = 0
    /// Sequence number after the latest stray segment, and how many strays followed one another.
    var strayNext: UInt32 = 0
    var strayCount: UInt8 = 0
    /// Window scale of this side (RFC 7323 section 2); nil if its SYN was not seen.
    var windowShift: UInt8?
    /// Whether `next` is valid.
    var isStarted = false
    /// Whether its SYN was seen.
    var hasSYN = false
    /// Whether `alternative` is valid.
    var hasAlternative = false
    /// Whether a packet of this direction was seen.
    var wasSeen = false
    /// Whether bytes were passed on.
    var hasDelivered = false
    var hasAcknowledgement = false
    /// Whether its FIN was seen.
    var hasEnd = false
    /// Whether everything up to its end was passed on.
    var isEnded = false
    /// Whether the owner has noted its end.
    var isEndNoted = false
    /// Whether this side has sent a RST that may be valid, and its sequence number.
    var hasReset = false
    var resetAt: UInt32 = 0
    /// Identifier of the network (VLAN, VXLAN, …) its first packet came from; 0 for none.
    var network: UInt32 = 0
    /// Sequence number after the farthest byte seen, and when that byte was seen.
    var newestEnd: UInt32 = 0
    var newestTime: Int64 = .min
    /// The time of the bytes passed on last.
    var deliveredTime: Int64 = .min
    /// Packets of the connection since a hole was confirmed.
    var holePackets: UInt32 = 0
    /// When the hole was confirmed; 0 if there is none.
    var holeSince: Int64 = 0
    /// How far its checksums can be trusted.
    var checksums = ChecksumHistory()
    /// Zeros that are padding unless the stream continues after them.
    var padding = PossiblePadding()
    var heldBytes: UInt32 = 0
    var heldCount: UInt32 = 0
    var held: UnsafeMutablePointer<HeldSegment>?

    /// The largest window assumed when the window scale is unknown.
    private static let unknownWindow: UInt32 = 16 << 20
    private static let smallestWindow: UInt32 = 65535

    /// The maximum distance from `next` of a sequence number that belongs to this stream.
    @inline(__always)
    var reach: Int32 { Int32(truncatingIfNeeded: max(window, TCPStream.smallestWindow) &* 2) }

    /// Whether a segment with this number is too far ahead to belong to the stream: the peer would not accept it.
    @inline(__always)
    func isAhead(_ sequence: UInt32) -> Bool {
        guard distance(sequence, from: next) > reach else { return false }
        return !hasAcknowledgement || distance(sequence, from: edge) > reach / 2
    }

    /// Whether a number is so far behind that it belongs to an older connection.
    @inline(__always)
    func isBehind(_ sequence: UInt32) -> Bool { distance(sequence, from: next) < 0 &- reach }

    /// Whether a number that came through another network does not fit this stream.
    func isApart(_ sequence: UInt32) -> Bool {
        wasSeen && distance(sequence, from: next).magnitude > reach.magnitude
    }

    /// Notes an acknowledgement by the peer, and the window it offers from there.
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

    /// Restarts at `number`, the one after a SYN: nothing attributed to this stream before belongs to it.
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
