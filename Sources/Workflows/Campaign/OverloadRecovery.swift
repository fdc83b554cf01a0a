import Analysis
import Formats
public import Measurement
public import Scenario
import Traffic

/// How a service recovers after it was driven past its limit: compares a ladder's return level with its first level.
public struct OverloadRecovery {
    private var first: LoadBand?
    /// From the beginning of the return until times and failures are as at the first level; nil if unknown.
    public private(set) var recoverySeconds: Double?

    /// Starts without any level.
    public init() {}

    /// Takes the record of a level.
    public mutating func take(_ record: RunRecord, of step: LadderSearch.Step, _ ladder: Ladder) {
        let rampNs = ladder.ramp.wholeNanoseconds
        if step.purpose != .back {
            if first == nil { first = LoadBand(record.timeline.slices(from: rampNs, to: record.durationNs)) }
            return
        }
        guard let first else { return }
        recoverySeconds = first.firstLike(in: record.timeline.slices(from: 0, to: record.durationNs))
            .map { Nanoseconds.inSeconds(Int64($0) * LoadTimeline.sliceNs) }
    }
}
