/// Why requests were held, in nanoseconds by cause: shares of ready − scheduled.
public struct HeldCauses: Hashable, Sendable {
    /// The predecessors of its session had not ended.
    public var orderNs: Int64
    /// Its token had not arrived.
    public var tokenNs: Int64
    /// Its connection was busy.
    public var connectionNs: Int64
    /// A rate throttle.
    public var rateNs: Int64
    /// The clone before it in its slot ended late.
    public var slotNs: Int64

    /// The time held by each cause; none when left out.
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

    /// Adds the causes of another request or window; a sum stops at its largest.
    public static func += (left: inout HeldCauses, right: HeldCauses) {
        left.orderNs.add(saturating: right.orderNs)
        left.tokenNs.add(saturating: right.tokenNs)
        left.connectionNs.add(saturating: right.connectionNs)
        left.rateNs.add(saturating: right.rateNs)
        left.slotNs.add(saturating: right.slotNs)
    }
}
