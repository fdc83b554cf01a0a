internal import Plan
internal import Traffic

/// What Origin, Referer and Destination say instead of a recorded service's address: browsers name where a request comes from,
/// and services refuse those that come from elsewhere, or are to move something there.
struct OriginMap {
    private let targets: TargetMap
    /// Authorities that requests of the plan go to, in lower case: a page of another site keeps its address.
    private let recorded: Set<String>
    private let isOff: Bool

    /// - Parameter keepsHost: whether the recorded Host is sent; then nothing is replaced.
    init(plan: ReplayPlan, targets: TargetMap, keepsHost: Bool) {
        self.targets = targets
        isOff = keepsHost
        recorded = Set(plan.scripts.flatMap(\.requests).compactMap { $0.authority?.lowercased() })
    }

    /// What represents `origin`, a recorded `scheme://authority`.
    ///
    /// - Parameter isPath: whether a path follows, which the target's own path goes before.
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

    /// Whether two authorities differ by a port at most that their scheme implies.
    private static func isSameHost(_ left: String, _ right: String) -> Bool {
        func bare(_ text: String) -> Substring {
            for port in [":80", ":443"] where text.hasSuffix(port) { return text.dropLast(port.count) }
            return text[...]
        }
        return bare(left) == bare(right)
    }
}
