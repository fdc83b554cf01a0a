/// Base64 (RFC 4648).
public enum Base64: Hashable, Sendable {
    /// The alphabet of section 4, padded, as in HTTP Basic credentials.
    case standard
    /// The URL-safe alphabet of section 5, without padding, as in JSON Web Tokens.
    case url
    /// Like ``standard``, without padding.
    case unpaddedStandard
    /// Like ``url``, padded.
    case paddedURL

    /// Whether it uses the URL-safe alphabet.
    @inlinable
    public var isURL: Bool { self == .url || self == .paddedURL }

    /// Whether it is padded to a multiple of four characters.
    @inlinable
    public var isPadded: Bool { self == .standard || self == .paddedURL }

    /// The form of `text`, detected by its special characters; nil if it contains bytes of neither alphabet.
    public static func detected(_ text: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Base64? {
        var end = range.upperBound
        while end > range.lowerBound, range.upperBound - end < 2, text[end - 1] == UInt8(ascii: "=") { end -= 1 }
        let isPadded = end < range.upperBound
        var isURL = false
        var isStandard = false
        for byte in text[range.lowerBound..<end] {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                break
            case UInt8(ascii: "+"), UInt8(ascii: "/"): isStandard = true
            case UInt8(ascii: "-"), UInt8(ascii: "_"): isURL = true
            default: return nil
            }
        }
        guard !(isURL && isStandard) else { return nil }
        if isPadded { return isURL ? .paddedURL : .standard }
        guard (end - range.lowerBound) % 4 != 0 else { return isURL ? .url : .standard }
        return isStandard ? .unpaddedStandard : .url
    }

    /// The decoded bytes; nil if a byte is not in the alphabet or the length is impossible.
    @inlinable
    public func decoded(_ text: some BidirectionalCollection<UInt8>) -> [UInt8]? {
        var text = text[...]
        if isPadded {
            guard text.count % 4 == 0 else { return nil }
            for _ in 0..<2 where text.last == UInt8(ascii: "=") { text.removeLast() }
        }
        guard text.count % 4 != 1 else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(text.count * 3 / 4)
        return decode(text, into: &output) ? output : nil
    }

    /// Decodes `digits`, which have no padding, into `output`.
    ///
    /// - Returns: whether all of them are in the alphabet; digits before the first invalid one are decoded anyway.
    @inlinable
    public func decode(_ digits: some Sequence<UInt8>, into output: inout [UInt8]) -> Bool {
        var bits: UInt32 = 0
        var count = 0
        for byte in digits {
            guard let digit = value(of: byte) else { return false }
            bits = bits << 6 | UInt32(digit)
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        return true
    }

    /// Appends the encoded `bytes`.
    @inlinable
    public func append(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
        let alphabet = isURL ? Base64.urlAlphabet : Base64.standardAlphabet
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                output.append(alphabet[Int(bits >> UInt32(count)) & 63])
            }
        }
        guard count > 0 else { return }
        output.append(alphabet[Int(bits << UInt32(6 - count)) & 63])
        if isPadded { output.append(contentsOf: repeatElement(UInt8(ascii: "="), count: (6 - count) / 2)) }
    }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    @usableFromInline static let urlAlphabet = Array((letters + "-_").utf8)
    @usableFromInline static let standardAlphabet = Array((letters + "+/").utf8)

    /// The six bits of a character of either alphabet.
    @inlinable
    public static func anyValue(of byte: UInt8) -> UInt8? {
        Base64.url.value(of: byte) ?? Base64.standard.value(of: byte)
    }

    /// The character for six bits.
    @inlinable
    public func character(_ bits: UInt8) -> UInt8 {
        (isURL ? Base64.urlAlphabet : Base64.standardAlphabet)[Int(bits & 63)]
    }

    /// The six bits of a character; nil if it is not in the alphabet.
    @inlinable
    @inline(__always)
    public func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "-") where isURL, UInt8(ascii: "+") where !isURL: 62
        case UInt8(ascii: "_") where isURL, UInt8(ascii: "/") where !isURL: 63
        default: nil
        }
    }
}

extension Base64 {
    /// `bytes` in the padded alphabet of section 4.
    public static func encoded(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        Base64.standard.append(bytes, to: &output)
        return output
    }

    /// The form and the decoded bytes of `text`; nil if it mixes alphabets or its length is impossible.
    public static func parsed(_ text: UnsafeBufferPointer<UInt8>) -> (form: Base64, bytes: [UInt8])? {
        guard text.count > 1, let form = detected(text, 0..<text.count), let bytes = form.decoded(text) else {
            return nil
        }
        return (form, bytes)
    }

    /// `bytes` in this form.
    public func encoded(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        append(bytes, to: &output)
        return output
    }

    /// Decodes `text` in either alphabet, with or without padding, skipping white space; nil if it contains anything
    /// else.
    public static func lenient(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var digits: [UInt8] = []
        var isPadded = false
        for byte in text where byte > 0x20 {
            if byte == UInt8(ascii: "=") {
                isPadded = true
            } else if isPadded {
                return nil
            } else {
                digits.append(
                    byte == UInt8(ascii: "+") ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? UInt8(ascii: "_") : byte
                )
            }
        }
        return Base64.url.decoded(digits)
    }

    /// The minimum length of a base64 text that ``text(_:_:)`` decodes.
    public static let shortestText = 8
    /// The maximum length.
    public static let longestText = 64 << 10

    /// The text that `range` encodes in base64, and its form; nil if it does not decode to printable text.
    public static func text(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> (text: [UInt8], form: Base64)?
    {
        guard range.count >= shortestText, range.count <= longestText else { return nil }
        guard beginsPrintable(bytes, range), let form = detected(bytes, range), let text = form.decoded(bytes[range]),
            text.allSatisfy(isPrintable)
        else { return nil }
        return (text, form)
    }

    /// Whether the first characters of `range` are of either alphabet and decode to printable bytes: random letters
    /// soon do not.
    private static func beginsPrintable(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        var start = range.lowerBound
        let end = start + min(range.count / 4 * 4, 16)
        while start < end {
            var bits: UInt32 = 0
            for index in start..<start + 4 {
                // Only the last group has padding.
                if bytes[index] == UInt8(ascii: "="), index > start + 1 { return true }
                guard let digit = anyValue(of: bytes[index]) else { return false }
                bits = bits << 6 | UInt32(digit)
            }
            guard isPrintable(UInt8(truncatingIfNeeded: bits >> 16)), isPrintable(UInt8(truncatingIfNeeded: bits >> 8)),
                isPrintable(UInt8(truncatingIfNeeded: bits))
            else { return false }
            start += 4
        }
        return true
    }

    private static func isPrintable(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7f || byte == 0x0a || byte == 0x0d || byte == 0x09
    }
}
