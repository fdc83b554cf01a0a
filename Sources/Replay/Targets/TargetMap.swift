internal import Traffic

/// Maps recorded hosts to targets.
public struct TargetMap: Sendable {
    private(set) var targets: [ResolvedTarget]
    private let byHost: [String: Int]
    private let fallback: Int?

    /// Maps to `targets`, whose names are resolved now.
    ///
    /// - Parameters:
    ///   - targets: at least one; of several for the same recorded host, the last one counts.
    ///   - allowedHosts: hosts that may receive requests although they are not loopback.
    ///   - routes: replacements for the addresses in the targets' URLs.
    ///   - proxy: the proxy for connections.
    ///   - serverName: the name sent to TLS servers instead of the target's host (SNI, RFC 6066 section 3).
    /// - Throws: when a host has no address, or is neither loopback nor allowed.
    public init(
        _ targets: [ReplayTarget], allowedHosts: Set<String> = [], routes: [TargetRoute] = [],
        serverName: String? = nil,
        proxy: ResolvedProxy? = nil
    ) throws(TargetError) {
        var resolved: [ResolvedTarget] = []
        var byHost: [String: Int] = [:]
        var fallback: Int?
        for target in targets {
            if let host = target.recordedHost {
                byHost[host] = resolved.count
            } else {
                fallback = resolved.count
            }
            resolved.append(
                try ResolvedTarget(
                    target, allowedHosts: allowedHosts, routes: routes, serverName: serverName, proxy: proxy))
        }
        self.targets = resolved
        self.byHost = byHost
        self.fallback = fallback
    }

    /// The targets repeated for each group of local addresses: those for group `s` start at `s` · the number of targets.
    func repeated(forSources sources: [SourceAddresses?]) -> TargetMap {
        var map = self
        map.targets = sources.flatMap { source in
            targets.map { target in
                var own = target
                own.source = source
                return own
            }
        }
        return map
    }

    /// The ports of the targets on this machine, in ascending order.
    public var loopbackPorts: [UInt16] {
        let local = targets.filter { target in
            !target.addresses.isEmpty && target.addresses.allSatisfy { $0.hasPrefix("127.") || $0 == "[::1]" }
        }
        return Set(local.map(\.port)).sorted()
    }

    /// Whether the user named a target for this recorded authority (`host` or `host:port`, in lowercase).
    func names(_ authority: String) -> Bool {
        byHost[authority] != nil || byHost[String(authority.prefix { $0 != ":" })] != nil
    }

    /// The index of the target for a recorded authority (`host` or `host:port`); nil when there is none.
    func index(forAuthority authority: String?) -> Int? {
        guard let authority = authority?.lowercased() else { return fallback }
        if let index = byHost[authority] { return index }
        if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]"),
            let index = byHost[String(authority[..<colon])]
        {
            return index
        }
        return fallback
    }
}
