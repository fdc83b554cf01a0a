/// Options of `reprise replay` that a scenario file sets by their long names, with their values.
public struct ReplayOptionValues: Hashable, Sendable {
    /// The values of each option; empty for a flag.
    private(set) public var values: [String: [String]] = [:]
    /// Where each option is set, for messages; options that are set to the same values at different places are equal.
    private var places: [String: ScenarioError.Place] = [:]

    /// The kind of value an option takes.
    private enum Shape {
        case value
        case list
        case flag
    }

    private static let filters: [String: Shape] = [
        "endpoint": .list, "method": .list, "host": .list, "session": .list, "status": .list, "where": .list,
        "sample": .value, "sample-seed": .value, "from": .value, "until": .value,
    ]

    private static let shapes: [String: Shape] = [
        "target": .list, "allow-host": .list, "workers": .value, "transport": .value, "order": .value,
        "timeout": .value,
        "timeout-connect": .value, "timeout-first-byte": .value, "drain": .value, "max-behind": .value,
        "expect": .value,
        "on-missing": .value, "on-401": .value, "renew-before": .value, "mint-key": .value, "mint-with": .value,
        "mint-timeout": .value, "identities": .value, "identities-when-used-up": .value, "identity": .value,
        "feed": .list,
        "bindings": .value, "keep-host": .flag, "insecure": .flag, "cacert": .value, "cert": .value, "key": .value,
        "resolve": .list, "connect-to": .list, "sni": .value, "proxy": .value, "connections": .value, "speed": .value,
        "pacing": .value, "think": .value, "seed": .value, "keep-cookies": .flag, "compare-bodies": .flag,
        "oauth-token-url": .value, "oauth-client-id": .value, "oauth-client-secret": .value, "oauth-grant": .value,
        "oauth-client-in-body": .flag, "oauth-scope": .value, "oauth-user": .value, "oauth-password": .value,
        "oauth-refresh-token": .value, "claim": .list, "aws-keys": .value, "proxy-cacert": .value,
        "proxy-password-file": .value, "proxy-insecure": .flag, "endpoints": .value, "decrypt-key": .value,
        "source": .value, "no-prelude": .flag,
    ]

    /// The long names of all options that a file may have.
    public static let names: Set<String> = Set(filters.keys).union(shapes.keys)

    /// No options.
    public init() {}

    /// Takes the options from a map.
    init(_ map: inout MapReader) throws(ScenarioError) { try take(Self.shapes, from: &map) }

    /// Takes the options that select a part of the logs.
    init(filtersIn map: inout MapReader) throws(ScenarioError) { try take(Self.filters, from: &map) }

    private mutating func take(_ shapes: [String: Shape], from map: inout MapReader) throws(ScenarioError) {
        for entry in map.takeAll(in: shapes.keys) {
            places[entry.key] = entry.value.place
            switch shapes[entry.key] {
            case .flag?:
                if try entry.value.flag(entry.key) { values[entry.key] = [] }
            case .list?:
                var texts: [String] = []
                for item in entry.value.items { texts.append(try item.text(entry.key)) }
                values[entry.key] = texts
            case .value?, nil: values[entry.key] = [try entry.value.text(entry.key)]
            }
        }
    }

    /// The options, overridden by those of a narrower level. The options that pace requests (pauses, no pauses,
    /// recorded times) replace one another.
    public func overlaid(by narrower: ReplayOptionValues) -> ReplayOptionValues {
        var all = self
        if narrower.value("speed") == "max" || narrower.value("pacing") == "timeline" { all.values["think"] = nil }
        if narrower.values["think"] != nil {
            all.values["pacing"] = nil
            if all.value("speed") == "max" { all.values["speed"] = nil }
        }
        all.values.merge(narrower.values) { $1 }
        all.places.merge(narrower.places) { $1 }
        return all
    }

    /// Options are equal if their values are, wherever they are set.
    public static func == (one: Self, other: Self) -> Bool { one.values == other.values }

    /// Hashes what ``==(_:_:)`` compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(values) }

    /// Where an option is set; nil if it is not.
    public func place(of name: String) -> ScenarioError.Place? { values[name] == nil ? nil : places[name] }

    /// The only value of an option.
    public func value(_ name: String) -> String? { values[name]?.first }
}
