internal import Glibc
internal import Traffic

/// A target and the addresses its name had when the run began: a run asks no name server while it measures.
struct ResolvedTarget: Hashable, Sendable {
    let target: ReplayTarget
    /// Numeric addresses, in the order in which they are tried; IPv6 ones in brackets.
    let addresses: [String]
    /// The port that is connected to.
    let port: UInt16
    /// The name that a TLS server is asked for and has to prove; nil for the target's host.
    let serverName: String?

    var url: String {
        guard let serverName else { return "\(target.scheme.label)://\(target.authority)/" }
        return "\(target.scheme.label)://\(serverName):\(target.port)/"
    }
}

/// Why a target may not or cannot be used.
public enum TargetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Neither loopback nor allowed by the user.
    case notAllowed(host: String)
    /// The name has no address.
    case unresolved(host: String, reason: String)
    /// No target takes any of the recorded hosts.
    case noTarget

    /// One line for the user.
    public var description: String {
        switch self {
        case .notAllowed(let host):
            "\(host) is not a loopback address: give --allow-host \(host) if you really mean to send traffic there"
        case .unresolved(let host, let reason): "cannot find the address of \(host): \(reason)"
        case .noTarget: "no request of the recording has a target: name one without HOST="
        }
    }
}

extension ResolvedTarget {
    /// Looks up a target's addresses (getaddrinfo(3)), and refuses one that is not loopback unless its host is allowed.
    ///
    /// - Parameter routes: where connections go instead; the first that is for the target counts.
    init(
        _ target: ReplayTarget, allowedHosts: Set<String>, routes: [TargetRoute] = [], serverName: String? = nil
    ) throws(TargetError) {
        let route = routes.first { $0.isFor(target) }
        let host = route?.connectHost ?? target.host
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else {
            throw .unresolved(host: host, reason: String(cString: gai_strerror(code)))
        }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var isLoopback = true
        var next = list
        while let entry = next {
            if let (text, loopback) = ResolvedTarget.numeric(entry.pointee) {
                if !addresses.contains(text) { addresses.append(text) }
                isLoopback = isLoopback && loopback
            }
            next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else { throw .unresolved(host: host, reason: "no address") }
        guard isLoopback || allowedHosts.contains(host) else { throw .notAllowed(host: host) }
        self.target = target
        self.serverName = serverName
        port = route?.connectPort ?? target.port
        self.addresses = addresses
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
