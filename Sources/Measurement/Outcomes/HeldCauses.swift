/// The causes for which requests were held, in nanoseconds each: parts of ready − scheduled.
public struct HeldCauses: Hashable, Sendable {
    /// Waiting for predecessors in its session.
    public var orderNs: Int64
    /// Waiting for its token.
    public var tokenNs: Int64
    /// Waiting for a free connection.
    public var connectionNs: Int64
    /// Waiting because of a rate cap.
    public var rateNs: Int64
    /// Waiting for the previous clone in its slot, which ended late.
    public var slotNs: Int64

    /// The time held by each cause; 0 by default.
    public init(
        orderNs: Int64 = 0, tokenNs: Int64 = 0, connectionNs: Int64 = 0,
        rateNs: Int64 = 0, slotNs: Int64 = 0
    ) {
        self.orderNs = orderNs
        self.tokenNs = tokenNs
        self.connectionNs = connectionNs
        self.rateNs = rateNs
        self.slotNs = slotNs
    }

    /// Adds the causes of another request or window; sums saturate.
    public static func += (left: inout HeldCauses, right: HeldCauses) {
        left.orderNs.add(saturating: right.orderNs)
        left.tokenNs.add(saturating: right.tokenNs)
        left.connectionNs.add(saturating: right.connectionNs)
        left.rateNs.add(saturating: right.rateNs)
        left.slotNs.add(saturating: right.slotNs)
    }
}
