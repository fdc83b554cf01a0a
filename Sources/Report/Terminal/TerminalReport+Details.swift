import Analysis
import Formats
import Measurement
import Traffic

/// The tables, lines and findings below the head of the page.
extension TerminalReport {
    /// Requests, response time and memory over time, as sparklines.
    var pictures: [String] {
        guard let series, series.seconds.count > 1 else { return [] }
        var rows: [(name: String, values: [Double?], quantity: Quantity, isStock: Bool)] = [
            ("requests/s", series.requestsPerSecond, .perSecond, false)
        ]
        if series.failuresPerSecond.contains(where: { $0 > 0 }) {
            rows.append(("failures/s", series.failuresPerSecond, .perSecond, false))
        }
        rows.append(("p95 response", series.p95Ms, .milliseconds, false))
        rows += series.targets.prefix(4).map {
            ("memory " + TerminalReport.processLabel($0.name), $0.rssBytes, .bytes, true)
        }
        rows += series.metrics.filter { !$0.isCounter && !$0.isOfMachine }.prefix(TerminalReport.drawnMetrics).map {
            ($0.name.displayable, $0.values, $0.quantity, true)
        }
        let label = min(28, rows.map(\.name.displayWidth).max() ?? 0)
        let sparks = rows.map { row in
            SparkLine(row.values, width: width - label - 2 - 24, base: row.isStock ? .nearData : .zero)
        }
        return zip(rows, sparks).compactMap { row, spark in
            guard let range = spark.range else { return nil }
            let ends = "\(row.quantity.text(range.lowerBound)) … \(row.quantity.text(range.upperBound))"
            return style(row.name.cut(to: label).padded(to: label), .soft) + "  " + spark.text
                + "  "
                + style(ends, .soft)
        }
    }

    /// The scraped metrics, counters as their growth per second, and below them those of the generator's machine.
    var metrics: [String] {
        guard let series, !series.metrics.isEmpty else { return [] }
        let head = RunSeries.Metric.rowHead
        let rows = { (isOfMachine: Bool) in
            series.metrics.filter { $0.isOfMachine == isOfMachine }.map { metric in
                [metric.name + (metric.isCounter && !isOfMachine ? ", per second" : "")] + metric.row
            }
        }
        let (watched, machine) = (rows(false), rows(true))
        return (watched.isEmpty ? [] : table(["Metrics"] + head, watched))
            + (machine.isEmpty ? [] : (watched.isEmpty ? [] : [""]) + table(["Machine"] + head, machine))
    }

    /// The most scraped gauges that are drawn; the table has all of them.
    private static let drawnMetrics = 4

    /// `pid 4711` from `pid 4711 (sample-api)`: the lines need the room.
    private static func processLabel(_ name: String) -> String {
        name.displayable.split(separator: " (").first.map(String.init) ?? ""
    }

    var times: [String] {
        guard summary.requests > 0 else { return [] }
        let kinds = TimeKind.shown.filter { $0 == .response || summary.times.percentiles($0).max > 0 }
        let isNarrow = width < 72
        let rows = kinds.map { kind in
            let times = summary.times.percentiles(kind)
            let shown =
                isNarrow
                ? [times.p50, times.p95, times.p99, times.max]
                : [times.p50, times.p90, times.p95, times.p99, times.p999, times.max]
            // Without responses there are no times, rather than times of zero.
            let isEmpty = kind.needsResponse && times.max == 0
            return [kind.name] + shown.map { isEmpty ? "–" : Quantity.milliseconds.text($0) }
        }
        let names = isNarrow ? ["p50", "p95", "p99", "max"] : ["p50", "p90", "p95", "p99", "p99.9", "max"]
        return table(["Times"] + names, rows)
    }

    var endpoints: [String] {
        let ranked = summary.endpoints.sorted { ($1.requests, $0.endpoint) < ($0.requests, $1.endpoint) }
        guard !ranked.isEmpty else { return [] }
        let (isWide, isNarrow) = (width >= 96, width < 72)
        let rows = ranked.prefix(maxEndpoints).map { endpoint in
            let times = endpoint.times.percentiles(.turnaround)
            let shown =
                isWide
                ? [times.p50, times.p95, times.p99, times.max]
                : isNarrow ? [times.p95] : [times.p50, times.p95, times.p99]
            return [
                endpoint.endpoint, Quantity.count(endpoint.requests),
                endpoint.failures == 0 ? "–" : Quantity.count(endpoint.failures),
            ] + (isWide ? [Quantity.perSecond.text(endpoint.requestsPerSecond)] : [])
                + shown.map { times.max > 0 ? Quantity.milliseconds.text($0) : "–" }
        }
        // These are not the response times of the table above: the head of the first column names the kind.
        let head =
            ["Turnaround", "requests", "failed"] + (isWide ? ["rate"] : [])
            + (isNarrow ? ["p95"] : ["p50", "p95", "p99"]) + (isWide ? ["max"] : [])
        var lines = table(head, rows)
        let rest = ranked.dropFirst(maxEndpoints)
        if !rest.isEmpty {
            let requests = rest.reduce(0) { $0 + $1.requests }
            lines.append(style("and \(rest.count) more with \(Quantity.count(requests)) requests", .soft))
        }
        let note =
            "Turnaround: from when a request could be sent to its last byte; response time adds the held time."
        lines += note.wrapped(to: width).map { style($0, .soft) }
        return lines
    }

    /// The most rows of the table of failures; the rest is counted.
    private static let shownCauses = 12

