import HTTPWire

/// Heads made of text that another program wrote: whatever stands in it, no line more comes out than there are fields.
enum HeadText {
    /// `text` as one line without line ends.
    static func line(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
    }

    /// `text` when it is a token (RFC 9110 section 5.6.2), as methods and names of fields are.
    static func token(_ text: String) -> String? {
        let isToken = text.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7f && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
        }
        return isToken && !text.isEmpty ? text : nil
    }

    /// The fields as lines, and the empty line. Several cookies in one value, a line each, become several fields.
    static func lines(_ fields: [HeaderField], lowercased: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in fields {
            let name = lowercased ? field.name.lowercased() : field.name
            guard token(name.hasPrefix(":") ? String(name.dropFirst()) : name) != nil else { continue }
            let values =
                field.isNamed("set-cookie") ? field.value.split(separator: "\n").map(String.init) : [field.value]
            for value in values { bytes.append(contentsOf: "\(name): \(line(value))\r\n".utf8) }
        }
        bytes.append(contentsOf: "\r\n".utf8)
        return bytes
    }
}
