import Analysis

/// The resources that watched processes used.
extension HTMLReport {
    /// The most processes with charts, to keep the page small; the table has all of them.
    private static let maxDrawnProcesses = 6

    var processes: Markup {
        guard !series.targets.isEmpty else { return .empty }
        return section("Watched processes") {
            Markup.element("div", ["class": "charts"]) {
                for (index, target) in drawnProcesses.enumerated() {
                    memory(of: target, id: "memory\(index)")
                    use(
                        "CPU", target, target.cpuCores, .processors, "cpu\(index)", "s-cpu",
                        "1 is one fully used processor.")
                    use(
                        "Open files", target, target.openFiles, .count, "files\(index)", "s-files",
                        "Including sockets.")
                }
            }
            Markup.element("div", ["class": "panel after"]) { processTable }
        }
    }

    /// The first processes with enough samples for a line.
    private var drawnProcesses: [RunSeries.Target] {
        Array(series.targets.filter { $0.seconds.count > 1 }.prefix(HTMLReport.maxDrawnProcesses))
    }

    private func memory(of target: RunSeries.Target, id: String) -> Markup {
        let points = zip(target.seconds, target.rssBytes).map { ChartPoint(x: $0, y: $1) }
        let finding = finding(for: target)
        let trend = finding.flatMap { Trend(of: $0, through: points) }
        let axis = Axis.linear(covering: target.rssBytes, quantity: .bytes, startsNearData: true)
        return figure(
            "Memory of \(target.name)",
            caption: axis.growthCaption("Resident set size.", hasTrend: trend != nil), finding: finding, isWide: true
        ) {
            LineChart(
                frame: frame(
                    id, "Memory of \(target.name)", axis, .bytes, height: 220, described: [("memory", target.rssBytes)]),
                lines: [
                    .init(name: "memory", style: "s-memory", points: points, shape: axis.lower > 0 ? .line : .area)
                ], trend: trend, columns: place.columns
            ).markup
        }
    }

    /// The memory finding about this process's resident set, or otherwise about any of its memory. After a restart, the
    /// subject names several processes: `pid 4711, 4720 (sample-api) rss`.
    private func finding(for target: RunSeries.Target) -> SoakFinding? {
        let own = summary.soak.filter { finding in
            finding.kind == .memory
                && !Set(processes(in: finding.subject)).isDisjoint(with: processes(in: target.name))
        }
        return own.first { $0.subject.lowercased().contains("rss") } ?? own.first
    }

    /// The numbers after `pid`.
    private func processes(in label: String) -> [Substring] {
        let words = label.split { $0 == " " || $0 == "," }
        guard words.first == "pid" else { return [] }
        return Array(words.dropFirst().prefix { $0.allSatisfy(\.isNumber) })
    }

    private func use(
        _ title: String, _ target: RunSeries.Target, _ values: [Double], _ quantity: Quantity, _ id: String,
        _ style: String,
        _ caption: String
    ) -> Markup {
        figure("\(title) of \(target.name)", caption: caption) {
            LineChart(
                frame: frame(
                    id, "\(title) of \(target.name)", .linear(covering: values, quantity: quantity, ticks: 3), quantity,
                    height: 140, described: [(title, values)]),
                lines: [
                    .init(
                        name: title, style: style, points: zip(target.seconds, values).map { ChartPoint(x: $0, y: $1) },
                        shape: .area)
                ], columns: place.columns
            ).markup
        }
    }

    private var processTable: Markup {
        let head = ["memory first", "memory last", "memory peak", "CPU mean", "CPU peak", "files peak", "threads peak"]
        return table(
            head: ["Process"] + head,
            rows: series.targets.map { target in
                let processors = target.cpuCores
                let mean = processors.isEmpty ? 0 : processors.reduce(0, +) / Double(processors.count)
                return Row(
                    label: target.name,
                    figures: [
                        target.rssBytes.first.map(Quantity.bytes.text), target.rssBytes.last.map(Quantity.bytes.text),
                        target.rssBytes.max().map(Quantity.bytes.text), Quantity.processors.text(mean),
                        processors.max().map(Quantity.processors.text), target.openFiles.max().map(Quantity.count.text),
                        target.threads.max().map(Quantity.count.text),
                    ].map { $0 ?? "–" })
            })
    }
}
