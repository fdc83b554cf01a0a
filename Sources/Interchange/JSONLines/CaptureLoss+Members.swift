import Traffic

extension CaptureLoss {
    /// The counts by their JSON names.
    static var members: [(name: StaticString, path: WritableKeyPath<CaptureLoss, UInt64>)] {
        [
            ("kernelDrops", \.kernelDrops), ("interfaceDrops", \.interfaceDrops),
            ("truncatedPackets", \.truncatedPackets), ("gaps", \.gaps), ("gapBytes", \.gapBytes),
            ("evictions", \.evictions), ("unparsedMessages", \.unparsedMessages),
            ("opaqueConnections", \.opaqueConnections), ("damagedFiles", \.damagedFiles),
            ("unreadPackets", \.unreadPackets),
        ]
    }

    /// The counts of anomalies, which are written if there are any. ``longestClockStep`` is separate, as it may be
    /// negative.
    static var anomalyMembers: [(name: StaticString, path: WritableKeyPath<CaptureLoss, UInt64>)] {
        [
            ("clockSteps", \.anomalies.clockSteps), ("clockContradictions", \.anomalies.clockContradictions),
            ("latePackets", \.anomalies.latePackets), ("repeatedConnections", \.anomalies.repeatedConnections),
        ]
    }

    /// The longest clock step in nanoseconds.
    static var longestClockStep: StaticString { "longestClockStepNs" }
}
