import Analysis
import Formats
import Live
import Measurement
import Plan
import Report
import Traffic

extension LiveRun {
    /// A replay for its page: a ramp if there is one, and one level.
    init(_ plan: ReplayPlan, _ description: RunDescription, title: String, gates: [Criterion]) {
        let ramp = Nanoseconds.inSeconds(description.rampNs)
        let end = (description.plannedNs ?? description.plannedSpanNs).map { Nanoseconds.inSeconds($0) }
        let level = LiveRun.level(of: description)
        var phases: [LiveView.Phase] = []
        if ramp > 0 { phases.append(.init(name: "replay", isRamp: true, begin: 0, end: ramp, level: level)) }
        phases.append(.init(name: "replay", isRamp: false, begin: ramp, end: end, level: level))
        self.init(title: title, description: description, phases: phases)
        if let level {
            self.plan = [.init(second: 0, value: ramp > 0 ? 0 : level), .init(second: ramp, value: level)]
            if let end, end > ramp { self.plan.append(.init(second: end, value: level)) }
        }
        due = LiveRun.due(by: plan)
        self.gates = gates.map(\.text)
        for gate in gates { lines[gate.text] = LiveRun.line(of: gate) }
        let followed = gates.filter(LiveRun.isFollowed)
        gatesAtEnd = Set(gates.filter { !LiveRun.isFollowed($0) }.map(\.text))
        judge = { record in record.outcomes(of: followed) }
    }

    /// `--sessions`: how many run at once; nil if the recording decides.
    private static func level(of description: RunDescription) -> Double? {
        description.settings["sessions"].flatMap(Double.init)
    }

    /// Requests per second that the plan makes due, as the corners of a line.
    static func due(by plan: ReplayPlan) -> [LiveView.Course.Corner] {
        let outline = plan.outline()
        let seconds = Nanoseconds.inSeconds(outline.rateStretchNs)
        guard plan.isOpenLoop, seconds > 0 else { return [] }
        if outline.isExtrapolated {
            guard let peak = outline.peakRequestsPerSecond else { return [] }
            return [.init(second: 0, value: Double(peak))]
        }
        return outline.requestsOverTime.enumerated().map { index, count in
            .init(second: (Double(index) + 0.5) * seconds, value: Double(count) / seconds)
        }
    }

    /// A gate's limit as a line across a chart; nil unless it is about all requests.
    private static func line(of gate: Criterion) -> LiveView.Gate.Line? {
        guard gate.scope == .run, let comparison = gate.comparison else { return nil }
        return line(gate.figure, comparison.limit.value)
    }
}
