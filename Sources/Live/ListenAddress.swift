internal import Glibc

/// Where the live page is served: an address and a port, as a user writes it.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or an address, without brackets.
    public var host: String
    /// 0 for any free port.
    public var port: Int

    /// The default address.
    public static let usual = ListenAddress(host: "127.0.0.1", port: 8089)

    /// An address and a port.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `127.0.0.1:8089`, `[::1]:8089`, `:8089` or `8089`; nil for anything else.
    public init?(_ text: String) {
        let (host, digits): (Substring, Substring)
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.hasPrefix(":"), host.contains(":") else { return nil }
            digits = rest.dropFirst()
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            digits = text[text.index(after: colon)...]
        } else {
            (host, digits) = ("", text[...])
        }
        guard (1...5).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(digits),
            port <= 65_535, host.utf8.allSatisfy(ListenAddress.isPart), text.first == "[" || !host.contains(":")
        else { return nil }
        self.host = host.isEmpty ? ListenAddress.usual.host : String(host)
        self.port = port
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    /// Whether only this machine can reach it.
    public var isLoopback: Bool { LiveAccess.isLoopback(host) }

    /// `127.0.0.1:8089`, `[::1]:8089`.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
