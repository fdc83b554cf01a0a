/// Names as they stand in labels.
enum LabelText {
    /// `bytes` in quotes, as a JSON string.
    static func quoted(_ bytes: [UInt8]) -> String {
        var output = [UInt8(ascii: "\"")]
        JSONStyle().append(bytes, to: &output)
        output.append(UInt8(ascii: "\""))
        return String(decoding: output, as: UTF8.self)
    }

    /// A member or element name: as it is where it is a plain word, else quoted in brackets.
    static func step(_ name: [UInt8]) -> String {
        let isPlain =
            !name.isEmpty
            && name.allSatisfy { byte in
                PercentStyle.isUnreserved(byte) && byte != UInt8(ascii: ".") || byte >= 0x80
                    || byte == UInt8(ascii: "@")
                    || byte == UInt8(ascii: "$") || byte == UInt8(ascii: ":")
            }
        return isPlain ? "." + String(decoding: name, as: UTF8.self) : "[\(quoted(name))]"
    }
}
