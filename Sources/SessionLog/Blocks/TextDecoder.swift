import Formats
import Traffic

/// Rebuilds the distinct heads and trailer sections of a block from its lines.
struct TextDecoder {
    /// The range of each line in the block's line bytes.
    private var lines: [ExchangeBatch.ByteRange] = []
    /// The range of each text in the batch's store.
    private(set) var texts: [ExchangeBatch.ByteRange] = []

    /// Reads the total number of bytes of the texts.
    ///
    /// - Returns: nil if the columns contradict each other or exceed a limit.
    mutating func measure(_ numbers: borrowing NumberView) -> Int? {
        lines.removeAll(keepingCapacity: true)
        texts.removeAll(keepingCapacity: true)
        guard readLines(numbers), let bytes = numbers[.textLines] else {
            return numbers[.textLines] == nil && lines.isEmpty ? 0 : nil
        }
        var cursor = ByteCursor(bytes)
        var total = 0
        var known: UInt64 = 0
        while !cursor.isAtEnd {
            guard let lineCount = cursor.varint(), lineCount > 0, lineCount <= UInt64(bytes.count),
                texts.count < LogFormat.maximumTexts
            else { return nil }
            var length = 0
            for _ in 0..<lineCount {
                guard let reference = cursor.varint(), reference <= known else { return nil }
                if reference == 0 { known += 1 }
                guard known <= UInt64(lines.count) else { return nil }
                length += Int(lines[Int(reference == 0 ? known : reference) - 1].count)
                guard length <= LogFormat.maximumHeadBytes else { return nil }
            }
            texts.append(ExchangeBatch.ByteRange(offset: UInt32(total), count: UInt32(length)))
            total += length
            guard total <= LogFormat.maximumRawBytes else { return nil }
        }
        return known == UInt64(lines.count) ? total : nil
    }

    /// Writes the texts that ``measure(_:)`` measured; they fill `target`, which begins at `start` of the store.
    mutating func write(_ numbers: borrowing NumberView, to target: UnsafeMutableRawBufferPointer, at start: Int) {
        guard let bytes = numbers[.textLines], let source = numbers[.lineBytes]?.baseAddress,
            let base = target.baseAddress
        else { return }
        var cursor = ByteCursor(bytes)
        var known = 0
        var position = 0
        for index in texts.indices {
            for _ in 0..<(cursor.varint() ?? 0) {
                let reference = Int(cursor.varint() ?? 0)
                if reference == 0 { known += 1 }
                let line = lines[(reference == 0 ? known : reference) - 1]
                (base + position).copyMemory(from: source + Int(line.offset), byteCount: Int(line.count))
                position += Int(line.count)
            }
            texts[index].offset += UInt32(start)
        }
    }

    private mutating func readLines(_ numbers: borrowing NumberView) -> Bool {
        let byteCount = numbers[.lineBytes]?.count ?? 0
        var cursor = ByteCursor(numbers[.lineLengths] ?? UnsafeRawBufferPointer(start: nil, count: 0))
        var position = 0
        while !cursor.isAtEnd {
            // Lines are never empty, so their memory is at most a few times their bytes.
            guard let length = cursor.varint(), length > 0, length <= UInt64(byteCount - position),
                lines.count < LogFormat.maximumLines
            else { return false }
            lines.append(ExchangeBatch.ByteRange(offset: UInt32(position), count: UInt32(length)))
            position += Int(length)
        }
        return position == byteCount
    }
}
