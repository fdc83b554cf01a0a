import Analysis

/// The charts of the page, on one time axis.
extension LivePage {
    /// The end of the axis: that of the plan, or a round time past the measured part, so that it rarely moves.
    private var axisEnd: Double {
        let known = max(view.elapsed, view.course.seconds.last ?? 0)
        if view.state.isOver { return max(known, 1) }
        if let planned = view.planned, known <= planned { return max(planned, 1) }
        return LivePage.roundTimes.first { $0 >= known * 1.02 } ?? (known / 86_400 + 1).rounded(.up) * 86_400
    }

    private static let roundTimes: [Double] = [
        30, 60, 120, 300, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200, 10_800, 14_400, 21_600, 28_800, 43_200, 86_400,
    ]

    var timesChart: Markup {
        let course = view.course
        let measured = (course.p50 + course.p95 + course.p99).compactMap { $0 }.filter { $0 > 0 }
        // A limit that is not far away is drawn, so that users see the figure approach it.
        let known = measured + limits(.times).map(\.value).filter { $0 < 3 * (measured.max() ?? 0) }
        let middle = course.p50.compactMap { $0 }.sorted()
        let isLogarithmic = !middle.isEmpty && (known.max() ?? 0) > 50 * middle[middle.count / 2]
        let y: Axis =
            isLogarithmic
            ? .logarithmic(covering: (known.min() ?? 1)...(known.max() ?? 1), quantity: .milliseconds)
            : .linear(covering: known, quantity: .milliseconds)
        return figure(
            "times", "Response time",
            "Half of the requests took longer than p50, 1 in 20 longer than p95, 1 in 100 longer than p99.", y,
            .milliseconds, height: 240,
            [
                line("p50", "s-p50", course.seconds, course.p50), line("p95", "s-p95", course.seconds, course.p95),
                line("p99", "s-p99", course.seconds, course.p99),
            ], limits: limits(.times))
    }

    var rateChart: Markup {
        let course = view.course
        var lines = [line("done", "s-rate", course.seconds, course.requests, shape: .area)]
        if !course.due.isEmpty { lines.append(corners("due", "s-p50", course.due)) }
        return figure(
            "rate", "Requests per second",
            course.due.isEmpty ? "Finished, including failures." : "Finished, and planned.",
            linear(lines, .perSecond), .perSecond, lines, limits: limits(.rate))
    }

    private func limits(_ chart: LiveView.Gate.Chart) -> [ChartContext.Limit] {
        view.gates.compactMap { gate in
            gate.line.flatMap { $0.chart == chart ? ChartContext.Limit(name: gate.text, value: $0.limit) : nil }
        }
    }

    /// The background of every chart: phases and faults so far, and those that are planned.
    private func context(_ limits: [ChartContext.Limit]) -> ChartContext {
        ChartContext(
            group: "live",
            phases: view.phases.map { phase in
                RunSeries.Phase(
                    name: phase.name, isRamp: phase.isRamp, from: phase.begin, to: min(phase.end ?? axisEnd, axisEnd))
            }.filter { $0.from < $0.to },
            faults: view.faults.filter { $0.begin <= axisEnd }.map { fault in
                RunSeries.Fault(name: fault.name, from: fault.begin, to: fault.end.map { min($0, axisEnd) })
            }, limits: limits)
    }

    var failuresChart: Markup {
        let lines = [line("failures", "s-bad", view.course.seconds, view.course.failures, shape: .needles)]
        return figure(
            "failures", "Failures per second",
            view.failures == 0 ? "None so far." : "All kinds; the table below lists them separately.",
            linear(lines, .perSecond), .perSecond, lines)
    }

    var sessionsChart: Markup {
        var lines = [line("run", "s-sessions", view.course.seconds, view.course.sessions, shape: .area)]
        if !view.course.plan.isEmpty { lines.append(corners("plan", "s-files", view.course.plan)) }
        return figure(
            "sessions", "Sessions", view.course.plan.isEmpty ? "Running at once." : "Running at once, and planned.",
            linear(lines, .count), .count, lines)
    }

    var lagChart: Markup {
        let lines = [line("send lag p99", "s-cpu", view.course.seconds, view.course.lag)]
        return figure(
            "lag", "Lateness of the generator",
            "Above \(Quantity.milliseconds.text(LivePage.lateMs)), the sending machine is too slow for the plan.",
            linear(lines, .milliseconds), .milliseconds, lines)
    }

    var watchCharts: Markup {
        MarkupBuilder.buildArray(
            view.watches.prefix(LivePage.watchLimit).enumerated().map { index, watch in
                let quantity = watch.unit.quantity
                let lines = [line("value", "s-memory", watch.seconds, watch.values)]
                let y = Axis.linear(
                    covering: watch.values, quantity: quantity, startsNearData: quantity.growsFarFromZero)
                return figure(
                    "w\(index)", watch.name, y.growthCaption(watch.unit.caption, hasTrend: false), y, quantity, lines)
            })
    }

    /// The most watches with a chart; the table has all of them.
    static let watchLimit = 24

    private func linear(_ lines: [LineChart.Line], _ quantity: Quantity) -> Axis {
        .linear(covering: lines.flatMap { $0.points.compactMap(\.y) }, quantity: quantity)
    }

    private func line(
        _ name: String, _ style: String, _ seconds: [Double], _ values: [Double?], shape: LineChart.Shape = .line
    ) -> LineChart.Line {
        LineChart.Line(
            name: name, style: style, points: zip(seconds, values).map { ChartPoint(x: $0, y: $1) }, shape: shape)
    }

    private func corners(_ name: String, _ style: String, _ corners: [LiveView.Course.Corner]) -> LineChart.Line {
        LineChart.Line(name: name, style: style, points: corners.map { ChartPoint(x: $0.second, y: $0.value) })
    }

    private func figure(
        _ id: String, _ title: String, _ caption: String, _ y: Axis, _ quantity: Quantity, height: Int = 160,
        _ lines: [LineChart.Line], limits: [ChartContext.Limit] = []
    ) -> Markup {
        let frame = ChartFrame(
            id: "p-\(id)", title: title, description: description(lines, quantity), x: .elapsed(seconds: axisEnd), y: y,
            height: height, quantity: quantity, context: context(limits))
        return .element("figure", ["class": "chart", "tabindex": "0", "data-chart": id]) {
            Markup.element("figcaption") {
                Markup.element("h3") { title }
                if !caption.isEmpty { Markup.element("p") { caption } }
            }
            LineChart(frame: frame, lines: lines).markup
        }
    }

    private func description(_ lines: [LineChart.Line], _ quantity: Quantity) -> String {
        lines.compactMap { line -> String? in
            let known = line.points.compactMap(\.known)
            guard let low = known.min(), let high = known.max(), let last = known.last else { return nil }
            return "\(line.name) between \(quantity.text(low)) and \(quantity.text(high)), now \(quantity.text(last))."
        }.joined(separator: " ")
    }
}

extension LiveView.Watch.Unit {
    var quantity: Quantity {
        switch self {
        case .bytes: .bytes
        case .processors: .processors
        case .count: .count
        case .perSecond: .perSecond
        case .percent: .percentage
        }
    }

    /// What the axis does not show.
    var caption: String { self == .processors ? Axis.processorsCaption : "" }
}
