import Foundation

/// Common tests for comparison: trend tests that assume independent samples.
enum PlainTests {
    /// Whether an ordinary regression finds growth at 1 %.
    static func regressionAlarms(_ seconds: [Double], _ values: [Double]) -> Bool {
        let count = Double(values.count)
        let middle = seconds.reduce(0, +) / count
        let mean = values.reduce(0, +) / count
        var square = 0.0
        var product = 0.0
        for (second, value) in zip(seconds, values) {
            square += (second - middle) * (second - middle)
            product += (second - middle) * (value - mean)
        }
        guard square > 0 else { return false }
        let slope = product / square
        let rest = zip(seconds, values).reduce(0.0) { sum, item in
            let residual = item.1 - mean - slope * (item.0 - middle)
            return sum + residual * residual
        }
        guard rest > 0 else { return slope > 0 }
        return slope / (rest / (count - 2) / square).squareRoot() > 2.326
    }

    /// Whether Mann and Kendall's test finds growth at 1 %.
    static func mannKendallAlarms(_ values: [Double]) -> Bool {
        let count = Double(values.count)
        let pairs = count * (count - 1) / 2
        let (falling, tied) = inversions(values)
        let score = pairs - tied - 2 * falling
        let variance = count * (count - 1) * (2 * count + 5) / 18
        return score > 0 && (score - 1) / variance.squareRoot() > 2.326
    }

    /// The numbers of pairs whose later value is lower, and of equal pairs, by merging.
    private static func inversions(_ values: [Double]) -> (falling: Double, tied: Double) {
        var values = values
        var buffer = values
        var falling = 0.0
        var width = 1
        while width < values.count {
            for start in stride(from: 0, to: values.count, by: 2 * width) {
                let middle = min(start + width, values.count)
                let end = min(start + 2 * width, values.count)
                var left = start
                var right = middle
                for place in start..<end {
                    if left < middle && (right >= end || values[left] <= values[right]) {
                        buffer[place] = values[left]
                        left += 1
                    } else {
                        falling += Double(middle - left)
                        buffer[place] = values[right]
                        right += 1
                    }
                }
            }
            swap(&values, &buffer)
            width *= 2
        }
        var tied = 0.0
        var run = 1.0
        for place in values.indices.dropFirst() {
            if values[place] == values[place - 1] {
                tied += run
                run += 1
            } else {
                run = 1
            }
        }
        return (falling, tied)
    }
}
