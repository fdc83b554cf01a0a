import Foundation

/// Other methods of finding drift, on the same requests.
enum OtherMethods {
    /// Requests of a run: seconds and milliseconds, in order.
    typealias Requests = [(second: Double, milliseconds: Double)]

    /// Quantiles of blocks of equal length after the first 12 %, as logarithms; nil with too few requests for twelve.
    static func blocks(_ requests: Requests, seconds: Double, quantiles: [Double], beyond: Double = 10) -> [[Double]]? {
        let start = 0.12 * seconds
        let kept = requests.filter { $0.second >= start }
        let needed = beyond / (1 - (quantiles.max() ?? 0.5))
        let count = min(40, Int(Double(kept.count) / needed))
        guard count >= 12 else { return nil }
        var values = [[Double]](repeating: [], count: count)
        let length = (seconds - start) / Double(count)
        for request in kept {
            values[min(Int((request.second - start) / length), count - 1)].append(request.milliseconds)
        }
        guard values.allSatisfy({ !$0.isEmpty }) else { return nil }
        for place in values.indices { values[place].sort() }
        return quantiles.map { quantile in
            values.map { log(max($0[min(Int(quantile * Double($0.count)), $0.count - 1)], 1e-6)) }
        }
    }

    /// A published guideline's method: the best of a line, S-curves and steps under AR(1) noise, p times eight, Holm's
    /// correction, a change above 4 %, and a difference that remains.
    static func reference(_ requests: Requests, seconds: Double) -> Bool {
        var series: [[Double]] = []
        if let median = blocks(requests, seconds: seconds, quantiles: [0.5]) { series.append(median[0]) }
        if let tail = blocks(requests, seconds: seconds, quantiles: [0.99]) { series.append(tail[0]) }
        if let both = blocks(requests, seconds: seconds, quantiles: [0.9, 0.5]) {
            series.append(zip(both[0], both[1]).map(-))
        }
        let found = series.compactMap(best).sorted { $0.pValue < $1.pValue }
        for (place, rise) in found.enumerated() {
            guard rise.pValue * Double(found.count - place) < 0.01 else { break }
            if rise.size > log(1.04), rise.stays { return true }
        }
        return false
    }

    /// The rule of a change detector (Otava, formerly Hunter, by its documentation): the split with the most
    /// significant difference of means, recursively in each part, at p < 0.001.
    static func otava(_ requests: Requests, seconds: Double) -> Bool {
        guard let medians = blocks(requests, seconds: seconds, quantiles: [0.5])?[0] else { return false }
        func rises(_ part: ArraySlice<Double>) -> Bool {
            guard part.count >= 8 else { return false }
            var largest = (place: part.startIndex, t: 0.0, rise: 0.0)
            for place in (part.startIndex + 4)...(part.endIndex - 4) {
                let (left, right) = (moments(part[..<place]), moments(part[place...]))
                let error = (left.variance / left.count + right.variance / right.count).squareRoot()
                let t = error > 0 ? (right.mean - left.mean) / error : 0
                if abs(t) > abs(largest.t) { largest = (place, t, right.mean - left.mean) }
            }
            // Student's t above 3.6, with the degrees of freedom of tens of values.
            guard abs(largest.t) > 3.6 else { return false }
            return largest.rise > 0 || rises(part[..<largest.place]) || rises(part[largest.place...])
        }
        return rises(medians[...])
    }

    /// The rule of a canary judge (Kayenta's default, by its documentation): Mann and Whitney's test at 98 % between
    /// the first and the second half of the windows, with a difference above a quarter of the interval's scale.
    static func kayenta(_ requests: Requests, seconds: Double) -> Bool {
        guard let medians = blocks(requests, seconds: seconds, quantiles: [0.5])?[0] else { return false }
        let half = medians.count / 2
        let (old, new) = (medians[..<half], medians[half...])
        var score = 0.0
        for value in new { for other in old { score += value > other ? 1 : value == other ? 0.5 : 0 } }
        let (m, n) = (Double(old.count), Double(new.count))
        let deviation = (m * n * (m + n + 1) / 12).squareRoot()
        return (score - m * n / 2) / deviation > 2.054
    }

    private static func moments(_ values: ArraySlice<Double>) -> (mean: Double, variance: Double, count: Double) {
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count - 1, 1), count)
    }

    private static func best(_ values: [Double]) -> (pValue: Double, size: Double, stays: Bool)? {
        let count = values.count
        let progress = (0..<count).map { Double($0) / Double(count - 1) }
        var shapes: [(column: [Double], hidden: Int)] = [(progress, 0)]
        for center in stride(from: 0.2, through: 0.8, by: 0.1) {
            for width in [0.03, 0.08] { shapes.append((progress.map { 1 / (1 + exp(-($0 - center) / width)) }, 2)) }
        }
        let edge = max(2, count / 10)
        for place in edge...(count - edge) { shapes.append(((0..<count).map { $0 < place ? 0 : 1 }, 1)) }
        guard let fit = shapes.compactMap({ fit($0.column, values, hidden: $0.hidden) }).min(by: { $0.cost < $1.cost })
        else { return nil }
        let quarter = count / 4
        let rise = median(values.suffix(quarter)) - median(values.prefix(quarter))
        // With about forty values, the tail of the normal distribution is accurate enough.
        let pValue = min(1, 8 * 0.5 * erfc(fit.size / fit.error / 2.0.squareRoot()))
        return (pValue, fit.size, rise > 0.5 * log(1.04) && rise > 0.4 * fit.size)
    }

    private static func median(_ values: ArraySlice<Double>) -> Double { values.sorted()[values.count / 2] }

    /// A regression on one column under AR(1) noise (Prais and Winsten 1954), whose autocorrelation is corrected for
    /// bias and treated as a unit root near one (after Perron and Yabu 2009).
    private static func fit(
        _ column: [Double], _ values: [Double], hidden: Int
    ) -> (size: Double, error: Double, cost: Double)? {
        let count = Double(values.count)
        var memory = 0.0
        var result: (size: Double, error: Double, cost: Double)?
        for _ in 0..<3 {
            let transform = { (series: [Double]) in
                [series[0] * (1 - memory * memory).squareRoot()]
                    + zip(series, series.dropFirst()).map { $1 - memory * $0 }
            }
            let (ones, x, y) = (transform(values.map { _ in 1 }), transform(column), transform(values))
            let dot = { (left: [Double], right: [Double]) in zip(left, right).reduce(0) { $0 + $1.0 * $1.1 } }
            let (aa, ab, bb) = (dot(ones, ones), dot(ones, x), dot(x, x))
            let determinant = aa * bb - ab * ab
            guard determinant > 1e-12 else { return nil }
            let slope = (aa * dot(x, y) - ab * dot(ones, y)) / determinant
            let level = (dot(ones, y) - slope * ab) / aa
            let squares = zip(y, zip(ones, x)).reduce(0) { sum, item in
                let rest = item.0 - level * item.1.0 - slope * item.1.1
                return sum + rest * rest
            }
            result = (
                slope, (squares / (count - 2) * aa / determinant).squareRoot(),
                count * log(max(squares / count, 1e-12)) - log(1 - memory * memory) + Double(3 + hidden) * log(count)
            )
            let rests = zip(values, column).map { $0 - level - slope * $1 }
            let square = dot(rests, rests)
            guard square > 0 else { break }
            let found = (dot(Array(rests.dropLast()), Array(rests.dropFirst())) / square * count + 2) / (count - 4)
            memory = 1 - found < 1 / count.squareRoot() ? 0.999 : max(0, found)
        }
        return result
    }
}
