import Formats

/// Times of packets, set right where the clock that made them was moved.
///
/// Within one direction of a connection later bytes are not sent earlier: a time that goes back there by more than packets
/// are delivered out of order proves that the clock was set back. Bytes that no one acknowledges are sent again within
/// two minutes (RFC 6298 section 2.5): a connection that continues after a longer silence as if nothing had happened
/// proves that it was set forward. From there on all times are moved by as much.
struct TrafficClock {
    /// What is added to the times of packets, in nanoseconds.
    private(set) var offset: Int64 = 0
    /// Steps found so far.
    private(set) var steps: UInt64 = 0
    /// The longest of them, in nanoseconds; negative when the clock was set back.
    private(set) var longestStep: Int64 = 0

    /// How often bytes were seen before what they acknowledge, or responses before their requests: the clocks of the two
    /// directions differ.
    private(set) var contradictions: UInt64 = 0

    /// What is put between times that are set right, so that their order shows.
    static let leastInterval = Nanoseconds.perMicrosecond
    /// How far out of order packets may be captured.
    private static let tolerance = 5 * Nanoseconds.perMillisecond
    /// Silence on a connection with bytes under way that is believed.
    private static let longestRetransmission = 300 * Nanoseconds.perSecond
    /// Silence on a connection that is believed.
    private static let longestSilence = 86_400 * Nanoseconds.perSecond

    /// The time of a segment of `connection` that begins at `sequence` in `stream`.
    @inline(__always)
    mutating func time(
        of segment: TCPSegment, _ sequence: UInt32, _ connection: UnsafeMutablePointer<TCPConnection>,
        _ stream: UnsafeMutablePointer<TCPStream>, _ now: Int64
    ) -> Int64 {
        var time = segment.time &+ offset
        let isFirst = stream.pointee.newestTime == .min
        let isNew =
            !segment.payload.isEmpty
            && (isFirst || distance(sequence, from: stream.pointee.newestEnd) >= 0)
        if isNew {
            if time < stream.pointee.newestTime { time = setBack(time, stream.pointee.newestTime) }
            stream.pointee.newestTime = time
            stream.pointee.newestEnd = sequence &+ UInt32(truncatingIfNeeded: segment.payload.count)
        }
        if connection.pointee.lastSeen != 0,
            time &- connection.pointee.lastSeen > TrafficClock.longestRetransmission
        {
            time = setForward(time, connection, stream, segment)
            if isNew { stream.pointee.newestTime = time }
        }
        return time
    }

    @inline(never)
    private mutating func setBack(_ time: Int64, _ newest: Int64) -> Int64 {
        guard newest &- time > TrafficClock.tolerance else { return newest }
        let corrected = newest &+ TrafficClock.leastInterval
        step(corrected &- time)
        return corrected
    }

    @inline(never)
    private mutating func setForward(
        _ time: Int64, _ connection: UnsafeMutablePointer<TCPConnection>,
        _ stream: UnsafeMutablePointer<TCPStream>,
        _ segment: TCPSegment
    ) -> Int64 {
        let streams = connection.pointee.streams
        let other = stream == streams ? streams + 1 : streams
        // Of the requests alone: after a response a lost acknowledgement and a long silence look the same.
        let hasUnacknowledged =
            other == streams + Int(connection.pointee.leading) && other.pointee.hasAcknowledgement
            && distance(other.pointee.next, from: other.pointee.acknowledged) > 0
        let continues =
            stream.pointee.isStarted && distance(segment.sequence, from: stream.pointee.next) == 0
        let silence = time &- connection.pointee.lastSeen
        guard continues, hasUnacknowledged || silence > TrafficClock.longestSilence else { return time }
        step(0 &- silence)
        return connection.pointee.lastSeen
    }

    /// Notes bytes that acknowledge what was seen later than themselves.
    @inline(never)
    mutating func contradicted(by nanoseconds: Int64) {
        if nanoseconds > TrafficClock.tolerance { contradictions &+= 1 }
    }

    /// Notes that the times of a file were moved by `nanoseconds`, because its clock differs from that of another.
    mutating func noteSkew(_ nanoseconds: Int64) {
        steps &+= 1
        if nanoseconds.magnitude > longestStep.magnitude { longestStep = 0 &- nanoseconds }
    }

    /// Notes a response that was seen before its request.
    mutating func noteEarlyAnswer() { contradictions &+= 1 }

    private mutating func step(_ nanoseconds: Int64) {
        offset &+= nanoseconds
        steps &+= 1
        // The clock went the other way than the times are moved.
        if nanoseconds.magnitude > longestStep.magnitude { longestStep = 0 &- nanoseconds }
    }
}
