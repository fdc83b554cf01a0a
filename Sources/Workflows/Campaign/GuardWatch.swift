public import Analysis
import Formats
public import Measurement
import Scenario
import Traffic

/// Judges guards during a run. A guard on figures of requests ends the run when it has failed for as long as it allows;
/// `no-leak` and `no-drift` end it as soon as the growth is sure, by the sequential verdict (`RunWatch`). Pure.
public struct GuardWatch {

    /// Fewer requests than this say too little to end a run, unless their rate is what is judged.
    private static let leastRequests: UInt64 = 10

    private let guards: [Criterion]
    /// Since when each guard has failed continuously, in nanoseconds since the run's start; nil while it holds.
    private var failingSince: [Int64?]
    /// The requests that ended since then.
    private var failingRequests: [UInt64]
    private var lastStart: Int64 = -1
    private var trends: RunWatch

    /// A watch of guards for a run that has not begun.
    ///
    /// - Parameters:
    ///   - guards: those for which ``canFollow(_:)`` is true.
    ///   - plannedSeconds: the planned length of the run; nil if unknown.
    public init(_ guards: [Criterion], plannedSeconds: Double?) {
        self.guards = guards.filter { !$0.figure.isTrend }
        failingSince = Array(repeating: nil, count: self.guards.count)
        failingRequests = Array(repeating: 0, count: self.guards.count)
        trends = RunWatch(gates: guards.filter { $0.figure.isTrend }, plannedSeconds: plannedSeconds)
    }

    /// Whether a guard can be judged during a run.
    public static func canFollow(_ criterion: Criterion) -> Bool {
        guard criterion.scope == .run else { return false }
        return criterion.figure.isTrend && criterion.needsScenario == nil
            || criterion.figure.isOfRequests && !criterion.needsStatuses && criterion.comparison != nil
    }

    /// Whether ``look(at:seconds:)`` has something to do: looks are a few percent of the elapsed time apart.
    public func isLookDue(at seconds: Double) -> Bool { trends.isDue(at: seconds) }

    /// Looks at the memory and the latency of the run so far.
    ///
    /// - Parameter seconds: since the run's start.
    /// - Returns: why the run is to end; nil if it is not to end.
    public mutating func look(at record: RunRecord, seconds: Double) -> String? {
        trends.look(at: record, seconds: seconds)
        return trends.gates.first { $0.state == .willFail }.map { GuardWatch.reason($0.gate, $0.figure, seconds) }
    }

    /// Takes the next complete window of a run; a window that was already taken changes nothing.
    ///
    /// - Returns: why the run must end; nil if it continues
    public mutating func take(_ window: RunWindow) -> String? {
        guard window.startNs > lastStart else { return nil }
        lastStart = window.startNs
        for index in guards.indices {
            guard let (holds, figure) = judge(guards[index], window) else { continue }
            guard !holds else {
                (failingSince[index], failingRequests[index]) = (nil, 0)
                continue
            }
            let since = failingSince[index] ?? window.startNs
            failingSince[index] = since
            failingRequests[index] += window.counts.requests
            let span = guards[index].comparison?.sustained ?? .zero
            let isEnough = failingRequests[index] >= Self.leastRequests || guards[index].isOfRate
            if isEnough, window.endNs - since >= max(1, span.wholeNanoseconds) {
                return GuardWatch.reason(guards[index].text, figure, Nanoseconds.inSeconds(window.endNs))
            }
        }
        return nil
    }

    private static func reason(_ text: String, _ figure: String, _ seconds: Double) -> String {
        "the guard '\(text)' failed: \(figure) at \(seconds.formatted(decimals: 0)) s"
    }

    /// nil for a window without data for the figure.
    private func judge(_ criterion: Criterion, _ window: RunWindow) -> (holds: Bool, figure: String)? {
        var times = TimeDistribution()
        times.add(window.times[.response])
        let counts = window.counts
        let figures = RequestFigures(
            kind: .response, times: times, service: TimeDistribution(), isSaturated: false, requests: counts.requests,
            failures: counts.failures,
            answers: counts.answers,
            responsesPerSecond: Double(counts.answers) / Nanoseconds.inSeconds(window.lengthNs))
        let answer = figures.judge(criterion.figure, criterion.comparison)
        return answer.outcome == .inconclusive ? nil : (answer.outcome == .passed, answer.figure)
    }
}

extension Criterion {

    /// Whether it judges how many responses there are per second.
    fileprivate var isOfRate: Bool { if case .requestRate = figure { true } else { false } }
}
