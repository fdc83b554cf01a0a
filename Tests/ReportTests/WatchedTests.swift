import Analysis
import Testing

@testable import Report

/// What was watched, on the terminal and on the page: both must tell the same.
@Suite struct WatchedTests {
    private static func finding(
        _ kind: SoakKind, _ subject: String, _ verdict: SoakVerdict, change: Double, says explanation: String
    ) -> SoakFinding {
        SoakFinding(
            kind: kind, subject: subject, verdict: verdict, ratePerHour: change * 6, change: change, pValue: 0.0001,
            explanation: explanation)
    }

    private static func texts(
        _ findings: [SoakFinding], change: (inout RunSeries) -> Void
    ) -> (terminal: String, page: String) {
        var summary = SampleRun.summary()
        summary.soak = findings
        summary.gates = []
        var series = SampleRun.series(windows: 60)
        change(&series)
        return (
            TerminalReport(summary, series: series, options: .init(width: 120)).text,
            HTMLReport(summary, series: series, caption: SampleRun.caption).text
        )
    }

    @Test func scrapedSeriesAreDrawnListedAndJudged() {
        let heap = "heap_bytes{area=\"<b>\"}"
        let seconds = (0..<60).map(Double.init)
        let (terminal, page) = Self.texts([
            Self.finding(.memory, heap, .growing, change: 60 * 1_048_576, says: "The heap grew."),
            Self.finding(.metric, "pool_open", .stable, change: 0, says: "The pool is stable."),
        ]) { series in
            series.metrics = [
                .init(
                    name: heap, isInBytes: true, isCounter: false, seconds: seconds,
                    values: seconds.map { (100 + $0) * 1_048_576 }),
                .init(
                    name: "pool_open", isInBytes: false, isCounter: false, seconds: seconds,
                    values: seconds.map { _ in 17 }),
                .init(
                    name: "asked_total", isInBytes: false, isCounter: true, seconds: seconds, values: seconds),
            ]
        }
        #expect(terminal.contains("100 MiB … 159 MiB") && terminal.contains("Metrics"))
        #expect(terminal.contains("asked_total") && terminal.contains("The heap grew."))
        #expect(page.contains("Watched metrics") && page.contains("heap_bytes{area=&quot;&lt;b&gt;&quot;}"))
        #expect(!page.contains("area=\"<b>"))
        #expect(page.contains("id=\"metric0") && page.contains("id=\"metric1") && !page.contains("id=\"metric2"))
        #expect(page.contains(": The heap grew.") && page.contains(": The pool is stable."))
    }

    @Test func theFindingOfARestartedServiceIsShownForEachOfItsProcesses() {
        let sentence = "RSS of api, restarted once, grew."
        let (terminal, page) = Self.texts([
            Self.finding(.memory, "pid 7, 12 (api) rss", .growing, change: 60 * 1_048_576, says: sentence)
        ]) { series in
            var successor = series.targets[0]
            successor.name = "pid 12 (api)"
            var stranger = series.targets[0]
            stranger.name = "pid 1 (db)"
            series.targets += [successor, stranger]
        }
        #expect(terminal.components(separatedBy: "restarted once").count == 2)
        // Once among the findings, once at the chart of each process; the stranger's has none.
        #expect(page.components(separatedBy: sentence).count == 4)
        #expect(page.components(separatedBy: "class=\"trend\"").count == 3)
    }

    @Test func aTrendEndsWhereItsProcessDid() throws {
        let points = (20...40).map { ChartPoint(x: Double($0), y: Double($0)) }
        let trend = try #require(Trend(slope: 1, low: 0.5, high: 1.5, through: points, isAlarming: true))
        let axis = Axis.linear(covering: [0, 100], quantity: .count)
        let whole = (0...100).map { ChartPoint(x: Double($0), y: Double($0)) }
        let other = try #require(Trend(slope: 1, low: 0.5, high: 1.5, through: whole, isAlarming: true))
        #expect(trend.reach == 20...40)
        let drawn = trend.markup(x: axis, y: axis).source
        #expect(drawn.contains("class=\"trend\"") && drawn != other.markup(x: axis, y: axis).source)
    }

    @Test func countsAreNotPercentages() {
        let (terminal, page) = Self.texts([
            Self.finding(.threads, "pid 7 (api) threads", .growing, change: 40, says: "Threads grew.")
        ]) { _ in }
        #expect(terminal.contains("+240 per hour") && terminal.contains("+40 over the run"))
        #expect(page.contains("+240 per hour") && !terminal.contains("4,000%"))
    }

    @Test func countersAreShownAsRatesAndTheMachineApart() {
        let seconds = (0..<60).map(Double.init)
        let (terminal, page) = Self.texts([]) { series in
            var busy = RunSeries.Metric(
                name: "CPU busy of the machine, of 2 processors", isInBytes: false, isCounter: true, seconds: seconds,
                values: seconds.map { 62_157 + 0.58 * $0 })
            busy.isOfMachine = true
            busy.isInProcessors = true
            series.metrics = [
                .init(
                    name: "asked_total", isInBytes: false, isCounter: true, seconds: seconds,
                    values: seconds.map { 7_000_000 + 25 * $0 }),
                .init(
                    name: "sent_bytes", isInBytes: true, isCounter: true, seconds: seconds,
                    values: seconds.map { 2048 * $0 }), busy,
            ]
        }
        for text in [terminal, page] {
            #expect(text.contains("25.0/s") && text.contains("2.00 KiB/s") && text.contains("0.58"), "\(text)")
            #expect(!text.contains("7,000") && !text.contains("62,1"), "the value since the start says nothing")
        }
        #expect(terminal.contains("asked_total, per second") && terminal.contains("\nMachine "))
        let outline = PageOutline(page)
        let heads = outline.all("h2").map(\.text)
        #expect(heads.contains("Watched metrics") && heads.contains("The machine of the generator"))
    }

    @Test func aMachineAloneIsNotWatched() {
        let (_, page) = Self.texts([]) { series in
            var busy = RunSeries.Metric(
                name: "CPU busy", isInBytes: false, isCounter: true, seconds: [0, 1], values: [5, 6])
            busy.isOfMachine = true
            series.metrics = [busy]
        }
        #expect(!page.contains("Watched metrics") && page.contains("The machine of the generator"))
    }
}

extension String {
    fileprivate func components(separatedBy text: String) -> [Substring] {
        split(separator: text, omittingEmptySubsequences: false)
    }
}
