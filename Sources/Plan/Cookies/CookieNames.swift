import Formats

/// Cookies that have one name in the recording and another on the target: the port, the number of a comment or the hash of an
/// address is in it.
enum CookieNames {
    /// The names of the cookies that a response sets, not of those that it deletes.
    static func set(by head: [UInt8], now: Int64) -> [[UInt8]] {
        var jar = CookieJar()
        return head.withUnsafeBufferPointer { jar.take($0, host: "", path: [], now: now) }.filter { !$0.isDeleted }.map(
            \.name)
    }

    /// For each recorded name that the live response did not set the live one that takes its place.
    ///
    /// Names of one shape go together first: those that differ only in what is between their common beginning and end.
    /// Where as many are left on either side, each goes with the one in its order.
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

    /// How many bytes two names have in common at their beginnings and ends; nil where what differs is no number or hash.
    private static func likeness(_ one: [UInt8], _ other: [UInt8]) -> Int? {
        var start = zip(one, other).prefix { $0 == $1 }.count
        // A number differs as a whole: what its digits have in common says nothing.
        while start > 0, ASCII.isDigit(one[start - 1]), start < max(one.count, other.count) { start -= 1 }
        let room = min(one.count, other.count) - start
        var end = zip(one.reversed(), other.reversed()).prefix { $0 == $1 }.prefix(room).count
        while end > 0, ASCII.isDigit(one[one.count - end]) { end -= 1 }
        let (first, second) = (one[start..<(one.count - end)], other[start..<(other.count - end)])
        return isVariable(first) && isVariable(second) ? start + end : nil
    }

    /// Whether a part of a name differs from one server to the next: a number, a hash, an address.
    private static func isVariable(_ part: ArraySlice<UInt8>) -> Bool {
        !part.isEmpty && part.contains(where: ASCII.isDigit)
            && part.allSatisfy { byte in
                ASCII.isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            }
    }
}
