public import Analysis
internal import Traffic

/// An amount of load.
public enum LoadLevel: Hashable, Sendable {
    /// Concurrent sessions.
    case sessions(Int)
    /// Sessions that begin per second.
    case rate(perSecond: Double)
    /// Concurrent sessions, by traffic.
    case byTraffic([TrafficCount])

    /// A traffic with its sessions.
    public struct TrafficCount: Hashable, Sendable {
        /// The traffic's name.
        public var traffic: String
        /// Its sessions at once.
        public var sessions: Int

        /// A traffic and its number of concurrent sessions.
        public init(traffic: String, sessions: Int) {
            self.traffic = traffic
            self.sessions = sessions
        }
    }

    /// `100`, `50.0/s` or `200 api, 20 login`.
    public var text: String {
        switch self {
        case .sessions(let count): "\(count)"
        case .rate(let perSecond): "\(perSecond)/s"
        case .byTraffic(let counts): counts.map { "\($0.sessions) \($0.traffic)" }.joined(separator: ", ")
        }
    }

    /// Concurrent sessions; nil if the level is a rate.
    public var sessionCount: Int? {
        switch self {
        case .sessions(let count): count
        case .byTraffic(let counts): counts.reduce(0) { $0 + $1.sessions }
        case .rate: nil
        }
    }
}

/// A part of a scenario with one level and separate figures.
public struct Phase: Hashable, Sendable {
    /// The phase's name.
    public var name: String
    /// The load it holds.
    public var level: LoadLevel
    /// The time in which the level changes from that of the previous phase; its figures are kept separate.
    public var ramp: Duration
    /// The time at the level; nil if passes end the phase.
    public var hold: Duration?
    /// How long sessions above a level that falls in this phase continue before they are ended.
    public var graceful = Duration.zero
    /// How often each recorded session runs, instead of a time.
    public var passes: Int?
    /// nil for the scenario's.
    public var traffic: String?
    /// Conditions that the phase must meet.
    public var gates: [Criterion] = []
    /// Conditions that count in the score.
    public var goals: [Criterion] = []
    /// Whether gates of the scenario include it.
    public var isJudged = true
    /// The shorthand that the phase comes from, such as `spikes` or `ladder`.
    public var group: String?
    /// Options that differ from the scenario's.
    public var options = ReplayOptionValues()
    /// Its place in the file.
    public var place: ScenarioError.Place

    /// A phase; see the properties for the meaning of each.
    public init(
        name: String, level: LoadLevel, ramp: Duration, hold: Duration?, passes: Int? = nil, traffic: String? = nil,
        group: String? = nil, place: ScenarioError.Place
    ) {
        self.name = name
        self.level = level
        self.ramp = ramp
        self.hold = hold
        self.passes = passes
        self.traffic = traffic
        self.group = group
        self.place = place
    }

    /// Ramp and hold together; nil if passes end the phase.
    public var length: Duration? { hold.map { ramp + $0 } }
}

extension Phase {

    init(_ node: ScenarioNode, number: Int) throws(ScenarioError) {
        var map = try MapReader(node, "phase")
        self = try Phase(&map, name: "phase-\(number)")
        try map.finish()
    }

    /// Takes the keys of the load from the map of a phase, or of a scenario with a single phase.
    ///
    /// - Parameter graceful: the default if the map has none
    init(_ map: inout MapReader, name: String, graceful: Duration = .zero) throws(ScenarioError) {
        place = map.place
        self.name = try map.text("name") ?? name
        let (level, traffic) = try LoadLevel.taken(from: &map)
        guard let level else {
            try map.checkOtherNames(of: ["sessions", "rate"])
            throw ScenarioError("\(map.noun) needs a load level: 'sessions' or 'rate'", at: map.place)
        }
        self.level = level
        self.traffic = traffic
        ramp = try map.duration("ramp") ?? .zero
        hold = try map.duration("hold")
        let wholePlace = map.peek("for")?.place ?? map.place
        let whole = try map.duration("for")
        let passesPlace = map.peek("passes")?.place ?? map.place
        passes = try map.count("passes", 1...1_000_000)
        if passes != nil, case .rate = level {
            throw ScenarioError(
                "'passes' counts how often each session runs, and a 'rate' starts sessions: give 'sessions'",
                at: passesPlace)
        }
        self.graceful = try map.duration("graceful") ?? graceful
        if let whole {
            guard hold == nil else {
                throw ScenarioError("'for' is ramp and hold together: give either 'hold' or 'for'", at: wholePlace)
            }
            guard whole > ramp else {
                throw ScenarioError(
                    "the phase ends before it reaches its level: 'for' includes the ramp", at: wholePlace)
            }
            hold = whole - ramp
        }
        if hold == nil, passes == nil { try map.checkOtherNames(of: ["for", "hold", "passes"]) }
        switch (hold, passes) {
        case (nil, nil): throw ScenarioError("\(map.noun) needs a length: 'hold', 'for' or 'passes'", at: map.place)
        case (.some, .some): throw ScenarioError("'passes' and a length exclude each other", at: passesPlace)
        case (let hold?, nil) where hold <= .zero: throw ScenarioError("'hold' must be longer than 0", at: map.place)
        default: break
        }
        isJudged = try map.flag("judged") ?? true
    }
}

extension LoadLevel {

    /// The level in a map, and the traffic if the map names one.
    static func taken(from map: inout MapReader) throws(ScenarioError) -> (LoadLevel?, traffic: String?) {
        let sessions = try map.count("sessions")
        let rate = try map.take("rate").map { node throws(ScenarioError) in try Self.rate(node) }
        if sessions != nil, rate != nil {
            throw ScenarioError("'sessions' and 'rate' exclude each other", at: map.place)
        }
        guard let node = map.take("traffic") else {
            return (sessions.map(LoadLevel.sessions) ?? rate.map { .rate(perSecond: $0) }, nil)
        }
        guard case .map(let entries) = node.value else {
            return (sessions.map(LoadLevel.sessions) ?? rate.map { .rate(perSecond: $0) }, try node.text("traffic"))
        }
        try node.refuseDefinitionWithoutName()
        guard sessions == nil, rate == nil else {
            throw ScenarioError("sessions are given by traffic here: leave out 'sessions' and 'rate'", at: node.place)
        }
        var counts: [TrafficCount] = []
        for entry in entries {
            counts.append(TrafficCount(traffic: entry.key, sessions: try entry.value.count(entry.key)))
        }
        return (.byTraffic(counts), nil)
    }

    /// `50/s`, or `50`.
    private static func rate(_ node: ScenarioNode) throws(ScenarioError) -> Double {
        let text = try node.text("rate")
        let digits = text.hasSuffix("/s") ? String(text.dropLast(2)) : text
        guard let rate = Double(digits), rate.isFinite, rate >= 0.001, rate <= 1e6 else {
            throw ScenarioError(
                "'rate' must be a number of sessions per second such as 50/s, not '\(text)'", at: node.place)
        }
        return rate
    }
}
