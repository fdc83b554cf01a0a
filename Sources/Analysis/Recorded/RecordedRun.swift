import Formats
public import Measurement
public import Traffic

/// Recorded traffic as a run: what was recorded is judged as what was replayed is.
///
/// Recorded requests have no schedule: they are scheduled and ready when they are sent, so response time is service time.
public struct RecordedRun: ~Copyable {
    /// An exchange without its bytes.
    public struct Item {
        /// When the first byte of the request was seen.
        public var began: CaptureTime
        /// When the first and the last byte of the response were seen; nil without one.
        public var answered: CaptureTime?
        /// When the last byte of the response was seen; nil without one.
        public var ended: CaptureTime?
        /// 0 without a response.
        public var status: UInt16
        /// Bytes of the request's body.
        public var requestBytes: Int
        /// Bytes of the response's body.
        public var responseBytes: Int

        /// An exchange without its bytes.
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

    /// Later times, past a year, are of clocks that jumped.
    private static let longestNs: Int64 = 366 * 86_400 * Nanoseconds.perSecond
    /// Windows after which the recorder is emptied.
    private static let takenNs = 10 * Nanoseconds.perSecond

    private let origin: CaptureTime
    private var description: RunDescription
    private let live = LiveCounts()
    private var recorder: WorkerRecorder
    private var collector: RunCollector
    private var latest: Int64 = 0
    private var taken = RunTime.zero

    /// - Parameters:
    ///   - origin: when the recording began.
    ///   - endpoints: labels; items name them by index, those asked for most first.
    public init(origin: CaptureTime, endpoints: [String]) {
        self.origin = origin
        description = RunDescription(
            startedAt: origin.seconds, settings: [RunDescription.recordedSetting: "recorded"],
            endpoints: endpoints, plannedSessions: nil)
        recorder = WorkerRecorder(endpointCount: max(1, endpoints.count), live: live)
        collector = RunCollector(description, workers: 1, live: live, folder: nil)
    }

    /// Adds an exchange, in about the order in which they began.
    public mutating func add(_ item: Item, endpoint: Int) {
        // A closure over this owner itself would be a copy of it.
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

    /// The run.
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

    /// Whether it is recorded traffic rather than a replay: there is no schedule then, only service times.
    public var isRecorded: Bool { settings[RunDescription.recordedSetting] == "recorded" }
}
