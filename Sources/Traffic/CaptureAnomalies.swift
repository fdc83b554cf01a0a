import Formats

/// What does not fit together in one second of captured traffic. Nothing of it is lost, but times were corrected, or traffic may
/// be there twice.
public struct CaptureAnomalies: Hashable, Codable, Sendable {
    /// How often the clock that made the packets' times was moved, or that of one file differs from another's; times are moved
    /// back by as much.
    public var clockSteps: UInt64 = 0
    /// The longest of those steps in nanoseconds, negative when the clock was set back.
    public var longestClockStepNs: Int64 = 0
    /// How often bytes were seen more than 5 ms before what they acknowledge, or a response before its request: the clocks of two
    /// taps differ, or one was moved.
    public var clockContradictions: UInt64 = 0
    /// Packets more than 20 ms older than one before them: a file that is not in the order of time, or a clock that was set back
    /// while no connection was open.
    public var latePackets: UInt64 = 0
    /// Connections that were seen under other addresses too, within a millisecond: before and after address translation.
    public var repeatedConnections: UInt64 = 0

    /// Nothing that does not fit.
    public init() {}

    /// Whether there is nothing that does not fit.
    public var isNone: Bool {
        clockSteps | UInt64(bitPattern: longestClockStepNs) | clockContradictions | latePackets | repeatedConnections
            == 0
    }

    /// Adds the counts of `other`.
    public mutating func add(_ other: CaptureAnomalies) {
        clockSteps &+= other.clockSteps
        if other.longestClockStepNs.magnitude > longestClockStepNs.magnitude {
            longestClockStepNs = other.longestClockStepNs
        }
        clockContradictions &+= other.clockContradictions
        latePackets &+= other.latePackets
        repeatedConnections &+= other.repeatedConnections
    }

    /// What a user should know of them, a sentence without a capital or a full stop each.
    public var descriptions: [String] {
        var texts: [String] = []
        if clockSteps > 0 {
            let seconds = Nanoseconds.inSeconds(longestClockStepNs).formatted(decimals: 3)
            texts.append(
                "the clock was moved \(Plural.text(clockSteps, "time")), by \(seconds) s at most: times corrected")
        } else {
            if clockContradictions > 0 {
                texts.append(
                    "\(Plural.text(clockContradictions, "answer")) seen earlier than what was answered, as with two clocks: "
                        + "times corrected")
            }
            // A clock that is set back makes packets late too.
            if latePackets > 0 { texts.append("\(Plural.text(latePackets, "packet")) not in the order of time") }
        }
        if repeatedConnections > 0 {
            texts.append(
                "\(Plural.text(repeatedConnections, "connection")) captured twice, before and after address translation: "
                    + "capture one side only")
        }
        return texts
    }
}
