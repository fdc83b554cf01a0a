/// What a capture did not see, could not read or had to correct in one second of traffic. All counts are for that
/// second only.
@dynamicMemberLookup
public struct CaptureLoss: Hashable, Sendable {
    /// The second, since the Unix epoch.
    public var second: Int64
    /// The loss counts.
    public var counts = LossCounts()
    /// Inconsistencies that are not losses.
    public var anomalies = CaptureAnomalies()

    /// Nothing lost in `second`.
    public init(second: Int64) { self.second = second }

    /// One of the ``counts``.
    @inlinable
    public subscript(dynamicMember path: WritableKeyPath<LossCounts, UInt64>) -> UInt64 {
        get { counts[keyPath: path] }
        set { counts[keyPath: path] = newValue }
    }

    /// Whether nothing was lost; there may be ``anomalies``.
    public var isNone: Bool { counts.isNone }

    /// Whether there is nothing to report: no loss and no anomaly.
    public var isEmpty: Bool { isNone && anomalies.isNone }

    /// Adds the counts of `other`, whatever its second.
    public mutating func add(_ other: CaptureLoss) {
        counts.add(other.counts)
        anomalies.add(other.anomalies)
    }
}
