import Formats

/// Runs of a text that cannot be equal by chance: tokens, identifiers, codes.
///
/// A run consists of letters, digits and `-._~`, whatever surrounds it, so that the same value is found in a header
/// field, XML, a form, a URL, HTML or plain text. Percent escapes count as the characters they encode. Letter case is
/// ignored, as in hexadecimal digits.
struct DistinctiveRuns {
    /// Shorter runs are not identifiers: the code that a device shows to its user (RFC 8628 section 6.1) is as short.
    static let shortest = userCodeCount
    /// Shorter runs of other kinds are not.
    private static let shortestIdentifier = 10
    /// Two groups of four separated by a hyphen: `WDJB-MJHT`.
    private static let userCodeCount = 9
    private static let userCodeGroup = 4
    /// Shorter runs without digits are words.
    static let longestWord = 20

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position: Int
    private let end: Int
    /// The end of the current stretch.
    private var stretchEnd: Int
    /// The hashes looked for; nil for all.
    private let wanted: HashFilter?

    /// The runs of `bytes` within `range`.
    ///
    /// - Parameter wanted: the hashes looked for; runs with other hashes may be skipped.
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, wanted: HashFilter? = nil) {
        self.bytes = bytes
        self.wanted = wanted
        position = range.lowerBound
        stretchEnd = position
        end = range.upperBound
    }

    /// The hash of the next distinctive run; nil after the last.
    mutating func next() -> UInt64? {
        while position < stretchEnd || findWantedStretch() {
            var run = Run()
            while position < stretchEnd, let byte = nextOfRun() { run.add(byte) }
            // The character that ends a run may be escaped.
            if position < stretchEnd { position += escaped() == nil ? 1 : 3 }
            if let hash = run.finish() { return hash }
        }
        return nil
    }

    /// Like ``findStretch()``, but skips stretches that cannot be a wanted run.
    private mutating func findWantedStretch() -> Bool {
        while findStretch() {
            guard let wanted else { return true }
            var end = stretchEnd
            while end > position, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
            var hash = ValueHash.seed
            var hasEscapes = false
            for byte in bytes[position..<end] {
                ValueHash.mix(&hash, ASCII.lowercased(byte))
                hasEscapes = hasEscapes || byte == UInt8(ascii: "%")
            }
            if hasEscapes || wanted.mayContain(hash) { return true }
            position = stretchEnd
        }
        return false
    }

    /// Moves to the next stretch of run bytes and escapes that is long enough for a run, and has a digit or is longer
    /// than a word; false if there is none.
    private mutating func findStretch() -> Bool {
        var start = stretchEnd
        while end - start >= DistinctiveRuns.shortest {
            // Most words are shorter, so the last byte that a run starting here needs is checked first.
            guard let stretch = DistinctiveRuns.stretch(bytes, &start, end, count: DistinctiveRuns.shortest) else {
                continue
            }
            let stop = stretch.upperBound
            guard
                stretch.count >= DistinctiveRuns.longestWord || bytes[stretch].contains(where: ASCII.isDigit)
                    || DistinctiveRuns.mayBeUserCode(bytes, stretch)
            else {
                start = stop + 1
                continue
            }
            (position, stretchEnd) = (start, stop)
            return true
        }
        (position, stretchEnd) = (end, end)
        return false
    }

    /// A quick check for the shape of a user code.
    private static func mayBeUserCode(_ bytes: UnsafeBufferPointer<UInt8>, _ stretch: Range<Int>) -> Bool {
        stretch.count == userCodeCount && bytes[stretch.lowerBound + userCodeGroup] == UInt8(ascii: "-")
    }

    /// The stretch of at least `count` bytes that begins at `start`; nil if it is shorter, with `start` moved past it.
    private static func stretch(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: inout Int, _ end: Int, count: Int
    ) -> Range<Int>? {
        let last = start + count - 1
        // The last bytes that a stretch from here needs, eight at once: most words are shorter.
        let probed = max(0, count - 8)
        if count >= 8, let outside = WordBytes(bytes, at: start + probed).lastOutsideStretch {
            start += probed + outside + 1
            return nil
        }
        var probe = count >= 8 ? start + probed - 1 : last
        while probe >= start, isOfStretch(bytes[probe]) { probe -= 1 }
        guard probe < start else {
            start = probe + 1
            return nil
        }
        var stop = last + 1
        while end - stop >= 8 {
            guard let outside = WordBytes(bytes, at: stop).firstOutsideStretch else {
                stop += 8
                continue
            }
            return start..<stop + outside
        }
        while stop < end, isOfStretch(bytes[stop]) { stop += 1 }
        return start..<stop
    }

    /// Eight bytes of a text that are classified at once.
    private struct WordBytes {
        /// The highest bit of each byte is set if the byte is not of a stretch.
        private let outside: UInt64

        /// - Precondition: eight bytes of `bytes` begin at `position`.
        init(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) {
            precondition(position >= 0 && bytes.count - position >= 8, "the bytes are of the text")
            let word = UInt64(
                littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: position, as: UInt64.self))
            let high = WordBytes.all(0x80)
            let low = word & ~high
            let letter = low | WordBytes.all(0x20)
            let isLetter = WordBytes.reach(letter, UInt8(ascii: "a")) & ~WordBytes.reach(letter, UInt8(ascii: "z") + 1)
            // `-./` and digits.
            let isMarkOrDigit = WordBytes.reach(low, UInt8(ascii: "-")) & ~WordBytes.reach(low, UInt8(ascii: "9") + 1)
            let isOther =
                WordBytes.equal(low, UInt8(ascii: "%")) | WordBytes.equal(low, UInt8(ascii: "_"))
                | WordBytes.equal(low, UInt8(ascii: "~"))
            let isInside = (isLetter | isMarkOrDigit & ~WordBytes.equal(low, UInt8(ascii: "/")) | isOther) & ~word
            outside = ~isInside & high
        }

        /// The index of the last byte that is not of a stretch; nil if all are.
        var lastOutsideStretch: Int? { outside == 0 ? nil : 7 - outside.leadingZeroBitCount / 8 }

        /// The index of the first such byte.
        var firstOutsideStretch: Int? { outside == 0 ? nil : outside.trailingZeroBitCount / 8 }

        private static func all(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

        /// Sets the highest bit of each byte of `low` that is at least `byte`; all are below 128.
        private static func reach(_ low: UInt64, _ byte: UInt8) -> UInt64 { low &+ all(0x80 - byte) }

        /// Sets the highest bit of each byte of `low` that is `byte`; all are below 128.
        private static func equal(_ low: UInt64, _ byte: UInt8) -> UInt64 { all(0x80) &- (low ^ all(byte)) }
    }

    /// Whether `text` has a word of at least `count` bytes with a digit in it, or one of `longCount` without.
    static func hasWord(_ text: UnsafeBufferPointer<UInt8>, count: Int, longCount: Int) -> Bool {
        var start = 0
        while text.count - start >= count {
            guard let stretch = stretch(text, &start, text.count, count: count) else { continue }
            if stretch.count >= longCount || text[stretch].contains(where: ASCII.isDigit) { return true }
            start = stretch.upperBound + 1
        }
        return false
    }

    /// Whether `byte` may be in a run or an escape.
    @inline(__always)
    private static func isOfStretch(_ byte: UInt8) -> Bool {
        let bits = byte < 64 ? stretchBits.low : byte < 128 ? stretchBits.high : 0
        return bits >> UInt64(byte & 63) & 1 == 1
    }

    /// `%-.` and digits in `low`; letters, `_` and `~` in `high`.
    private static var stretchBits: (low: UInt64, high: UInt64) { (0x03ff_6020_0000_0000, 0x47ff_fffe_87ff_fffe) }

    /// Moves past the next byte of a run and returns it; nil if the run ends.
    private mutating func nextOfRun() -> UInt8? {
        let byte = bytes[position]
        if PercentStyle.isUnreserved(byte) {
            position += 1
            return byte
        }
        guard let escaped = escaped(), PercentStyle.isUnreserved(escaped) else { return nil }
        position += 3
        return escaped
    }

    /// The byte that the percent escape at the position encodes; nil if there is none.
    private func escaped() -> UInt8? {
        guard bytes[position] == UInt8(ascii: "%"), position + 2 < stretchEnd,
            let high = ASCII.hexValue(bytes[position + 1]), let low = ASCII.hexValue(bytes[position + 2])
        else { return nil }
        return high << 4 | low
    }
}

