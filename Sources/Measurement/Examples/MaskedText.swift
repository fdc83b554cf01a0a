import Credentials

/// Bytes of a message as text in which nothing secret is left.
///
/// The values of fields that carry credentials go, and everywhere every run of sixteen and more letters and digits that could
/// be a token: names of hosts and paths are shorter words.
public enum MaskedText {
    /// Bytes of one text at most.
    public static let limit = 2048
    private static let shortestToken = 16

    /// The text of `bytes`, cut at the limit.
    public static func text(of bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        let cut = bytes.prefix(limit)
        for line in cut.split(separator: 0x0a, omittingEmptySubsequences: false) {
            if !text.isEmpty { text.append(0x0a) }
            let line = Array(line)
            let credential = line.withUnsafeBytes { CredentialField.find(in: $0) }
            if let credential {
                text += line[..<credential.valueStart]
                text += " ***".utf8
                if line.last == 0x0d { text.append(0x0d) }
            } else {
                append(masking: line, to: &text)
            }
        }
        if bytes.count > limit { text += "…".utf8 }
        return String(decoding: text, as: UTF8.self)
    }

    private static func append(masking line: [UInt8], to text: inout [UInt8]) {
        var start = 0
        while start < line.count {
            var end = start
            var hasDigit = false
            while end < line.count, isTokenByte(line[end]) {
                hasDigit = hasDigit || (0x30...0x39).contains(line[end])
                end += 1
            }
            if end - start >= shortestToken, hasDigit {
                text += "***".utf8
            } else {
                text += line[start..<end]
            }
            if end < line.count {
                text.append(line[end] < 0x20 && line[end] != 0x09 && line[end] != 0x0d ? 0x3f : line[end])
            }
            start = end + 1
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
