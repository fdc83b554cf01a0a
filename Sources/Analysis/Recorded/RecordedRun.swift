import Formats
public import Measurement
public import Traffic

/// Converts recorded traffic to a run, so that it can be judged like a replay.
///
/// Recorded requests have no schedule: they count as scheduled and ready when they are sent, so that response time
/// equals service time.
public struct RecordedRun: ~Copyable {
    /// The times and sizes of an exchange.
    public struct Item {
        /// When the first byte of the request was seen.
        public var began: CaptureTime
        /// When the first byte of the response was seen; nil without one.
        public var answered: CaptureTime?
        /// When the last byte of the response was seen; nil without one.
        public var ended: CaptureTime?
        /// 0 without a response.
        public var status: UInt16
        /// Bytes of the request's body.
        public var requestBytes: Int
        /// Bytes of the response's body.
        public var responseBytes: Int

        /// See the properties for the meaning of each parameter.
        public init(
            began: CaptureTime, answered: CaptureTime?, ended: CaptureTime?, status: UInt16, requestBytes: Int,
            responseBytes: Int
        ) {
            self.began = began
            self.answered = answered
            self.ended = ended
            self.status = status
            self.requestBytes = requestBytes
            self.responseBytes = responseBytes
        }
    }

    /// Times more than a year after the start come from clocks that jumped.
    private static let longestNs: Int64 = 366 * 86_400 * Nanoseconds.perSecond
    /// How often the recorder's windows are taken.
    private static let takenNs = 10 * Nanoseconds.perSecond

    private let origin: CaptureTime
    private var description: RunDescription
    private let live = LiveCounts()
    private var recorder: WorkerRecorder
    private var collector: RunCollector
    private var latest: Int64 = 0
    private var taken = RunTime.zero

    /// A recorded run without exchanges.
    ///
    /// - Parameters:
    ///   - origin: when the recording began.
    ///   - endpoints: labels by index, most requested first.
    public init(origin: CaptureTime, endpoints: [String]) {
        self.origin = origin
        description = RunDescription(
            startedAt: origin.seconds, settings: [RunDescription.recordedSetting: "recorded"],
            endpoints: endpoints, plannedSessions: nil)
        recorder = WorkerRecorder(endpointCount: max(1, endpoints.count), live: live)
        collector = RunCollector(description, workers: 1, live: live, folder: nil)
    }

    /// Adds an exchange; exchanges come in roughly chronological order.
    public mutating func add(_ item: Item, endpoint: Int) {
        // A closure cannot capture this non-copyable value.
        let origin = origin
        let instant = { (time: CaptureTime) in RecordedRun.instant(time, since: origin) }
        let began = instant(item.began)
        let ended = item.ended.map(instant) ?? began
        let isAnswered = item.status > 0 && item.ended != nil
        let finished = max(ended, began)
        let first = min(max(item.answered.map(instant) ?? began, began), finished)
        recorder.record(
            RequestOutcome(
                endpoint: endpoint, status: item.status,
                fate: !isAnswered ? .closed : item.status >= 500 ? .unexpectedStatus : .answered,
                times: RequestTimes(
                    scheduled: began, ready: began, started: began, sent: began, firstByte: first, finished: finished),
                requestBytes: item.requestBytes, responseBytes: item.responseBytes, wasSent: isAnswered))
        latest = max(latest, finished.nanoseconds)
        guard began.nanoseconds(since: taken) > RecordedRun.takenNs else { return }
        taken = began
        RecordedRun.hand(recorder.takeClosedWindows(before: began), to: &collector)
    }

    private static func hand(_ windows: [WorkerWindow], to collector: inout RunCollector) {
        do throws(RunFolderError) {
            try collector.take(windows)
        } catch {
            preconditionFailure("a run without a folder has nothing that could refuse: \(error)")
        }
    }

    /// Returns the run.
    public consuming func finish() -> RunRecord {
        RecordedRun.hand(recorder.finish(), to: &collector)
        return collector.finish(
            RunDescription.End(
                durationNs: latest, wasInterrupted: false, peakConcurrentSessions: 0, peakOpenConnections: 0,
                generator: GeneratorUse(cpuNs: 0, peakRSSBytes: 0, processors: 1)))
    }

    private static func instant(_ time: CaptureTime, since origin: CaptureTime) -> RunTime {
        RunTime(nanoseconds: min(max(time.nanoseconds(since: origin), 0), longestNs))
    }
}

extension RunDescription {
    static let recordedSetting = "source"

    /// Whether it is recorded traffic rather than a replay; there is no schedule then, only service times.
    public var isRecorded: Bool { settings[RunDescription.recordedSetting] == "recorded" }
}
