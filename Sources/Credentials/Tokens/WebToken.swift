import Formats

/// A JSON Web Token (RFC 7519), signed or encrypted, within text. Signatures are not verified.
///
/// Reading a token allocates only its decoded payload.
public struct WebToken: Sendable {
    /// The ranges of its parts, without the dots between them: three, or five for an encrypted token.
    public let parts: [Range<Int>]

    /// Longer parts are not decoded.
    private static let longestPart = 64 << 10

    /// The range of the whole token.
    public var range: Range<Int> { parts[0].lowerBound..<parts[parts.count - 1].upperBound }

    /// Reads a token; nil unless all of `bytes` are a token.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard WebToken.mayBegin(bytes, 0), let token = WebToken.token(bytes, WebToken.runs(bytes, 0)),
            token.range == 0..<bytes.count
        else { return nil }
        self = token
    }

    private init(parts: [Range<Int>]) { self.parts = parts }

    /// Whether `text` has the shape of a signed token: three parts, of which the first encodes `{"`. Cheap, and may
    /// have false positives.
    public static func isLikely(_ text: UnsafeRawBufferPointer) -> Bool {
        text.count >= 20 && text.starts(with: "eyJ".utf8) && text.count { $0 == UInt8(ascii: ".") } == 2
    }

    /// Whether all of `text` is a token.
    public static func isToken(_ text: some StringProtocol) -> Bool {
        var text = String(text)
        return text.withUTF8 { WebToken(UnsafeRawBufferPointer($0)) != nil }
    }

    /// Calls `body` with every token in `range` of `bytes`, in order.
    public static func forEach(
        in bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ body: (WebToken) -> Void
    ) {
        let bytes = UnsafeRawBufferPointer(rebasing: bytes[..<range.upperBound])
        var position = range.lowerBound
        // The last examined runs: another token may begin within the first of them.
        var runs: [Range<Int>] = []
        while position + 16 < bytes.count {
            guard mayBegin(bytes, position) else {
                position += 1
                continue
            }
            if let first = runs.first, first.contains(position) {
                runs[0] = position..<first.upperBound
            } else {
                runs = self.runs(bytes, position)
            }
            guard let token = token(bytes, runs) else {
                position += 1
                continue
            }
            body(token)
            position = token.range.upperBound
        }
    }

    /// The `alg` of a token's header (RFC 7515 section 4.1.1): nil if `token` does not have three base64url parts of
    /// which the first begins like a JSON object, `?` if it does not name an algorithm. At most 16 letters, digits and
    /// hyphens.
    public static func algorithm(of token: some StringProtocol) -> String? {
        guard token.hasPrefix("eyJ") else { return nil }
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, parts.dropFirst().allSatisfy({ $0.allSatisfy { Base64.url.value(of: $0) != nil } })
        else { return nil }
        var header: [UInt8] = []
        guard parts[0].count <= longestPart, Base64.url.decode(parts[0], into: &header) else { return nil }
        return algorithm(inHeader: header)
    }

    /// The decoded header or payload in `range` (base64url, RFC 4648 section 5); nil if it is invalid or too long.
    public static func decoded(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> [UInt8]? {
        range.count <= longestPart ? Base64.url.decoded(bytes[range]) : nil
    }
}

extension WebToken {
    /// Whether the base64 of `{"`, or of a brace before white space, is at `position`.
    @inline(__always)
    private static func mayBegin(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Bool {
        position + 2 < bytes.count && bytes[position] == UInt8(ascii: "e")
            && (bytes[position + 1] | 0x20 == UInt8(ascii: "y") || bytes[position + 1] == UInt8(ascii: "w"))
    }

    /// The runs of base64url characters from `start` on, separated by single dots; at most five.
    private static func runs(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var position = start
        while runs.count < 5 {
            let first = position
            while position < bytes.count, Base64.url.value(of: bytes[position]) != nil { position += 1 }
            runs.append(first..<position)
            guard position < bytes.count, bytes[position] == UInt8(ascii: ".") else { break }
            position += 1
        }
        return runs
    }

    /// The token that `runs` form or begin with.
    private static func token(_ bytes: UnsafeRawBufferPointer, _ runs: [Range<Int>]) -> WebToken? {
        // Four parts are a token followed by a full stop, or text after it.
        guard runs.count >= 3, isObject(bytes, runs[0]) else { return nil }
        if runs.count == 5, !isObject(bytes, runs[1]) { return WebToken(parts: runs) }
        return isObject(bytes, runs[1]) ? WebToken(parts: Array(runs[..<3])) : nil
    }

    /// Whether `range` encodes text that begins and ends like an object. Only both ends of a long text are examined.
    private static func isObject(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
        guard range.count >= 3, range.count <= longestPart, range.count % 4 != 1,
            let start = Base64.url.decoded(bytes[range.lowerBound..<(range.lowerBound + min(range.count, 4))]),
            start.first == UInt8(ascii: "{")
        else { return false }
        // Whole groups of four; the last may be shorter.
        let last = range.lowerBound + max(0, (range.count - 1) / 4 * 4 - longestEnd)
        guard let end = Base64.url.decoded(bytes[last..<range.upperBound]) else { return false }
        return end.last { $0 > 0x20 } == UInt8(ascii: "}")
    }

    /// Base64 characters before the last group that are searched for the end of an object; a multiple of four.
    private static let longestEnd = 64

    private static func algorithm(inHeader header: [UInt8]) -> String {
        let header = String(decoding: header, as: UTF8.self)
        guard let name = header.firstRange(of: "\"alg\"") else { return "?" }
        let value = header[name.upperBound...].drop { $0 == " " || $0 == ":" }
        guard value.first == "\"" else { return "?" }
        let algorithm = value.dropFirst().prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return algorithm.isEmpty ? "?" : String(algorithm.prefix(16))
    }
}
