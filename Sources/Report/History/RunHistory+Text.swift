import Analysis
import Formats

extension RunHistory.Figure {
    /// The displayed name.
    var name: String {
        switch self {
        case .p50, .p95, .p99: "response \(rawValue)"
        case .failures: "failed requests"
        case .throughput: "responses per second"
        case .capacity: "capacity"
        }
    }

    /// The name for the head of a narrow column.
    var shortName: String {
        switch self {
        case .p50, .p95, .p99, .capacity: rawValue
        case .failures: "failed"
        case .throughput: "responses/s"
        }
    }

    /// A value with its unit.
    func text(_ value: Double) -> String {
        switch self {
        case .p50, .p95, .p99: Quantity.milliseconds.text(value)
        case .failures: Quantity.percent(value)
        case .throughput: Quantity.perSecond.text(value)
        case .capacity: Quantity.count.text(value)
        }
    }
}

extension RunHistory {
    /// The figures that any of the runs has.
    var figures: [Figure] { Figure.allCases.filter { figure in runs.contains { $0.figures[figure] != nil } } }

    /// A change in a sentence.
    func sentence(of change: Change) -> String {
        let size: String
        if change.figure == .failures {
            size = "by \(Quantity.percent(change.ratio.magnitude)) of the requests"
        } else {
            size =
                "by \(Quantity.percent((change.ratio - 1).magnitude)) (90% interval \(RunHistory.signed(change.low - 1)) to "
                + "\(RunHistory.signed(change.high - 1)))"
        }
        let verb = change.after >= change.before ? "rose" : "fell"
        var sentence =
            "\(change.figure.name) \(verb) at \(change.run) \(size): from \(change.figure.text(change.before)) to "
            + "\(change.figure.text(change.after)), for the \(change.isWorse ? "worse" : "better")"
        if !change.settings.isEmpty { sentence += "; set differently: \(change.settings.joined(separator: ", "))" }
        return sentence
    }

    private static func signed(_ ratio: Double) -> String {
        (ratio < 0 ? "−" : "+") + Quantity.percent(ratio.magnitude)
    }

    /// How many figures changed, and where. One slow run changes several figures: their number is not that of the
    /// changes of the service.
    private var changed: String {
        let figures = Set(changes.map(\.figure)).count
        let runs = Set(changes.map(\.place)).count
        let place = runs == 1 ? "at \(changes[0].run)" : "at \(Plural.text(runs, "run"))"
        return figures == 1 ? "\(changes[0].figure.name) changed \(place)" : "\(figures) figures changed \(place)"
    }

    /// Its changes in a few words.
    var summary: String {
        let usable = runs.count { $0.blame.isEmpty }
        let wide = spreads.map { spread in
            "\(spread.figure.name) \(spread.figure.text(spread.range.lowerBound)) to "
                + spread.figure.text(spread.range.upperBound)
        }
        let varying = wide.isEmpty ? "" : "; the runs differ widely: \(wide.joined(separator: ", "))"
        if usable < 3 {
            return "too few runs to detect a change: \(usable) of \(runs.count) can be compared, 3 are needed" + varying
        }
        guard changes.isEmpty else { return changed + varying }
        return wide.isEmpty ? "no figure changed by more than chance explains" : "no lasting change" + varying
    }
}
