/// JSON texts and the strings in them (RFC 8259).
public enum JSONText {
    /// Whether `range` begins and ends as an object or an array does. Cheap, and may be wrong.
    public static func isLikely(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count >= 2 else { return false }
        switch (bytes[range.lowerBound], bytes[range.upperBound - 1]) {
        case (UInt8(ascii: "{"), UInt8(ascii: "}")), (UInt8(ascii: "["), UInt8(ascii: "]")): return true
        default: return false
        }
    }

    /// `bytes`, UTF-8, in quotes as a JSON string, escaped as little as section 7 allows.
    public static func quoted(_ bytes: [UInt8]) -> String {
        var output = [UInt8(ascii: "\"")]
        JSONStyle().append(bytes, to: &output)
        output.append(UInt8(ascii: "\""))
        return String(decoding: output, as: UTF8.self)
    }

    /// `text` in quotes as a JSON string, escaped as little as section 7 allows.
    public static func quoted(_ text: String) -> String { quoted(Array(text.utf8)) }
}
