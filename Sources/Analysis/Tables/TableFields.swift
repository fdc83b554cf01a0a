/// The fields of a line of comma-separated values, without surrounding blanks and quotes.
struct TableFields {
    private(set) var fields: [ArraySlice<UInt8>] = []

    init(_ line: ArraySlice<UInt8>) {
        var start = line.startIndex
        while true {
            let end = line[start...].firstIndex(of: UInt8(ascii: ",")) ?? line.endIndex
            fields.append(TableFields.trimmed(line[start..<end]))
            guard end < line.endIndex else { return }
            start = end + 1
        }
    }

    /// The field at an index; nil past the end.
    func at(_ place: Int) -> ArraySlice<UInt8>? { fields.indices.contains(place) ? fields[place] : nil }

    private static func trimmed(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d || $0 == 0x22 }
        var field = field
        while let first = field.first, isBlank(first) { field.removeFirst() }
        while let last = field.last, isBlank(last) { field.removeLast() }
        return field
    }
}

/// The content of a field.
enum TableValue: Hashable {
    case number(Double)
    /// Empty, `NaN` or `null`, as monitors write where they have no sample.
    case missing
    /// Anything else, including infinite numbers.
    case other

    init(_ field: ArraySlice<UInt8>) {
        if let number = TableValue.plain(field) {
            self = .number(number)
            return
        }
        let text = String(decoding: field, as: UTF8.self)
        switch text.lowercased() {
        case "", "nan", "null", "none", "na", "n/a", "-": self = .missing
        default: self = Double(text).flatMap { $0.isFinite ? .number($0) : nil } ?? .other
        }
    }

    /// A plain decimal number with few enough digits that the arithmetic is exact; nil for anything that needs a real
    /// parser.
    private static func plain(_ field: ArraySlice<UInt8>) -> Double? {
        var mantissa: UInt64 = 0
        var digits = 0
        var decimals = 0
        var isPastPoint = false
        for byte in field {
            if byte == UInt8(ascii: ".") {
                guard !isPastPoint else { return nil }
                isPastPoint = true
                continue
            }
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            digits += 1
            guard digits <= 15 else { return nil }
            mantissa = mantissa * 10 + UInt64(byte - 0x30)
            if isPastPoint { decimals += 1 }
        }
        return digits > 0 ? Double(mantissa) / powers[decimals] : nil
    }

    private static let powers: [Double] = (0...15).map { Math.power(10, Double($0)) }
}