extension DistinctiveRuns {
    /// The hashes of all distinctive runs of `text`.
    static func hashes(of text: [UInt8]) -> [UInt64] {
        text.withUnsafeBufferPointer { text in
            var runs = DistinctiveRuns(text, 0..<text.count)
            var hashes: [UInt64] = []
            while let hash = runs.next() { hashes.append(hash) }
            return hashes
        }
    }

    /// Counts collected while a run is read.
    private struct Run {
        private(set) var hash = ValueHash.seed
        private var count = 0
        private var digits = 0
        private var upper = 0
        private var lower = 0
        private var beyondHex = 0
        /// Digits and letters since the last separator.
        private var segmentDigits = 0
        private var segmentLetters = 0
        private var hasMixedSegment = false
        private var dots = 0
        private var vowels = 0
        private var firstHyphen: Int?
        private var hyphens = 0
        /// Hash and state before trailing dots, which end a sentence.
        private var hashBeforeDots = ValueHash.seed
        private var trailingDots = 0

        mutating func add(_ byte: UInt8) {
            if byte == UInt8(ascii: ".") {
                if trailingDots == 0 { hashBeforeDots = hash }
                trailingDots += 1
            } else {
                trailingDots = 0
            }
            count += 1
            ValueHash.mix(&hash, ASCII.lowercased(byte))
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                segmentDigits += 1
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                upper += 1
                segmentLetters += 1
                if byte > UInt8(ascii: "F") { beyondHex += 1 }
                if Run.isVowel(byte) { vowels += 1 }
            case UInt8(ascii: "a")...UInt8(ascii: "z"):
                lower += 1
                segmentLetters += 1
                if byte > UInt8(ascii: "f") { beyondHex += 1 }
            default:
                if byte == UInt8(ascii: ".") { dots += 1 }
                if byte == UInt8(ascii: "-") {
                    hyphens += 1
                    firstHyphen = firstHyphen ?? count - 1
                }
                endSegment()
            }
        }

