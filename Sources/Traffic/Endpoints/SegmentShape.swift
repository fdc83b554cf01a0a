import Credentials
import Formats

/// The classification of a path segment by its own text, without comparing others.
enum SegmentShape: Equatable {
    /// A value, regardless of its siblings: a number, a date, a UUID, a digest, an e-mail address, a token.
    case value
    /// It looks random, like `aZ3kQ9` and `a1b2c3d4`: a value if there are several at one place.
    case random
    /// A word with a number, like `ORD-000123` and `IMG_2041.jpg`: a value if there are several with one pattern at one
    /// place.
    case numbered
    /// A name.
    case name

    /// The shape of `segment`, which is percent-decoded and without parameters.
    init(_ segment: UnsafeBufferPointer<UInt8>) {
        guard !segment.isEmpty else {
            self = .name
            return
        }
        guard segment.count <= SegmentShape.longestName else {
            self = .value
            return
        }
        let counts = ByteCounts(segment)
        if counts.isNumber || counts.isDate(segment) || counts.isUUID(segment) || SegmentShape.isDigest(segment)
            || counts.isLongHexadecimal || counts.isLong || SegmentShape.isAddress(segment)
            || SegmentShape.isPrefixed(segment) || SegmentShape.isNumberedFile(segment)
            || PathSecret.isWebToken(UnsafeRawBufferPointer(segment))
        {
            self = .value
        } else if SegmentShape.isVersion(segment) {
            self = .name
        } else if counts.isRandom(segment) {
            self = .random
        } else {
            self = counts.digits > 0 && segment.count > 2 && counts.isWord ? .numbered : .name
        }
    }

    /// Whether `segment` is an ordinary word, as most segments are: a name of no group that contains no secret.
    ///
    /// Decides early what the other rules decide late: up to 24 lower-case letters, not all of them hexadecimal digits.
    static func isPlainWord(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        guard segment.count <= 24 else { return false }
        var hasOtherLetter = false
        for byte in segment {
            guard byte &- 0x61 < 26 else { return false }
            if byte > UInt8(ascii: "f") { hasOtherLetter = true }
        }
        return hasOtherLetter
    }

    /// Longer segments are not names.
    private static let longestName = 128

    /// `sha256:9f86d081…`, as in container registries.
    private static func isDigest(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let colon = segment.firstIndex(of: UInt8(ascii: ":")), (2...8).contains(colon), segment.count - colon > 8
        else { return false }
        return segment[..<colon].allSatisfy(ASCII.isAlphanumeric)
            && segment[(colon + 1)...].allSatisfy(isHexadecimal)
    }

    /// `ann@example.com`
    private static func isAddress(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let at = segment.firstIndex(of: UInt8(ascii: "@")), at > 0 else { return false }
        return segment[(at + 1)...].dropLast().contains(UInt8(ascii: "."))
    }

    /// `cus_Nf3xY7pQ2a`: a short word, a separator, and random-looking text.
    private static func isPrefixed(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let mark = segment.lastIndex(where: { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }),
            (2...16).contains(mark), segment.count - mark > 8
        else { return false }
        let rest = UnsafeBufferPointer(rebasing: segment[(mark + 1)...])
        let counts = ByteCounts(rest)
        return counts.others == 0 && counts.digits >= 2 && counts.letters >= 2 && counts.isRandom(rest)
    }

    /// `42.json`, `1718000000-3.log`: a number and a file extension.
    private static func isNumberedFile(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let dot = segment.lastIndex(of: UInt8(ascii: ".")), dot > 0, (2...5).contains(segment.count - dot - 1),
            segment[(dot + 1)...].allSatisfy(ASCII.isAlphanumeric), ASCII.isLetter(segment[dot + 1])
        else { return false }
        let stem = UnsafeBufferPointer(rebasing: segment[..<dot])
        let shape = SegmentShape(stem)
        return shape == .value
    }

    /// `v1`, `v2beta1`, `1.0`, `v1.41`: part of an API's name.
    private static func isVersion(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        guard segment.count <= 10, let first = segment.first else { return false }
        let rest = first | 0x20 == UInt8(ascii: "v") ? segment.dropFirst() : segment[...]
        guard let digit = rest.first, ASCII.isDigit(digit), first | 0x20 == UInt8(ascii: "v") || segment.contains(0x2e)
        else {
            return false
        }
        var words = 0
        var wasLetter = false
        for byte in rest {
            if ASCII.isLetter(byte) {
                if !wasLetter { words += 1 }
                wasLetter = true
            } else if ASCII.isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") {
                wasLetter = false
            } else {
                return false
            }
        }
        return words <= 1
    }

    @inline(__always)
    static func isHexadecimal(_ byte: UInt8) -> Bool { ASCII.isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }
}

