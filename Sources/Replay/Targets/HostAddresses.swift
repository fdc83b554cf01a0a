internal import Glibc

/// The addresses of a host name, resolved once: a run makes no DNS queries while it measures.
struct HostAddresses {
    /// Numeric addresses in the order they are tried; IPv6 addresses in brackets.
    let texts: [String]
    /// Whether all of them are loopback addresses.
    let isLoopback: Bool

    /// Resolves `host` (getaddrinfo(3)).
    init(lookingUp host: String) throws(TargetError) {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else {
            throw .unresolved(host: host, reason: String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(list) }
        var texts: [String] = []
        var isLoopback = true
        var next = list
        while let entry = next {
            if let (text, loopback) = HostAddresses.numeric(entry.pointee) {
                if !texts.contains(text) { texts.append(text) }
                isLoopback = isLoopback && loopback
            }
            next = entry.pointee.ai_next
        }
        guard !texts.isEmpty else { throw .unresolved(host: host, reason: "no address") }
        self.texts = texts
        self.isLoopback = isLoopback
    }

    /// Whether a name means the local machine on every machine: `localhost`, or a loopback address.
    static func isLoopbackName(_ host: String) -> Bool {
        var address = in_addr()
        if inet_pton(AF_INET, host, &address) == 1 { return UInt32(bigEndian: address.s_addr) >> 24 == 127 }
        return host == "localhost" || host == "::1"
    }

    private static func numeric(_ entry: addrinfo) -> (text: String, isLoopback: Bool)? {
        guard let address = entry.ai_addr else { return nil }
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard
            getnameinfo(address, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, Int32(NI_NUMERICHOST)) == 0
        else { return nil }
        let name = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let isLoopback = entry.ai_family == AF_INET ? name.hasPrefix("127.") : name == "::1"
        return (entry.ai_family == AF_INET6 ? "[\(name)]" : name, isLoopback)
    }
}
