internal import Traffic

/// How libcurl uses a proxy.
struct ProxyOptions: Hashable {
    let resolved: ResolvedProxy
    /// Whether requests without TLS use a tunnel too: a proxy that reads them replaces their Host.
    var tunnelsAll = false

    var proxy: ReplayProxy { resolved.proxy }

    /// The proxy and its addresses in the form of `CURLOPT_RESOLVE`.
    private var ownNames: [String] { ProxyOptions.entry(proxy.host, proxy.port, resolved.addresses) }

    /// The name entries that libcurl needs before it connects to `target`.
    func names(for target: ResolvedTarget) -> [String] {
        ownNames
            + (proxy.scheme.resolvesNames ? [] : ProxyOptions.entry(target.connectHost, target.port, target.addresses))
    }

    /// The route to `target` in the form of `CURLOPT_CONNECT_TO`; empty if its URL suffices.
    func route(to target: ResolvedTarget) -> [String] {
        guard target.serverName != nil || target.connectHost != target.target.host || target.port != target.target.port
        else { return [] }
        let host = target.connectHost.contains(":") ? "[\(target.connectHost)]" : target.connectHost
        return ["::\(host):\(target.port)"]
    }

    /// The prefix of the request target for requests to `target` that the proxy reads (RFC 9112 section 3.2.2); nil
    /// where it does not read them.
    func absoluteFormPrefix(for target: ResolvedTarget) -> [UInt8]? {
        guard proxy.scheme.speaksHTTP, !tunnelsAll, target.target.scheme == .http, route(to: target).isEmpty else {
            return nil
        }
        return Array("http://\(target.target.authority)".utf8)
    }

    private static func entry(_ host: String, _ port: UInt16, _ addresses: [String]) -> [String] {
        // An address needs no entry, and an IPv6 address cannot have one.
        guard !host.contains(":"), addresses != [host] else { return [] }
        return ["\(host):\(port):\(addresses.joined(separator: ","))"]
    }
}
