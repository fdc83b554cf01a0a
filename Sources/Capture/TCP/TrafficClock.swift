import Formats

/// Corrects the times of packets where the capture's clock was stepped.
///
/// Within one direction of a connection, later bytes are not sent earlier: a time that goes back further than packets
/// are reordered proves that the clock was set back. Unacknowledged bytes are retransmitted within two minutes (RFC
/// 6298 section 2.5): a connection that continues after a longer silence without a retransmission proves that the clock
/// was set forward. From there on, all times are corrected by that step.
struct TrafficClock {
    /// The offset added to the times of packets, in nanoseconds.
    private(set) var offset: Int64 = 0
    /// Steps found so far.
    private(set) var steps: UInt64 = 0
    /// The longest of them, in nanoseconds; negative when the clock was set back.
    private(set) var longestStep: Int64 = 0

    /// How often bytes were seen before the bytes they acknowledge, or responses before their requests: the clocks of
    /// the two directions differ.
    private(set) var contradictions: UInt64 = 0

    /// The least interval between corrected times, which keeps their order visible.
    static let leastInterval = Nanoseconds.perMicrosecond
    /// How far packets may be captured out of order.
    private static let tolerance = 5 * Nanoseconds.perMillisecond
    /// The longest plausible silence on a connection with unacknowledged bytes.
    private static let longestRetransmission = 300 * Nanoseconds.perSecond
    /// The longest plausible silence on any connection.
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
        // Only for requests: after a response, a lost acknowledgement and a long silence look the same.
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

    /// Notes bytes that were seen earlier than the bytes they acknowledge.
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
    mutating func noteEarlyResponse() { contradictions &+= 1 }

    private mutating func step(_ nanoseconds: Int64) {
        offset &+= nanoseconds
        steps &+= 1
        // The clock moved in the opposite direction of the correction.
        if nanoseconds.magnitude > longestStep.magnitude { longestStep = 0 &- nanoseconds }
    }
}
