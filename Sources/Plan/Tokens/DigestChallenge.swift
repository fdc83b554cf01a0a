import Formats

/// The parameters of an authentication scheme, `name=value` or `name="value"` separated by commas (RFC 9110 section
/// 11.2).
struct SchemeParameters: Hashable, Sendable {
    struct Parameter: Hashable, Sendable {
        /// As written.
        var name: [UInt8]
        /// Without quotes and escapes.
        var value: [UInt8]
        var isQuoted: Bool
    }

    var parameters: [Parameter] = []

    /// The parameters in `text`, up to the first syntax error.
    init(_ text: some Sequence<UInt8>) {
        let bytes = Array(text)
        var position = 0
        while position < bytes.count {
            while position < bytes.count, bytes[position] <= 0x20 || bytes[position] == UInt8(ascii: ",") {
                position += 1
            }
            let start = position
            while position < bytes.count, bytes[position] > 0x20, bytes[position] != UInt8(ascii: "="),
                bytes[position] != UInt8(ascii: ",")
            {
                position += 1
            }
            let name = Array(bytes[start..<position])
            while position < bytes.count, bytes[position] == 0x20 { position += 1 }
            guard !name.isEmpty, position < bytes.count, bytes[position] == UInt8(ascii: "=") else { return }
            position += 1
            while position < bytes.count, bytes[position] == 0x20 { position += 1 }
            let isQuoted = position < bytes.count && bytes[position] == UInt8(ascii: "\"")
            let value = isQuoted ? SchemeParameters.quoted(bytes, &position) : SchemeParameters.token(bytes, &position)
            parameters.append(Parameter(name: name, value: value, isQuoted: isQuoted))
        }
    }

    /// The value of the parameter `name`, which is in lowercase; nil if there is none.
    subscript(name: String) -> [UInt8]? {
        parameters.first { $0.name.count == name.utf8.count && $0.name.map(ASCII.lowercased) == Array(name.utf8) }?
            .value
    }

    private static func quoted(_ bytes: [UInt8], _ position: inout Int) -> [UInt8] {
        var value: [UInt8] = []
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            if bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count { position += 1 }
            value.append(bytes[position])
            position += 1
        }
        position += 1
        return value
    }

    private static func token(_ bytes: [UInt8], _ position: inout Int) -> [UInt8] {
        let start = position
        while position < bytes.count, bytes[position] > 0x20, bytes[position] != UInt8(ascii: ",") { position += 1 }
        return Array(bytes[start..<position])
    }
}

/// The Digest authentication parameters of a response (RFC 7616 sections 3.3 and 3.5).
enum DigestChallenge {
    /// The parameters of the Digest challenges among the fields of `head`, a line each, or of `Authentication-Info` if
    /// it has a next nonce; nil if there are none.
    static func text(in head: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var challenges: [[UInt8]] = []
        var next: [UInt8]?
        var fields = HeadFields(head)
        while let field = fields.next() {
            if fields.isNamed(field, "www-authenticate") {
                challenges += DigestChallenge.challenges(in: head, field.value)
            } else if fields.isNamed(field, "authentication-info"),
                SchemeParameters(head[field.value])["nextnonce"] != nil
            {
                next = Array(head[field.value])
            }
        }
        return challenges.isEmpty ? next : Array(challenges.joined(separator: [ASCII.lineFeed]))
    }

    /// The challenges in the result of ``text(in:)``, in order of the service's preference.
    static func all(in text: [UInt8]) -> [SchemeParameters] {
        text.split(separator: ASCII.lineFeed).map { SchemeParameters($0) }
    }

    /// The challenge that a client uses if it used `algorithm` before: one with the same algorithm, otherwise the first
    /// with a known one.
    static func answered(in text: [UInt8], algorithm: [UInt8]?) -> SchemeParameters? {
        let all = all(in: text)
        let own = DigestAnswer.Function(algorithm ?? [])
        return all.first { DigestAnswer.Function($0["algorithm"] ?? []) == own }
            ?? all.first { DigestAnswer.Function($0["algorithm"] ?? []) != nil } ?? all.first
    }

    /// The parameters of each Digest challenge in a field that may list several schemes.
    private static func challenges(in head: UnsafeBufferPointer<UInt8>, _ value: Range<Int>) -> [[UInt8]] {
        let scheme = Array("digest ".utf8)
        var starts: [Int] = []
        var start = value.lowerBound
        var isQuoted = false
        while start < value.upperBound {
            if head[start] == UInt8(ascii: "\"") { isQuoted.toggle() }
            let isFirst = start == value.lowerBound || head[start - 1] == 0x20 || head[start - 1] == UInt8(ascii: ",")
            if isFirst, !isQuoted, ASCII.isEqual(head[start..<min(start + scheme.count, value.upperBound)], scheme) {
                starts.append(start + scheme.count)
            }
            start += 1
        }
        return starts.enumerated().map { index, start in
            let end = index + 1 < starts.count ? starts[index + 1] - scheme.count : value.upperBound
            return Array(head[start..<end])
        }
    }
}

extension SchemeParameters {
    /// The nonce of a challenge, or the announced next one.
    var nonce: [UInt8]? { self["nonce"] ?? self["nextnonce"] }
}
