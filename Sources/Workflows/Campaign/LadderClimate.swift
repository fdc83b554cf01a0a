import Analysis
public import Measurement
public import Scenario
import Traffic

/// How a service recovers after it was driven past its limit: compares a ladder's return level with its first level.
public struct LadderClimate {
    private var first: ArraySlice<LoadTimeline.Slice>?
    /// From the beginning of the return until times and failures are as at the first level; nil if unknown.
    public private(set) var recoverySeconds: Double?

    /// Starts without any level.
    public init() {}

    /// Takes the record of a level.
    public mutating func take(_ record: RunRecord, of step: LadderSearch.Step, _ ladder: Ladder) {
        let held = ladder.ramp.wholeNanoseconds
        if step.purpose != .back {
            if first == nil { first = record.timeline.slices(from: held, to: record.durationNs) }
            return
        }
        guard let first else { return }
        recoverySeconds = FaultEffect.steadyTime(from: 0, to: record.durationNs, as: first, in: record.timeline)
            .map { Double($0) / 1e9 }
    }
}
