/// Endpoints learned from the paths that are asked for.
///
/// A segment that is a value by its looks (``SegmentShape``) is `{id}`. So is one that varies: where several of one kind
/// (``SegmentGroup``) stand in one place, where the names in a place have the same names below them (`/users/ann/posts`,
/// `/users/bob/posts`), where they are the members of a collection that is asked for, too (`/users`, `/users/ann`), and where
/// there are more than `siblingLimit` of them, all but those asked for over and over. So the templates are bounded in number
/// whatever the paths are. Look endpoints up when all paths have been learned and settled.
public struct EndpointTemplates: Sendable {
    /// Different names in one place of a path, beyond which they are values.
    static let siblingLimit = 64
    /// Names in one place that are kept until ``settle()`` sees which of them are asked for over and over.
    static let openLimit = 1024
    /// Places of paths that are told apart.
    static let nodeLimit = 100_000
    /// Segments of a path that are told apart; the rest is `{rest}`.
    static let depthLimit = 24
    /// Templates that are told apart after ``settle()``.
    static let templateLimit = 250
    /// A name that makes up this share of what is asked for in its place stays one.
    private static let usualShare = 0.02

    /// A segment in its place.
    private struct Node: Sendable {
        var children: [String: Int] = [:]
        /// The child that stands for all values.
        var variable: Int?
        var count = 0
        /// Paths that end here.
        var ends = 0
        /// Whether new names are values.
        var isClosed = false
        /// How many of each group there are.
        var groups: [SegmentGroup: Int] = [:]
        /// The groups whose members are values.
        var closedGroups: Set<SegmentGroup> = []
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
        PathSegments.forEach(of: target) { segment, depth in
            guard depth < EndpointTemplates.depthLimit else { return false }
            place = child(of: place, for: segment)
            nodes[place].count += 1
            return true
        }
        nodes[place].ends += 1
    }

    /// The endpoint of a request.
    public func endpoint(method: String, target: String) -> Endpoint {
        if let template = rules.template(method: method, target: target) {
            return Endpoint(method: method, pathTemplate: template)
        }
        var template = ""
        template.reserveCapacity(target.utf8.count)
        var place: Int? = 0
        PathSegments.forEach(of: target) { segment, depth in
            guard depth < EndpointTemplates.depthLimit else {
                template += "/{rest}"
                return false
            }
            template += "/"
            let known = segment.isValue ? nil : place.flatMap { nodes[$0].children[segment.text] }
            if known == nil, segment.isValue || place.map({ isVariable(segment, at: $0) }) ?? false {
                template += "{id}"
            } else {
                template += segment.text
            }
            template += segment.parameters
            place = known ?? place.flatMap { nodes[$0].variable }
            return true
        }
        return Endpoint(method: method, pathTemplate: template.isEmpty ? target : template)
    }

    /// Whether a segment that was not learned is a value in its place.
    private func isVariable(_ segment: PathSegments.Segment, at place: Int) -> Bool {
        nodes[place].isClosed || segment.group.map(nodes[place].closedGroups.contains) ?? false
    }

    private mutating func child(of parent: Int, for segment: PathSegments.Segment) -> Int {
        if segment.isValue || isVariable(segment, at: parent) && nodes[parent].children.isEmpty {
            return variable(of: parent)
        }
        if let known = nodes[parent].children[segment.text] { return known }
        if isVariable(segment, at: parent) || nodes.count >= EndpointTemplates.nodeLimit { return variable(of: parent) }
        nodes.append(Node())
        let child = nodes.count - 1
        nodes[parent].children[segment.text] = child
        if let group = segment.group {
            nodes[parent].groups[group, default: 0] += 1
            if nodes[parent].groups[group, default: 0] >= group.limit { close(group, of: parent) }
        }
        if nodes[parent].children.count > EndpointTemplates.openLimit { close(parent) }
        return nodes[parent].children[segment.text] ?? variable(of: parent)
    }

    private mutating func variable(of parent: Int) -> Int {
        if let known = nodes[parent].variable { return known }
        nodes.append(Node())
        nodes[parent].variable = nodes.count - 1
        return nodes.count - 1
    }
}

/// What varies.
extension EndpointTemplates {
    /// Makes values of all names of one kind in a place.
    private mutating func close(_ group: SegmentGroup, of parent: Int) {
        nodes[parent].closedGroups.insert(group)
        nodes[parent].groups[group] = nil
        merge(nodes[parent].children.filter { PathSegments.group(of: $0.key) == group }, of: parent)
    }

