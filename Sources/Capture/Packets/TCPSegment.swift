/// A TCP segment (RFC 9293 section 3.1) found in a packet, with the innermost addresses. Borrows the packet's bytes.
struct TCPSegment {
    var sourceHigh: UInt64 = 0
    var sourceLow: UInt64 = 0
    var destinationHigh: UInt64 = 0
    var destinationLow: UInt64 = 0
    var sourcePort: UInt16 = 0
    var destinationPort: UInt16 = 0
    var sequence: UInt32 = 0
    var acknowledgement: UInt32 = 0
    var flags: UInt8 = 0
    /// The offered window, unscaled.
    var window: UInt16 = 0
    /// The window scale offered by a SYN (RFC 7323 section 2); nil if it offers none, and in other segments.
    var windowShift: UInt8?
    /// The network that the packet came from: VLAN tags, VXLAN identifiers and similar, hashed into one number; 0 for
    /// none.
    var network: UInt32 = 0
    /// The payload, as far as captured.
    var payload = UnsafeRawBufferPointer(start: nil, count: 0)
    /// Bytes of the segment after `payload`, cut off by a snap length.
    var missingBytes = 0
    /// Zeros after the header of a segment without other payload, which are probably Ethernet padding.
    var paddingBytes: UInt8 = 0
    /// Bytes of the header, which lies right before `payload`; 0 when the checksum cannot be verified.
    var headerBytes: UInt8 = 0
    /// When the packet was seen, in nanoseconds since the Unix epoch.
    var time: Int64 = 0

    static let fin: UInt8 = 0x01
    static let syn: UInt8 = 0x02
    static let reset: UInt8 = 0x04
    static let ack: UInt8 = 0x10

    /// Notes that the packet crossed the network with identifier `number`.
    mutating func crosses(_ number: UInt32) { network = (network &* 0x9e37_79b1) ^ (number &+ 1) }

    @inline(__always)
    func has(_ flag: UInt8) -> Bool { flags & flag != 0 }
}
