import Analysis
import Foundation
import Measurement
import TestSupport
import Testing

@testable import Report

/// All figures and coordinates of the pages and files of a run, exactly. Words are left out: other tests read those
/// that matter.
@Suite struct ExactPagesTests {
    /// The words with a digit, line by line, without styles and scripts.
    static func figures(_ text: String) -> String {
        var text = text[...]
        var kept = ""
        for tag in ["style", "script"] {
            kept = ""
            while let start = text.firstRange(of: "<\(tag)"),
                let end = text[start.upperBound...].firstRange(of: "</\(tag)>")
            {
                kept += text[..<start.lowerBound]
                text = text[end.upperBound...]
            }
            kept += text
            text = kept[...]
        }
        return kept.replacing(">", with: "\n").split(separator: "\n").map { line in
            line.split { $0 == " " || $0 == "\"" || $0 == "<" }.filter { $0.contains(where: \.isNumber) }.joined(
                separator: " ")
        }
        .filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// How many of each element a page has in elements of each name, and how many of them have text.
    private static func outline(_ page: String) -> String {
        var counts: [String: (all: Int, filled: Int)] = [:]
        for element in PageOutline(page).elements {
            let name = [element.path.last, element.name, element.attributes["class"]].map { $0 ?? "" }
            let isFilled = element.text.contains { !$0.isWhitespace }
            let count = counts[name.joined(separator: " ")] ?? (0, 0)
            counts[name.joined(separator: " ")] = (count.all + 1, count.filled + (isFilled ? 1 : 0))
        }
        return counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.all), \($0.value.filled) with text" }
            .joined(separator: "\n")
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test func figuresOfARunAreExact() throws {
        let record = try VariedRun.record()
        let gates = try ["p95<40ms", "failures<1%", "no-leak", "rps>10"].map { try Criterion(parsing: $0) }
        let summary = RunSummary(of: record, gates: gates)
        let series = RunSeries(of: record)
        let caption = RunCaption(title: "varied", facts: [.init(name: "Speed", value: "10×")])
        var entries = [
            GoldenTable.Entry("terminal", TerminalReport(summary, series: series, caption: caption).text),
            GoldenTable.Entry(
                "page",
                HTMLReport(summary, series: series, caption: caption, apdex: Apdex(of: record, thresholdMs: 20)).text),
            GoldenTable.Entry("markdown", MarkdownSummary(summary, series: series, caption: caption).text),
            GoldenTable.Entry("JUnit", JUnitReport(summary, name: "varied", startedAt: 1_700_000_000).text),
            GoldenTable.Entry("k6", try Self.json(K6Summary(record, summary))),
            GoldenTable.Entry(
                "load test", try Self.json(LoadTestSummary(summary, name: "varied", startedAt: 1_700_000_000))),
            GoldenTable.Entry(
                "sample",
                TerminalReport(SampleRun.summary(), series: SampleRun.series(windows: 30), caption: caption).text),
            GoldenTable.Entry(
                "sample page",
                HTMLReport(SampleRun.summary(), series: SampleRun.series(windows: 30), caption: caption).text),
            GoldenTable.Entry(
                "empty", TerminalReport(SampleRun.empty, series: SampleRun.series(windows: 1), caption: caption).text),
            GoldenTable.Entry(
                "empty page", HTMLReport(SampleRun.empty, series: SampleRun.series(windows: 1), caption: caption).text),
        ]
        entries += CSVTables(RunFigures(of: record)).all.enumerated().map { GoldenTable.Entry("table \($0)", $1.text) }
        let runs = try (0..<4).map { try VariedRun.record(seed: $0 * 1000) }
        for (name, baseline, candidate) in [
            ("pairs", Array(runs[..<2]), Array(runs[2...])), ("one", [runs[0]], [runs[0]]),
        ] {
            let comparison = RunComparison(baseline: baseline, candidate: candidate)
            entries += [80, 120].map {
                GoldenTable.Entry("\(name) at \($0)", ComparisonPage(comparison, margin: 0.05, width: $0).text)
            }
            entries.append(
                GoldenTable.Entry("\(name) page", ComparisonReport(comparison, margin: 0.05, title: name).text))
        }
        let history = HistoryReportTests.history()
        entries += [60, 100].map { GoldenTable.Entry("history at \($0)", HistoryPage([history], width: $0).text) }
        entries.append(GoldenTable.Entry("history page", HistoryReport([history], title: "runs").text))
        let campaign = SampleCampaign.content(earlier: SampleCampaign.result())
        entries += [
            GoldenTable.Entry("campaign", CampaignPage(campaign.result).text),
            GoldenTable.Entry("campaign page", CampaignReport(campaign).text),
            GoldenTable.Entry("executive page", ExecutiveReport(campaign).text),
            GoldenTable.Entry("campaign markdown", MarkdownSummary(campaign).text),
            GoldenTable.Entry("campaign JUnit", JUnitReport(campaign.result).text),
            GoldenTable.Entry("log page", LogReport(LogReportTests.content()).text),
        ]
        let figures = entries.map { entry in
            GoldenTable.Entry(entry.name, Self.figures(entry.text))
        }
        let outlines = entries.filter { $0.text.hasPrefix("<!DOCTYPE") }.map {
            GoldenTable.Entry($0.name, Self.outline($0.text))
        }
        let changes = GoldenTable("outlines.txt").differences(from: outlines)
        #expect(changes.isEmpty, "\(changes.prefix(40).joined(separator: "\n"))")
        let log = HistogramLog.text(of: record)
        let differences = GoldenTable("pages.txt").differences(
            from: figures + [GoldenTable.Entry("histogram log", log)])
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }
}
