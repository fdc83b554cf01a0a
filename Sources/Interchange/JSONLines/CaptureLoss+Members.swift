import Traffic

extension CaptureLoss {
    /// The counts by the names they have in JSON.
    static var members: [(name: StaticString, path: WritableKeyPath<CaptureLoss, UInt64>)] {
        [
            ("kernelDrops", \.kernelDrops), ("interfaceDrops", \.interfaceDrops),
            ("truncatedPackets", \.truncatedPackets), ("gaps", \.gaps), ("gapBytes", \.gapBytes),
            ("evictions", \.evictions), ("unparsedMessages", \.unparsedMessages),
            ("opaqueConnections", \.opaqueConnections), ("damagedFiles", \.damagedFiles),
            ("unreadPackets", \.unreadPackets),
        ]
    }

    /// Counts of anomalies, which are written where there are any. ``longestClockStep`` is another member, as it may be negative.
    static var anomalyMembers: [(name: StaticString, path: WritableKeyPath<CaptureLoss, UInt64>)] {
        [
            ("clockSteps", \.anomalies.clockSteps), ("clockContradictions", \.anomalies.clockContradictions),
            ("latePackets", \.anomalies.latePackets), ("repeatedConnections", \.anomalies.repeatedConnections),
        ]
    }

    /// The longest clock step in nanoseconds.
    static var longestClockStep: StaticString { "longestClockStepNs" }
}
