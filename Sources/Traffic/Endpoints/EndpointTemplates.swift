/// Endpoints learned from the requested paths.
///
/// A segment that looks like a value (`SegmentShape`) becomes `{id}`. So do segments that vary: several of one kind
/// (`SegmentGroup`) at one place; names with the same names below them (`/users/ann/posts`, `/users/bob/posts`);
/// members of a collection that is itself requested (`/users`, `/users/ann`); and, if there are more than
/// `siblingLimit` names at a place, all except frequent ones. The number of templates is therefore bounded for any
/// paths. Look up endpoints only after all paths have been learned and settled.
public struct EndpointTemplates: Sendable {
    /// The number of distinct names at one place of a path above which they are values.
    static let siblingLimit = 64
    /// The maximum number of names kept at one place until ``settle()`` decides which are frequent.
    static let openLimit = 1024
    /// The maximum number of places.
    static let nodeLimit = 100_000
    /// The maximum number of segments per path; the rest is `{rest}`.
    static let depthLimit = 24
    /// The maximum number of templates after ``settle()``.
    static let templateLimit = 250
    /// A name with at least this share of the requests at its place is kept.
    private static let usualShare = 0.02

    /// A segment at its place in the tree of paths.
    private struct Node: Sendable {
        var children: [String: Int] = [:]
        /// The child that represents all values.
        var variable: Int?
        var count = 0
        /// Paths that end here.
        var ends = 0
        /// Whether new names are values.
        var isClosed = false
        /// The number of children in each group.
        var groups: [SegmentGroup: Int] = [:]
        /// The groups whose members are values.
        var closedGroups: Set<SegmentGroup> = []
        /// The lengths of the random names.
        var randomLengths: Set<Int> = []
    }

    private let rules: EndpointRules
    private var nodes = [Node()]

    /// Templates that have learned no paths.
    ///
    /// - Parameter rules: templates that take precedence over learned ones.
    public init(rules: EndpointRules = EndpointRules()) { self.rules = rules }

    /// The number of places.
    var nodeCount: Int { nodes.count }

    /// Learns the path of a request.
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

    /// Whether an unknown segment is a value at its place.
    private func isVariable(_ segment: PathSegments.Segment, at place: Int) -> Bool {
        nodes[place].isClosed || segment.group.map(nodes[place].closedGroups.contains) ?? false
            || isRandom(segment.text, at: place)
    }

    /// Whether a name has the length of the random names at its place, and mixed characters.
    private func isRandom(_ name: String, at place: Int) -> Bool {
        nodes[place].closedGroups.contains(.random) && nodes[place].randomLengths.contains(name.utf8.count)
            && SegmentGroup.isMixed(name)
    }

