import Analysis
import Measurement

/// The run over time.
extension HTMLReport {
    var pictures: Markup {
        guard !series.seconds.isEmpty else { return .empty }
        guard series.seconds.count > 1 else {
            return section("Over time") {
                Markup.element("p", ["class": "panel soft"]) { "The run was too short for charts over time." }
            }
        }
        return section("Over time") {
            Markup.element("div", ["class": "charts"]) {
                responseTimes
                heatMap
                figure("Requests per second", caption: requestCaption) {
                    chart(
                        "requests", "Requests per second", [line("requests", "s-rate", series.requestsPerSecond)],
                        .perSecond)
                }
                if hasFailures {
                    figure("Failures per second", caption: failureCaption) {
                        chart(
                            "failures", "Failures per second",
                            [line("failures", "s-bad", series.failuresPerSecond, shape: .needles)],
                            .perSecond)
                    }
                }
                figure(
                    "Concurrent sessions",
                    caption: "Replayed sessions running at the same time, at most \(peakSessions).",
                    isWide: hasFailures
                ) {
                    chart(
                        "sessions", "Concurrent sessions", [line("sessions", "s-sessions", series.concurrentSessions)],
                        .count,
                        height: hasFailures ? 150 : 180)
                }
            }
        }
    }

    private var hasFailures: Bool { series.failuresPerSecond.contains { $0 > 0 } }

    private var peakSessions: String { Quantity.count(summary.sessions.peakConcurrent) }

    private var requestCaption: String {
        "Finished, including failures; \(Quantity.perSecond.text(summary.throughputRps)) answered over the whole run"
            + (hasFailures ? "." : "; none failed.")
    }

    private var failureCaption: String {
        summary.failuresByKind.prefix(3).map { "\(Quantity.count($0.count)) \($0.kind.words)" }.joined(separator: ", ")
    }

    /// The meaning of line and tint if windows were merged.
    private var thinningNote: String {
        let columns = place.columns
        guard ThinnedLine.isNeeded(series.seconds.count, columns: columns), let last = series.seconds.last else {
            return ""
        }
        let stretch = Quantity.duration(seconds: last / Double(columns))
        return " Line: the median of \(stretch); tint: from the smallest window to the largest."
    }

    /// ` of 16 s`; empty if there is only one window.
    private var windowLength: String {
        guard series.seconds.count > 1 else { return "" }
        return " of " + Quantity.duration(seconds: series.seconds[1] - series.seconds[0])
    }

    private var responseTimes: Markup {
        let values = (series.p50Ms + series.p95Ms + series.p99Ms).compactMap { $0 }.filter { $0 > 0 }
        let isLogarithmic = (values.max() ?? 0) > 50 * (series.p50Ms.compactMap { $0 }.sorted().middle ?? .infinity)
        let axis: Axis =
            isLogarithmic
            ? .logarithmic(covering: (values.min() ?? 1)...(values.max() ?? 1), quantity: .milliseconds)
            : .linear(covering: values, quantity: .milliseconds)
        let caption =
            "Of the requests that were answered in each window\(windowLength): half were faster than p50, 1 in 20 slower than p95, 1 in 100 slower "
            + "than p99." + (isLogarithmic ? " The axis is logarithmic." : "") + thinningNote
        var frame = self.frame(
            "response", "Response time percentiles", axis, .milliseconds, height: 260,
            described: [("p50", series.p50Ms), ("p95", series.p95Ms), ("p99", series.p99Ms)])
        frame.context?.limits = latencyLimits
        return figure("Response time", caption: caption, isWide: true) {
            LineChart(
                frame: frame,
                lines: [
                    .init(name: "p50", style: "s-p50", points: points(series.p50Ms)),
                    .init(name: "p95", style: "s-p95", points: points(series.p95Ms)),
                    .init(name: "p99", style: "s-p99", points: points(series.p99Ms)),
                ], columns: place.columns
            ).markup
        }
    }

