/// Writes compact JSON into bytes: fast, and always valid UTF-8.
public struct JSONBuffer: Sendable {
    /// The bytes written.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// Creates an empty buffer.
    public init() {}

    /// Empties the buffer and keeps its storage.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// Writes an object with the members written by `body`, and a line end.
    public mutating func line(_ body: (inout JSONBuffer) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
        body(&self)
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Writes `"name":{…}`, or `{…}` as an element, with the members written by `body`.
    public mutating func object(_ name: StaticString? = nil, _ body: (inout JSONBuffer) -> Void) {
        open(name, UInt8(ascii: "{"))
        body(&self)
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    /// Writes `"name":[…]` with the elements written by `body`.
    public mutating func array(_ name: StaticString, _ body: (inout JSONBuffer) -> Void) {
        open(name, UInt8(ascii: "["))
        body(&self)
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes `text`, which is JSON or part of it, unchanged; the next member or element counts as the first.
    public mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
        needsComma = false
    }

    private mutating func open(_ name: StaticString?, _ bracket: UInt8) {
        if let name { key(name) } else if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes.append(bracket)
        needsComma = false
    }

    /// Writes `"name":12.345678` in milliseconds, exactly.
    public mutating func member(_ name: StaticString, milliseconds nanoseconds: Int64) {
        key(name)
        let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        var text = (nanoseconds < 0 ? "-" : "") + String(whole)
        if rest > 0 {
            let digits = String(rest)
            text += "." + String(repeating: "0", count: 6 - digits.count) + digits
            while text.hasSuffix("0") { text.removeLast() }
        }
        bytes.append(contentsOf: text.utf8)
    }

    /// Writes `"name":value` with a number; null for nil.
    public mutating func member(_ name: StaticString, _ value: (some BinaryInteger)?) {
        key(name)
        if let value { bytes.append(contentsOf: String(value).utf8) } else { appendNull() }
    }

    /// Writes `"name":"value"`; null for nil.
    public mutating func member(_ name: StaticString, _ value: String?) {
        key(name)
        guard var value else { return appendNull() }
        value.withUTF8 { appendString(UnsafeRawBufferPointer($0)) }
    }

    /// Writes `"name":true` or `"name":false`; null for nil.
    public mutating func member(_ name: StaticString, _ value: Bool?) {
        key(name)
        guard let value else { return appendNull() }
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// Writes `"name":"1a2b…"` in lower-case hexadecimal digits; null for nil.
    public mutating func member(_ name: StaticString, hexadecimal value: (some Sequence<UInt8>)?) {
        key(name)
        guard let value else { return appendNull() }
        bytes.append(UInt8(ascii: "\""))
        Hex.append(value, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes `"name":"text"` if `value` is UTF-8, otherwise `"nameBase64":"…"`; null for nil.
    public mutating func member(_ name: StaticString, _ nameBase64: StaticString, bytes value: [UInt8]?) {
        guard let value else {
            key(name)
            return appendNull()
        }
        value.withUnsafeBytes { raw in
            if isUTF8(raw) {
                key(name)
                appendString(raw)
            } else {
                key(nameBase64)
                appendBase64(raw)
            }
        }
    }

    /// Writes `"name":"…"` in base64.
    public mutating func member(_ name: StaticString, base64 value: [UInt8]) {
        key(name)
        value.withUnsafeBytes { appendBase64($0) }
    }

    private mutating func key(_ name: StaticString) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func appendNull() { bytes.append(contentsOf: "null".utf8) }

    /// Appends UTF-8 text as a JSON string (RFC 8259 section 7), copying runs without escapes at once.
    private mutating func appendString(_ text: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        var runStart = 0
        for offset in 0..<text.count where JSONBuffer.needsEscape(text[offset]) {
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[runStart..<offset]))
            runStart = offset + 1
            appendEscape(text[offset])
        }
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[runStart...]))
        bytes.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5C }

    private mutating func appendEscape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            bytes.append(contentsOf: "u00".utf8)
            Hex.append(CollectionOfOne(byte), to: &bytes)
        }
    }

    /// Appends a base64 string with padding (RFC 4648 section 4).
    private mutating func appendBase64(_ raw: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        bytes.reserveCapacity(bytes.count + (raw.count + 2) / 3 * 4 + 2)
        Base64.standard.append(raw, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }
}

/// Whether `bytes` are valid UTF-8.
public func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if bytes.allSatisfy({ $0 < 0x80 }) { return true }
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while true {
        switch decoder.decode(&iterator) {
        case .scalarValue: continue
        case .emptyInput: return true
        case .error: return false
        }
    }
}
