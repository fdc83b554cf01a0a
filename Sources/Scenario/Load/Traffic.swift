/// A named part of session logs, or a mix of such parts.
public struct TrafficDefinition: Hashable, Sendable {

    /// The source of sessions.
    public enum Content: Hashable, Sendable {
        case part(TrafficPart)
        /// Other traffics with their shares, which add up to 1.
        case mix([MixShare])
    }

    /// A traffic of a mix with its share of the slots, 0…1.
    public struct MixShare: Hashable, Sendable {
        /// The traffic's name.
        public var traffic: String
        /// Its share of the slots, 0…1.
        public var share: Double

        /// A traffic with its share, 0…1.
        public init(traffic: String, share: Double) {
            self.traffic = traffic
            self.share = share
        }
    }

    /// The traffic's name.
    public var name: String
    /// The source of its sessions.
    public var content: Content
    /// Its place in the file.
    public var place: ScenarioError.Place
    /// The sum of the shares as written, in percent; not 100 if they had to be scaled.
    public var writtenPercent = 100.0
}

/// Which exchanges of which logs, and how they are sent.
public struct TrafficPart: Hashable, Sendable {
    /// Session logs; empty for those of the file.
    public var logs: [String] = []
    /// The selected sessions and exchanges, by options of `replay`: `endpoint`, `method`, `sample`, …
    public var filters = ReplayOptionValues()
    /// Options of its requests that differ from the scenario's.
    public var options = ReplayOptionValues()
}

extension TrafficDefinition {

    private static let mostOfAFile = 1000

    /// The traffics of a file.
    static func all(_ node: ScenarioNode?) throws(ScenarioError) -> [TrafficDefinition] {
        try node?.refuseDefinitionWithoutName()
        var all: [TrafficDefinition] = []
        for entry in try ScenarioFile.entries(node, "traffic", "{login: {endpoint: POST /login}}") {
            guard entry.value.isMap else {
                throw ScenarioError(
                    "traffic '\(entry.key)' must be a map, such as {endpoint: POST /login}; {} is everything in the log",
                    at: entry.value.place)
            }
            all.append(try TrafficDefinition(entry))
            guard all.count <= mostOfAFile else {
                throw ScenarioError("a file can define at most \(mostOfAFile) traffics", at: entry.keyPlace)
            }
        }
        return all
    }

    init(_ entry: ScenarioNode.Entry) throws(ScenarioError) {
        name = entry.key
        place = entry.keyPlace
        var map = try MapReader(entry.value, "traffic '\(entry.key)'")
        if let mix = map.take("mix") {
            let (shares, percent) = try Self.shares(mix)
            content = .mix(shares)
            writtenPercent = percent
        } else {
            var part = TrafficPart()
            part.logs = try map.texts("log")
            part.filters = try ReplayOptionValues(filtersIn: &map)
            part.options = try ReplayOptionValues(&map)
            content = .part(part)
        }
        try map.finish()
    }

    /// Shares in percent or as plain weights, scaled to a sum of 1.
    private static func shares(_ node: ScenarioNode) throws(ScenarioError) -> ([MixShare], Double) {
        var map = try MapReader(node, "mix")
        var shares: [MixShare] = []
        for entry in map.takeAll() {
            let text = try entry.value.text(entry.key)
            let digits = text.hasSuffix("%") ? String(text.dropLast()) : text
            guard let number = Double(digits), number.isFinite, number > 0, number <= 1e6 else {
                throw ScenarioError(
                    "the share of '\(entry.key)' must be a number above 0 such as 70%, not '\(text)'",
                    at: entry.value.place)
            }
            shares.append(MixShare(traffic: entry.key, share: number))
        }
        let sum = shares.reduce(0) { $0 + $1.share }
        guard sum > 0 else { throw ScenarioError("a mix needs at least one traffic", at: node.place) }
        for index in shares.indices { shares[index].share /= sum }
        return (shares, sum)
    }
}

extension ScenarioNode {

    /// Refuses `traffic: {log: a.rlog}`: a definition in the place of names of definitions, or of levels by traffic.
    func refuseDefinitionWithoutName() throws(ScenarioError) {
        guard case .map(let entries) = value else { return }
        let keys = ReplayOptionValues.names.union(["log", "mix"])
        let isSetting = { (entry: Entry) in
            // Other members of a mix, or of levels, have maps or numbers.
            if case .scalar(let text, _) = entry.value.value { return Int(text) == nil }
            return entry.key == "mix" || !entry.value.isMap
        }
        guard let entry = entries.first(where: { keys.contains($0.key) && isSetting($0) }) else { return }
        throw ScenarioError(
            "'traffic' maps names to definitions, and '\(entry.key)' is part of a definition: write traffic: {NAME: "
                + "{\(entry.key): …}}, and 'traffic: NAME' where it is sent", at: entry.keyPlace)
    }
}

extension ScenarioFile {

    /// The shares of a traffic: for a mix those of its members, recursively, each traffic once; for any other traffic
    /// itself.
    public func shares(of traffic: String) -> [TrafficDefinition.MixShare] {
        var known: [String: [TrafficDefinition.MixShare]] = [:]
        return shares(of: traffic, &known)
    }

    /// - Parameter known: the shares of mixes that were met before: mixes of mixes may name one again and again
    private func shares(
        of name: String, _ known: inout [String: [TrafficDefinition.MixShare]]
    ) -> [TrafficDefinition.MixShare] {
        if let shares = known[name] { return shares }
        guard case .mix(let members)? = traffic.first(where: { $0.name == name })?.content else {
            return [TrafficDefinition.MixShare(traffic: name, share: 1)]
        }
        var all: [TrafficDefinition.MixShare] = []
        var places: [String: Int] = [:]
        for member in members {
            for inner in shares(of: member.traffic, &known) {
                let share = inner.share * member.share
                if let place = places[inner.traffic] {
                    all[place].share += share
                } else {
                    places[inner.traffic] = all.count
                    all.append(TrafficDefinition.MixShare(traffic: inner.traffic, share: share))
                }
            }
        }
        known[name] = all
        return all
    }
}
