/// The verdict of a comparison of runs: the candidate is judged against the baseline.
public enum ComparisonVerdict: String, Codable, Hashable, Sendable {
    case regressed
    case improved
    /// Differences that would matter are ruled out.
    case equivalent
    case inconclusive

    /// The probability of calling equal runs different.
    static let level = 0.02
    /// Smaller differences of logarithms count as none.
    static let leastDifference = 0.01

    /// - Parameters:
    ///   - pValue: corrected for the number of tests.
    ///   - margin: the largest difference of logarithms that does not matter.
    init(_ difference: RunDifference, pValue: Double, margin: Double) {
        if pValue < Self.level, abs(difference.estimate) > Self.leastDifference {
            self = difference.estimate > 0 ? .regressed : .improved
        } else if difference.interval.lowerBound > -margin && difference.interval.upperBound < margin {
            self = .equivalent
        } else {
            self = .inconclusive
        }
    }

    /// The combined verdict of several figures.
    init(all verdicts: [ComparisonVerdict]) {
        if verdicts.contains(.regressed) {
            self = .regressed
        } else if verdicts.contains(.improved) {
            self = .improved
        } else if !verdicts.isEmpty && verdicts.allSatisfy({ $0 == .equivalent }) {
            self = .equivalent
        } else {
            self = .inconclusive
        }
    }
}
