import Analysis
import Foundation
import Measurement
import Testing

@testable import Report

/// The tables of the page, read back row by row: each figure is the summary's, and parts without figures are left out.
@Suite struct PageFiguresTests {
    /// Rows of all tables by their label, as the cells' texts.
    private static func rows(_ summary: RunSummary, _ series: RunSeries = SampleRun.series(windows: 60)) -> [String:
        [[String]]]
    {
        let text = HTMLReport(summary, series: series, caption: SampleRun.caption).text
        var rows: [String: [[String]]] = [:]
        for row in text.components(separatedBy: "<tr").dropFirst() {
            guard let label = row.components(separatedBy: "role=\"rowheader\">").dropFirst().first else { continue }
            let cells = row.components(separatedBy: "<td").dropFirst().map {
                plain(String($0.drop { $0 != ">" }.dropFirst()))
            }
            let name = label.components(separatedBy: "<small").first?.components(separatedBy: "<span").first ?? ""
            rows[plain(name), default: []].append(Array(cells))
        }
        return rows
    }

    /// The text of markup before the first end of a cell.
    private static func plain(_ markup: String) -> String {
        let markup = markup.components(separatedBy: "</td").first?.components(separatedBy: "</th").first ?? ""
        var text = ""
        var isTag = false
        for character in markup {
            if character == "<" {
                isTag = true
            } else if character == ">" {
                isTag = false
            } else if !isTag {
                text.append(character)
            }
        }
        return text
    }

    private static func cells(_ name: String, _ summary: RunSummary) -> [[String]] { rows(summary)[name] ?? [] }

