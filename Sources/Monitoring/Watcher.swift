import Dispatch
import Foundation
public import Measurement
import Synchronization
import Threads
public import Traffic

/// Reads a watch at a fixed interval on its own thread during a run. A failed reading is a gap and a warning; it never
/// ends the run.
public final class Watcher: Sendable {

    private struct Reading {
        var at: ContinuousClock.Instant
        var outcome: Result<[WatchFigure], WatchGap>
    }

    private struct State {
        var waiting: [Reading] = []
        var readings = 0
        var gaps = 0
        var lastGap: String?
        var questions = 0
        var isRunning = false
    }

    /// The watch's name.
    public let name: String
    private let interval: Duration
    private let makeSource: @Sendable () throws(WatchGap) -> any WatchSource
    private let state = Mutex(State())
    private let gate = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    /// The most readings that wait to be taken, which happens ten times a second.
    private static let waitingLimit = 1024

    /// A watch that takes a reading each `interval` (at least 10 ms) once it is started.
    ///
    /// - Parameters:
    ///   - name: the watch's name in figures and messages
    ///   - interval: the time between two readings
    ///   - makeSource: called on the watch's thread, and again after each gap to make a new connection
    public init(
        name: String, interval: Duration, makeSource: @escaping @Sendable () throws(WatchGap) -> any WatchSource
    ) {
        self.name = name
        self.interval = max(.milliseconds(10), interval)
        self.makeSource = makeSource
    }

    /// Starts the thread, which lives until ``stop()``. If it cannot be started, the watch has no readings and reports
    /// why.
    public func start() {
        state.withLock { $0.isRunning = true }
        do throws(SystemCallError) {
            _ = try NamedThread(name: "watch") { [self] in
                run()
                ended.signal()
            }
        } catch {
            state.withLock { $0.isRunning = false }
            note(Reading(at: .now, outcome: .failure(WatchGap(error.description))), questions: nil)
        }
    }

    /// Ends the thread, and waits for a reading in progress: its source has timeouts.
    public func stop() {
        let wasRunning = state.withLock { state in
            defer { state.isRunning = false }
            return state.isRunning
        }
        guard wasRunning else { return }
        gate.signal()
        ended.wait()
    }

    /// The readings since the last call.
    ///
    /// - Parameter now: the current time of the run; samples have the times at which their readings began
    public func take(now: RunTime) -> [MetricReading] {
        let waiting = state.withLock { state in
            defer { state.waiting.removeAll(keepingCapacity: true) }
            return state.waiting
        }
        let clock = ContinuousClock.now
        return waiting.flatMap { reading -> [MetricReading] in
            let time = RunTime(nanoseconds: now.nanoseconds - (clock - reading.at).wholeNanoseconds)
            switch reading.outcome {
            case .failure(let gap): return [.gap(page: name, time, reason: gap.description)]
            case .success(let figures):
                return figures.filter(\.value.isFinite).map { figure in
                    .sample(
                        MetricIdentity(page: name, series: figure.name, kind: figure.kind),
                        MetricSample(time: time, value: figure.value))
                }
            }
        }
    }

    /// A warning for the end of the run; nil if there were no problems.
    public var warning: String? {
        state.withLock { state in
            guard state.gaps > 0 else {
                return state.readings == 0 ? "watch '\(name)' was never read: the run was too short" : nil
            }
            return "watch '\(name)': \(state.gaps) of \(state.readings + state.gaps) readings failed"
                + (state.lastGap.map { ", the last: \($0)" } ?? "")
        }
    }

    /// The number of readings, and of the queries they sent to the service.
    public var load: (readings: Int, questions: Int) { state.withLock { ($0.readings, $0.questions) } }

    private func run() {
        var source: (any WatchSource)?
        var due = ContinuousClock.now
        while state.withLock({ $0.isRunning }) {
            let began = ContinuousClock.now
            let outcome = read(&source)
            note(Reading(at: began, outcome: outcome), questions: source?.questions)
            // Readings missed because of a slow one are not made up for.
            let now = ContinuousClock.now
            repeat { due += interval } while due <= now
            let wait = Int(clamping: (due - now).wholeNanoseconds)
            if gate.wait(timeout: .now() + .nanoseconds(wait)) == .success { return }
        }
    }

    private func read(_ source: inout (any WatchSource)?) -> Result<[WatchFigure], WatchGap> {
        do throws(WatchGap) {
            let own: any WatchSource
            if let source { own = source } else { own = try makeSource() }
            source = own
            return .success(try own.read())
        } catch {
            source = nil
            return .failure(error)
        }
    }

    private func note(_ reading: Reading, questions: Int?) {
        state.withLock { state in
            if let questions { state.questions = max(state.questions, questions) }
            switch reading.outcome {
            case .success: state.readings += 1
            case .failure(let gap):
                state.gaps += 1
                state.lastGap = gap.description
            }
            if state.waiting.count < Self.waitingLimit { state.waiting.append(reading) }
        }
    }
}
