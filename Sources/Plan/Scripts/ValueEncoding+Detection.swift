import Formats

extension ValueEncoding {
    /// The encoding that writes the value of `sink` as recorded; nil when no known encoding does.
    static func reproducing(_ sink: Sink, in bytes: UnsafeBufferPointer<UInt8>, isLine: Bool) -> ValueEncoding? {
        let encoding = reproducing(
            bytes, sink.range, value: sink.coding.decoded(bytes, sink.range), coding: sink.coding, isLine: isLine)
        guard let other = sink.other else { return encoding }
        return encoding.map { .rewritten(other.writing, $0) }
    }

    /// The encoding that writes `value` as it is in `range`, and other values as the same client would.
    ///
    /// - Returns: nil when no known encoding does.
    static func reproducing(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, value: [UInt8], coding: Sink.Coding, isLine: Bool
    ) -> ValueEncoding? {
        candidates(bytes, range, coding, isLine: isLine).first { encoding in
            var written: [UInt8] = []
            written.reserveCapacity(range.count)
            return encoding.append(value, to: &written) && bytes[range].elementsEqual(written)
        }
    }

    private static func candidates(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ coding: Sink.Coding, isLine: Bool
    ) -> [ValueEncoding] {
        switch coding {
        case .raw: [isLine ? .line : .raw]
        case .percent: [.percent(percentStyle(bytes, range, isForm: false))]
        case .form: [.percent(percentStyle(bytes, range, isForm: true))]
        case .json: jsonStyles(bytes, range)
        case .markup: MarkupStyle.all.map { .markup($0) }
        case .binary(let form): [.binary(form)]
        }
    }

    private static func percentStyle(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, isForm: Bool
    ) -> PercentStyle {
        var style = PercentStyle.unreserved
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%"), index + 2 < range.upperBound,
                let high = ASCII.hexValue(bytes[index + 1]),
                let low = ASCII.hexValue(bytes[index + 2])
            {
                style.escape(high << 4 | low)
                if bytes[index + 1] >= UInt8(ascii: "a") || bytes[index + 2] >= UInt8(ascii: "a") {
                    style.isLowercase = true
                }
                index += 3
                continue
            }
            if isForm, byte == UInt8(ascii: "+") {
                style.spaceIsPlus = true
            } else if byte != UInt8(ascii: "%") {
                style.keep(byte)
            }
            index += 1
        }
        return style
    }

    private static func jsonStyles(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [ValueEncoding] {
        guard bytes[range].contains(UInt8(ascii: "\\")) else { return [.json(JSONStyle())] }
        var styles: [ValueEncoding] = []
        for escapesSlash in [false, true] {
            for escapesNonASCII in [false, true] {
                for isUppercase in [false, true] {
                    styles.append(
                        .json(
                            JSONStyle(
                                escapesSlash: escapesSlash, escapesNonASCII: escapesNonASCII, isUppercase: isUppercase))
                    )
                }
            }
        }
        return styles
    }
}
