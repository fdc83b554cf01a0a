/// Request targets out of URLs that exporters wrote for people to read.
enum HARTarget {
    /// `target` as it can be sent: what a browser never sends as it is says that the exporter decoded the URL, and then all that
    /// RFC 3986 does not allow is percent-encoded. Escapes that are there stay.
    static func encoded(_ target: String) -> String {
        guard target.utf8.contains(where: isNeverSent) else { return target }
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

    /// Blanks, control characters, quotes, angle brackets and all beyond ASCII.
    private static func isNeverSent(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte >= 0x7f || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "<")
            || byte == UInt8(ascii: ">")
    }

    private static let hexadecimalDigits = Array("0123456789ABCDEF".utf8)
}
