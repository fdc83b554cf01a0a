import Credentials

/// Messages as text without secrets, for the examples that a run keeps.
///
/// Everything that the built-in policy names becomes `***`, whatever its length, and so does every run of sixteen or
/// more letters and digits that could be a token: host names and paths consist of shorter words.
public enum MaskedText {
    /// Maximum bytes of a text.
    public static let limit = 2048
    private static let shortestToken = 16
    /// Created once: a copy is cheap.
    private static let mask = SecretMask(.stars)

    /// The text of a message's first bytes, truncated to the limit.
    public static func text(of bytes: some Collection<UInt8>) -> String {
        var mask = mask
        return text(of: bytes, &mask)
    }

    /// The texts of a request and of its response, truncated to the limit; secrets of the request are masked in the
    /// response too.
    public static func texts(
        sent: some Collection<UInt8>, received: some Collection<UInt8>
    ) -> (sent: String, received: String) {
        var mask = mask
        let sent = text(of: sent, &mask)
        return (sent, text(of: received, &mask))
    }

    private static func text(of bytes: some Collection<UInt8>, _ mask: inout SecretMask) -> String {
        let cut = Array(bytes.prefix(limit))
        let end = endOfHead(cut)
        var masked: [UInt8] = []
        if isHead(cut) {
            masked = mask.head(Array(cut[..<end]))
            if end < cut.count { masked += mask.body(Array(cut[end...]), type: nil) }
        } else {
            masked = mask.body(cut, type: nil)
        }
        var text: [UInt8] = []
        append(masking: masked, to: &text)
        if bytes.count > limit { text += "…".utf8 }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether the first line is a start line or a field.
    private static func isHead(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, first != UInt8(ascii: "{"), first != UInt8(ascii: "["),
            first != UInt8(ascii: "<")
        else { return false }
        let line = bytes.prefix { $0 != 0x0a && $0 != 0x0d }
        let isField = line.dropFirst().prefix { $0 != UInt8(ascii: ":") }.allSatisfy { $0.isAlphanumeric || $0 == 0x2d }
        return isField && line.contains(UInt8(ascii: ":")) || line.starts(with: "HTTP/".utf8)
            || line.split(separator: 0x20).last?.starts(with: "HTTP/".utf8) ?? false || isRequestLine(line)
    }

    private static func isRequestLine(_ line: ArraySlice<UInt8>) -> Bool {
        let words = line.split(separator: 0x20)
        return words.count >= 2 && words[0].allSatisfy(\.isUpper) && words[1].first == UInt8(ascii: "/")
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int {
        var index = 0
        while let lineFeed = bytes[index...].firstIndex(of: 0x0a) {
            let next = lineFeed + 1
            if next < bytes.count, bytes[next] == 0x0a { return next + 1 }
            if next + 1 < bytes.count, bytes[next] == 0x0d, bytes[next + 1] == 0x0a { return next + 2 }
            index = next
        }
        return bytes.count
    }

    private static func append(masking line: [UInt8], to text: inout [UInt8]) {
        var start = 0
        while start < line.count {
            var end = start
            var hasDigit = false
            while end < line.count, isTokenByte(line[end]) {
                hasDigit = hasDigit || line[end].isDigit
                end += 1
            }
            if end - start >= shortestToken, hasDigit {
                text += "***".utf8
            } else {
                text += line[start..<end]
            }
            if end < line.count {
                let isControl = line[end] < 0x20 && line[end] != 0x09 && line[end] != 0x0d && line[end] != 0x0a
                text.append(isControl ? 0x3f : line[end])
            }
            start = end + 1
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: "~")
    }
}
