import Formats
public import Measurement
import Traffic

/// The effect of a fault on the load: how long requests failed, and how long until everything was back to normal.
///
/// Both are measured by the scheduled times of requests, in tenths of a second.
public struct FaultEffect: Codable, Hashable, Sendable {
    /// The fault's name.
    public var name: String
    /// When it began, in seconds since the run's start.
    public var beganSeconds: Double
    /// When its undo finished; nil for a fault without one.
    public var undoneSeconds: Double?
    /// From its start until failures stayed under 1 %; nil where this cannot be determined.
    public var outageSeconds: Double?
    /// From its undo until response times and failures were as in the minute before it; nil where this cannot be
    /// determined.
    public var recoverySeconds: Double?
    /// Why one of them cannot be determined, or that it never ended.
    public var remarks: [String] = []

    /// Failures above this are an outage.
    static let outageRatio = 0.01
    /// Response times longer by this factor are not back to normal. The classes are √2 wide.
    static let slowFactor = 1.5
    /// How long everything must be back to normal, in nanoseconds.
    static let steady: Int64 = 5_000_000_000

    private static let second: Int64 = 1_000_000_000
    private static let minute: Int64 = 60 * second

    /// - Parameters:
    ///   - began, undone: in nanoseconds since the run's start.
    ///   - end: the end of the measurements: the next fault, or the run's end.
    public init(name: String, began: Int64, undone: Int64?, end: Int64, timeline: LoadTimeline) {
        self.name = name
        beganSeconds = Double(began) / 1e9
        undoneSeconds = undone.map { Double($0) / 1e9 }
        measureOutage(began: began, undone: undone, end: end, timeline)
        guard let undone else { return }
        measureRecovery(began: began, undone: undone, end: end, timeline)
    }

    private mutating func measureOutage(began: Int64, undone: Int64?, end: Int64, _ timeline: LoadTimeline) {
        guard timeline.slices(from: began, to: end).contains(where: { $0.failures > 0 }) else {
            outageSeconds = 0
            return
        }
        guard end - began >= 2 * Self.second else {
            remarks.append("the time after the fault was too short to measure the outage")
            return
        }
        // A fallback may take over long before the undo; otherwise the outage ends some time after the undo.
        let close = min(undone ?? end, end)
        if let found = Self.firstSteady(from: began, to: close, in: timeline, isGood: Self.isUp) {
            outageSeconds = Double(max(0, found - began)) / 1e9
        } else if undone != nil, let found = Self.firstSteady(from: close, to: end, in: timeline, isGood: Self.isUp) {
            outageSeconds = Double(found - began) / 1e9
        } else {
            remarks.append("requests failed until the end of the measurement")
            outageSeconds = Double(end - began) / 1e9
        }
    }

    /// The first time from which on the load is served as well as in some earlier slices; nil where it never is.
    ///
    /// - Parameters:
    ///   - usual: the earlier slices; at least five seconds with responses.
    ///   - begin, end: where to search, in nanoseconds since the run's start.
    public static func steadyTime(
        from begin: Int64, to end: Int64, as usual: ArraySlice<LoadTimeline.Slice>, in timeline: LoadTimeline
    ) -> Int64? {
        guard usual.count >= 50, let time = LoadTimeline.Slice.milliseconds(atQuantile: 0.95, of: usual) else {
            return nil
        }
        let ratio = failureRatio(of: usual) + outageRatio
        return firstSteady(from: begin, to: end, in: timeline) { slices in
            guard failureRatio(of: slices) < ratio else { return false }
            let now = LoadTimeline.Slice.milliseconds(atQuantile: 0.95, of: slices)
            return now.map { $0 <= time * slowFactor } ?? true
        }
    }

    private mutating func measureRecovery(began: Int64, undone: Int64, end: Int64, _ timeline: LoadTimeline) {
        let before = timeline.slices(from: max(0, began - Self.minute), to: began)
        guard before.count >= 50, LoadTimeline.Slice.milliseconds(atQuantile: 0.95, of: before) != nil else {
            remarks.append("the load before the fault was too short to measure the recovery")
            return
        }
        let found = Self.steadyTime(from: undone, to: end, as: before, in: timeline)
        if let found {
            recoverySeconds = Double(max(0, found - undone)) / 1e9
        } else if end - undone < Self.steady {
            remarks.append("the load after the undo was too short to measure the recovery")
        } else {
            remarks.append("response times and failures did not return to normal")
            recoverySeconds = Double(end - undone) / 1e9
        }
    }

    private static func isUp(_ slices: ArraySlice<LoadTimeline.Slice>) -> Bool {
        failureRatio(of: slices) < outageRatio
    }

    private static func failureRatio(of slices: ArraySlice<LoadTimeline.Slice>) -> Double {
        let requests = slices.reduce(0) { $0 + UInt64($1.requests) }
        return requests == 0 ? 0 : Double(slices.reduce(0) { $0 + UInt64($1.failures) }) / Double(requests)
    }

    /// The first time from which on every second is good until the end; nil when the last one is not, or when the span
    /// is too short.
    private static func firstSteady(
        from begin: Int64, to end: Int64, in timeline: LoadTimeline, isGood: (ArraySlice<LoadTimeline.Slice>) -> Bool
    ) -> Int64? {
        let slice = LoadTimeline.sliceNs
        guard end - begin >= min(steady, 2 * second) else { return nil }
        var first = end
        var at = (end - second) / slice * slice
        while at >= begin / slice * slice {
            guard isGood(timeline.slices(from: at, to: at + second)) else { break }
            first = at
            at -= slice
        }
        return end - first >= second ? max(first, begin) : nil
    }
}
