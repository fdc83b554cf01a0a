import Glibc

/// Student's t distribution.
struct StudentT {
    var degreesOfFreedom: Double

    /// The probability of a value above `t`.
    func upperTail(_ t: Double) -> Double {
        guard t.isFinite else { return t > 0 ? 0 : t < 0 ? 1 : .nan }
        let half =
            StudentT.incompleteBeta(
                degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5) / 2
        return t >= 0 ? half : 1 - half
    }

    /// The value that is exceeded with probability `tail` (0…0.5).
    func quantile(upperTail tail: Double) -> Double {
        var low = 0.0
        var high = 1.0
        while upperTail(high) > tail, high < 1e9 { high *= 2 }
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if upperTail(middle) > tail { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The regularised incomplete beta function, computed by its continued fraction (Abramowitz and Stegun 26.5.8).
    private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        // With <, an exact middle would recurse forever between both sides.
        guard x <= (a + 1) / (a + b + 2) else { return 1 - incompleteBeta(1 - x, b, a) }
        let scale = lgamma(a + b) - lgamma(a) - lgamma(b)
        let front = exp(scale + a * log(x) + b * log(1 - x)) / a
        let tiny = 1e-300
        var fraction = 1.0
        var c = 1.0
        var d = 0.0
        for step in 0...400 {
            let m = Double(step / 2)
            let term: Double
            if step == 0 {
                term = 1
            } else if step.isMultiple(of: 2) {
                let scale = (a + 2 * m - 1) * (a + 2 * m)
                term = m * (b - m) * x / scale
            } else {
                let scale = (a + 2 * m) * (a + 2 * m + 1)
                term = -(a + m) * (a + b + m) * x / scale
            }
            d = 1 + term * d
            d = 1 / (abs(d) < tiny ? tiny : d)
            c = 1 + term / c
            c = abs(c) < tiny ? tiny : c
            fraction *= c * d
            if abs(1 - c * d) < 1e-12 { break }
        }
        return front * (fraction - 1)
    }
}