    /// Failures by endpoint: the expected and received responses and the cause; failures with the same root cause are
    /// grouped under it.
    var failures: [String] {
        guard let causes = summary.failureCauses, !causes.isEmpty else { return failuresByKind }
        let isNarrow = width < 72
        let hasNumbers = !isNarrow && causes.contains { $0.exchange != nil }
        let shown = causes.prefix(TerminalReport.shownCauses)
        let rows = shown.map { cause in
            [
                (cause.root == nil ? "" : "  ") + cause.endpoint, cause.expectedText, cause.receivedText,
                cause.kind.words, Quantity.count(cause.count),
            ] + (isNarrow ? [] : [cause.seenText])
                + (hasNumbers ? [cause.exchange.map(String.init) ?? "–"] : [])
        }
        var lines = table(
            ["Failures", "expected", "received", "cause", "count"] + (isNarrow ? [] : ["seen"])
                + (hasNumbers ? ["exchange"] : []), rows)
        // Failures that follow from a root cause are below it, and a cause in words is below the row that it explains.
        var seen: Set<String> = []
        var result = [lines.removeFirst()]
        for (cause, line) in zip(shown, lines) {
            if let root = cause.root, seen.insert(root).inserted {
                result += root.displayable.wrapped(to: width - 2).map { "  " + style($0, .bad) }
            }
            result.append(line)
            if cause.root == nil, let text = cause.cause, seen.insert(text).inserted {
                result += text.displayable.wrapped(to: width - 4).map { "    " + style($0, .bad) }
            }
        }
        if causes.count > shown.count {
            let rest = causes.dropFirst(shown.count)
            let sum = rest.reduce(0.0) { $0 + Double($1.count) }
            result.append(style("and \(rest.count) more with \(Quantity.count.text(sum)) failures", .soft))
        }
        if let example = shown.first(where: { $0.example != nil }) {
            let text = "e.g. \(example.exampleText ?? "")".displayable.cut(to: width - 2)
            result.append("  " + style(text, .soft))
        }
        return result
    }

    /// For runs without more detail.
    private var failuresByKind: [String] {
        guard !summary.failuresByKind.isEmpty else { return [] }
        let rows = summary.failuresByKind.map { failure in
            [
                failure.kind.words, Quantity.count(failure.count),
                summary.requests > 0 ? Quantity.percent(Double(failure.count) / Double(summary.requests)) : "–",
            ]
        }
        return table(["Failures", "count", "of requests"], rows)
    }

    var soak: [String] {
        guard !summary.soak.isEmpty else { return [] }
        return [style("Soak", .strong)] + summary.chiefFindings.flatMap(lines(of:))
            + summary.otherFindings.flatMap { kind in
                [SoakVerdict.stable, .inconclusive].flatMap { otherLines(kind.findings, $0) }
            }
    }

    private func lines(of finding: SoakFinding) -> [String] {
        let room = width - 4
        let word = finding.verdict.rawValue
        let head = "\(finding.kind.rawValue) · \(finding.subject)".displayable.cut(to: room - word.count)
        let evidence = TerminalReport.flow(finding.evidence, width: room)
        // A gate on leaks or drift has already printed the sentence.
        let isShown = summary.gates.contains { $0.figure == finding.explanation }
        return ["  " + style(word, finding.verdict.role) + "  " + head]
            + (isShown ? [] : finding.explanation.displayable.wrapped(to: room).map { "    " + $0 })
            + evidence.map { "    " + style($0, .soft) }
    }

    /// One line for all series of a kind that did not drift, and one for the inconclusive ones.
    private func otherLines(
        _ findings: [SoakFinding], _ verdict: SoakVerdict
    ) -> [String] {
        let findings = findings.filter { $0.verdict == verdict }
        guard let first = findings.first else { return [] }
        guard findings.count > 1 else { return lines(of: first) }
        return ["  " + style(verdict.rawValue, verdict.role) + "  \(first.kind.rawValue) · \(findings.count) series"]
    }

    var bottlenecks: [String] {
        guard let found = summary.bottlenecks, !found.isEmpty else { return [] }
        return [style("What is slow", .strong)] + found.flatMap(lines(of:))
    }

    private func lines(of bottleneck: Bottleneck) -> [String] {
        let room = width - 4
        let kind = bottleneck.kind.rawValue
        let finding = bottleneck.finding.displayable.wrapped(to: width - kind.count - 4)
        var lines = finding.enumerated().map { index, line in
            index == 0 ? "  " + style(kind, .bad) + "  " + line : String(repeating: " ", count: kind.count + 4) + line
        }
        for line in TerminalReport.flow(bottleneck.figures.map(\.displayable), width: room) {
            lines.append("    " + line)
        }
        for line in "next: \(bottleneck.next)".displayable.wrapped(to: room) {
            lines.append("    " + style(line, .soft))
        }
        return lines
    }

    var cautions: [String] {
        guard !summary.warnings.isEmpty else { return [] }
        let lines = summary.warnings.flatMap { caution in
            caution.displayable.wrapped(to: width - 4).enumerated().map { index, line in
                index == 0 ? style("  ! ", .unsure) + line : "    " + line
            }
        }
        return [style("Warnings", .strong)] + lines
    }

    private func table(_ head: [String], _ rows: [[String]]) -> [String] {
        let lines = TextTable(head: head, rows: rows, width: width).lines
        return [style(lines[0], .strong)] + lines.dropFirst()
    }
}

extension SoakVerdict {
    fileprivate var role: TerminalStyle.Role {
        switch self {
        case .growing: .bad
        case .stable: .good
        case .inconclusive: .unsure
        }
    }
}
