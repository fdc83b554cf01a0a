/// Snappy's block format (google/snappy, format_description.txt) with nothing compressed: a receiver that asks for Snappy gets it
/// without a library, and bytes that travel on one machine or once a few seconds need no compression.
public enum SnappyLiterals {
    /// Bytes of one literal.
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
                // 61: the length follows in two bytes, the lowest first.
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
