/// The largest figures that a run folder may hold: anything larger is treated as damage.
///
/// They are far above what any run reaches, and low enough that sums over a folder neither trap nor lose their meaning.
enum RunBounds {
    /// Things counted in one window, or told in one place: 280 million million.
    static let count: UInt64 = 1 << 48
    /// Times and spans in nanoseconds: nine years.
    static let nanoseconds: Int64 = 1 << 58
    /// Time that the requests of one window were held, together: they may be many.
    static let heldNs: Int64 = 1 << 62
    /// Bytes, and nanoseconds of many processors.
    static let amount: UInt64 = 1 << 60
    /// Seconds since 1970: the year 9999.
    static let seconds = 253_402_300_800.0
    /// Values that were scraped, and estimates.
    static let value = 1e30
    /// Whole numbers of JSON files but `run.json`.
    static let jsonInteger = 1e15

    /// Whether an instant of a run is one.
    static func holds(_ nanoseconds: Int64) -> Bool { (-Self.nanoseconds...Self.nanoseconds).contains(nanoseconds) }
}

/// Numbers of a JSON text, checked before anything is made of them.
enum JSONBounds {
    /// Whether every number is at most `value` in magnitude, and every whole one at most `integer`.
    ///
    /// Reads the text as it is: what is no JSON is for the decoder to refuse.
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

    /// How deep arrays and objects may lie in one another: a decoder that calls itself needs stack for each.
    static let deepest = 32

    /// Whether nothing lies deeper than ``deepest``.
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
