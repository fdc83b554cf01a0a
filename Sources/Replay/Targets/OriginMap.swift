internal import Plan
internal import Traffic

/// The replacement for a recorded service's address in Origin, Referer and Destination, and wherever else clients send
/// it: services refuse requests from other origins, and redirect to the address they are given.
struct OriginMap {
    private let targets: TargetMap
    /// Authorities of the plan's requests, in lowercase: pages of other sites keep their address.
    private let recorded: Set<String>
    private let isOff: Bool

    /// - Parameter keepsHost: whether the recorded Host is sent; then nothing is replaced.
    init(plan: ReplayPlan, targets: TargetMap, keepsHost: Bool) {
        self.targets = targets
        isOff = keepsHost
        var authorities: Set<String> = []
        for script in plan.scripts {
            // By index: a list of all requests would take as much memory as the plan.
            for index in script.requests.indices {
                if let authority = script.requests[index].authority { authorities.insert(authority) }
            }
        }
        recorded = Set(authorities.map { $0.lowercased() })
    }

    /// The replacement of `origin`, a recorded `scheme://authority`.
    ///
    /// - Parameter isPath: whether a path follows; if so, the target's path prefix is added.
    func replacement(for origin: [UInt8], isPath: Bool) -> [UInt8] {
        let text = String(decoding: origin, as: UTF8.self)
        guard !isOff, let end = text.firstRange(of: "://") else { return origin }
        let authority = text[end.upperBound...].lowercased()
        let isService = recorded.contains(authority) || recorded.contains { OriginMap.isSameHost($0, authority) }
        guard isService || targets.names(authority), let index = targets.index(forAuthority: authority) else {
            return origin
        }
        let target = targets.targets[index].target
        let isSocket = text[..<end.lowerBound].lowercased().hasPrefix("ws")
        let scheme = isSocket ? (target.scheme == .https ? "wss" : "ws") : target.scheme.label
        return Array("\(scheme)://\(target.authority)\(isPath ? target.basePath : "")".utf8)
    }

    /// The value of a field with its beginning replaced.
    func replaced(field name: String, _ value: [UInt8]) -> [UInt8] {
        guard !isOff, let origin = WireHead.origin(inField: name, value) else { return value }
        let rest = value[origin.count...]
        return replacement(for: origin, isPath: !rest.isEmpty) + rest
    }

    /// Whether two authorities are equal apart from a default port.
    private static func isSameHost(_ left: String, _ right: String) -> Bool {
        func bare(_ text: String) -> Substring {
            for port in [":80", ":443"] where text.hasSuffix(port) { return text.dropLast(port.count) }
            return text[...]
        }
        return bare(left) == bare(right)
    }
}
