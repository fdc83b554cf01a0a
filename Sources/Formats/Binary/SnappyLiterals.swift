/// Snappy's block format (google/snappy, format_description.txt) without compression: it serves receivers that require
/// Snappy without needing a library. Data sent on one machine or once every few seconds does not need compression.
public enum SnappyLiterals {
    /// Maximum bytes of a literal.
    private static let longest = 1 << 16

    /// `content` as a block of literals.
    public static func block(_ content: [UInt8]) -> [UInt8] {
        var block = ProtobufFields.varint(content.count)
        block.reserveCapacity(content.count + content.count / longest * 3 + 8)
        var position = 0
        while position < content.count {
            let count = min(longest, content.count - position)
            if count <= 60 {
                block.append(UInt8((count - 1) << 2))
            } else {
                // 61: the length follows in two bytes, least significant first.
                block.append(61 << 2)
                block.append(UInt8(truncatingIfNeeded: count - 1))
                block.append(UInt8(truncatingIfNeeded: (count - 1) >> 8))
            }
            block += content[position..<position + count]
            position += count
        }
        return block
    }
}