    /// The limits of gates on the response times of the whole run.
    private var latencyLimits: [ChartContext.Limit] {
        summary.gates.compactMap { result in
            guard let gate = try? Criterion(parsing: result.gate), gate.scope == .run,
                case .quantile(let quantile) = gate.figure, let comparison = gate.comparison,
                !comparison.relation.wantsMore, [0.5, 0.95, 0.99].contains(quantile)
            else { return nil }
            return ChartContext.Limit(name: gate.text, value: comparison.limit.value)
        }
    }

    private var heatMap: Markup {
        guard let map = series.heat?.thinned(to: place.heatColumns) else { return .empty }
        let caption =
            "Each column is a time, each row a response time; the stronger the colour, the more responses. "
            + HeatMapChart.legend + " The axis is logarithmic."
        return figure("Response times over time", caption: caption, isWide: true) {
            HeatMapChart(
                id: place.prefix + "heat", title: "Distribution of response times over time", map: map,
                x: .elapsed(seconds: lastSecond), context: context
            ).markup
        }
    }

    private var context: ChartContext {
        ChartContext(group: place.prefix, phases: series.phases, faults: series.faults)
    }
}

extension HTMLReport {
    /// A chart with its heading and caption.
    func figure(
        _ title: String, caption: String, finding: SoakFinding? = nil, isWide: Bool = false,
        @MarkupBuilder chart: () -> Markup
    ) -> Markup {
        .element("figure", ["class": isWide ? "chart wide" : "chart"]) {
            Markup.element("figcaption") {
                if place.isPart { Markup.element("h4") { title } } else { Markup.element("h3") { title } }
                if let finding {
                    Markup.element("p", ["class": "finding"]) {
                        Markup.element("span", ["class": "word \(finding.verdict.signAndTone.tone)"]) {
                            "\(finding.verdict.signAndTone.sign) \(finding.verdict.rawValue)"
                        }
                        ": \(finding.explanation)"
                    }
                }
                if !caption.isEmpty { Markup.element("p") { caption } }
            }
            chart()
        }
    }

    /// A filled line chart from zero over the run's windows.
    private func chart(
        _ id: String, _ title: String, _ lines: [LineChart.Line], _ quantity: Quantity, height: Int = 180
    ) -> Markup {
        let values = lines.flatMap { $0.points.compactMap(\.y) }
        return LineChart(
            frame: frame(
                id, title, .linear(covering: values, quantity: quantity, ticks: height < 160 ? 3 : 4), quantity,
                height: height, described: lines.map { ($0.name, $0.points.map(\.y)) }),
            lines: lines, columns: place.columns
        ).markup
    }

    private func line(
        _ name: String, _ style: String, _ values: [Double], shape: LineChart.Shape = .area
    ) -> LineChart.Line {
        LineChart.Line(name: name, style: style, points: points(values), shape: shape)
    }

    private func points(_ values: [Double?]) -> [ChartPoint] {
        zip(series.seconds, values).map { ChartPoint(x: $0, y: $1) }
    }

    /// A frame with the run's time axis, so that all charts over time line up.
    func frame(
        _ id: String, _ title: String, _ y: Axis, _ quantity: Quantity, height: Int,
        described lines: [(name: String, values: [Double?])]
    ) -> ChartFrame {
        let description = lines.compactMap { line -> String? in
            let known = line.values.compactMap { $0 }
            guard let low = known.min(), let high = known.max(), let last = known.last else { return nil }
            return
                "\(line.name) between \(quantity.text(low)) and \(quantity.text(high)), at the end \(quantity.text(last))."
        }
        return ChartFrame(
            id: place.prefix + id, title: title, description: description.joined(separator: " "),
            x: .elapsed(seconds: lastSecond), y: y, height: height, quantity: quantity, context: context)
    }

    private var lastSecond: Double {
        max(
            series.phases.last?.to ?? 0, series.seconds.last ?? 0, series.targets.compactMap(\.seconds.last).max() ?? 0,
            series.metrics.compactMap(\.seconds.last).max() ?? 0)
    }
}

extension [Double] {
    /// The middle one of sorted values; nil if there are none.
    fileprivate var middle: Double? { isEmpty ? nil : self[count / 2] }
}
