import Formats
public import Measurement

/// The usual range of a load's response times and failures, measured over a reference time.
///
/// The load is examined in spans of one second, one every tenth of a second. A second is slow if its p95 is above
/// ``limitMs``, and bad if it is slow or its share of failures exceeds that of the reference time by 1 %. Every load
/// has single slow seconds: ten seconds are usual if no more of them are slow than in the slowest ten seconds of the
/// reference time; up to a fifth is always allowed.
public struct LoadBand: Hashable, Sendable {
    /// p95 of the response times in the reference time, in milliseconds; at most √2 too long.
    public let usualMs: Double
    /// A second whose p95 is above this is slow, in milliseconds: half as long again, as classes of times are √2 wide.
    public let limitMs: Double
    /// The share of ten consecutive seconds that may be slow.
    public let slowShare: Double
    /// The share of failures that a second may have.
    private let failureRatio: Double
    /// The share of ten consecutive seconds that may have more failures.
    private let failingShare: Double

    private static let slowFactor = 1.5
    private static let allowedFailures = 0.01
    private static let usualSlowShare = 0.2
    /// If more than half of the reference time is slow or failing, the rest is judged as if half of it were.
    private static let mostShare = 0.5
    /// Slices in a second, and in the ten seconds that are examined together.
    private static let second = Int(Nanoseconds.perSecond / LoadTimeline.sliceNs)
    private static let spanLooks = 10 * second
    /// The shortest reference time, in slices.
    private static let shortest = 5 * second

    /// The band of usual load.
    ///
    /// - Parameter usual: the reference time.
    /// - Returns: nil for less than five seconds, or if nothing was answered.
    public init?(_ usual: ArraySlice<LoadTimeline.Slice>) {
        guard usual.count >= Self.shortest, let time = LoadTimeline.Slice.milliseconds(atQuantile: 0.95, of: usual)
        else { return nil }
        let limit = time * Self.slowFactor
        let ratio = usual.failureRatio + Self.allowedFailures
        let looks = Self.looks(at: usual, limitMs: limit, failureRatio: ratio)
        usualMs = time
        limitMs = limit
        failureRatio = ratio
        slowShare = min(Self.mostShare, max(Self.usualSlowShare, Self.worstShare(of: looks.map(\.isSlow))))
        failingShare = min(Self.mostShare, Self.worstShare(of: looks.map(\.fails)))
    }

    /// The index of the first slice from which on the load is usual until the end; nil if it never is, or for less than
    /// two seconds.
    public func firstLike(in slices: ArraySlice<LoadTimeline.Slice>) -> Int? {
        let looks = Self.looks(at: slices, limitMs: limitMs, failureRatio: failureRatio)
        guard looks.count > Self.second else { return nil }
        let slow = Self.sums(of: looks.map(\.isSlow))
        let failing = Self.sums(of: looks.map(\.fails))
        // The ten seconds from a place on; at the end, what is left.
        let isLike = { (place: Int) -> Bool in
            let end = min(place + Self.spanLooks, looks.count)
            let count = Double(end - place)
            return Double(slow[end] - slow[place]) <= slowShare * count
                && Double(failing[end] - failing[place]) <= failingShare * count
        }
        let lastWhole = looks.count - Self.spanLooks
        let first = lastWhole < 0 ? 0 : (0...lastWhole).last { !isLike($0) }.map { $0 + 1 } ?? 0
        let last = looks.count - Self.second
        return (min(first, last)..<last).first { !looks[$0].isBad && isLike($0) }.map { slices.startIndex + $0 }
    }

    private struct Look {
        var isSlow: Bool
        var fails: Bool
        var isBad: Bool { isSlow || fails }
    }

    /// The seconds that begin at each slice.
    private static func looks(
        at slices: ArraySlice<LoadTimeline.Slice>, limitMs: Double, failureRatio: Double
    ) -> [Look] {
        guard slices.count >= second else { return [] }
        return (slices.startIndex...slices.endIndex - second).map { first in
            let own = slices[first..<first + second]
            let time = LoadTimeline.Slice.milliseconds(atQuantile: 0.95, of: own)
            return Look(isSlow: time.map { $0 > limitMs } ?? false, fails: own.failureRatio >= failureRatio)
        }
    }

    /// The number of true values before each place.
    private static func sums(of flags: [Bool]) -> [Int] {
        flags.reduce(into: [0]) { sums, flag in sums.append(sums[sums.count - 1] + (flag ? 1 : 0)) }
    }

    /// The largest share of true values in ten seconds.
    private static func worstShare(of flags: [Bool]) -> Double {
        let sums = sums(of: flags)
        let length = min(spanLooks, flags.count)
        guard length > 0 else { return 0 }
        let most = (0...flags.count - length).reduce(0) { max($0, sums[$1 + length] - sums[$1]) }
        return Double(most) / Double(length)
    }
}

extension ArraySlice<LoadTimeline.Slice> {
    /// Failures divided by requests; 0 if there are no requests.
    var failureRatio: Double {
        let requests = reduce(0) { $0 + UInt64($1.requests) }
        return requests == 0 ? 0 : Double(reduce(0) { $0 + UInt64($1.failures) }) / Double(requests)
    }
}