    @Test func timesAreThoseOfTheSummary() {
        let rows = Self.rows(SampleRun.summary())
        #expect(
            rows["response"] == [["2.00 ms", "4.00 ms", "7.00 ms", "16.0 ms", "48.0 ms", "410 ms", "3.00 ms"]])
        #expect(rows["held"] == [Array(repeating: Quantity.milliseconds.text(0), count: 7)])
    }

    @Test func endpointsAreThoseOfTheSummary() {
        var summary = SampleRun.summary()
        summary.endpoints[1].failures = 3
        summary.endpoints[1].failureRatio = 0.125
        let rows = Self.rows(summary)
        #expect(
            rows["GET /items"]?.contains(
                ["12,000", "12 (0.1%)", "200/s", "2.00 ms", "7.00 ms", "16.0 ms", "410 ms", "7.00 ms"]) == true)
        #expect(
            rows["POST /login"]?.first
                == ["345", "3 (12.5%)", "5.75/s", "4.00 ms", "14.0 ms", "32.0 ms", "820 ms", "14.0 ms"])
        summary.endpoints[1].times[.turnaround] = SampleRun.percentiles(0)
        summary.endpoints[1].failures = 0
        #expect(
            Self.rows(summary)["POST /login"]?.first == ["345", "–", "5.75/s", "–", "–", "–", "–", "–"],
            "what was not answered has no times")
    }

    @Test func namesOfEndpointsAreCutAtABound() {
        for (count, isCut) in [(160, false), (161, true)] {
            let name = String(repeating: "x", count: count)
            let labels = Self.rows(SampleRun.summary(endpoint: name)).keys
            #expect(labels.contains(String(repeating: "x", count: 160) + "…") == isCut)
            if !isCut { #expect(labels.contains(name)) }
        }
    }

    @Test(arguments: [(200, 0), (201, 1), (203, 3)]) func endpointsPastABoundAreCounted(count: Int, hidden: Int) {
        var summary = SampleRun.summary()
        summary.endpoints = (0..<count).map { number in
            var endpoint = summary.endpoints[0]
            (endpoint.endpoint, endpoint.requests) = ("GET /\(number)", 1000 - number)
            return endpoint
        }
        let text = HTMLReport(summary, series: SampleRun.series(windows: 2), caption: SampleRun.caption).text
        let requests = (200..<max(200, count)).reduce(0) { $0 + 1000 - $1 }
        #expect(text.contains("\(count) endpoints"))
        #expect(text.contains("more with") == (hidden > 0))
        if hidden > 0 { #expect(text.contains("and \(hidden) more with \(Quantity.count(requests)) requests")) }
    }

    @Test func countsAreThoseOfTheSummary() {
        var summary = SampleRun.summary()
        summary.sessions = .init(planned: 101, started: 102, completed: 103, cut: 104, peakConcurrent: 105)
        summary.connections = .init(opened: 106, peakOpen: 107)
        summary.tokens = .init(minted: 108, bound: 109, refreshed: 110, rejected: 111, failed: 112)
        let rows = Self.rows(summary)
        for (name, value) in [
            ("planned", 101), ("started", 102), ("completed", 103), ("cut off", 104), ("opened", 106), ("minted", 108),
            ("values bound", 109), ("refreshed", 110), ("rejected", 111), ("not made", 112),
        ] { #expect(rows[name]?.contains(["\(value)"]) == true, "\(name)") }
        #expect(rows["most at once"]?.sorted { $0[0] < $1[0] } == [["105"], ["107"]])
        #expect(rows["processors"]?.first == ["25%"] && rows["too slow for the plan"]?.first == ["no"])
        #expect(rows["memory"]?.first == ["64.0 MiB"])
        summary.generator = .init(cpuRatio: 1, peakRSSBytes: 0, saturated: true)
        let other = Self.rows(summary)
        #expect(other["too slow for the plan"]?.first == ["yes"] && other["memory"]?.first == ["–"])
    }

    /// A list is there where it has something to say, and not otherwise.
    @Test func partsWithoutFiguresAreLeftOut() {
        var summary = SampleRun.summary()
        summary.tokens.failed = 0
        summary.betterThanRecorded = 0
        var rows = Self.rows(summary)
        #expect(rows["not made"] == nil && rows["in all"] == nil)
        summary.tokens.failed = 1
        summary.betterThanRecorded = 1
        summary.endpoints[0].betterThanRecorded = 1
        summary.endpoints[1].betterThanRecorded = 0
        rows = Self.rows(summary)
        #expect(rows["not made"] == [["1"]] && rows["in all"] == [["1"]])
        #expect(rows["GET /items"]?.contains(["1"]) == true)
        #expect(rows["POST /login"]?.contains(["0"]) == false, "an endpoint without any is not listed")
        let text = HTMLReport(summary, series: SampleRun.series(windows: 2), caption: SampleRun.caption).text
        #expect(text.contains("Failures by kind"))
        summary.failuresByKind = []
        let without = HTMLReport(summary, series: SampleRun.series(windows: 2), caption: SampleRun.caption).text
        #expect(!without.contains("Failures by kind"))
    }

    @Test func processesHaveTheirFiguresAndPictures() throws {
        var series = SampleRun.series(windows: 3)
        series.targets[0].rssBytes = [3, 9, 5].map { $0 * 1_048_576 }
        series.targets[0].cpuCores = [0.5, 1.5, 1]
        series.targets[0].openFiles = [10, 30, 20]
        series.targets[0].threads = [4, 6, 5]
        let row = Self.rows(SampleRun.summary(), series)["pid 7 (api)"]?.first
        #expect(row == ["3.00 MiB", "5.00 MiB", "9.00 MiB", "1.00", "1.50", "30", "6"])
        var alone = series.targets[0]
        alone.name = "pid 8 (one)"
        (alone.seconds, alone.rssBytes, alone.cpuCores, alone.openFiles, alone.threads) = ([1], [1_048_576], [], [], [])
        series.targets.append(alone)
        let text = HTMLReport(SampleRun.summary(), series: series, caption: SampleRun.caption).text
        #expect(text.contains("Memory of pid 7") && !text.contains("Memory of pid 8"), "one sample makes no line")
        #expect(
            Self.rows(SampleRun.summary(), series)["pid 8 (one)"]?.first == [
                "1.00 MiB", "1.00 MiB", "1.00 MiB", "0.00", "–", "–", "–",
            ])
        let figures = text.components(separatedBy: "<figure").dropFirst()
        let wide = figures.filter { $0.hasPrefix(" class=\"chart wide\"") }
        #expect(wide.contains { $0.contains("Memory of pid 7") }, "memory has the whole width")
        #expect(!wide.contains { $0.contains("CPU of pid 7") || $0.contains("Open files of pid 7") })
    }

    @Test(arguments: [(6, 6), (7, 6), (1, 1)]) func picturesOfProcessesAreBounded(count: Int, drawn: Int) {
        var series = SampleRun.series(windows: 3)
        series.targets = (0..<count).map { number in
            var target = series.targets[0]
            target.name = "pid \(100 + number) (api)"
            return target
        }
        let text = HTMLReport(SampleRun.summary(), series: series, caption: SampleRun.caption).text
        let pictures = text.components(separatedBy: "<figure").dropFirst().count { $0.contains("Open files of pid") }
        #expect(pictures == drawn)
        #expect(Set(Self.rows(SampleRun.summary(), series).keys.filter { $0.hasPrefix("pid 1") }).count == count)
    }

    /// A trend is drawn on the process that it is about: the one whose number is in its subject.
    @Test(arguments: [
        ("pid 7 rss", true), ("pid 70 rss", false), ("pid 4, 7 (api) rss", true), ("pid 4, 8 (api) rss", false),
        ("pid 7 (api) heap", true), ("port 7 rss", false),
    ]) func aFindingIsDrawnOnItsProcess(subject: String, isDrawn: Bool) {
        var summary = SampleRun.summary()
        summary.soak[0].subject = subject
        let text = HTMLReport(summary, series: SampleRun.series(windows: 60), caption: SampleRun.caption).text
        #expect(text.contains("class=\"trend\"") == isDrawn)
    }
}
