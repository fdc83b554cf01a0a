import Analysis
import Formats
import Measurement
import Testing

@testable import Report

@Suite struct HistoryReportTests {
    static func history(named name: String = "runs") -> RunHistory {
        let runs = (0..<12).map { place in
            var summary = SampleRun.summary(verdict: place < 6 ? .pass : .fail)
            summary.times[.response] = SampleRun.percentiles(place < 6 ? 1 : 1.5)
            summary.generator.saturated = place == 3
            return RunHistory.Run(
                name: "\(name)-\(place)", startedAt: 1_700_000_000 + Double(place), summary,
                settings: ["log": place < 6 ? name : "other"])
        }
        return RunHistory(name: name, runs: runs)
    }

    @Test func showsChangesAndTheStateOfTheMachine() {
        for text in [
            HistoryPage([Self.history()]).text.replacing("\n  ", with: " "),
            HistoryReport([Self.history()], title: "runs").text,
        ] {
            #expect(text.contains("response p95 rose at runs-6 by 50%"), "\(text)")
            #expect(text.contains("for the worse"))
            #expect(text.contains("too slow for the plan"))
            #expect(text.contains("log: runs → other"))
        }
    }

    @Test("A change of several figures at one run is not several changes")
    func changesNameTheirRun() {
        let history = Self.history()
        #expect(history.changes.count > 1 && Set(history.changes.map(\.place)).count == 1)
        let figures = Set(history.changes.map(\.figure)).count
        for text in [HistoryPage([history]).text, HistoryReport([history], title: "runs").text] {
            #expect(text.contains("\(figures) figures changed at runs-6"), "\(text)")
            #expect(!text.contains("\(history.changes.count) changes"), "\(text)")
        }
    }

    @Test(arguments: [
        "<script>alert(1)</script>", "\u{1B}[2J", "\"><img src=x>", String(repeating: "x", count: 10_000),
    ])
    func namesAreInert(name: String) {
        let page = HistoryReport([Self.history(named: name)], title: name).text
        let balance = TagBalance(page)
        #expect(balance.fault == nil)
        #expect(balance.counts == TagBalance(HistoryReport([Self.history()], title: "t").text).counts)
        let text = HistoryPage([Self.history(named: name)], width: 80).text
        #expect(!text.contains("\u{1B}"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func figuresStandInOneColumn() {
        let text = HistoryPage([Self.history()]).text
        let bars = text.split(separator: "\n").filter { $0.contains(" … ") }.compactMap { line in
            line.firstIndex { "▁▂▃▄▅▆▇█".contains($0) }.map { line.distance(from: line.startIndex, to: $0) }
        }
        #expect(bars.count == 5 && Set(bars).count == 1, "\(bars)\n\(text)")
    }

    @Test func farApartRunsAreNotCalledChance() {
        let runs = [0.44, 1, 0.44, 1].enumerated().map { place, share in
            var summary = SampleRun.summary()
            summary.failureRatio = share
            return RunHistory.Run(name: "run-\(place)", startedAt: Double(place), summary)
        }
        let history = RunHistory(name: "runs", runs: runs)
        for text in [HistoryPage([history], width: 160).text, HistoryReport([history], title: "runs").text] {
            #expect(text.contains("o lasting change; the runs differ widely: failed requests 44% to 100%"), "\(text)")
            #expect(!text.contains("chance explains"))
        }
    }
}
