internal import Glibc

/// When sessions begin, where the number that begin in a second changes during a run. Times are in nanoseconds from its start.
///
/// Session `n` begins when as many as `n` have begun by the planned rate: evenly where it is constant.
public struct ArrivalSchedule: Hashable, Sendable {

    /// The planned sessions a second over time.
    public let rates: LevelSchedule
    /// Sessions that have begun at the begin of each segment, and at the end of the last.
    private let begun: [Double]

    /// Arrivals at these rates, in sessions a second.
    public init(_ rates: LevelSchedule) {
        self.rates = rates
        begun = rates.segments.reduce(into: [0]) { sums, segment in
            sums.append(sums[sums.count - 1] + Self.seconds(of: segment) * (segment.from + segment.to) / 2)
        }
    }

    private static func seconds(of segment: LevelSchedule.Segment) -> Double {
        Double(segment.end - segment.begin) / 1e9
    }

    /// How many sessions begin.
    public var count: Int { Int(min(begun[begun.count - 1].rounded(.up), Double(Int32.max))) }

    /// The most sessions that begin in a span, in nanoseconds: a bound.
    func most(within span: Int64) -> Int {
        let peak = rates.segments.reduce(0) { max($0, $1.from, $1.to) }
        return max(1, min(count, Int((peak * Double(span) / 1e9).rounded(.up)) + 1))
    }

    /// When session `number` (from 0) begins; nil when the schedule ends before.
    func time(ofArrival number: Int) -> Int64? {
        let number = Double(number)
        guard number < begun[begun.count - 1], let next = begun.firstIndex(where: { $0 > number }) else { return nil }
        let segment = rates.segments[next - 1]
        let missing = number - begun[next - 1]
        // missing = from · t + (to − from) · t² / 2T, solved so that a slope of 0 divides by nothing.
        let slope = (segment.to - segment.from) / Self.seconds(of: segment)
        let root = max(0, segment.from * segment.from + 2 * slope * missing).squareRoot()
        let seconds = missing == 0 ? 0 : 2 * missing / (segment.from + root)
        return min(segment.begin + Int64((seconds * 1e9).rounded()), segment.end - 1)
    }
}
