extension Axis {
    /// A time axis from 0 to `seconds`, labelled at the steps of a clock: `30s`, `1m30s`, `2h`.
    static func elapsed(seconds: Double, ticks wanted: Int = 8) -> Axis {
        let end = seconds.isFinite && seconds > 0 ? seconds : 1
        let step = elapsedStep(atLeast: end / Double(wanted))
        // The last window begins a little before the run's end: eight hours must still read as eight.
        let ticks = (0...Int(end / step * 1.002)).map { index in
            Tick(value: Double(index) * step, label: elapsedText(Double(index) * step), isMinor: index % 2 == 1)
        }
        return Axis(lower: 0, upper: end, ticks: ticks)
    }

    private static func elapsedStep(atLeast step: Double) -> Double {
        let clock: [Double] = [
            1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
        ]
        if step <= 0.5 { return niceStep(atLeast: step) }
        return clock.first { $0 >= step } ?? (step / 86400).rounded(.up) * 86400
    }

    /// `1m30s`, the form of durations on the command line.
    private static func elapsedText(_ seconds: Double) -> String {
        guard seconds > 0 else { return "0" }
        guard seconds >= 1, seconds == seconds.rounded() else { return Quantity.milliseconds.text(seconds * 1000) }
        let whole = Int(seconds)
        let parts = [(whole / 86400, "d"), (whole / 3600 % 24, "h"), (whole / 60 % 60, "m"), (whole % 60, "s")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    }
}
