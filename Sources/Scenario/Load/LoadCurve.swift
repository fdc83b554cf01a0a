/// The planned level over time: a piecewise linear function, in concurrent sessions or in sessions per second.
public struct LoadCurve: Hashable, Sendable {

    /// An interval in which the level changes linearly.
    public struct Segment: Hashable, Sendable {
        /// From the start of the scenario.
        public var begin: Duration
        /// From the start of the scenario.
        public var end: Duration
        /// The level at its beginning.
        public var from: Double
        /// The level at its end.
        public var to: Double
        /// Index of the phase in ``ScenarioDefinition/phases``.
        public var phase: Int
        /// Whether this is the ramp to the phase's level.
        public var isRamp: Bool
    }

    /// The segments, consecutive and without gaps.
    public private(set) var segments: [Segment] = []

    /// The curve of the phases up to the first one without a length. The first phase rises from zero.
    ///
    /// - Parameter value: the level of a phase, to count only a part of it; nil for all of it
    public init(_ phases: [Phase], level value: ((Phase) -> Double)? = nil) {
        var at = Duration.zero
        var level = 0.0
        for (index, phase) in phases.enumerated() {
            let wanted = value?(phase) ?? Self.value(of: phase.level)
            if phase.ramp > .zero {
                segments.append(
                    Segment(begin: at, end: at + phase.ramp, from: level, to: wanted, phase: index, isRamp: true))
                at += phase.ramp
            }
            guard let hold = phase.hold else { break }
            segments.append(Segment(begin: at, end: at + hold, from: wanted, to: wanted, phase: index, isRamp: false))
            at += hold
            level = wanted
        }
    }

    private static func value(of level: LoadLevel) -> Double {
        switch level {
        case .sessions(let count): Double(count)
        case .rate(let perSecond): perSecond
        case .byTraffic(let counts): counts.reduce(0) { $0 + Double($1.sessions) }
        }
    }

    /// The end of the last segment.
    public var length: Duration { segments.last?.end ?? .zero }

    /// The level at a time; at the boundary of two segments, that of the later one. 0 outside.
    public func level(at time: Duration) -> Double {
        guard let segment = segments.last(where: { $0.begin <= time && time < $0.end }) else { return 0 }
        let share = (time - segment.begin) / (segment.end - segment.begin)
        return segment.from + (segment.to - segment.from) * share
    }

    /// The highest level.
    public var peak: Double { segments.reduce(0) { max($0, $1.from, $1.to) } }
}
