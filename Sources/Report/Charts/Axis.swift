import Formats
import Glibc
import Traffic

/// One axis of a chart: its range of values, its scale, and its labels.
struct Axis: Hashable {
    var lower: Double
    var upper: Double
    var isLogarithmic = false
    var ticks: [Tick] = []

    /// A labelled position on an axis.
    struct Tick: Hashable {
        var value: Double
        var label: String
        /// Left out if there is little room: every second tick.
        var isMinor = false
    }

    /// The position of a value, from 0 at the lower end to 1 at the upper; values outside the range are clamped.
    func fraction(of value: Double) -> Double {
        guard upper > lower, value.isFinite else { return 0 }
        let position =
            isLogarithmic
            ? (log10(max(value, lower)) - log10(lower)) / (log10(upper) - log10(lower))
            : (value - lower) / (upper - lower)
        return min(1, max(0, position))
    }
}

extension Axis {
    /// An axis from zero (or a little below the smallest value, see `startsNearData`) to a round number at or above the
    /// largest.
    ///
    /// - Parameters:
    ///   - values: the values that must fit.
    ///   - startsNearData: begin near the smallest value if the values lie within a fifth of the largest: a trend of a
    ///     few percent is invisible on an axis from zero.
    ///   - ticks: the approximate number of intervals.
    static func linear(
        covering values: [Double], quantity: Quantity, startsNearData: Bool = false, ticks wanted: Int = 4
    ) -> Axis {
        let usable = values.filter { $0.isFinite && $0 >= 0 }
        let largest = max(usable.max() ?? 0, 0)
        let smallest = usable.min() ?? 0
        guard largest > 0 else { return linear(from: 0, to: quantity == .bytes ? 1024 : 1, quantity, wanted) }
        guard startsNearData, smallest > 0.8 * largest else { return linear(from: 0, to: largest, quantity, wanted) }
        let margin = max((largest - smallest) / 4, largest / 50)
        return linear(from: max(0, smallest - margin), to: largest + margin, quantity, wanted)
    }

    private static func linear(from lowest: Double, to highest: Double, _ quantity: Quantity, _ wanted: Int) -> Axis {
        let scale = quantity.scale(upTo: highest)
        var step = niceStep(atLeast: (highest - lowest) / scale.size / Double(wanted))
        // Counts are whole.
        if quantity == .count, scale.size == 1 { step = step == 2.5 ? 5 : max(1, step) }
        let first = (lowest / scale.size / step + 1e-9).rounded(.down)
        let last = max(first + 1, (highest / scale.size / step - 1e-9).rounded(.up))
        let decimals = decimals(ofStep: step)
        let ticks = (Int(first)...Int(last)).map { index in
            let value = Double(index) * step
            let label = value == 0 ? "0" : DigitGroups.text(value.formatted(decimals: decimals)) + scale.symbol
            return Tick(value: value * scale.size, label: label)
        }
        return Axis(lower: first * step * scale.size, upper: last * step * scale.size, ticks: ticks)
    }

    /// A logarithmic axis with ends at 1, 2 or 5 times a power of ten.
    static func logarithmic(covering range: ClosedRange<Double>, quantity: Quantity) -> Axis {
        let steps = decadeSteps(from: max(range.lowerBound, 1e-6), to: max(range.upperBound, 2e-6))
        let decades = log10(steps[steps.count - 1] / steps[0])
        let labelled = decades <= 3.01 ? steps : steps.filter { isPowerOfTen($0) }
        let ticks = labelled.enumerated().map { index, value in
            Tick(
                value: value, label: roundText(value, quantity),
                isMinor: decades > 1.01 && decades <= 3.01 ? !isPowerOfTen(value) : index % 2 == 1)
        }
        return Axis(lower: steps[0], upper: steps[steps.count - 1], isLogarithmic: true, ticks: ticks)
    }

    /// The smallest of 1, 2, 2.5 and 5 times a power of ten that is not below `step`.
    static func niceStep(atLeast step: Double) -> Double {
        guard step.isFinite, step > 0 else { return 1 }
        let power = pow(10, log10(step).rounded(.down))
        let factor = [1, 2, 2.5, 5].first { $0 * power >= step * (1 - 1e-9) } ?? 10
        return factor * power
    }

    private static func decimals(ofStep step: Double) -> Int {
        var scaled = step
        var decimals = 0
        while decimals < 6, (scaled - scaled.rounded()).magnitude > 1e-6 * scaled {
            scaled *= 10
            decimals += 1
        }
        return decimals
    }

    /// 1, 2 and 5 times each power of ten, from the one at or below `low` to the one at or above `high`.
    private static func decadeSteps(from low: Double, to high: Double) -> [Double] {
        let first = Int(log10(low).rounded(.down))
        let last = max(first, Int(log10(high).rounded(.up)))
        let all = (first...last).flatMap { power in [1, 2, 5].map { $0 * pow(10, Double(power)) } }
        let start = all.lastIndex { $0 <= low * (1 + 1e-9) } ?? 0
        let end = all.firstIndex { $0 >= high * (1 - 1e-9) } ?? all.count - 1
        return Array(all[start...max(end, min(start + 1, all.count - 1))])
    }

    private static func isPowerOfTen(_ value: Double) -> Bool {
        let exponent = log10(value)
        return (exponent - exponent.rounded()).magnitude < 1e-6
    }

    private static func roundText(_ value: Double, _ quantity: Quantity) -> String {
        let scale = quantity.scale(upTo: value * (1 + 1e-9))
        let number = value / scale.size
        return number.formatted(decimals: number < 0.999 ? decimals(ofStep: number) : 0) + scale.symbol
    }
}
