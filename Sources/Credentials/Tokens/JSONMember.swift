/// Finds a member of a JSON object in raw bytes, without building values.
enum JSONMember {
    /// The value of the member `name` of the object itself, not of nested objects: the text between a string's quotes,
    /// with escapes, or a number, true or false. Nil if there is none, or if it is null, an object or an array.
    static func value(of name: [UInt8], in object: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        var depth = 0
        var index = 0
        var isName = false
        while index < object.count {
            switch object[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                isName = object[index] == UInt8(ascii: "{")
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ","): isName = true
            case UInt8(ascii: "\""):
                guard let end = endOfString(object, from: index + 1) else { return nil }
                let text = object[(index + 1)..<end]
                index = end
                if depth == 1, isName, text.elementsEqual(name) { return memberValue(object, after: end + 1) }
                isName = false
            default: break
            }
            index += 1
        }
        return nil
    }

    private static func memberValue(_ object: UnsafeRawBufferPointer, after end: Int) -> UnsafeRawBufferPointer? {
        let rest = object[end...].drop { $0 <= 0x20 }
        guard rest.first == UInt8(ascii: ":") else { return nil }
        let value = rest.dropFirst().drop { $0 <= 0x20 }
        guard let first = value.first else { return nil }
        switch first {
        case UInt8(ascii: "\""):
            let start = value.startIndex + 1
            return endOfString(object, from: start).map { UnsafeRawBufferPointer(rebasing: object[start..<$0]) }
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "t"), UInt8(ascii: "f"):
            let literal = value.prefix {
                $0 > 0x20 && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "]")
            }
            return UnsafeRawBufferPointer(rebasing: literal)
        default: return nil
        }
    }

    /// The index of the quote that ends the string whose content begins at `start`.
    private static func endOfString(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\"") { return index }
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }
}
