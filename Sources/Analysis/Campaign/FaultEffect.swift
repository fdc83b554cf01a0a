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
    /// When its undo finished; nil for a fault without an undo.
    public var undoneSeconds: Double?
    /// From its start until failures stayed under 1 %; nil if this cannot be determined.
    public var outageSeconds: Double?
    /// From its undo until response times and failures were as before and stayed so; nil if this cannot be determined.
    public var recoverySeconds: Double?
    /// True if requests still failed at the end of the known time, so that ``outageSeconds`` is a lower bound.
    public var outageIsOpen: Bool?
    /// True if the load was not as before at the end of the known time, so that ``recoverySeconds`` is a lower bound.
    public var recoveryIsOpen: Bool?
    /// p95 of the response times in the minute before, in milliseconds; nil if that time was too short.
    public var usualP95Ms: Double?
    /// A second whose p95 is above this is not as before, in milliseconds.
    public var limitP95Ms: Double?
    /// Why one of them cannot be determined, or that it never ended.
    public var remarks: [String] = []
    /// The remark that is about the outage; nil if there is none.
    public private(set) var outageRemark: String?
    /// The remark that is about the recovery; nil if there is none.
    public private(set) var recoveryRemark: String?

    /// Failures above this are an outage.
    static let outageRatio = 0.01

    /// The number of slices after which a load that is not as before is reported as not recovered.
    private static let shortest = 50
    private static let minute: Int64 = 60 * Nanoseconds.perSecond

    /// Measures the effect of a fault by the timeline of a run.
    ///
    /// - Parameters:
    ///   - began: when the fault began, in nanoseconds since the run's start
    ///   - undone: when its undo finished, in nanoseconds since the run's start; nil for a fault without an undo
    ///   - settled: since when the level before it was held; earlier times are not used as a reference
    ///   - end: the end of the known time: the next fault, or the run's end
    public init(
        name: String, began: Int64, undone: Int64?, settled: Int64 = 0, end: Int64, timeline: LoadTimeline
    ) {
        self.name = name
        beganSeconds = Nanoseconds.inSeconds(began)
        undoneSeconds = undone.map { Nanoseconds.inSeconds($0) }
        measureOutage(began: began, undone: undone, end: end, timeline)
        defer { remarks = [outageRemark, recoveryRemark].compactMap { $0 } }
        guard let undone else { return }
        let band =
            LoadBand(timeline.slices(from: max(settled, began - Self.minute), to: began))
            ?? LoadBand(timeline.slices(from: max(0, began - Self.minute), to: began))
        guard let band else {
            recoveryRemark = "the load before the fault was too short to measure the recovery"
            return
        }
        usualP95Ms = band.usualMs
        limitP95Ms = band.limitMs
        measureRecovery(undone: undone, end: end, timeline, band)
    }

    /// The outage with its unit: `4.2 s`, or `≥ 4.2 s` if it went on until the end; nil if unknown.
    public var outageText: String? { Self.text(outageSeconds, isOpen: outageIsOpen) }

    /// The recovery with its unit: `1.5 s`, or `≥ 1.5 s` if it was not complete at the end; nil if unknown.
    public var recoveryText: String? { Self.text(recoverySeconds, isOpen: recoveryIsOpen) }

    private static func text(_ seconds: Double?, isOpen: Bool?) -> String? {
        seconds.map { "\(isOpen == true ? "≥ " : "")\($0.formatted(decimals: 1)) s" }
    }

    /// The definition of recovery for this fault; nil if it cannot be determined.
    public var bandText: String? {
        guard let usualP95Ms, let limitP95Ms else { return nil }
        let (usual, limit) = (usualP95Ms.formatted(decimals: 1), limitP95Ms.formatted(decimals: 1))
        return "as before: p95 of a second up to \(limit) ms, \(usual) ms in the minute before"
    }

    private mutating func measureOutage(began: Int64, undone: Int64?, end: Int64, _ timeline: LoadTimeline) {
        guard timeline.slices(from: began, to: end).contains(where: { $0.failures > 0 }) else {
            outageSeconds = 0
            return
        }
        guard end - began >= 2 * Nanoseconds.perSecond else {
            outageRemark = "the time after the fault was too short to measure the outage"
            return
        }
        // A fallback may take over long before the undo; otherwise the outage ends some time after the undo.
        let close = min(undone ?? end, end)
        if let found = Self.firstSteady(from: began, to: close, in: timeline, isGood: Self.isUp) {
            outageSeconds = Nanoseconds.inSeconds(max(0, found - began))
        } else if undone != nil, let found = Self.firstSteady(from: close, to: end, in: timeline, isGood: Self.isUp) {
            outageSeconds = Nanoseconds.inSeconds(found - began)
        } else {
            outageRemark = "requests failed until the end of the measurement"
            outageIsOpen = true
            outageSeconds = Nanoseconds.inSeconds(end - began)
        }
    }

    private mutating func measureRecovery(undone: Int64, end: Int64, _ timeline: LoadTimeline, _ band: LoadBand) {
        let slices = timeline.slices(from: undone, to: end)
        if let first = band.firstLike(in: slices) {
            let found = Int64(first) * LoadTimeline.sliceNs
            recoverySeconds = Nanoseconds.inSeconds(max(0, found - undone))
        } else if slices.count < Self.shortest {
            recoveryRemark = "the load after the undo was too short to measure the recovery"
        } else {
            recoveryRemark = "response times and failures did not return to normal"
            recoveryIsOpen = true
            recoverySeconds = Nanoseconds.inSeconds(end - undone)
        }
    }

    private static func isUp(_ slices: ArraySlice<LoadTimeline.Slice>) -> Bool {
        slices.failureRatio < outageRatio
    }

    /// The first time from which on every second is good until the end; nil when the last one is not, or when the span
    /// is too short.
    private static func firstSteady(
        from begin: Int64, to end: Int64, in timeline: LoadTimeline, isGood: (ArraySlice<LoadTimeline.Slice>) -> Bool
    ) -> Int64? {
        let slice = LoadTimeline.sliceNs
        guard end - begin >= 2 * Nanoseconds.perSecond else { return nil }
        var first = end
        var at = (end - Nanoseconds.perSecond) / slice * slice
        while at >= begin / slice * slice {
            guard isGood(timeline.slices(from: at, to: at + Nanoseconds.perSecond)) else { break }
            first = at
            at -= slice
        }
        return end - first >= Nanoseconds.perSecond ? max(first, begin) : nil
    }
}
