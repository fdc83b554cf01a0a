internal import Traffic

/// A target and the addresses its name had when the run began: a run asks no name server while it measures.
struct ResolvedTarget: Hashable, Sendable {
    let target: ReplayTarget
    /// Numeric addresses, in the order in which they are tried; IPv6 ones in brackets. Empty where only a proxy knows them.
    let addresses: [String]
    /// The host that is connected to, by name where it has one.
    let connectHost: String
    /// The port that is connected to.
    let port: UInt16
    /// The name that a TLS server is asked for and has to prove; nil for the target's host, or without TLS.
    let serverName: String?
    /// The local address that connections come from; nil for the machine's choice.
    var source: String?

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
            "\(host) is not a loopback address"
        case .unresolved(let host, let reason): "cannot find the address of \(host): \(reason)"
        case .noTarget: "no request of the recording has a target: name one without HOST="
        }
    }
}

extension ResolvedTarget {
    /// Looks up a target's addresses, and refuses one that is not loopback unless its host is allowed.
    ///
    /// - Parameters:
    ///   - routes: where connections go instead; the first that is for the target counts.
    ///   - proxy: what connections go through; one that looks names up itself is told the name, and its word for what is
    ///     loopback counts for `localhost` and addresses only.
    init(
        _ target: ReplayTarget, allowedHosts: Set<String>, routes: [TargetRoute] = [], serverName: String? = nil,
        proxy: ResolvedProxy? = nil
    ) throws(TargetError) {
        let route = routes.first { $0.isFor(target) }
        let host = route?.connectHost ?? target.host
        self.target = target
        self.serverName = target.scheme == .https ? serverName : nil
        connectHost = host
        port = route?.connectPort ?? target.port
        if let proxy, proxy.proxy.scheme.resolvesNames {
            let isLoopback = HostAddresses.isLoopbackName(host)
            guard isLoopback || allowedHosts.contains(host) else { throw .notAllowed(host: host) }
            addresses = isLoopback && proxy.isLoopback ? try HostAddresses(lookingUp: host).texts : []
        } else {
            let found = try HostAddresses(lookingUp: host)
            guard found.isLoopback || allowedHosts.contains(host) else { throw .notAllowed(host: host) }
            addresses = found.texts
        }
    }
}
