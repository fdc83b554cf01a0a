import Glibc
import Traffic

extension SocketAddress {
    /// Parses an address in the format of ``description``: `192.0.2.1:80`, `[2001:db8::1]:80`.
    init?(text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        self.init(host: text[..<colon], port: port)
    }

    /// An IPv4 or IPv6 address, the latter with or without brackets, and a port.
    init?(host: some StringProtocol, port: UInt16) {
        if let bytes = SocketAddress.bytes(of: String(host), AF_INET, count: 4) {
            self.init(v4: bytes.reduce(0) { $0 << 8 | UInt32($1) }, port: port)
            return
        }
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : String(host)
        guard let bytes = SocketAddress.bytes(of: bare, AF_INET6, count: 16) else { return nil }
        self.init(
            high: bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }, low: bytes[8...].reduce(0) { $0 << 8 | UInt64($1) },
            port: port)
    }

    /// The address without its port, IPv6 without brackets.
    var host: String {
        let text = description
        let host = text.prefix(upTo: text.lastIndex(of: ":") ?? text.endIndex)
        return host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : String(host)
    }

    private static func bytes(of text: String, _ family: Int32, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, text, &bytes) == 1 ? bytes : nil
    }
}
