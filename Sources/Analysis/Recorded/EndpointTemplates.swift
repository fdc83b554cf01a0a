public import Traffic

/// Endpoints learned from the paths that are asked for.
///
/// A segment that looks like a value (see ``Endpoint``) is `{id}`. Names can be values too (`/users/alice`): where more than
/// `siblingLimit` different segments stand in one place, those that are not asked for over and over become `{id}` together. So
/// the templates are bounded in number whatever the paths are. Look endpoints up when all paths have been learned.
public struct EndpointTemplates: Sendable {
    /// Different names in one place of a path, beyond which they are values.
    static let siblingLimit = 64
    /// Places of paths that are told apart.
    static let nodeLimit = 100_000
    /// Segments of a path that are told apart; the rest is `{rest}`.
    static let depthLimit = 24
    /// A name that makes up this share of what is asked for in its place stays one.
    private static let usualShare = 0.02

    /// A segment in its place.
    private struct Node: Sendable {
        var children: [String: Int] = [:]
        /// The child that stands for all values.
        var variable: Int?
        var count = 0
        /// Whether new names are values.
        var isClosed = false
    }

    private let rules: EndpointRules
    private var nodes = [Node()]

    /// - Parameter rules: templates that come before those learned.
    public init(rules: EndpointRules = EndpointRules()) { self.rules = rules }

    /// Places kept.
    var nodeCount: Int { nodes.count }

    /// Takes a request's path into account.
    ///
    /// - Parameter target: the request target in any form of RFC 9112 section 3.2.
    public mutating func learn(target: String) {
        var place = 0
        nodes[0].count += 1
        EndpointTemplates.forEachSegment(of: target) { segment, depth in
            guard depth < EndpointTemplates.depthLimit else { return false }
            place = child(of: place, for: segment)
            nodes[place].count += 1
            return true
        }
    }

    /// The endpoint of a request.
    public func endpoint(method: String, target: String) -> Endpoint {
        if let template = rules.template(method: method, target: target) {
            return Endpoint(method: method, pathTemplate: template)
        }
        var template = ""
        var place: Int? = 0
        EndpointTemplates.forEachSegment(of: target) { segment, depth in
            guard depth < EndpointTemplates.depthLimit else {
                template += "/{rest}"
                return false
            }
            let known = place.flatMap { nodes[$0].children[segment] }
            let isValue = known == nil && (Endpoint.isValue(segment) || place.map { nodes[$0].isClosed } ?? false)
            template += isValue ? "/{id}" : "/" + segment
            place = known ?? place.flatMap { nodes[$0].variable }
            return true
        }
        return Endpoint(method: method, pathTemplate: template.isEmpty ? target : template)
    }

    private mutating func child(of parent: Int, for segment: String) -> Int {
        if let known = nodes[parent].children[segment] { return known }
        if nodes[parent].isClosed || nodes.count >= EndpointTemplates.nodeLimit || Endpoint.isValue(segment) {
            return variable(of: parent)
        }
        nodes.append(Node())
        nodes[parent].children[segment] = nodes.count - 1
        let child = nodes.count - 1
        guard nodes[parent].children.count > EndpointTemplates.siblingLimit else { return child }
        close(parent)
        return nodes[parent].children[segment] ?? variable(of: parent)
    }

    private mutating func variable(of parent: Int) -> Int {
        if let known = nodes[parent].variable { return known }
        nodes.append(Node())
        nodes[parent].variable = nodes.count - 1
        return nodes.count - 1
    }

    /// Makes one value of all names in a place but the usual ones.
    private mutating func close(_ parent: Int) {
        nodes[parent].isClosed = true
        let least = max(3, Int(EndpointTemplates.usualShare * Double(nodes[parent].count)))
        let rare = nodes[parent].children.filter { nodes[$0.value].count < least }
        let target = variable(of: parent)
        for (name, child) in rare.sorted(by: { $0.key < $1.key }) {
            nodes[parent].children[name] = nil
            merge(child, into: target)
        }
    }

    private mutating func merge(_ source: Int, into target: Int) {
        nodes[target].count += nodes[source].count
        let children = nodes[source].children
        let other = nodes[source].variable
        nodes[source] = Node()
        for (name, child) in children.sorted(by: { $0.key < $1.key }) {
            if let own = nodes[target].children[name] {
                merge(child, into: own)
            } else if nodes[target].isClosed {
                merge(child, into: variable(of: target))
            } else {
                nodes[target].children[name] = child
            }
        }
        if let other { merge(other, into: variable(of: target)) }
        if nodes[target].children.count > EndpointTemplates.siblingLimit, !nodes[target].isClosed { close(target) }
    }

    /// Hands on the segments of the path until the body says that it is enough.
    static func forEachSegment(of target: String, _ body: (_ segment: String, _ depth: Int) -> Bool) {
        var path = target.utf8[...]
        // Of an absolute form the path is meant; an authority or asterisk form has none.
        if path.first != UInt8(ascii: "/") {
            guard let scheme = target.firstRange(of: "://") else { return }
            let rest = target[scheme.upperBound...].utf8
            guard let start = rest.firstIndex(of: UInt8(ascii: "/")) else {
                _ = body("", 0)
                return
            }
            path = rest[start...]
        }
        if let end = path.firstIndex(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) {
            path = path[..<end]
        }
        var depth = 0
        var start = path.index(after: path.startIndex)
        while true {
            let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
            guard body(String(Substring(path[start..<end])), depth) else { return }
            guard end < path.endIndex else { return }
            depth += 1
            start = path.index(after: end)
        }
    }
}
