public import Analysis
import Formats
public import Measurement
import Scenario
import Traffic

/// Judges guards second by second: a guard that fails for as long as it allows ends the run. Pure.
public struct GuardWatch {

    private let guards: [Criterion]
    /// Since when each guard has failed continuously, in nanoseconds since the run's start; nil while it holds.
    private var failingSince: [Int64?]
    private var lastStart: Int64 = -1

    /// - Parameter guards: guards that compare figures of requests
    public init(_ guards: [Criterion]) {
        self.guards = guards
        failingSince = Array(repeating: nil, count: guards.count)
    }

    /// Whether a guard can be judged second by second.
    public static func canFollow(_ criterion: Criterion) -> Bool {
        criterion.figure.isOfRequests && !criterion.needsStatuses && criterion.scope == .run
            && criterion.comparison != nil
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
                failingSince[index] = nil
                continue
            }
            let since = failingSince[index] ?? window.startNs
            failingSince[index] = since
            let span = guards[index].comparison?.sustained ?? .zero
            if window.endNs - since >= max(1, span.wholeNanoseconds) {
                return "the guard '\(guards[index].text)' failed: \(figure) at "
                    + "\((Double(window.endNs) / 1e9).formatted(decimals: 0)) s"
            }
        }
        return nil
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
            answersPerSecond: Double(counts.answers) / (Double(window.lengthNs) / 1e9))
        let answer = figures.judge(criterion.figure, criterion.comparison)
        return answer.outcome == .inconclusive ? nil : (answer.outcome == .passed, answer.figure)
    }
}
