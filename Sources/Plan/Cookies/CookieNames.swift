import Formats

/// Matches cookies whose names differ between recording and target, because they contain a port, a comment's number or
/// the hash of an address.
enum CookieNames {
    /// The names of the cookies that a response sets, without those that it deletes.
    static func set(by head: [UInt8], now: Int64) -> [[UInt8]] {
        var jar = CookieJar()
        return head.withUnsafeBufferPointer { jar.take($0, host: "", path: [], now: now) }.filter { !$0.isDeleted }.map(
            \.name)
    }

    /// Pairs recorded names that the live response did not set with the live names that replace them.
    ///
    /// Names that differ only in the part between a common beginning and end are paired first. If equally many remain
    /// on both sides, they are paired in order.
    static func pairs(recorded: [[UInt8]], live: [[UInt8]]) -> [(recorded: [UInt8], live: [UInt8])] {
        var missing = recorded.filter { !live.contains($0) }
        guard !missing.isEmpty else { return [] }
        var others: [[UInt8]] = []
        for name in live where !recorded.contains(name) && !others.contains(name) { others.append(name) }
        var pairs: [(recorded: [UInt8], live: [UInt8])] = []
        while true {
            let ranked = missing.indices.flatMap { one in
                others.indices.compactMap { other in
                    likeness(missing[one], others[other]).map { (one: one, other: other, likeness: $0) }
                }
            }
            guard let best = ranked.max(by: { ($0.likeness, $1.one) < ($1.likeness, $0.one) }) else { break }
            pairs.append((missing.remove(at: best.one), others.remove(at: best.other)))
        }
        if missing.count == others.count { pairs += zip(missing, others).map { ($0, $1) } }
        return pairs
    }

    /// The recorded names of a long cookie that is split into numbered parts, of which the live response set fewer or
    /// more: `session.0` and `session.1` if it set `session`.
    static func pieces(recorded: [[UInt8]], live: [[UInt8]]) -> [[UInt8]] {
        let missing = recorded.filter { !live.contains($0) }
        guard !missing.isEmpty else { return [] }
        let stems = Set(live.map { stem(of: $0) })
        return missing.filter { name in
            let stem = self.stem(of: name)
            guard stem.count >= shortestStem, stems.contains(stem) else { return false }
            return [recorded, live].contains { names in
                names.contains { self.stem(of: $0) == stem && number(of: $0).map { $0 <= 1 } ?? true }
            }
        }
    }

    /// The shortest name of a split cookie.
    private static let shortestStem = 4

    /// A name without the number of its part.
    private static func stem(of name: [UInt8]) -> [UInt8] {
        var stem = name
        while let last = stem.last, ASCII.isDigit(last) { stem.removeLast() }
        guard stem.count < name.count, let mark = stem.last else { return name }
        if ".-_".utf8.contains(mark) { stem.removeLast() }
        return stem
    }

    private static func number(of name: [UInt8]) -> Int? {
        Int(String(decoding: name.reversed().prefix(while: ASCII.isDigit).reversed(), as: UTF8.self))
    }

    /// The bytes that two names have in common at their beginnings and ends; nil where the rest is not a number or a
    /// hash.
    private static func likeness(_ one: [UInt8], _ other: [UInt8]) -> Int? {
        var start = zip(one, other).prefix { $0 == $1 }.count
        // A number differs as a whole: common digits mean nothing.
        while start > 0, ASCII.isDigit(one[start - 1]), start < max(one.count, other.count) { start -= 1 }
        let room = min(one.count, other.count) - start
        var end = zip(one.reversed(), other.reversed()).prefix { $0 == $1 }.prefix(room).count
        while end > 0, ASCII.isDigit(one[one.count - end]) { end -= 1 }
        let (first, second) = (one[start..<(one.count - end)], other[start..<(other.count - end)])
        return isVariable(first) && isVariable(second) ? start + end : nil
    }

    /// Whether a part of a name may differ from server to server: a number, a hash, an address.
    private static func isVariable(_ part: ArraySlice<UInt8>) -> Bool {
        !part.isEmpty && part.contains(where: ASCII.isDigit)
            && part.allSatisfy { byte in
                ASCII.isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            }
    }
}
