import Foundation
import Glibc
public import Scenario
import Synchronization
public import Traffic

/// Injects a scenario's faults and undoes them, on its own thread.
///
/// The undo of each fault is recorded before it begins. Whatever happens, ``finish()`` undoes the open faults.
public final class FaultRunner: @unchecked Sendable {

    /// What happened to a fault, in nanoseconds since the run's start.
    public struct Mark: Hashable, Sendable {
        /// The fault's name.
        public var name: String
        /// When it began.
        public var began: Int64
        /// When it was undone; nil if it has no undo, or the undo failed.
        public var undone: Int64?
    }

    private struct State {
        var marks: [Mark] = []
        var problems: [String] = []
        /// The faults that were due.
        var due: Set<String> = []
        /// Messages to show to the user immediately.
        var notes: [String] = []
        /// Faults that the user wants undone early.
        var wanted: Set<String> = []
        var isStopping = false
        var isDone = false
        /// The run's start on the monotonic clock; nil until it is known.
        var start: ContinuousClock.Instant?
    }

    private let faults: [FaultDefinition]
    private let executor: FaultExecutor
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// A runner whose thread is not started.
    ///
    /// - Parameters:
    ///   - services: starts and stops the services of the faults; used by the runner only until ``finish()``
    ///   - runFolder: the folder of the journal
    ///   - commandFolder: where commands run
    public init(
        _ scenario: ScenarioDefinition, in file: ScenarioFile, services: CampaignServices, runFolder: String,
        commandFolder: String
    ) {
        faults = scenario.faults
        executor = FaultExecutor(
            file: file, services: services.control, journal: FaultJournal(folder: runFolder), folder: commandFolder)
    }

    /// Starts the timeline of the faults.
    ///
    /// - Parameter elapsed: the time since the run's start
    public func start(elapsed: RunTime) {
        state.withLock { $0.start = ContinuousClock.now - .nanoseconds(elapsed.nanoseconds) }
        Thread.detachNewThread { [self] in
            follow()
            state.withLock { $0.isDone = true }
            ended.signal()
        }
    }

    /// Ends: undoes all open faults and waits until that is done.
    ///
    /// - Returns: what happened, the problems, one sentence each, and the faults whose time the run did not reach
    public func finish() -> (marks: [Mark], problems: [String], missed: [FaultDefinition]) {
        let wasStarted = state.withLock { state in
            state.isStopping = true
            return state.start != nil
        }
        wake.signal()
        if wasStarted { ended.wait() }
        return state.withLock { state in
            (state.marks, state.problems, faults.filter { !state.due.contains($0.name) })
        }
    }

    /// What happened so far.
    public var marks: [Mark] { state.withLock { $0.marks } }

    /// Undoes a fault early; does nothing if it is not in effect or has no undo.
    public func undo(_ name: String) {
        state.withLock { state in
            if state.wanted.count < 64 { state.wanted.insert(name) }
        }
        wake.signal()
    }

    /// The messages to the user since the last call.
    public func takeNotes() -> [String] {
        state.withLock { state in
            defer { state.notes = [] }
            return state.notes
        }
    }

    private func now() -> Duration {
        state.withLock { $0.start.map { ContinuousClock.now - $0 } ?? .zero }
    }

    private func follow() {
        var timeline = FaultTimeline(faults)
        while let next = timeline.next, !state.withLock({ $0.isStopping }) {
            let wanted = state.withLock { state in
                defer { state.wanted = [] }
                return state.wanted
            }
            for index in timeline.open where wanted.contains(faults[index].name) { perform(.undo(index), &timeline) }
            guard timeline.next == next else { continue }
            let wait = next - now()
            if wait > .zero {
                _ = wake.wait(timeout: .now() + .nanoseconds(Int(clamping: wait.wholeNanoseconds)))
                continue
            }
            for action in timeline.due(at: now()) {
                guard !state.withLock({ $0.isStopping }) else { break }
                perform(action, &timeline)
            }
        }
        for index in timeline.open { perform(.undo(index), &timeline) }
    }

    private func perform(_ action: FaultTimeline.Action, _ timeline: inout FaultTimeline) {
        switch action {
        case .begin(let index):
            timeline.began(index, at: now())
            state.withLock { state in _ = state.due.insert(faults[index].name) }
            let problem = executor.make(faults[index]) {
                let began = now()
                note("fault '\(faults[index].name)' begins at \(Self.text(began))")
                add(Mark(name: faults[index].name, began: began.wholeNanoseconds))
            }
            if let problem {
                add(problem: problem)
                // A fault that did not happen has no effect to measure.
                state.withLock { state in state.marks.removeAll { $0.name == faults[index].name } }
            }
        case .undo(let index):
            // Only once, whether it works or not: a failed undo needs a human.
            let problem = executor.undo(faults[index])
            let undone = now()
            timeline.undone(index, at: undone)
            if let problem {
                add(problem: problem)
            } else if state.withLock({ $0.marks.contains { $0.name == faults[index].name } }) {
                note("fault '\(faults[index].name)' is undone at \(Self.text(undone))")
                state.withLock { state in
                    guard let place = state.marks.lastIndex(where: { $0.name == faults[index].name }) else { return }
                    state.marks[place].undone = undone.wholeNanoseconds
                }
            }
        }
    }

    private func add(_ mark: Mark) { state.withLock { $0.marks.append(mark) } }
    private func add(problem: String) {
        state.withLock { state in
            state.problems.append(problem)
            state.notes.append(problem)
        }
    }
    private func note(_ text: String) { state.withLock { $0.notes.append(text) } }

    private static func text(_ time: Duration) -> String { "\(((time / .milliseconds(100)).rounded() / 10)) s" }
}
