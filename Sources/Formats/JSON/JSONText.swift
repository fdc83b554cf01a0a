/// Helpers for JSON texts and their strings (RFC 8259).
public enum JSONText {
    /// Whether `range` begins and ends like an object or an array. Cheap, and may have false positives.
    public static func isLikely(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count >= 2 else { return false }
        switch (bytes[range.lowerBound], bytes[range.upperBound - 1]) {
        case (UInt8(ascii: "{"), UInt8(ascii: "}")), (UInt8(ascii: "["), UInt8(ascii: "]")): return true
        default: return false
        }
    }

    /// The UTF-8 `bytes` as a quoted JSON string with the minimum of escapes (section 7).
    public static func quoted(_ bytes: [UInt8]) -> String {
        var output = [UInt8(ascii: "\"")]
        JSONStyle().append(bytes, to: &output)
        output.append(UInt8(ascii: "\""))
        return String(decoding: output, as: UTF8.self)
    }

    /// `text` as a quoted JSON string with the minimum of escapes (section 7).
    public static func quoted(_ text: String) -> String { quoted(Array(text.utf8)) }
}
