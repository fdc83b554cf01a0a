/// Telling JSON texts from others.
enum JSONText {
    /// Whether `range` begins and ends as an object or an array does. Cheap, and may be wrong.
    static func isLikely(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count >= 2 else { return false }
        switch (bytes[range.lowerBound], bytes[range.upperBound - 1]) {
        case (UInt8(ascii: "{"), UInt8(ascii: "}")), (UInt8(ascii: "["), UInt8(ascii: "]")): return true
        default: return false
        }
    }
}
