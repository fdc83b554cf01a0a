import HTTPWire

/// Builds heads from text written by another program. Whatever it contains, a value cannot inject another field.
enum HeadText {
    /// `text` as one line without line ends.
    static func line(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return text }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : $0 }))
    }

    /// `text` if it is a token (RFC 9110 section 5.6.2), as methods and field names must be; nil otherwise.
    static func token(_ text: String) -> String? {
        let isToken = text.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7f && !"\"(),/:;<=>?@[\\]{}".utf8.contains(byte)
        }
        return isToken && !text.isEmpty ? text : nil
    }

    /// The fields as lines, with the final empty line. Repeated fields that an exporter joined with line feeds are
    /// split again; request cookies stay one field, and a folded line stays in its value (RFC 9112 section 5.2).
    static func lines(_ fields: [HeaderField], lowercased: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in fields {
            let name = lowercased ? field.name.lowercased() : field.name
            guard token(name.hasPrefix(":") ? String(name.dropFirst()) : name) != nil else { continue }
            for value in values(field) { bytes.append(contentsOf: "\(name): \(line(value))\r\n".utf8) }
        }
        bytes.append(contentsOf: "\r\n".utf8)
        return bytes
    }

    private static func values(_ field: HeaderField) -> [String] {
        guard field.value.utf8.contains(0x0a), !field.name.hasPrefix(":") else { return [field.value] }
        var values: [String] = []
        for part in String(field.value.unicodeScalars.filter { $0 != "\r" }).split(separator: "\n") {
            if part.first == " " || part.first == "\t", let last = values.popLast() {
                values.append(last + " " + part.drop { $0 == " " || $0 == "\t" })
            } else {
                values.append(String(part))
            }
        }
        if field.isNamed("cookie") { return [values.joined(separator: "; ")] }
        // A field that must occur only once is repeated with the same value.
        let isSingle = ["content-length", "content-type", "host", "location"].contains { field.isNamed($0) }
        return isSingle ? Array(values.prefix(1)) : values
    }
}