        private static func isVowel(_ capital: UInt8) -> Bool {
            switch capital {
            case UInt8(ascii: "A"), UInt8(ascii: "E"), UInt8(ascii: "I"), UInt8(ascii: "O"), UInt8(ascii: "U"): true
            default: false
            }
        }

        /// Whether it is a code of capitals and digits, with too few vowels for words.
        private var isUserCode: Bool {
            count == DistinctiveRuns.userCodeCount && firstHyphen == DistinctiveRuns.userCodeGroup && hyphens == 1
                && upper >= DistinctiveRuns.userCodeGroup && upper + digits == count - 1 && vowels <= 1
        }

        private mutating func endSegment() {
            if segmentDigits >= 2, segmentLetters >= 2, segmentDigits + segmentLetters >= 8 { hasMixedSegment = true }
            (segmentDigits, segmentLetters) = (0, 0)
        }

        /// The run's hash; nil if it may be a word, a date, a version, an address or a file name.
        mutating func finish() -> UInt64? {
            endSegment()
            let letters = upper + lower
            let own = count - trailingDots
            let hash = trailingDots > 0 ? hashBeforeDots : hash
            if isUserCode { return hash }
            // Names have few capitals, random letters about half.
            if digits == 0 {
                let isRandom = own >= DistinctiveRuns.longestWord && upper * 3 >= letters && lower * 3 >= letters
                return isRandom && dots == 0 ? hash : nil
            }
            guard own >= DistinctiveRuns.shortestIdentifier else { return nil }
            if letters == 0 { return own == digits && digits >= 15 ? hash : nil }
            if hasMixedSegment { return hash }
            // A UUID without a segment of letters and digits, or random bytes in base64.
            if beyondHex == 0, dots == 0, own >= 20, digits >= 4, letters >= 2 { return hash }
            return own >= 16 && upper >= 2 && lower >= 2 && upper * 4 >= lower ? hash : nil
        }
    }
}
