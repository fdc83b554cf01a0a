/// Bytes as a table of hexadecimal digits and text, 16 a line: `00000000  1f 8b 08 …  |...|`.
enum HexDump {
    static func text(_ bytes: some Collection<UInt8>) -> String {
        let all = Array(bytes)
        return stride(from: 0, to: all.count, by: 16).map { start in
            let row = all[start..<min(start + 16, all.count)]
            let digits = row.map { padded($0, 2) }
            let left = digits.prefix(8).joined(separator: " ")
            let right = digits.dropFirst(8).joined(separator: " ")
            let table = filled(left, 23) + "  " + filled(right, 23)
            let text = String(row.map { (0x20..<0x7f).contains($0) ? Character(Unicode.Scalar($0)) : "." })
            return "\(padded(start, 8))  \(table)  |\(text)|"
        }.joined(separator: "\n")
    }

    private static func padded(_ number: some BinaryInteger, _ width: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func filled(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
