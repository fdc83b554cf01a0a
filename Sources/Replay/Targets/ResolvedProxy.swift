/// A proxy with the addresses that its name had when the run began.
public struct ResolvedProxy: Hashable, Sendable {
    let proxy: ReplayProxy
    /// Numeric addresses; IPv6 addresses in brackets.
    let addresses: [String]
    let isLoopback: Bool
    /// Whether the proxy's certificate is verified.
    public var verifiesCertificate = true
    /// A PEM file of certificate authorities for the proxy, instead of the system's.
    public var certificateAuthorities: String?

    /// Resolves the proxy, and refuses one that is not loopback unless its host is allowed: a typing error in its name
    /// would send recorded traffic to a stranger.
    ///
    /// - Throws: when its host has no address, or is neither loopback nor allowed.
    public init(_ proxy: ReplayProxy, allowedHosts: Set<String> = []) throws(TargetError) {
        let found = try HostAddresses(lookingUp: proxy.host)
        guard found.isLoopback || allowedHosts.contains(proxy.host) else { throw .notAllowed(host: proxy.host) }
        self.proxy = proxy
        addresses = found.texts
        isLoopback = found.isLoopback
    }
}
