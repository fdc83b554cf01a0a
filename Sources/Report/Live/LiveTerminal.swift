import Formats

/// The lines that a terminal shows during a run: sparklines, gates, phases. Pure.
public struct LiveTerminal {
    private let view: LiveView
    private let width: Int

    /// Lines of at most `width` columns.
    public init(_ view: LiveView, width: Int) {
        self.view = view
        self.width = max(20, width)
    }

    /// The number of points in a sparkline: the last ones.
    private static let points = 40

    /// The lines; empty before there are any figures.
    public var lines: [String] {
        guard view.state == .running || view.state == .ending, view.course.seconds.count > 1 else { return [] }
        return ([phases, levels] + courses + gates).filter { !$0.isEmpty }.map { $0.displayable.cut(to: width) }
    }

    private var phases: String {
        guard view.phases.count > 1, let now = view.phase else { return "" }
        let names = view.phases.enumerated().map { index, phase in
            let name = phase.name + (phase.isRamp ? " ramp" : "")
            return index < now ? "\(name) ✓" : index == now ? "[\(name)]" : name
        }
        // If not all of them fit, those around the current one.
        let first = max(0, min(now - 1, names.count - 5))
        let shown = names[first..<min(names.count, first + 6)]
        return "phases      " + (first > 0 ? "… › " : "") + shown.joined(separator: " › ")
    }

    private var levels: String {
        guard !view.levels.isEmpty else { return "" }
        // If not all levels fit, the last ones.
        let shown = view.levels.suffix(8).map { "\($0.sessions.grouped) \($0.standing.signAndTone.sign)" }
        return "ladder      " + (view.levels.count > 8 ? "… " : "") + shown.joined(separator: "  ")
    }

    private var courses: [String] {
        let course = view.course
        let rate = { (value: Double) in Quantity.perSecond.text(value) }
        let time = { (value: Double) in Quantity.milliseconds.text(value) }
        var lines = [
            row("requests/s", course.requests, rate), row("p95", course.p95, time),
        ]
        if view.failures > 0 { lines.append(row("failures/s", course.failures, rate)) }
        return lines
    }

    private func row(_ name: String, _ values: [Double?], _ text: (Double) -> String) -> String {
        let last = Array(values.suffix(LiveTerminal.points))
        let spark = SparkLine(last, width: min(last.count, max(8, width - 44)))
        guard let range = spark.range, let now = last.last ?? nil else { return "" }
        return name.padded(to: 12) + spark.text
            + "  \(text(now))  (\(text(range.lowerBound)) to \(text(range.upperBound)))"
    }

    private var gates: [String] {
        guard !view.gates.isEmpty else { return [] }
        let broken = view.gates.filter { $0.standing == .broken }
        let risks = view.gates.filter { $0.standing == .atRisk }
        let holding = view.gates.count { $0.standing == .holding }
        let head =
            "gates       \(holding) holding, \(risks.count) at risk, \(broken.count) broken, "
            + "\(view.gates.count - holding - risks.count - broken.count) open"
        return [head]
            + (broken + risks).prefix(3).map { gate in
                let since = gate.since.map { " since \(Quantity.duration(seconds: $0.rounded()))" } ?? ""
                return
                    "  \(gate.standing.signAndTone.sign) \(gate.text)  \(gate.standing.rawValue)\(since)  \(gate.figure)"
            }
    }
}
