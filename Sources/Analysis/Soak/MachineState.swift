import Formats
import Measurement
import Traffic

/// The state of the generator's own machine during a run. A change that the machine shares is not attributed to the
/// target.
///
/// It covers CPU use by other programs, hypervisor steal, clock frequency, the times of control requests, and the
/// generator's own lag, but not the CPU use of the target and the generator.
struct MachineState {
    /// A figure of the machine over the run.
    private struct Course {
        var seconds: [Double]
        var values: [Double]

        var isEmpty: Bool { seconds.isEmpty }

        /// The mean within a range; nil with less than two values.
        func mean(_ span: ClosedRange<Double>) -> Double? {
            let own = zip(seconds, values).filter { span.contains($0.0) }.map(\.1)
            return own.count < 2 ? nil : own.reduce(0, +) / Double(own.count)
        }

        /// The median within a range; nil with less than two values.
        func median(_ span: ClosedRange<Double>) -> Double? {
            let own = zip(seconds, values).filter { span.contains($0.0) }.map(\.1)
            return own.count < 2 ? nil : Robust.median(own)
        }
    }

    /// The machine's processors; 0 if they were not recorded.
    let processors: Double
    /// Processors used by all programs, by the target, and by neither the target nor the generator.
    private let busy: Course
    private let own: Course
    private let others: Course
    private let steal: Course
    private let pressure: Course
    private let frequency: Course
    private let control: Course
    private let lag: Course
    private let clock: Course

    /// The least relevant changes: shares of the machine's processors, of time, and ratios.
    private static let leastOthers = 0.05
    private static let leastOthersRatio = 0.1
    private static let leastSteal = 0.01
    private static let leastPressure = 0.05
    private static let leastFrequency = 0.03
    private static let leastControl = 0.15
    /// The generator's lag explains a change of which it is at least this share.
    private static let leastLagPart = 0.3

    init(of record: RunRecord) {
        let metrics = record.metrics
        let cores = { (series: MachineSeries) in metrics.track(of: series).map(MachineState.rates) }
        let levels = { (series: MachineSeries) in
            metrics.track(of: series).map {
                Course(seconds: $0.samples.map { $0.time.seconds }, values: $0.samples.map(\.value))
            }
        }
        let none = Course(seconds: [], values: [])
        processors = metrics.track(of: .processors)?.samples.last?.value ?? 0
        busy = cores(.busy) ?? none
        steal = cores(.steal) ?? none
        pressure = cores(.pressure) ?? none
        frequency = levels(.frequency) ?? none
        control = levels(.control) ?? none
        clock = levels(.clock) ?? none
        let windows = record.series.windows.filter { $0.counts.requests > 0 }
        lag = Course(
            seconds: windows.map { Nanoseconds.inSeconds($0.startNs) },
            values: windows.map { window in
                window.times[.sendLag].nanoseconds(atQuantile: 0.9).map { Nanoseconds.inMilliseconds($0) } ?? 0
            })
        let busy = busy
        let own = MachineState.sum(record.targets, at: busy.seconds)
        let generator = MachineState.generator(of: record)
        self.own = own
        others = Course(
            seconds: busy.seconds,
            values: busy.seconds.indices.map { place in
                max(0, busy.values[place] - (own.isEmpty ? 0 : own.values[place]) - generator(busy.seconds[place]))
            })
    }

    /// Processors used by everything on the machine, in the readings of a time interval or, if it has none, around it;
    /// nil if they were not recorded.
    func busy(from start: Double, to end: Double) -> Double? {
        var place = busy.seconds.partitioningIndex { $0 >= start }
        guard place < busy.seconds.count else { return nil }
        var (sum, count) = (busy.values[place], 1.0)
        while place + 1 < busy.seconds.count, busy.seconds[place + 1] <= end {
            place += 1
            sum += busy.values[place]
            count += 1
        }
        return sum / count
    }

