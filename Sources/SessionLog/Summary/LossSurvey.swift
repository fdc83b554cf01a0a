import Formats
import Traffic

/// The capture losses by second, in bounded memory.
struct LossSurvey {
    /// The maximum number of seconds kept separately.
    static let maximumSeconds = 3600
    private(set) var total = CaptureLoss(second: 0)
    private var seconds: [Int64: CaptureLoss] = [:]
    /// Seconds past the limit. Only consecutive rows of the same second are recognised.
    private var otherSeconds: UInt64 = 0
    private var lastOther: Int64?

    /// Adds a row of a log; rows of one second are summed.
    mutating func add(_ loss: CaptureLoss) {
        total.add(loss)
        guard !loss.isNone else { return }
        guard seconds.count < LossSurvey.maximumSeconds || seconds[loss.second] != nil else {
            if lastOther != loss.second { otherSeconds += 1 }
            lastOther = loss.second
            return
        }
        seconds[loss.second, default: CaptureLoss(second: loss.second)].add(loss)
    }

    /// Seconds in which something was lost.
    var secondCount: UInt64 { UInt64(seconds.count) + otherSeconds }

    /// The seconds kept separately, in order.
    var rows: [LogSummary.LossSecond] {
        seconds.sorted { $0.key < $1.key }.map {
            LogSummary.LossSecond(start: $0.key &* Nanoseconds.perSecond, losses: $0.value.counts)
        }
    }
}
