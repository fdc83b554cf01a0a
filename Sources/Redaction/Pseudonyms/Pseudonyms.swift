import Crypto
import Formats

/// Turns values into pseudonyms of the same shape: with the same key, the same value always has the same pseudonym.
///
/// A pseudonym is derived from HMAC-SHA-256 of the value. It has the value's length in bytes: digits replace digits,
/// lower-case letters replace lower-case letters, upper-case letters replace upper-case letters, and hexadecimal digits
/// replace hexadecimal digits if the value has no other letters; punctuation stays. An e-mail address stays an e-mail
/// address, and a card number has a valid check digit.
struct Pseudonyms {
    private let key: SymmetricKey

    init(key: [UInt8]) { self.key = SymmetricKey(data: key) }

    /// The pseudonym of `value`. It differs from `value`, unless that has neither letters, digits nor non-ASCII
    /// characters.
    func pseudonym(of value: [UInt8]) -> [UInt8] {
        for attempt in 0..<UInt8(8) {
            var stream = stream(value, attempt: attempt)
            let drawn = draw(value, &stream)
            if drawn != value { return drawn }
        }
        return value
    }

    /// `count` characters of the URL-safe base64 alphabet, derived from `value`: the placeholder of a signature.
    func placeholder(for value: [UInt8], count: Int) -> [UInt8] {
        var stream = stream(value, attempt: 255)
        var text = Array("redacted".utf8.prefix(count >= 16 ? 8 : 0))
        while text.count < count { text.append(Base64.url.character(stream.next())) }
        // Bits past the last byte must be zero, or strict readers reject it.
        if count > 0, count % 4 != 0 { text[count - 1] = UInt8(ascii: "A") }
        return text
    }

    private func stream(_ value: [UInt8], attempt: UInt8) -> KeyedStream {
        KeyedStream(key: key, value: value, attempt: attempt)
    }

    private func draw(_ value: [UInt8], _ stream: inout KeyedStream) -> [UInt8] {
        var drawn = value
        let shape = ValueShape(value)
        var index = 0
        while index < value.count {
            let byte = value[index]
            if shape.isKept(index) {
                index += 1
            } else if byte >= 0x80 {
                index += replaceScalar(in: &drawn, at: index, &stream)
            } else {
                drawn[index] = replacement(of: byte, shape, isFirst: index == 0, &stream)
                index += 1
            }
        }
        if shape.isCard { CardNumber.mend(&drawn) }
        return drawn
    }

    private func replacement(
        of byte: UInt8, _ shape: ValueShape, isFirst: Bool, _ stream: inout KeyedStream
    ) -> UInt8 {
        if byte.isDigit {
            // The first digit decides whether it is a valid number: 017 is not valid in JSON.
            if isFirst { return byte == 0x30 ? byte : 0x31 + stream.next() % 9 }
            return 0x30 + stream.next() % 10
        }
        let letters: UInt8 = shape.isHexadecimal ? 6 : 26
        if byte.isLower { return 0x61 + stream.next() % letters }
        if byte.isUpper { return 0x41 + stream.next() % letters }
        return byte
    }

    /// Replaces a non-ASCII character with another one of the same number of bytes.
    private func replaceScalar(in bytes: inout [UInt8], at index: Int, _ stream: inout KeyedStream) -> Int {
        let length = bytes[index] >= 0xf0 ? 4 : bytes[index] >= 0xe0 ? 3 : 2
        let isWhole =
            bytes[index] >= 0xc2 && index + length <= bytes.count
            && bytes[(index + 1)..<(index + length)].allSatisfy { $0 & 0xc0 == 0x80 }
        guard isWhole else {
            bytes[index] = 0x61 + stream.next() % 26
            return 1
        }
        let draw = UInt32(stream.next()) << 8 | UInt32(stream.next())
        // Accented Latin letters, common and rare Chinese characters: ranges without unassigned code points.
        let scalar: UInt32 =
            switch length {
            case 2: 0x100 + draw % 0x80
            case 3: 0x4e00 + draw % 0x5000
            default: 0x20000 + draw % 0xa000
            }
        for offset in 0..<length {
            let shift = UInt32(6 * (length - 1 - offset))
            let bits = UInt8(truncatingIfNeeded: scalar >> shift)
            let mark: UInt8 = length == 2 ? 0xc0 : length == 3 ? 0xe0 : 0xf0
            bytes[index + offset] = offset == 0 ? bits | mark : bits & 0x3f | 0x80
        }
        return length
    }
}

/// An endless byte stream derived from a key and a value.
private struct KeyedStream {
    private let key: SymmetricKey
    private var message: [UInt8]
    private var block: [UInt8] = []
    private var used = 0
    private var counter: UInt8 = 0

    /// Longer values are replaced by their authentication code, as every block costs time proportional to the message.
    private static let longest = 4096

    init(key: SymmetricKey, value: [UInt8], attempt: UInt8) {
        self.key = key
        let isLong = value.count > KeyedStream.longest
        message = [attempt, 0] + (isLong ? Array(HMAC<SHA256>.authenticationCode(for: value, using: key)) : value)
    }

    mutating func next() -> UInt8 {
        if used == block.count {
            // Long values take several blocks; when the counter wraps, the message grows, so that blocks do not repeat.
            message[1] = counter
            counter &+= 1
            if counter == 0 { message.append(0) }
            block = Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
            used = 0
        }
        used += 1
        return block[used - 1]
    }
}
