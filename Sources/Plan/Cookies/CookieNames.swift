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

    /// The bytes that two names have in common at their beginnings and ends; nil if the rest is not a number or a
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