/// The numbers of bytes of each kind in a segment.
private struct ByteCounts {
    var digits = 0
    var lower = 0
    var upper = 0
    var hexLetters = 0
    /// Hyphens and underscores.
    var marks = 0
    var dots = 0
    var others = 0
    /// The number of changes between letters and digits.
    var changes = 0
    /// The longest run of letters without a vowel.
    var consonants = 0
    let count: Int

    init(_ segment: some Collection<UInt8>) {
        count = segment.count
        var last: UInt8 = 0
        var run = 0
        for byte in segment {
            var kind: UInt8 = 0
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                kind = 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"):
                lower += 1
                kind = 2
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                upper += 1
                kind = 2
            case UInt8(ascii: "-"), UInt8(ascii: "_"): marks += 1
            case UInt8(ascii: "."): dots += 1
            default: others += 1
            }
            if kind == 2 {
                let small = byte | 0x20
                if small < UInt8(ascii: "g") { hexLetters += 1 }
                switch small {
                case UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "i"), UInt8(ascii: "o"), UInt8(ascii: "u"),
                    UInt8(ascii: "y"):
                    run = 0
                default:
                    run += 1
                    consonants = max(consonants, run)
                }
            } else {
                run = 0
            }
            if kind != 0, last != 0, kind != last { changes += 1 }
            last = kind
        }
    }

    var letters: Int { lower + upper }
    var isNumber: Bool { digits == count || digits > 0 && digits + dots == count && dots == 1 && digits > 3 }
    var isWord: Bool { others == 0 }

    /// `2026-01-31`, `2026-01`, `20260131T1200`, `2026-W05`; `4-5` is too short.
    func isDate(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        if digits >= 6, letters == 0, others == 0, dots == 0 { return true }
        guard digits >= 6, segment.prefix(4).allSatisfy(ASCII.isDigit) else { return false }
        let signs = segment.count { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "+") }
        let marks = segment.count {
            $0 | 0x20 == UInt8(ascii: "t") || $0 | 0x20 == UInt8(ascii: "z") || $0 == UInt8(ascii: "W")
        }
        return letters == marks && letters <= 2 && others == signs
    }

    func isUUID(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        count == 36 && marks == 4 && digits + hexLetters == 32
            || count == 38 && segment.first == UInt8(ascii: "{") && digits + hexLetters == 32
    }

    var isLongHexadecimal: Bool { count >= 16 && digits > 0 && digits + hexLetters == count && hexLetters == letters }
    /// Base64, base62 and similar, and names with numbers.
    var isLong: Bool { count >= 20 && digits >= 2 && letters > 0 && others == 0 && dots == 0 }

    /// Whether letters and digits, or letters of both cases, alternate as they do not in words.
    func isRandom(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        guard count >= 5, others == 0 else { return false }
        if dots > 0 { return isRandomFile(segment) }
        if hexLetters == letters, digits + letters == count, digits > 0 || count >= 8, lower == 0 || upper == 0 {
            return count >= 6
        }
        if changes >= 3, digits >= 2 { return true }
        // Capitals throughout, as in no word.
        if marks == 0, count >= 8, lower >= 3, upper >= 3, upper * 3 >= count { return true }
        if marks > 0, digits >= 2, letters > 0, hasRandomPart(segment) { return true }
        if digits > 0, changes >= 2, lower > 0, upper > 0 { return true }
        return count >= 8 && marks == 0 && digits > 0 && changes >= 2 && consonants >= 4
    }

    /// Whether a part between separators mixes digits and letters, other than a word and its number: `x2k4q` in
    /// `web-7d9f-x2k4q`.
    private func hasRandomPart(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        segment.split { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }.contains { part in
            guard part.count >= 5, part.contains(where: ASCII.isDigit) else { return false }
            let letters = part.prefix(while: ASCII.isLetter).count
            if ByteCounts(part).consonants >= 4 { return true }
            return !part.dropFirst(letters).allSatisfy(ASCII.isDigit)
        }
    }

    /// Whether the part before a file extension is random: `10b18dff98f8.gz`.
    private func isRandomFile(_ segment: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let dot = segment.lastIndex(of: UInt8(ascii: ".")), dot > 0, dots == 1, segment.count - dot <= 6 else {
            return false
        }
        let stem = UnsafeBufferPointer(rebasing: segment[..<dot])
        return ByteCounts(stem).isRandom(stem)
    }
}
