internal import Traffic

/// Levels that rise until one fails its gates, to find where a service stops keeping up.
public struct Ladder: Hashable, Sendable {
    /// Concurrent sessions, in ascending order.
    public var levels: [Int]
    /// The time in which a level is reached.
    public var ramp: Duration
    /// The time at a level.
    public var hold: Duration
    /// How close, as a share, the search brings the last good and the first bad level; nil for no search.
    public var search: Double?
    /// The level to return to at the end.
    public var back: Int?
    /// How long the level of the return is held.
    public var backHold: Duration
}

/// A short, higher load that repeats.
struct Spikes: Hashable {
    var sessions: Int
    var length: Duration
    /// From the start of one to the start of the next, and from the phase's start to the first.
    var interval: Duration
    var place: ScenarioError.Place

    /// The most spikes of a scenario.
    static let most = 1000
}

extension Ladder {

    /// Takes `ladder`, `ramp`, `hold` or `for`, `search`, `back` from a scenario's map; nil if it has no ladder.
    init?(_ map: inout MapReader) throws(ScenarioError) {
        guard let node = map.take("ladder") else { return nil }
        levels = []
        if case .map = node.value {
            throw ScenarioError("a ladder lists its levels, such as ladder: [100, 200, 500]", at: node.place)
        }
        for item in node.items {
            let level = try item.count("ladder")
            if let last = levels.last, level <= last {
                throw ScenarioError("the levels of a ladder must rise: \(level) follows \(last)", at: item.place)
            }
            levels.append(level)
        }
        guard levels.count > 1 else { throw ScenarioError("a ladder needs at least two levels", at: node.place) }
        let ramp = try map.duration("ramp") ?? .zero
        let wholePlace = map.peek("for")?.place ?? node.place
        let whole = try map.duration("for")
        let held = try map.duration("hold")
        if held != nil, whole != nil {
            throw ScenarioError("'for' is ramp and hold together: give either 'hold' or 'for'", at: wholePlace)
        }
        if let whole, whole <= ramp {
            throw ScenarioError("each run ends before it reaches its level: 'for' includes the ramp", at: wholePlace)
        }
        guard let hold = held ?? whole.map({ $0 - ramp }), hold > .zero else {
            try map.checkOtherNames(of: ["hold", "for"])
            throw ScenarioError("a ladder needs 'hold' or 'for': how long each level lasts", at: node.place)
        }
        (self.ramp, self.hold) = (ramp, hold)
        search = nil
        if let node = map.take("search") {
            let text = try node.text("search")
            guard text.hasSuffix("%"), let percent = Double(text.dropLast()), percent >= 0.5, percent <= 50 else {
                throw ScenarioError(
                    "'search' must be a share from 0.5% to 50%, not '\(text)'", at: node.place,
                    suggestion: Double(text).map { $0 >= 0.5 && $0 <= 50 } == true ? text + "%" : nil)
            }
            search = percent / 100
        }
        let backPlace = map.peek("back")?.place ?? node.place
        back = try map.count("back")
        if let back, back >= levels[levels.count - 1] {
            throw ScenarioError(
                "'back' is a low level to return to, and \(back) is the ladder's highest or above it", at: backPlace)
        }
        backHold = try map.timeLimit("back-hold") ?? hold
    }
}

extension Spikes {

    init(_ node: ScenarioNode) throws(ScenarioError) {
        var map = try MapReader(node, "spikes")
        guard let sessions = try map.count("sessions"), let length = try map.duration("for"),
            let interval = try map.duration("every")
        else {
            try map.checkOtherNames(of: ["sessions", "for", "every"])
            throw ScenarioError("spikes need 'sessions', 'for' and 'every'", at: node.place)
        }
        guard length > .zero, interval > length else {
            throw ScenarioError(
                "'every' is the time from one spike's start to the next, so it must be longer than 'for'",
                at: node.place)
        }
        (self.sessions, self.length, self.interval) = (sessions, length, interval)
        place = node.place
        try map.finish()
    }

    /// The phases into which spikes cut `phase`: base and spike alternately; a spike at the end may be cut short.
    ///
    /// - Throws: an error if there are more than ``most`` spikes
    func phases(in phase: Phase) throws(ScenarioError) -> [Phase] {
        guard let hold = phase.hold else { return [phase] }
        guard hold / interval <= Double(Self.most) else {
            throw ScenarioError("there are at most \(Self.most) spikes: make 'every' longer", at: place)
        }
        var phases: [Phase] = []
        var at = Duration.zero
        var number = 1
        func add(_ name: String, _ level: LoadLevel, _ length: Duration, _ group: String?) {
            var part = phase
            part.name = name
            part.level = level
            part.ramp = phases.isEmpty ? phase.ramp : .zero
            part.hold = length
            part.group = group
            phases.append(part)
        }
        while at < hold {
            let base = min(number == 1 ? interval : interval - length, hold - at)
            add(number == 1 ? phase.name : "\(phase.name)-after-spike-\(number - 1)", phase.level, base, nil)
            at += base
            if at < hold {
                let spike = min(length, hold - at)
                add("spike-\(number)", .sessions(sessions), spike, "spikes")
                at += spike
            }
            number += 1
        }
        return phases
    }
}
