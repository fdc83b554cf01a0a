import Formats

/// A size in bytes, in the format of user input and output.
public struct ByteCount: Hashable, Comparable, Sendable {
    /// The bytes.
    public var bytes: UInt64

    /// `bytes` bytes.
    public init(_ bytes: UInt64) { self.bytes = bytes }

    /// Parses a whole or decimal number and a unit (`64KiB`, `2GiB`, `1.5MB`); without a unit, it is bytes.
    ///
    /// - Returns: nil if `text` is anything else or exceeds 2^63.
    public init?(text: String) {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(digits.count)
        guard let number = Double(digits), let factor = ByteCount.factors[String(unit)] else { return nil }
        let total = number * factor
        guard total.isFinite, total < 0x1p63 else { return nil }
        bytes = UInt64(total.rounded())
    }

    private static let factors: [String: Double] = [
        "": 1, "B": 1, "KiB": 0x1p10, "MiB": 0x1p20, "GiB": 0x1p30, "TiB": 0x1p40, "KB": 1e3, "MB": 1e6, "GB": 1e9,
        "TB": 1e12,
    ]

    /// By the number of bytes.
    public static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }
}

extension ByteCount: CustomStringConvertible {
    /// Three significant digits and a binary unit: `512 B`, `64.0 KiB`, `1.50 GiB`.
    public var description: String {
        var value = Double(bytes)
        var unit = 0
        let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        while value >= 1023.5, unit + 1 < units.count {
            value /= 1024
            unit += 1
        }
        return unit == 0
            ? "\(bytes) B" : "\(value.formatted(decimals: value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2)) \(units[unit])"
    }
}
