import Formats

/// Values inside a word.
extension SinkCollector {
    /// The UUID in a longer name, `item-UUID` or `UUID_small`, and a long value after a prefix.
    mutating func innerValues(_ bytes: UnsafeBufferPointer<UInt8>, _ word: Range<Int>, _ coding: Sink.Coding) {
        guard word.count <= SinkCollector.nameLimit else { return }
        behindPrefix(bytes, word, coding)
        defer { runs(bytes, word, coding) }
        var start = word.lowerBound
        while start + ClientMade.uuidCount <= word.upperBound {
            let mark = bytes[start + ClientMade.firstMark]
            // The position of the first hyphen has none: no UUID begins here.
            guard mark == UInt8(ascii: "-"), ClientMade.isUUID(bytes, start..<start + ClientMade.uuidCount) else {
                start += 1
                continue
            }
            // The whole word has its own place.
            if word.count > ClientMade.uuidCount { add(bytes, start..<start + ClientMade.uuidCount, coding, .piece) }
            start += ClientMade.uuidCount
        }
    }

    /// The longest word that is searched for inner values.
    private static let nameLimit = 256

    /// The long runs of letters and digits in a word, with and without hyphens and underscores: `8f3ab2c9` of
    /// `report_8f3ab2c9.pdf`.
    private mutating func runs(_ bytes: UnsafeBufferPointer<UInt8>, _ word: Range<Int>, _ coding: Sink.Coding) {
        var start = word.lowerBound
        while start < word.upperBound {
            let end = bytes[start..<word.upperBound].firstIndex { !SinkCollector.isOfRun($0) } ?? word.upperBound
            let run = start..<end
            start = end + 1
            guard run.count >= SinkCollector.shortestRun, bytes[run].contains(where: ASCII.isDigit) else { continue }
            if run != word {
                add(bytes, run, coding, .piece)
                behindPrefix(bytes, run, coding)
            }
            guard bytes[run].contains(where: { !ASCII.isAlphanumeric($0) }), !ClientMade.isUUID(bytes, run) else {
                continue
            }
            var first = run.lowerBound
            while first < run.upperBound {
                let last = bytes[first..<run.upperBound].firstIndex { !ASCII.isAlphanumeric($0) } ?? run.upperBound
                if last - first >= SinkCollector.shortestRun { add(bytes, first..<last, coding, .piece) }
                first = last + 1
            }
        }
    }

    /// The shortest of them, in bytes.
    private static let shortestRun = 8

    private static func isOfRun(_ byte: UInt8) -> Bool {
        ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// The value after a prefix of letters: `key_…`.
    private mutating func behindPrefix(
        _ bytes: UnsafeBufferPointer<UInt8>, _ word: Range<Int>, _ coding: Sink.Coding
    ) {
        var mark = word.lowerBound
        while mark < word.upperBound, mark - word.lowerBound <= SinkCollector.prefixLimit,
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(bytes[mark] | 0x20)
        { mark += 1 }
        guard mark > word.lowerBound, word.upperBound - mark > SinkCollector.shortestRest,
            bytes[mark] == UInt8(ascii: "_") || bytes[mark] == UInt8(ascii: "-")
        else { return }
        add(bytes, mark + 1..<word.upperBound, coding, .piece)
    }

    /// The longest prefix.
    private static let prefixLimit = 12

    /// The rest after each of the first colons and equals signs: a value in base64 contains such characters itself.
    mutating func rests(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding) {
        var start = range.lowerBound
        for _ in 0..<SinkCollector.restLimit {
            let mark = bytes[start..<range.upperBound].firstIndex {
                $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=")
            }
            guard let mark, range.upperBound - mark > SinkCollector.shortestRest else { return }
            start = mark + 1
            let rest = start..<range.upperBound
            // Without separators it is added as a fragment anyway.
            guard bytes[rest].contains(where: SinkCollector.endsPiece) else { return }
            let isEncoded = coding != .form && bytes[rest].contains(UInt8(ascii: "%"))
            add(bytes, rest, isEncoded ? .percent : coding, .piece)
        }
    }

    /// The most rests that are added, and the shortest length.
    private static let restLimit = 3
    static let shortestRest = 12
}
