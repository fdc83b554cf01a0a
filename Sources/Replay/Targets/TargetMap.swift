internal import Traffic

/// Which target a recorded host's requests go to.
public struct TargetMap: Sendable {
    private(set) var targets: [ResolvedTarget]
    private let byHost: [String: Int]
    private let fallback: Int?

    /// A map over `targets`, whose names are looked up now.
    ///
    /// - Parameters:
    ///   - targets: at least one; of several for the same recorded host the last one counts.
    ///   - allowedHosts: hosts that may be sent to although they are not loopback.
    ///   - routes: where connections go instead of where a target's URL says.
    ///   - proxy: what connections go through.
    ///   - serverName: what TLS servers are asked for instead of the target's host (SNI, RFC 6066 section 3).
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

    /// The same targets again for each local address that connections come from: those of the address with index `s` are at
    /// `s` · the number of targets and further.
    func repeated(forSources sources: [String?]) -> TargetMap {
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

    /// The ports of the targets that are on this machine, in ascending order.
    public var loopbackPorts: [UInt16] {
        let local = targets.filter { target in
            !target.addresses.isEmpty && target.addresses.allSatisfy { $0.hasPrefix("127.") || $0 == "[::1]" }
        }
        return Set(local.map(\.port)).sorted()
    }

    /// Whether a target was named for this recorded authority (`host` or `host:port`, lower case).
    func names(_ authority: String) -> Bool {
        byHost[authority] != nil || byHost[String(authority.prefix { $0 != ":" })] != nil
    }

    /// The index of the target for a recorded authority (`host` or `host:port`); nil when none takes it.
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
