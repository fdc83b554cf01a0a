/// What a comparison of runs comes to; the candidate is judged, the baseline is what it is held against.
public enum ComparisonVerdict: String, Codable, Hashable, Sendable {
    case regressed
    case improved
    /// Differences of a size that matters are ruled out.
    case equivalent
    case inconclusive

    /// Chance of calling alike runs different.
    static let level = 0.02
    /// Differences below this many logarithms are none.
    static let leastDifference = 0.01

    /// - Parameters:
    ///   - pValue: corrected for the number of tests.
    ///   - margin: differences below these logarithms do not matter.
    init(_ difference: RunDifference, pValue: Double, margin: Double) {
        if pValue < Self.level, abs(difference.estimate) > Self.leastDifference {
            self = difference.estimate > 0 ? .regressed : .improved
        } else if difference.interval.lowerBound > -margin && difference.interval.upperBound < margin {
            self = .equivalent
        } else {
            self = .inconclusive
        }
    }

    /// The verdict on all of several figures.
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
