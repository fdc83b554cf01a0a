import Formats
internal import Glibc

/// When sessions begin if the arrival rate changes during a run. Times are in nanoseconds from the run's start.
///
/// Session `n` begins when the planned rate has produced `n` sessions; at a constant rate they are evenly spaced.
public struct ArrivalSchedule: Hashable, Sendable {

    /// The planned sessions per second over time.
    public let rates: LevelSchedule
    /// Sessions begun by the start of each segment, and by the end of the last.
    private let begun: [Double]

    /// Arrivals at these rates, in sessions per second.
    public init(_ rates: LevelSchedule) {
        self.rates = rates
        begun = rates.segments.reduce(into: [0]) { sums, segment in
            sums.append(sums[sums.count - 1] + Self.seconds(of: segment) * (segment.from + segment.to) / 2)
        }
    }

    private static func seconds(of segment: LevelSchedule.Segment) -> Double {
        Nanoseconds.inSeconds(segment.end - segment.begin)
    }

    /// The number of sessions that begin.
    public var count: Int { Int(min(begun[begun.count - 1].rounded(.up), Double(Int32.max))) }

    /// An upper bound of the sessions that begin within a span in nanoseconds.
    func most(within span: Int64) -> Int {
        let peak = rates.segments.reduce(0) { max($0, $1.from, $1.to) }
        return max(1, min(count, Int((peak * Nanoseconds.inSeconds(span)).rounded(.up)) + 1))
    }

    /// When session `number` (from 0) begins; nil when the schedule ends before that.
    func time(ofArrival number: Int) -> Int64? {
        let number = Double(number)
        guard number < begun[begun.count - 1], let next = begun.firstIndex(where: { $0 > number }) else { return nil }
        let segment = rates.segments[next - 1]
        let missing = number - begun[next - 1]
        // missing = from · t + (to − from) · t² / 2T, solved in a form that does not divide by a slope of 0.
        let slope = (segment.to - segment.from) / Self.seconds(of: segment)
        let root = max(0, segment.from * segment.from + 2 * slope * missing).squareRoot()
        let seconds = missing == 0 ? 0 : 2 * missing / (segment.from + root)
        return min(segment.begin + Int64(Nanoseconds.fromSeconds(seconds).rounded()), segment.end - 1)
    }
}
