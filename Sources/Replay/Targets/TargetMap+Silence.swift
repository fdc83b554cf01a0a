internal import Glibc

extension TargetMap {

    /// Whether a name means the local machine on every machine, in lowercase: `localhost`, or a loopback address.
    public static func isLoopback(host: String) -> Bool { HostAddresses.isLoopbackName(host) }

    /// The targets to which no connection can be opened, with the reason, such as `http://127.0.0.1:8000/ (Connection
    /// refused)`. Blocks up to the limit for each.
    public func silentTargets(within limit: Duration = .seconds(2)) -> [String] {
        var texts: [String] = []
        for target in targets where !target.addresses.isEmpty {
            guard let reason = target.silence(within: limit) else { continue }
            let text = "\(target.url) (\(reason))"
            if !texts.contains(text) { texts.append(text) }
        }
        return texts
    }
}

extension ResolvedTarget {

    /// Why none of its addresses accepts a connection; nil if one does.
    fileprivate func silence(within limit: Duration) -> String? {
        var reason = "no address"
        for address in addresses.prefix(4) {
            guard let failure = Self.failure(of: address, port, within: limit / 4) else { return nil }
            reason = failure
        }
        return reason
    }

    private static func failure(of address: String, _ port: UInt16, within limit: Duration) -> String? {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let host = address.trimmingBrackets
        guard getaddrinfo(host, "\(port)", &hints, &found) == 0, let entry = found?.pointee else { return nil }
        defer { freeaddrinfo(found) }
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(entry.ai_family, entry.ai_socktype | flags, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        if connect(descriptor, entry.ai_addr, entry.ai_addrlen) == 0 { return nil }
        guard errno == EINPROGRESS else { return String(cString: strerror(errno)) }
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&wait, 1, Int32(limit / .milliseconds(1))) > 0 else { return "no reply to a connection" }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        return code == 0 ? nil : String(cString: strerror(code))
    }
}

extension String {
    /// The text of an IPv6 address without its brackets.
    fileprivate var trimmingBrackets: String {
        hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : self
    }
}
