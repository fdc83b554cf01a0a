import Traffic

extension CaptureLoss {
    /// The counts by the names they have in JSON.
    static var members: [(name: StaticString, path: WritableKeyPath<CaptureLoss, UInt64>)] {
        [
            ("kernelDrops", \.kernelDrops), ("interfaceDrops", \.interfaceDrops),
            ("truncatedPackets", \.truncatedPackets), ("gaps", \.gaps), ("gapBytes", \.gapBytes),
            ("evictions", \.evictions), ("unparsedMessages", \.unparsedMessages),
            ("opaqueConnections", \.opaqueConnections),
        ]
    }
}
