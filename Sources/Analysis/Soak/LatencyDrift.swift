import Formats
import Measurement
import Traffic

/// Detects endpoints whose responses become slower during a run: by quantiles of turnarounds, and by the ratios between
/// quantiles.
///
/// Evaluated in the steady part of the run: after its first 12 % and its ramp, without seconds of low load at its end.
enum LatencyDrift {
    /// The most endpoints examined, those with most requests first.
    private static let mostEndpoints = 50

    static func findings(of record: RunRecord, _ certainty: Certainty = .final) -> [SoakFinding] {
        let windows = steadyWindows(of: record)
        guard let first = windows.first, let last = windows.last else { return [] }
        let span = Nanoseconds.inSeconds(last.endNs - first.startNs)
        var requests: [Int: UInt64] = [:]
        for window in windows {
            for endpoint in window.endpoints {
                requests[endpoint.endpoint, default: 0] += endpoint.times[.turnaround].totalCount
            }
        }
        let busiest = requests.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(mostEndpoints)
        var models = DriftModelCache()
        let own = busiest.map { endpoint, _ in
            LatencyFigureTest.all(stretches(windows, of: endpoint), seconds: span, models: &models)
        }
        let evidence = own.joined().count { $0.figure.isOwnEvidence }
        let tests = zip(busiest, own).flatMap { endpoint, tests in
            let label = record.description.label(ofEndpoint: endpoint.key)
            return zip(tests, LatencyFigureTest.verdicts(of: tests, among: evidence, certainty)).map {
                EndpointFigure(label: label, test: $0, verdict: $1)
            }
        }
        let witness = MachineState(of: record)
        var found: [SoakFinding] = []
        var covered: Set<EndpointFigure.Name> = []
        for figure in LatencyFigure.allCases where figure.isOwnEvidence {
            guard
                let common = CommonDrift(figure, of: tests, among: evidence, seconds: span, models: &models, certainty)
            else { continue }
            covered.formUnion(common.covered)
            // If the median of an endpoint, or its tail relative to the median, rises with the others, its tail rises
            // with them too.
            if figure != .spread {
                covered.formUnion(common.covered.map { EndpointFigure.Name(label: $0.label, figure: .tail) })
            }
            found.append(finding(common, span: span, witness))
        }
        var single: [Single] = []
        for figure in tests where !covered.contains(figure.name) && !isHidden(figure) {
            let relative =
                figure.test.figure == .median && figure.verdict != .drifting
                ? RelativeDrift(
                    of: figure, among: tests, figures: evidence, seconds: span, models: &models, certainty) : nil
            let own =
                relative.map { finding($0, span: span, witness) }
                ?? finding(figure, among: evidence, span: span, witness)
            single.append(Single(name: figure.name, ratio: (relative?.test ?? figure.test).ratio, finding: own))
        }
        return found + oneRisePerEndpoint(single)
    }

    /// A figure with so few requests that only a large rise of it is visible is reported only if it rises.
    private static func isHidden(_ figure: EndpointFigure) -> Bool {
        figure.test.blocks.isThin && figure.verdict != .drifting
    }

    /// The finding on a figure of one endpoint.
    private struct Single {
        var name: EndpointFigure.Name
        var ratio: Double
        var finding: SoakFinding
    }

    /// The rises of an endpoint's figures have one cause: they are one finding, which names the other figures.
    private static func oneRisePerEndpoint(_ all: [Single]) -> [SoakFinding] {
        let rising = Dictionary(grouping: all.filter { $0.finding.verdict == .growing }, by: \.name.label)
        return all.compactMap { single in
            guard single.finding.verdict == .growing, let own = rising[single.name.label], own.count > 1 else {
                return single.finding
            }
            guard own[0].name == single.name else { return nil }
            var finding = single.finding
            let others = own.dropFirst().map { "\($0.name.figure.name) by \(LatencyTrend.percent($0.ratio))" }
            finding.explanation += "; it also rose in " + others.joined(separator: " and ")
            return finding
        }
    }

    static func steadyWindows(of record: RunRecord) -> [RunWindow] {
        let end = min(record.durationNs, record.description.plannedNs ?? .max)
        // A warm-up given by the user replaces the default one.
        let usual = record.description.warmUpNs == nil ? end / 25 * 3 : 0
        let start = max(record.description.steadyNs, usual)
        let inside = record.series.windows.filter { $0.startNs >= start && $0.endNs <= end }
        let median = Robust.median(inside.map { Double($0.counts.requests) })
        return inside.filter { Double($0.counts.requests) >= 0.5 * median && $0.counts.requests > 0 }
    }

    private static func stretches(_ windows: [RunWindow], of endpoint: Int) -> [LatencyBlocks.Stretch] {
        windows.map { window in
            LatencyBlocks.Stretch(
                second: Nanoseconds.inSeconds(window.startNs),
                times: window.endpoints.first { $0.endpoint == endpoint }?.times[.turnaround] ?? SparseHistogram(),
                requests: Double(window.counts.requests))
        }
    }