    private mutating func child(of parent: Int, for segment: PathSegments.Segment) -> Int {
        if segment.isValue || nodes[parent].children.isEmpty && isVariable(segment, at: parent) {
            return variable(of: parent)
        }
        if segment.group == .random { nodes[parent].randomLengths.insert(segment.text.utf8.count) }
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

/// Detection of variable segments.
extension EndpointTemplates {
    /// Turns all names of a group at a place into values.
    private mutating func close(_ group: SegmentGroup, of parent: Int) {
        nodes[parent].closedGroups.insert(group)
        nodes[parent].groups[group] = nil
        merge(nodes[parent].children.filter { PathSegments.group(of: $0.key) == group }, of: parent)
    }

    /// Merges all names at a place into one value, except the frequent ones.
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
        nodes[target].randomLengths.formUnion(merged.randomLengths)
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

    /// Decides which names are values by their siblings and the names below them; called once all paths are learned.
    ///
    /// If there are still more than `templateLimit` templates, fewer names at a place suffice.
    public mutating func settle() {
        settle(0, name: "")
        for limit in [32, 16, 8, 4] where templateCount > EndpointTemplates.templateLimit {
            for index in nodes.indices where nodes[index].children.count > limit { close(index, usualShare: 0.2) }
        }
    }

    /// The number of templates: places at which a path ends.
    var templateCount: Int { nodes.count { $0.ends > 0 } }

    private mutating func settle(_ root: Int, name: String) {
        var open = [(place: root, name: name)]
        while let (place, name) = open.popLast() {
            closeRandom(place)
            if nodes[place].children.count > EndpointTemplates.siblingLimit { close(place) }
            closeAlike(place)
            closeCollection(place, name: name)
            open += nodes[place].children.map { ($0.value, $0.key) }
            if let variable = nodes[place].variable { open.append((variable, "")) }
        }
    }

    /// If there are already values at a place, its random names are values too.
    private mutating func closeRandom(_ place: Int) {
        if nodes[place].variable != nil, nodes[place].groups[.random] != nil { close(.random, of: place) }
        guard nodes[place].closedGroups.contains(.random) else { return }
        merge(nodes[place].children.filter { isRandom($0.key, at: place) }, of: place)
    }

    /// Names with the same names below them are values: at least three that share two significant names, if they are
    /// the majority at their place or share more.
    private mutating func closeAlike(_ place: Int) {
        guard nodes[place].children.count >= 3 else { return }
        var below: [String: Set<String>] = [:]
        for (name, child) in nodes[place].children
        where !ReservedNames.isReserved(name) && !ReservedNames.isPlural(name) {
            below[name] = names(below: child)
        }
        var counts: [String: Int] = [:]
        for names in below.values { for name in names { counts[name, default: 0] += 1 } }
        let shared = Set(counts.filter { $0.value >= 3 }.keys)
        guard shared.count >= 2 else { return }
        let alike = below.filter { $0.value.intersection(shared).count >= 2 }
        let withNames = below.values.count { !$0.isEmpty }
        guard alike.count >= 3, alike.count * 5 >= withNames * 3 || shared.count >= 4 else { return }
        var direct: [String: Int] = [:]
        for name in alike.keys { for child in directNames(below: name, of: place) { direct[child, default: 0] += 1 } }
        // A plural is one of them too if it has the same names directly below it.
        let alikePlurals = nodes[place].children.keys.filter { name in
            guard below[name] == nil, !ReservedNames.isReserved(name) else { return false }
            return directNames(below: name, of: place).count { direct[$0, default: 0] >= 3 } >= 2
        }
        merge(nodes[place].children.filter { alike[$0.key] != nil || alikePlurals.contains($0.key) }, of: place)
        nodes[place].isClosed = true
    }

    private func directNames(below name: String, of place: Int) -> [String] {
        nodes[place].children[name].map { nodes[$0].children.keys.filter { !ReservedNames.isReserved($0) } } ?? []
    }

    /// The names one and two levels below a place.
    private func names(below place: Int) -> Set<String> {
        var names: Set<String> = []
        for (name, child) in nodes[place].children {
            if !ReservedNames.isReserved(name) { names.insert(name) }
            for further in nodes[child].children.keys where !ReservedNames.isReserved(further) { names.insert(further) }
        }
        return names
    }

    /// Whether a path ends here, with or without a trailing slash.
    private func isAskedFor(_ place: Int) -> Bool {
        nodes[place].ends > 0 || nodes[place].children[""].map { nodes[$0].ends > 0 } ?? false
    }

    /// Members of a collection are values: the names below a plural that is itself requested or already contains
    /// values, or below any other plural if there are several.
    private mutating func closeCollection(_ place: Int, name: String) {
        guard ReservedNames.isPlural(name) else { return }
        // If there are releases, `latest` is one of them.
        let hasVersions = nodes[place].children.keys.count(where: ReservedNames.isVersion) > 1
        let members = nodes[place].children.filter { hasVersions ? $0.key != "" : !ReservedNames.isReserved($0.key) }
        let isCollection = isAskedFor(place) || nodes[place].variable != nil
        guard members.count >= (isCollection ? 3 : 5) else { return }
        merge(members, of: place)
        nodes[place].isClosed = true
    }
}
