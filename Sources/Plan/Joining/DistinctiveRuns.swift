import Formats

/// Stretches of a text that cannot be the same by chance: tokens, identifiers, codes.
///
/// A run is a stretch of letters, digits and `-._~`, whatever stands around it, so that a value is found alike in a header
/// field, XML, a form, a URL, HTML or plain text. Percent escapes count as what they stand for; letters of either case are
/// equal, as in hexadecimal digits.
struct DistinctiveRuns {
    /// Shorter runs are no identifiers.
    static let shortest = 10

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position: Int
    private let end: Int

    /// The runs of `bytes` within `range`.
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The hash of the next distinctive run; nil after the last.
    mutating func next() -> UInt64? {
        while position < end {
            var run = Run()
            while position < end, let byte = nextOfRun() { run.add(byte) }
            // What ends a run may be written as an escape.
            if position < end { position += escaped() == nil ? 1 : 3 }
            if let hash = run.finish() { return hash }
        }
        return nil
    }

    /// Moves past the next byte of a run and returns it; nil where the run ends.
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

    /// What the percent escape that begins here stands for; nil where there is none.
    private func escaped() -> UInt8? {
        guard bytes[position] == UInt8(ascii: "%"), position + 2 < end,
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

    /// What is counted of a run while it is read.
    private struct Run {
        private(set) var hash = ValueHash.seed
        private var count = 0
        private var digits = 0
        private var upper = 0
        private var lower = 0
        private var beyondHex = 0
        /// Digits and letters since the last mark.
        private var segmentDigits = 0
        private var segmentLetters = 0
        private var hasMixedSegment = false
        private var dots = 0
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
            case UInt8(ascii: "a")...UInt8(ascii: "z"):
                lower += 1
                segmentLetters += 1
                if byte > UInt8(ascii: "f") { beyondHex += 1 }
            default:
                if byte == UInt8(ascii: ".") { dots += 1 }
                endSegment()
            }
        }

        private mutating func endSegment() {
            if segmentDigits >= 2, segmentLetters >= 2, segmentDigits + segmentLetters >= 8 { hasMixedSegment = true }
            (segmentDigits, segmentLetters) = (0, 0)
        }

        /// The run's hash; nil where it may be a word, a date, a version, an address or a file's name.
        mutating func finish() -> UInt64? {
            endSegment()
            let letters = upper + lower
            let own = count - trailingDots
            guard own >= DistinctiveRuns.shortest, digits > 0 else { return nil }
            let hash = trailingDots > 0 ? hashBeforeDots : hash
            if letters == 0 { return own == digits && digits >= 15 ? hash : nil }
            if hasMixedSegment { return hash }
            // A UUID without a segment of both kinds, and what base64 makes of random bytes.
            if beyondHex == 0, dots == 0, own >= 20, digits >= 4, letters >= 2 { return hash }
            return own >= 16 && upper >= 2 && lower >= 2 && upper * 4 >= lower ? hash : nil
        }
    }
}
