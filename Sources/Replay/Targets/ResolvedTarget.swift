internal import Traffic

/// A target with the addresses that its name had when the run began: a run makes no DNS queries while it measures.
struct ResolvedTarget: Hashable, Sendable {
    let target: ReplayTarget
    /// Numeric addresses in the order they are tried; IPv6 addresses in brackets. Empty if only a proxy resolves the
    /// name.
    let addresses: [String]
    /// The host to connect to, by name if it has one.
    let connectHost: String
    /// The port to connect to.
    let port: UInt16
    /// The name sent to a TLS server and verified in its certificate; nil for the target's host, or without TLS.
    let serverName: String?
    /// The local addresses that connections come from; nil for the system's choice.
    var source: SourceAddresses?

    var url: String {
        guard let serverName else { return "\(target.scheme.label)://\(target.authority)/" }
        return "\(target.scheme.label)://\(serverName):\(target.port)/"
    }
}

/// Why a target must not or cannot be used.
public enum TargetError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The host is neither loopback nor allowed by the user.
    case notAllowed(host: String)
    /// The name has no address.
    case unresolved(host: String, reason: String)
    /// No target is for any of the recorded hosts.
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
    /// Resolves a target's addresses, and refuses one that is not loopback unless its host is allowed.
    ///
    /// - Parameters:
    ///   - routes: replacements for the address in the target's URL; the first that applies counts.
    ///   - proxy: the proxy for connections. One that resolves names itself gets the name, and then only `localhost`
    ///     and loopback addresses count as loopback.
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
            let found: HostAddresses
            do throws(TargetError) {
                found = try HostAddresses(lookingUp: host)
            } catch {
                // A host that must not be reached need not have an address.
                guard allowedHosts.contains(host) || HostAddresses.isLoopbackName(host) else {
                    throw .notAllowed(host: host)
                }
                throw error
            }
            guard found.isLoopback || allowedHosts.contains(host) else { throw .notAllowed(host: host) }
            addresses = found.texts
        }
    }
}
