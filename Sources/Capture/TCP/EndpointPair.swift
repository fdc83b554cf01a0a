import Traffic

/// The two endpoints of a connection, the lower address first. Direction 0 is from the lower to the higher.
struct EndpointPair: Equatable {
    var lowHigh: UInt64 = 0
    var lowLow: UInt64 = 0
    var highHigh: UInt64 = 0
    var highLow: UInt64 = 0
    var lowPort: UInt16 = 0
    var highPort: UInt16 = 0

    /// The endpoints of a segment, and its direction.
    @inline(__always)
    static func of(_ segment: TCPSegment) -> (endpoints: EndpointPair, direction: Int) {
        let isForward: Bool
        if segment.sourceLow != segment.destinationLow {
            isForward = segment.sourceLow < segment.destinationLow
        } else if segment.sourceHigh != segment.destinationHigh {
            isForward = segment.sourceHigh < segment.destinationHigh
        } else {
            isForward = segment.sourcePort <= segment.destinationPort
        }
        let pair = EndpointPair(
            lowHigh: isForward ? segment.sourceHigh : segment.destinationHigh,
            lowLow: isForward ? segment.sourceLow : segment.destinationLow,
            highHigh: isForward ? segment.destinationHigh : segment.sourceHigh,
            highLow: isForward ? segment.destinationLow : segment.sourceLow,
            lowPort: isForward ? segment.sourcePort : segment.destinationPort,
            highPort: isForward ? segment.destinationPort : segment.sourcePort)
        return (pair, isForward ? 0 : 1)
    }

    /// A hash of both addresses, without the ports; the same for both directions.
    var addressHash: UInt64 {
        var hash = lowHigh
        for word in [lowLow, highHigh, highLow] { hash = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15 ^ hash >> 31 }
        return hash
    }

    /// The endpoint that sends in `direction`.
    func endpoint(_ direction: Int) -> SocketAddress {
        direction == 0
            ? SocketAddress(high: lowHigh, low: lowLow, port: lowPort)
            : SocketAddress(high: highHigh, low: highLow, port: highPort)
    }

    @inline(__always)
    static func == (left: EndpointPair, right: EndpointPair) -> Bool {
        left.lowLow == right.lowLow && left.highLow == right.highLow && left.lowPort == right.lowPort
            && left.highPort == right.highPort && left.lowHigh == right.lowHigh
            && left.highHigh == right.highHigh
    }
}
