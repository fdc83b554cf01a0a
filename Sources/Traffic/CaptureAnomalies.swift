import Formats

/// Inconsistencies in one second of captured traffic. Nothing is lost, but times were corrected, or traffic may be
/// duplicated.
public struct CaptureAnomalies: Hashable, Codable, Sendable {
    /// How often the capture's clock was stepped, or one file's clock differs from another's; times are corrected
    /// accordingly.
    public var clockSteps: UInt64 = 0
    /// The longest of these steps in nanoseconds, negative if the clock was set back.
    public var longestClockStepNs: Int64 = 0
    /// How often bytes were seen more than 5 ms before the bytes they acknowledge, or a response before its request:
    /// the clocks of two taps differ, or one was stepped.
    public var clockContradictions: UInt64 = 0
    /// Packets more than 20 ms older than a previous one: the file is not in time order, or the clock was set back
    /// while no connection was open.
    public var latePackets: UInt64 = 0
    /// Connections that were seen twice: before and after address translation, or on both sides of a proxy that
    /// forwards bytes unchanged.
    public var repeatedConnections: UInt64 = 0

    /// No anomalies.
    public init() {}

    /// Whether there are no anomalies.
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

    /// Messages for the user, each a sentence without capital letter and full stop.
    public var descriptions: [String] {
        var texts: [String] = []
        if clockSteps > 0 {
            let seconds = Nanoseconds.inSeconds(longestClockStepNs).formatted(decimals: 3)
            texts.append(
                "the clock was stepped \(Plural.text(clockSteps, "time")), by up to \(seconds) s: times corrected")
        } else {
            if clockContradictions > 0 {
                texts.append(
                    "\(Plural.text(clockContradictions, "response")) seen before the answered bytes, as with two clocks: "
                        + "times corrected")
            }
            // Setting the clock back makes packets late too.
            if latePackets > 0 { texts.append("\(Plural.text(latePackets, "packet")) out of time order") }
        }
        if repeatedConnections > 0 {
            texts.append(
                "\(Plural.text(repeatedConnections, "connection")) captured twice, before and after address "
                    + "translation or a proxy: capture one side only")
        }
        return texts
    }
}
