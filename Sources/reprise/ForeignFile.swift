import Glibc

/// Files that a user takes for a session log, and that have to be imported first.
enum ForeignFile {
    /// Says how to import the file at `path`; nil when it looks like none that can be imported.
    static func advice(_ path: String) -> String? {
        guard let kind = kind(path) else { return nil }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
        return "\(path) is \(kind), not a session log: import it first (reprise import \(path) -o \(stem).rlog)"
    }

    private static func kind(_ path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: 64)
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let count = read(file, &bytes, bytes.count)
        guard count >= 4 else { return nil }
        switch Array(bytes[..<4]) {
        case [0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0xc3, 0xd4], [0x4d, 0x3c, 0xb2, 0xa1], [0xa1, 0xb2, 0x3c, 0x4d],
            [0x0a, 0x0d, 0x0d, 0x0a]:
            return "a packet capture"
        default: break
        }
        let lower = path.lowercased()
        let text = bytes[..<count].drop { $0 <= 0x20 || $0 == 0xef || $0 == 0xbb || $0 == 0xbf }
        guard let first = text.first else { return nil }
        if lower.hasSuffix(".har"), first == UInt8(ascii: "{") { return "a HAR file" }
        if first == UInt8(ascii: "{") { return lower.hasSuffix(".jsonl") ? "a JSON Lines file" : "JSON" }
        let isRecord = (UInt8(ascii: "1")...UInt8(ascii: "3")).contains(first)
        return isRecord && text.dropFirst().first == 0x20 ? "a GoReplay file" : nil
    }
}
