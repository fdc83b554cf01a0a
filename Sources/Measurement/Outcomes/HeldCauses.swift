/// Why requests were held, in nanoseconds by cause: shares of ready − scheduled.
public struct HeldCauses: Hashable, Sendable {
    /// The predecessors of its session had not ended.
    public var orderNanoseconds: Int64
    /// Its token had not arrived.
    public var tokenNanoseconds: Int64
    /// Its connection was busy.
    public var connectionNanoseconds: Int64
    /// A rate throttle.
    public var rateNanoseconds: Int64
    /// The clone before it in its slot ended late.
    public var slotNanoseconds: Int64

    /// The time held by each cause; none when left out.
    public init(
        orderNanoseconds: Int64 = 0, tokenNanoseconds: Int64 = 0, connectionNanoseconds: Int64 = 0,
        rateNanoseconds: Int64 = 0, slotNanoseconds: Int64 = 0
    ) {
        self.orderNanoseconds = orderNanoseconds
        self.tokenNanoseconds = tokenNanoseconds
        self.connectionNanoseconds = connectionNanoseconds
        self.rateNanoseconds = rateNanoseconds
        self.slotNanoseconds = slotNanoseconds
    }

    /// Adds the causes of another request or window; a sum stops at its largest.
    public static func += (left: inout HeldCauses, right: HeldCauses) {
        left.orderNanoseconds.add(saturating: right.orderNanoseconds)
        left.tokenNanoseconds.add(saturating: right.tokenNanoseconds)
        left.connectionNanoseconds.add(saturating: right.connectionNanoseconds)
        left.rateNanoseconds.add(saturating: right.rateNanoseconds)
        left.slotNanoseconds.add(saturating: right.slotNanoseconds)
    }
}
