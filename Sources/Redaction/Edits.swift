/// Edits to a run of bytes: ranges that do not overlap, and their replacements.
struct Edits {
    private(set) var list: [(range: Range<Int>, bytes: [UInt8])] = []

    var isEmpty: Bool { list.isEmpty }

    /// Replaces `range` with `bytes`.
    mutating func replace(_ range: Range<Int>, with bytes: [UInt8]) { list.append((range, bytes)) }

    /// Sorts the edits by position; of two that overlap, the one added first stays.
    mutating func settle() {
        var isSorted = true
        for index in list.indices.dropFirst() where list[index].range.lowerBound < list[index - 1].range.upperBound {
            isSorted = false
            break
        }
        guard !isSorted else { return }
        let ordered = list.enumerated().sorted { left, right in
            (left.element.range.lowerBound, left.offset) < (right.element.range.lowerBound, right.offset)
        }
        var kept: [(range: Range<Int>, bytes: [UInt8])] = []
        for (_, edit) in ordered {
            if let last = kept.last, edit.range.lowerBound < last.range.upperBound { continue }
            kept.append(edit)
        }
        list = kept
    }

    /// The parts of `range` that no edit touches. The edits must be settled.
    func gaps(in range: Range<Int>) -> [Range<Int>] {
        var gaps: [Range<Int>] = []
        var start = range.lowerBound
        for edit in list where edit.range.upperBound > range.lowerBound && edit.range.lowerBound < range.upperBound {
            if edit.range.lowerBound > start { gaps.append(start..<edit.range.lowerBound) }
            start = max(start, edit.range.upperBound)
        }
        if start < range.upperBound { gaps.append(start..<range.upperBound) }
        return gaps
    }

    /// `bytes` with the edits applied. The edits must be settled.
    func applied(to bytes: Bytes) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + 64)
        var start = 0
        for edit in list {
            output.append(contentsOf: bytes[start..<edit.range.lowerBound])
            output.append(contentsOf: edit.bytes)
            start = edit.range.upperBound
        }
        output.append(contentsOf: bytes[start...])
        return output
    }
}
