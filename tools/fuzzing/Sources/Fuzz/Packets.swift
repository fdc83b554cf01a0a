import Capture

/// Link types with a decoder, and one without.
private let linkTypes: [UInt32] = [1, 0, 9, 12, 50, 51, 101, 104, 105, 108, 113, 127, 192, 228, 229, 239, 276, 147]

/// A byte for the link type, then packets: two bytes of length (the highest bit: truncated), and a byte for the tenths
/// of a second before it.
func fuzzPackets(_ input: UnsafeRawBufferPointer) {
    var reader = InputReader(input)
    let first = reader.u8()
    let linkType = LinkType(rawValue: linkTypes[Int(first & 0x7f) % linkTypes.count])
    var options = CaptureOptions()
    if first & 0x80 != 0 { options.limits = tightLimits }
    var capturing = Capturing(options)
    var tenths: Int64 = 0
    while !reader.isAtEnd {
        let length = reader.u16()
        tenths += Int64(reader.u8())
        let packet = reader.bytes(Int(length & 0x7fff))
        capturing.take(
            packet, linkType, originalLength: packet.count + (length & 0x8000 == 0 ? 0 : 100), tenths: tenths)
    }
    _ = capturing.finish()
}

/// The first byte of an input whose packets are of this link type.
func fuzzPacketsNumber(of linkType: LinkType) -> UInt8 {
    UInt8(linkTypes.firstIndex(of: linkType.rawValue) ?? linkTypes.count - 1)
}
