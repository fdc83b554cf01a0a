/// The largest figures allowed in a run folder: anything larger is treated as damage.
///
/// They are far above those of any real run, and low enough that sums over a folder neither trap nor lose their
/// meaning.
enum RunBounds {
    /// Counts in one window or place: 2.8 × 10¹⁴.
    static let count: UInt64 = 1 << 48
    /// Times and spans in nanoseconds: nine years.
    static let nanoseconds: Int64 = 1 << 58
    /// The total held time of one window's requests, of which there may be many.
    static let heldNs: Int64 = 1 << 62
    /// Bytes, and CPU nanoseconds of many processors.
    static let amount: UInt64 = 1 << 60
    /// Seconds since 1970: the year 9999.
    static let seconds = 253_402_300_800.0
    /// Scraped values, and estimates.
    static let value = 1e30
    /// Integers of JSON files other than `run.json`.
    static let jsonInteger = 1e15

    /// Whether a time is within a run's bounds.
    static func holds(_ nanoseconds: Int64) -> Bool { (-Self.nanoseconds...Self.nanoseconds).contains(nanoseconds) }
}

/// Checks of the numbers in a JSON text, before it is decoded.
enum JSONBounds {
    /// Whether every number is at most `value` in magnitude, and every integer at most `integer`.
    ///
    /// Scans the text without validating it: invalid JSON is left to the decoder.
    static func hold(in bytes: [UInt8], integer: Double, value: Double = RunBounds.value) -> Bool {
        var place = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""): place = end(ofString: place + 1, bytes)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                let start = place
                var isInteger = true
                while place < bytes.count, isNumberByte(bytes[place]) {
                    isInteger = isInteger && !isFraction(bytes[place])
                    place += 1
                }
                // No number of a run needs more digits.
                guard place - start <= 64, let number = Double(String(decoding: bytes[start..<place], as: UTF8.self)),
                    number.magnitude <= (isInteger ? integer : value)
                else { return false }
            default: place += 1
            }
        }
        return true
    }

    /// The deepest nesting of arrays and objects: a recursive decoder needs stack for each level.
    static let deepest = 32

    /// Whether nothing is nested deeper than ``deepest``.
    static func isShallow(_ bytes: [UInt8]) -> Bool {
        var depth = 0
        var place = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                place = end(ofString: place + 1, bytes)
                continue
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > deepest { return false }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            default: break
            }
            place += 1
        }
        return true
    }

    private static func end(ofString start: Int, _ bytes: [UInt8]) -> Int {
        var place = start
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return place + 1
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") || isFraction(byte)
    }

    private static func isFraction(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ".") || byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E")
    }
}
