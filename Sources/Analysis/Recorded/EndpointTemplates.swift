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
        template.reserveCapacity(target.utf8.count)
        var place: Int? = 0
        EndpointTemplates.forEachSegment(of: target) { segment, depth in
            guard depth < EndpointTemplates.depthLimit else {
                template += "/{rest}"
                return false
            }
            // Values are never among the names, so their text is not needed.
            let isValue = Endpoint.isValue(utf8: segment)
            let name = isValue ? "" : String(decoding: segment, as: UTF8.self)
            let known = isValue ? nil : place.flatMap { nodes[$0].children[name] }
            if known == nil, isValue || place.map({ nodes[$0].isClosed }) ?? false {
                template += "/{id}"
            } else {
                template += "/"
                template += name
            }
            place = known ?? place.flatMap { nodes[$0].variable }
            return true
        }
        return Endpoint(method: method, pathTemplate: template.isEmpty ? target : template)
    }

    private mutating func child(of parent: Int, for segment: UnsafeBufferPointer<UInt8>) -> Int {
        if Endpoint.isValue(utf8: segment) { return variable(of: parent) }
        if nodes[parent].isClosed && nodes[parent].children.isEmpty { return variable(of: parent) }
        let name = String(decoding: segment, as: UTF8.self)
        if let known = nodes[parent].children[name] { return known }
        if nodes[parent].isClosed || nodes.count >= EndpointTemplates.nodeLimit { return variable(of: parent) }
        nodes.append(Node())
        nodes[parent].children[name] = nodes.count - 1
        let child = nodes.count - 1
        guard nodes[parent].children.count > EndpointTemplates.siblingLimit else { return child }
        close(parent)
        return nodes[parent].children[name] ?? variable(of: parent)
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
    static func forEachSegment(
        of target: String, _ body: (_ segment: UnsafeBufferPointer<UInt8>, _ depth: Int) -> Bool
    ) {
        var target = target
        target.withUTF8 { bytes in
            guard var start = pathStart(in: bytes) else { return }
            let end =
                bytes[start...].firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? bytes.endIndex
            // Before the first segment stands a slash, if there is one.
            start = min(start + 1, end)
            var depth = 0
            while true {
                let next = bytes[start..<end].firstIndex(of: UInt8(ascii: "/")) ?? end
                guard body(UnsafeBufferPointer(rebasing: bytes[start..<next]), depth), next < end else { return }
                depth += 1
                start = next + 1
            }
        }
    }

    /// Where the path begins: of an absolute form its own; an authority or asterisk form has none.
    private static func pathStart(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard bytes.first != UInt8(ascii: "/") else { return 0 }
        guard let scheme = bytes.firstRange(of: "://".utf8) else { return nil }
        return bytes[scheme.upperBound...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
    }
}
