/// Bytes as a table of hexadecimal digits and text, 16 per line: `00000000  1f 8b 08 …  |...|`.
public enum HexDump {
    /// The table, without a trailing line break; empty for no bytes.
    public static func text(_ bytes: some Collection<UInt8>) -> String {
        let all = Array(bytes)
        return stride(from: 0, to: all.count, by: 16).map { start in
            let row = all[start..<min(start + 16, all.count)]
            let digits = row.map { Hex.text($0, width: 2) }
            let left = digits.prefix(8).joined(separator: " ")
            let right = digits.dropFirst(8).joined(separator: " ")
            let table = left.padded(to: 23) + "  " + right.padded(to: 23)
            let text = String(row.map { (0x20..<0x7f).contains($0) ? Character(Unicode.Scalar($0)) : "." })
            return "\(Hex.text(start, width: 8))  \(table)  |\(text)|"
        }.joined(separator: "\n")
    }
}
