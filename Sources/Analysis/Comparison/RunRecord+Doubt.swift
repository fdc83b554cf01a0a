import Formats
public import Measurement
import Traffic

extension RunRecord {
    /// Why figures of a part of the run may be due to the generator or its machine instead of the target: the generator
    /// was too slow for the plan, or other programs used the CPU. Nil if nothing suggests that.
    ///
    /// Windows in which the generator stalled do not count, as ``RunComparison`` leaves them out.
    ///
    /// - Parameter spans: in nanoseconds since the run's start
    public func doubt(within spans: [Range<Int64>]) -> String? {
        if let use = description.end?.generator, use.processors > 0, durationNs > 0 {
            let ratio = Double(use.cpuNs) / (Double(durationNs) * Double(use.processors))
            if ratio > GeneratorSummary.highestCPURatio {
                return "the generator used \((100 * ratio).formatted(decimals: 0)) % of its processors"
            }
        }
        let own = GeneratorDelay(of: part(within: spans)).comparable
        let sendLag = own.series.windows.reduce(into: TimeDistribution()) { $0.add($1.times[.sendLag]) }
        if let lag = sendLag.milliseconds(atQuantile: 0.99), lag > GeneratorSummary.longestLagMs {
            return "the generator was too slow for the plan, p99 send lag \(lag.formatted(decimals: 1)) ms"
        }
        guard let first = spans.map(\.lowerBound).min(), let last = spans.map(\.upperBound).max() else { return nil }
        return MachineState(of: self).shortage(in: Nanoseconds.inSeconds(first)...Nanoseconds.inSeconds(last))
    }
}
