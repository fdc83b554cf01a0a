import Formats

/// The difference between two texts of a part of the page: what a stream sends instead of the text itself.
enum PartChange: Hashable {
    /// The whole text.
    case whole(String)
    /// The pieces between quotation marks that changed.
    case pieces([Piece])

    /// A piece between two quotation marks, with the number of bytes kept at its beginning and end.
    struct Piece: Hashable {
        var index: Int
        var kept: Int
        var keptAtEnd: Int
        var text: String
    }

    /// The change from one text to another; nil if they are equal.
    ///
    /// Attributes are between quotation marks, so a growing line of a chart costs only its new points.
    static func between(_ old: String, _ new: String) -> PartChange? {
        guard old != new else { return nil }
        let (before, after) = (pieces(of: old), pieces(of: new))
        guard before.count == after.count, before.count > 1 else { return .whole(new) }
        var changes: [Piece] = []
        for (index, (left, right)) in zip(before, after).enumerated() where !left.elementsEqual(right) {
            changes.append(change(left, right, at: index))
        }
        let size = changes.reduce(0) { $0 + $1.text.utf8.count + 16 }
        return size < new.utf8.count ? .pieces(changes) : .whole(new)
    }

    private static func pieces(of text: String) -> [Substring.UTF8View] {
        text.utf8.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
    }

    private static func change(_ old: Substring.UTF8View, _ new: Substring.UTF8View, at index: Int) -> Piece {
        // A browser counts in UTF-16; only for ASCII are the counts the same.
        guard old.allSatisfy({ $0 < 0x80 }), new.allSatisfy({ $0 < 0x80 }) else {
            return Piece(index: index, kept: 0, keptAtEnd: 0, text: String(decoding: new, as: UTF8.self))
        }
        let (before, after) = (Array(old), Array(new))
        let shorter = min(before.count, after.count)
        var kept = 0
        while kept < shorter, before[kept] == after[kept] { kept += 1 }
        var keptAtEnd = 0
        while keptAtEnd < shorter - kept,
            before[before.count - 1 - keptAtEnd] == after[after.count - 1 - keptAtEnd]
        { keptAtEnd += 1 }
        return Piece(
            index: index, kept: kept, keptAtEnd: keptAtEnd,
            text: String(decoding: after[kept..<(after.count - keptAtEnd)], as: UTF8.self))
    }

    /// Applies the change, as the browser's script does.
    func applied(to old: String) -> String {
        switch self {
        case .whole(let text): return text
        case .pieces(let changes):
            var pieces = PartChange.pieces(of: old).map { String(decoding: $0, as: UTF8.self) }
            for change in changes {
                let bytes = Array(pieces[change.index].utf8)
                let end = change.keptAtEnd > 0 ? bytes.suffix(change.keptAtEnd) : []
                pieces[change.index] =
                    String(decoding: bytes.prefix(change.kept), as: UTF8.self) + change.text
                    + String(decoding: end, as: UTF8.self)
            }
            return pieces.joined(separator: "\"")
        }
    }
}

extension PartChange: Encodable {
    /// A text, or a list of `[index, kept, kept at the end, text]`.
    func encode(to encoder: any Encoder) throws {
        switch self {
        case .whole(let text):
            var container = encoder.singleValueContainer()
            try container.encode(text)
        case .pieces(let changes):
            var list = encoder.unkeyedContainer()
            for change in changes {
                var piece = list.nestedUnkeyedContainer()
                try piece.encode(change.index)
                try piece.encode(change.kept)
                try piece.encode(change.keptAtEnd)
                try piece.encode(change.text)
            }
        }
    }
}
