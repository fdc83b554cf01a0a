import Foundation
import Glibc
import Measurement
import Traffic

/// The machine of the generator: its processors, what waits for them, its clocks.
///
/// Figures that the system does not provide, such as pressure on an older kernel, are left out.
public final class MachineSource: WatchSource {
    private let echo: ControlEcho?
    private var firstOffset: Double?
    private let ticksPerSecond = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))

    /// A source of the figures of this machine.
    ///
    /// - Parameter hasControl: whether control requests are sent to a built-in echo at each reading.
    /// - Throws: an error if the echo server cannot be started.
    public init(hasControl: Bool) throws(WatchGap) { echo = hasControl ? try ControlEcho() : nil }

    /// A watcher that reads the machine once a second during a run.
    public static func watcher(hasControl: Bool) -> Watcher {
        Watcher(name: MachineSeries.page, interval: .seconds(1)) { () throws(WatchGap) in
            try MachineSource(hasControl: hasControl)
        }
    }

    /// The current figures.
    ///
    /// - Throws: why there are none.
    public func read() throws(WatchGap) -> [WatchFigure] {
        guard let stat = SmallFile.text("/proc/stat"),
            let processors = MachineSource.processorSeconds(stat, ticksPerSecond: ticksPerSecond)
        else { throw WatchGap("/proc/stat cannot be read") }
        var figures = [
            figure(.busy, processors.busy), figure(.steal, processors.steal),
            figure(.processors, Double(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))),
        ]
        if let text = SmallFile.text("/proc/pressure/cpu"), let waited = MachineSource.stalledSeconds(text) {
            figures.append(figure(.pressure, waited))
        }
        if let megahertz = MachineSource.meanMegahertz() { figures.append(figure(.frequency, megahertz)) }
        figures.append(figure(.clock, clockOffset()))
        if let echo, let times = echo.times() {
            figures.append(figure(.control, 1e6 * times.median))
            figures.append(figure(.controlTail, 1e6 * times.tail))
        }
        return figures
    }

    private func figure(_ series: MachineSeries, _ value: Double) -> WatchFigure {
        WatchFigure(series.rawValue, value, series.kind)
    }

    /// Processor time since boot of the machine's first line of `/proc/stat` (proc_stat(5)); nil if the text is not
    /// such a line.
    static func processorSeconds(_ text: String, ticksPerSecond: Double) -> (busy: Double, steal: Double)? {
        guard let line = text.split(whereSeparator: \.isNewline).first else { return nil }
        let words = line.split(separator: " ")
        let ticks = words.dropFirst().compactMap { Double($0) }
        // user, nice, system, idle, iowait, irq, softirq, steal; a guest's time is in user's.
        guard words.first == "cpu", ticks.count >= 8 else { return nil }
        let busy = ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]
        return (busy / ticksPerSecond, ticks[7] / ticksPerSecond)
    }

    /// Seconds in which at least one task waited for a processor; nil if the text does not have them.
    static func stalledSeconds(_ text: String) -> Double? {
        guard let line = text.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix("some ") }),
            let total = line.split(separator: " ").first(where: { $0.hasPrefix("total=") })
        else { return nil }
        return Double(total.dropFirst("total=".count)).map { $0 / 1e6 }
    }

    private static func meanMegahertz() -> Double? {
        let values = (0..<min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 64)).compactMap {
            SmallFile.number("/sys/devices/system/cpu/cpu\($0)/cpufreq/scaling_cur_freq")
        }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) / 1000
    }

    /// The offset of the wall clock from the raw clock: setting the clock shows as a step, slewing as a slope.
    private func clockOffset() -> Double {
        let offset = MachineSource.seconds(CLOCK_REALTIME) - MachineSource.seconds(CLOCK_MONOTONIC_RAW)
        let first = firstOffset ?? offset
        firstOffset = first
        return offset - first
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