    /// The change of the machine between two time ranges, in a few words; nil if there was none.
    ///
    /// - Parameter changeMs: the latency change to be explained, in milliseconds.
    func change(from before: ClosedRange<Double>, to after: ClosedRange<Double>, changeMs: Double) -> String? {
        let shift = { (course: Course) -> (from: Double, to: Double)? in
            course.mean(before).flatMap { old in course.mean(after).map { (old, $0) } }
        }
        let text = { (value: Double) in value.formatted(decimals: 2) }
        if let (old, new) = shift(others), processors > 0, !own.isEmpty,
            new - old > max(MachineState.leastOthers * processors, MachineState.leastOthersRatio * old)
        {
            return "other programs used \(text(old)) of the machine's \(processors.formatted(decimals: 0)) processors "
                + "before and \(text(new)) after"
        }
        if let (old, new) = shift(steal), new - old > MachineState.leastSteal * max(processors, 1) {
            return "the hypervisor took \(text(old)) processors from the machine before and \(text(new)) after"
        }
        if let (old, new) = shift(frequency), old > 0, new < (1 - MachineState.leastFrequency) * old {
            return
                "the processors ran at \(old.formatted(decimals: 0)) MHz before and at \(new.formatted(decimals: 0)) after"
        }
        // If the target is not watched, its share of the pressure is unknown.
        if own.isEmpty, let (old, new) = shift(pressure), new - old > MachineState.leastPressure {
            let share = { (value: Double) in "\((100 * value).formatted(decimals: 0)) %" }
            return "programs on the generator's machine waited for a processor \(share(old)) of the time before and "
                + "\(share(new)) after"
        }
        let isOwnWork = shift(own).map { $1 - $0 > MachineState.leastOthers * max(processors, 1) } ?? false
        if !isOwnWork, let old = control.median(before), let new = control.median(after), old > 0,
            new > (1 + MachineState.leastControl) * old
        {
            return "control requests to the built-in echo took \(old.formatted(decimals: 0)) µs before and "
                + "\(new.formatted(decimals: 0)) µs after"
        }
        if let (old, new) = shift(lag), new - old > MachineState.leastLagPart * changeMs, new > old {
            return "the generator itself sent \(text(old)) ms late before and \(text(new)) ms after"
        }
        return nil
    }

    /// Whether all processors are busy for most of the run, and mostly with other programs than the target.
    var isFull: Bool {
        guard processors > 0, busy.values.count >= MachineState.leastReadings else { return false }
        return isFull(used: Robust.median(busy.values), own: own.isEmpty ? nil : Robust.median(own.values))
    }

    /// Whether use of `used` processors, `own` of them by the target, leaves no CPU because of other programs.
    ///
    /// - Parameter own: nil if no process of the target was watched.
    func isFull(used: Double, own: Double?) -> Bool {
        processors > 0 && used > 0.9 * processors && own ?? 0 < 0.5 * processors
    }

    /// Why the target or the generator had too little CPU in a part of the run, in a few words; nil if they had enough,
    /// or the target used most of the CPU itself.
    func shortage(in span: ClosedRange<Double>) -> String? {
        let text = { (value: Double) in value.formatted(decimals: 2) }
        let all = processors.formatted(decimals: 0)
        if let used = busy.median(span) {
            let share = own.median(span)
            if isFull(used: used, own: share) {
                let part =
                    share.map { ", \(text($0)) of them by the target" } ?? "; the target's part was not recorded"
                return "the machine had no CPU left (\(text(used)) of its \(all) processors used\(part))"
            }
        }
        if processors > 0, let taken = steal.mean(span), taken > MachineState.largeSteal * processors {
            return "the hypervisor took \(text(taken)) of the machine's \(all) processors"
        }
        return nil
    }

    /// The generator's own lateness in a part of the run, in milliseconds; nil without requests.
    func lateness(in span: ClosedRange<Double>) -> Double? { lag.median(span) }

    /// A hypervisor that takes this share of the processors may make requests late.
    private static let largeSteal = 0.2

    /// The fewest readings of the processors that allow a statement about the whole run.
    private static let leastReadings = 5

