import Analysis
import Formats
import Measurement
import Scenario

/// Changes over time, and since an earlier run.
extension CriterionJudge {

    /// Leaks and drift are judged where the level was held longest: changes that follow the level are neither.
    func soak(_ criterion: Criterion, _ phase: Phase?) -> GateAnswer {
        let scope = scope(criterion.scope == .each ? .run : criterion.scope, phase)
        guard let span = scope.spans.max(by: { $0.count < $1.count }) else {
            return GateAnswer(.inconclusive, "nothing was sent")
        }
        let isLeak = if case .noLeak = criterion.figure { true } else { false }
        var record = record
        if case .noLeak(let watch?) = criterion.figure {
            let source = file.watches.first { $0.name == watch }?.source
            let page = pages[watch] ?? watch
            record.metrics = record.metrics.only { $0.page == page }
            switch source {
            case .process, .port: break
            default: record.targets = []
            }
        }
        return record.soak(within: span).outcome(of: isLeak ? .noLeak : .noDrift)
            ?? GateAnswer(
                .inconclusive,
                isLeak
                    ? "no process was watched, so memory is unknown" : "no endpoint has enough requests to detect drift"
            )
    }

    /// Compares the requests sent while judged levels were held with the baseline.
    func regression(_ criterion: Criterion, _ phase: Phase?) -> GateAnswer {
        let earlier: RunRecord
        switch baseline {
        case .none: return GateAnswer(.inconclusive, "no 'baseline' is named")
        case .missing(let reason): return GateAnswer(.inconclusive, reason)
        case .run(let record): earlier = record
        }
        if let difference = CampaignBaseline.difference(of: record.description, to: earlier.description) {
            return GateAnswer(.inconclusive, "the baseline has a different load: \(difference)")
        }
        let spans = scope(criterion.endpoint == nil ? criterion.scope == .each ? .run : criterion.scope : .run, phase)
            .spans
        let doubts = [("this run", record), ("the baseline", earlier)].compactMap { name, run in
            run.doubt(within: spans).map { "in \(name) \($0)" }
        }
        // One run per side shows little about how runs differ by chance: anything below a tenth is not a difference.
        let comparison = RunComparison(
            baseline: [earlier.part(within: spans)], candidate: [record.part(within: spans)], margin: 0.1)
        let findings = comparison.findings.filter { criterion.endpoint == nil || $0.endpoint == criterion.endpoint }
        guard !findings.isEmpty else {
            return GateAnswer(.inconclusive, comparison.notComparedSentences.first ?? "too little was sent to compare")
        }
        let regressed = findings.filter { $0.verdict == .regressed }
        // Neither a difference nor its absence can be attributed to the target.
        if !doubts.isEmpty {
            let difference = regressed.first.map { "\(Self.text($0)), but " } ?? ""
            return GateAnswer(.inconclusive, difference + doubts.joined(separator: ", and "))
        }
        guard regressed.isEmpty else {
            let named = regressed.prefix(3).map(Self.text).joined(separator: "; ")
            return GateAnswer(.failed, regressed.count > 3 ? "\(named); \(regressed.count - 3) more" : named)
        }
        if criterion.endpoint == nil, let growing = comparison.memory.first(where: { $0.verdict == .growing }) {
            return GateAnswer(.failed, growing.explanation)
        }
        // An endpoint with few requests can fail the gate, but rarely has enough data to pass it.
        let decisive = criterion.endpoint == nil ? findings.filter { !$0.isOfFewRequests } : findings
        if let open = decisive.first(where: { $0.verdict == .inconclusive }) {
            return GateAnswer(.inconclusive, "\(Self.text(open)): one run per side cannot decide")
        }
        return GateAnswer(
            .passed, "\(Plural.text(findings.count, "figure is", "figures are")) no worse than the baseline's")
    }

    /// `GET /items p95: 20.0 ms before, 45.0 ms now`.
    private static func text(_ finding: RunComparison.Finding) -> String {
        let unit = finding.figure == .failures ? "%" : "ms"
        let factor = finding.figure == .failures ? 100.0 : 1
        let number = { (value: Double) in
            "\((value * factor).formatted(decimals: value * factor < 100 ? 1 : 0)) \(unit)"
        }
        return "\(finding.endpoint) \(finding.figure.rawValue): \(number(finding.baseline)) before, "
            + "\(number(finding.candidate)) now"
    }
}