    private static func finding(
        _ figure: EndpointFigure, among figures: Int, span: Double, _ witness: MachineState
    ) -> SoakFinding {
        let test = figure.test
        let verdict: SoakVerdict =
            switch figure.verdict {
            case .drifting: .growing
            case .stable: .stable
            case .inconclusive: .inconclusive
            }
        let found = finding(
            test, subject: "\(figure.label) \(test.figure.rawValue)", verdict,
            probability: test.probability(among: figures), span: span,
            explanation: explanation(figure.label, test, verdict, span: span))
        return qualified(found, test, witness)
    }

    /// A change that the machine shares is not a finding on the target.
    private static func qualified(
        _ finding: SoakFinding, _ test: LatencyFigureTest, _ witness: MachineState
    ) -> SoakFinding {
        guard finding.verdict == .growing else { return finding }
        let sides = test.sides
        guard let change = witness.change(from: sides.before, to: sides.after, changeMs: test.changeMs) else {
            return finding
        }
        var result = finding
        result.verdict = .inconclusive
        result.explanation =
            "\(finding.explanation), but the machine changed with it: \(change); "
            + "a run on a quiet machine would show whether the target became slower"
        return result
    }

    private static func finding(
        _ common: CommonDrift, span: Double, _ witness: MachineState
    ) -> SoakFinding {
        let test = common.test
        let endpoints = Plural.text(common.covered.count, "endpoint", "endpoints")
        let rise =
            "\(LatencyTrend.percent(test.ratio))\(place(test)) over \(MemoryTrend.duration(span)) (\(interval(test)))"
        let found = finding(
            test, subject: "all endpoints \(test.figure.rawValue)", .growing, probability: common.probability,
            span: span,
            explanation: "\(test.figure.name) of \(endpoints) out of \(common.endpoints) rose together by \(rise)")
        return qualified(found, test, witness)
    }

    private static func finding(_ relative: RelativeDrift, span: Double, _ witness: MachineState) -> SoakFinding {
        let test = relative.test
        let label = relative.name.label
        let rise =
            "\(LatencyTrend.percent(test.ratio))\(place(test)) over \(MemoryTrend.duration(span)) (\(interval(test)))"
        let found = finding(
            test, subject: "\(label) \(test.figure.rawValue)", .growing, probability: relative.probability, span: span,
            explanation: "\(test.figure.name) of \(label) rose against the other \(relative.others) endpoints "
                + "by \(rise)")
        return qualified(found, test, witness)
    }

    private static func finding(
        _ test: LatencyFigureTest, subject: String, _ verdict: SoakVerdict, probability: Double, span: Double,
        explanation: String
    ) -> SoakFinding {
        let perHour = test.test.rise == .even(from: 0) && span > 0 ? 3600 / span : nil
        let interval = test.ratioInterval
        return SoakFinding(
            kind: .latency, subject: subject, verdict: verdict, ratePerHour: perHour.map { (test.ratio - 1) * $0 },
            ratePerHourLow: perHour.map { (interval.lowerBound - 1) * $0 },
            ratePerHourHigh: perHour.map { (interval.upperBound - 1) * $0 }, change: test.ratio - 1,
            probability: probability, explanation: explanation)
    }

    private static func explanation(
        _ endpoint: String, _ test: LatencyFigureTest, _ verdict: SoakVerdict, span: Double
    ) -> String {
        let name = "\(test.figure.name) of \(endpoint)"
        let time = MemoryTrend.duration(span)
        let bound = LatencyTrend.percent(Math.exp(test.ruledOut))
        switch verdict {
        case .growing:
            let values = test.blocks.milliseconds(test.figure.quantile)
            let start = GateEvaluation.milliseconds(Robust.median(values.prefix(values.count / 4)))
            let end = GateEvaluation.milliseconds(Robust.median(values.suffix(values.count / 4)))
            let rise = "\(LatencyTrend.percent(test.ratio))\(place(test)) over \(time) (\(interval(test)))"
            let what = test.figure.name == test.figure.quantileName ? "" : "\(test.figure.quantileName) "
            return "\(name) rose by \(rise): \(what)from \(start) to \(end)"
        case .stable:
            return "\(name) is stable over \(time): a rise of \(bound) or more is ruled out"
        case .inconclusive:
            return test.openSentence(name, seconds: span)
        }
    }

    private static func interval(_ test: LatencyFigureTest) -> String {
        let interval = test.ratioInterval
        return
            "90% interval \(LatencyTrend.percent(interval.lowerBound)) … \(LatencyTrend.percent(interval.upperBound))"
    }

    /// Describes where a rise begins: ` from second 120 on`, ` around second 120 (between 100 and 140)`.
    ///
    /// The range is omitted if it is a single block.
    private static func place(_ test: LatencyFigureTest) -> String {
        let began = test.began.formatted(decimals: 0)
        guard case .step = test.test.rise else { return " from second \(began) on" }
        let (low, high) = (test.beganBetween.lowerBound, test.beganBetween.upperBound)
        guard low < high else { return " around second \(began)" }
        return " around second \(began) (between \(low.formatted(decimals: 0)) and \(high.formatted(decimals: 0)))"
    }
}