    /// Warnings about a machine that was busy with other work in a part of the run, or whose clock was set; empty if
    /// there are none.
    var warnings: [String] {
        var warnings: [String] = []
        if processors > 0, !others.isEmpty {
            let high = Robust.quantile(0.9, of: others.values)
            let usual = Robust.median(others.values)
            if !own.isEmpty, high - usual > 0.25 * processors {
                warnings.append(
                    "the machine had other work: other programs used \(high.formatted(decimals: 1)) of its "
                        + "\(processors.formatted(decimals: 0)) processors in the busiest tenth of the run, "
                        + "\(usual.formatted(decimals: 1)) usually")
            }
        }
        // Slewing moves a clock by at most half a millisecond per second (adjtime(3)); larger moves mean that it was
        // set.
        for place in clock.seconds.indices.dropFirst() {
            let moved = clock.values[place] - clock.values[place - 1]
            let time = clock.seconds[place] - clock.seconds[place - 1]
            guard moved.magnitude > 0.02 + 0.001 * time else { continue }
            warnings.append(
                "the machine's clock was set \(moved < 0 ? "back" : "forward") by "
                    + "\(moved.magnitude.formatted(decimals: 3)) s at second \(clock.seconds[place].formatted(decimals: 0)); "
                    + "times of requests are not affected, those of tokens and logs may be")
            break
        }
        return warnings
    }

    /// Rates per second between a counter's readings, each at the time of the later one.
    private static func rates(_ track: MetricTrack) -> Course {
        var course = Course(seconds: [], values: [])
        for (earlier, later) in zip(track.samples, track.samples.dropFirst()) {
            let time = later.time.seconds - earlier.time.seconds
            guard time > 0, later.value >= earlier.value else { continue }
            course.seconds.append(later.time.seconds)
            course.values.append((later.value - earlier.value) / time)
        }
        return course
    }

    /// Processors used by all watched processes at the given instants; empty if none was watched.
    private static func sum(_ tracks: [ProcessTrack], at seconds: [Double]) -> Course {
        guard tracks.contains(where: { $0.samples.count > 1 }) else { return Course(seconds: [], values: []) }
        var values = [Double](repeating: 0, count: seconds.count)
        for track in tracks {
            let times = track.samples.map { $0.time.seconds }
            let used = track.samples.map { Nanoseconds.inSeconds(Double($0.cpuNs)) }
            var place = 0
            func usedBy(_ second: Double) -> Double {
                while place + 1 < times.count, times[place + 1] <= second { place += 1 }
                guard place + 1 < times.count, times[place] <= second else { return used[place] }
                let share = (second - times[place]) / max(times[place + 1] - times[place], 1e-9)
                return used[place] + share * (used[place + 1] - used[place])
            }
            guard !times.isEmpty else { continue }
            var before: (second: Double, used: Double)?
            for (index, second) in seconds.enumerated() {
                let now = usedBy(second)
                if let before, second > before.second {
                    values[index] += max(0, now - before.used) / (second - before.second)
                }
                before = (second, now)
            }
        }
        if values.count > 1 { values[0] = values[1] }
        return Course(seconds: seconds, values: values)
    }

    /// Processors used by the generator at an instant: its total, distributed over time by requests.
    private static func generator(of record: RunRecord) -> (Double) -> Double {
        let total = record.series.windows.reduce(0) { $0 + Double($1.counts.requests) }
        guard let use = record.description.end?.generator, record.durationNs > 0, total > 0 else { return { _ in 0 } }
        let perRequest = Nanoseconds.inSeconds(Double(use.cpuNs)) / total
        let length = Nanoseconds.inSeconds(record.series.lengthNs)
        var rates: [Int: Double] = [:]
        for window in record.series.windows {
            rates[Int(Nanoseconds.inSeconds(window.startNs) / length)] = Double(window.counts.requests) / length
        }
        return { second in perRequest * (rates[Int(second / length)] ?? 0) }
    }
}

extension [Double] {
    /// The first index with a condition that holds from there on; the count if there is none.
    fileprivate func partitioningIndex(where isSecond: (Double) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