    /// Makes one value of all names in a place but the usual ones.
    private mutating func close(_ parent: Int, usualShare: Double = EndpointTemplates.usualShare) {
        nodes[parent].isClosed = true
        let least = max(3, Int(usualShare * Double(nodes[parent].count)))
        merge(nodes[parent].children.filter { nodes[$0.value].count < least }, of: parent)
    }

    private mutating func merge(_ children: [String: Int], of parent: Int) {
        guard !children.isEmpty else { return }
        let target = variable(of: parent)
        for (name, child) in children.sorted(by: { $0.key < $1.key }) {
            nodes[parent].children[name] = nil
            merge(child, into: target)
        }
    }

    private mutating func merge(_ source: Int, into target: Int) {
        let merged = nodes[source]
        nodes[source] = Node()
        nodes[target].count += merged.count
        nodes[target].ends += merged.ends
        nodes[target].closedGroups.formUnion(merged.closedGroups)
        for (name, child) in merged.children.sorted(by: { $0.key < $1.key }) {
            let group = PathSegments.group(of: name)
            if let own = nodes[target].children[name] {
                merge(child, into: own)
            } else if nodes[target].isClosed || group.map(nodes[target].closedGroups.contains) ?? false {
                merge(child, into: variable(of: target))
            } else {
                nodes[target].children[name] = child
                if let group {
                    nodes[target].groups[group, default: 0] += 1
                    if nodes[target].groups[group, default: 0] >= group.limit { close(group, of: target) }
                }
            }
        }
        if let other = merged.variable { merge(other, into: variable(of: target)) }
        if nodes[target].children.count > EndpointTemplates.openLimit, !nodes[target].isClosed { close(target) }
    }

    /// Decides which names are values by what stands beside and below them; call it once all paths are learned.
    ///
    /// Where there are still more than ``templateLimit`` templates, fewer names in a place are enough.
    public mutating func settle() {
        settle(0, name: "")
        for limit in [32, 16, 8, 4] where templateCount > EndpointTemplates.templateLimit {
            for index in nodes.indices where nodes[index].children.count > limit { close(index, usualShare: 0.2) }
        }
    }

    /// Paths that are told apart: places at which one ends.
    var templateCount: Int { nodes.count { $0.ends > 0 } }

    private mutating func settle(_ root: Int, name: String) {
        var open = [(place: root, name: name)]
        while let (place, name) = open.popLast() {
            if nodes[place].children.count > EndpointTemplates.siblingLimit { close(place) }
            closeAlike(place)
            closeCollection(place, name: name)
            open += nodes[place].children.map { ($0.value, $0.key) }
            if let variable = nodes[place].variable { open.append((variable, "")) }
        }
    }

    /// Names with the same names below them are values: at least three, of which most share two names that say something.
    private mutating func closeAlike(_ place: Int) {
        guard nodes[place].children.count >= 3 else { return }
        var below: [String: Set<String>] = [:]
        for (name, child) in nodes[place].children where !ReservedNames.isReserved(name) {
            below[name] = names(below: child)
        }
        var counts: [String: Int] = [:]
        for names in below.values { for name in names { counts[name, default: 0] += 1 } }
        let shared = Set(counts.filter { $0.value >= 3 }.keys)
        guard shared.count >= 2 else { return }
        let alike = below.filter { $0.value.intersection(shared).count >= 2 }
        let withNames = below.values.count { !$0.isEmpty }
        guard alike.count >= 3, alike.count * 5 >= withNames * 3 else { return }
        merge(nodes[place].children.filter { alike[$0.key] != nil }, of: place)
    }

    /// The names of what stands below a place, and below names there.
    private func names(below place: Int) -> Set<String> {
        var names: Set<String> = []
        for (name, child) in nodes[place].children {
            if !ReservedNames.isReserved(name) { names.insert(name) }
            for further in nodes[child].children.keys where !ReservedNames.isReserved(further) { names.insert(further) }
        }
        return names
    }

    /// Members of a collection are values: what stands below a plural that is asked for itself, or that holds values already.
    private mutating func closeCollection(_ place: Int, name: String) {
        guard ReservedNames.isPlural(name), nodes[place].ends > 0 || nodes[place].variable != nil else { return }
        let members = nodes[place].children.filter { !ReservedNames.isReserved($0.key) }
        guard members.count >= 3 else { return }
        merge(members, of: place)
        nodes[place].isClosed = true
    }
}
