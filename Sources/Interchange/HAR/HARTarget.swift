/// Request targets from URLs that exporters wrote for display.
enum HARTarget {
    /// `target` in the form that can be sent: characters that browsers never send show that the exporter decoded the
    /// URL, and then everything not allowed by RFC 3986 is percent-encoded. Existing escapes stay.
    static func encoded(_ target: String) -> String {
        let path = target.utf8.prefix { $0 != UInt8(ascii: "?") }
        guard target.utf8.contains(where: isNeverSent) || path.contains(where: isNeverInPath) else { return target }
        var encoded: [UInt8] = []
        for byte in target.utf8 {
            guard isNeverSent(byte) || #"\^`{|}"#.utf8.contains(byte) else {
                encoded.append(byte)
                continue
            }
            encoded.append(UInt8(ascii: "%"))
            encoded.append(contentsOf: hexadecimalDigits[Int(byte >> 4)..<Int(byte >> 4) + 1])
            encoded.append(contentsOf: hexadecimalDigits[Int(byte & 15)..<Int(byte & 15) + 1])
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Spaces, control characters, quotes, angle brackets and non-ASCII bytes.
    private static func isNeverSent(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte >= 0x7f || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "<")
            || byte == UInt8(ascii: ">")
    }

    /// Characters that browsers escape in paths and not in queries (URL Standard, path percent-encode set).
    private static func isNeverInPath(_ byte: UInt8) -> Bool { "`{}^".utf8.contains(byte) }

    private static let hexadecimalDigits = Array("0123456789ABCDEF".utf8)
}
