internal import Plan
internal import Traffic

/// Maps recorded origins in Origin, Referer and Destination to the targets: browsers send the page that a request comes
/// from, and services refuse requests from elsewhere, or to move a resource elsewhere.
struct OriginMap {
    private let targets: TargetMap
    /// Authorities of the plan's requests, in lowercase: pages of other sites keep their address.
    private let recorded: Set<String>
    private let isOff: Bool

    /// - Parameter keepsHost: whether the recorded Host is sent; then nothing is replaced.
    init(plan: ReplayPlan, targets: TargetMap, keepsHost: Bool) {
        self.targets = targets
        isOff = keepsHost
        recorded = Set(plan.scripts.flatMap(\.requests).compactMap { $0.authority?.lowercased() })
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
        return Array("\(target.scheme.label)://\(target.authority)\(isPath ? target.basePath : "")".utf8)
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
