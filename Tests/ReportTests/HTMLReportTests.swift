import Analysis
import Measurement
import Testing

@testable import Report

@Suite("The page")
struct HTMLReportTests {
    private func page(_ summary: RunSummary = SampleRun.summary(), windows: Int = 60) -> String {
        HTMLReport(summary, series: SampleRun.series(windows: windows), caption: SampleRun.caption).text
    }

    private static let nothing = RunSeries(
        seconds: [], requestsPerSecond: [], failuresPerSecond: [], concurrentSessions: [], p50Ms: [], p95Ms: [],
        p99Ms: [],
        targets: [], distribution: [])

    @Test(
        "Tags are balanced and ids unique, whatever the length of the run",
        arguments: [(1, 1), (2, 7), (60, 8), (1000, 8)])
    func balanced(windows: Int, figures: Int) {
        let balance = TagBalance(page(windows: windows))
        #expect(balance.fault == nil)
        #expect(balance.counts["figure"] == figures, "failures have one only where there are any")
        #expect(Set(balance.ids).count == balance.ids.count)
        #expect(balance.counts["title"].map { $0 > figures } == true, "each picture has a title")
    }

    @Test("The parts that judge come first, with their words and figures")
    func verdict() throws {
        let text = page()
        for part in [
            "✗ FAIL", "1 of 2 gates failed.", "no-leak", "pid 7 grew by 112 MiB per hour", "12,345", "A small run",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        let verdict = try #require(text.firstRange(of: "✗ FAIL"))
        let pictures = try #require(text.firstRange(of: "Over time"))
        #expect(verdict.lowerBound < pictures.lowerBound)
        #expect(text.contains("class=\"trend\""), "the memory finding is drawn on its process")
        #expect(text.contains("The run was short."))
    }

    @Test(
        "Nothing in a name becomes markup",
        arguments: [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x", "</td></table><h1>",
            "&#60;b&#62;", "\u{0}\u{1B}[2J", "]]>", "--><!--",
        ])
    func hostile(name: String) {
        let balance = TagBalance(page(named: name))
        #expect(balance.fault == nil)
        #expect(balance.counts == TagBalance(page(named: "harmless")).counts)
    }

    /// A page on which everything that has a name bears this one.
    private func page(named name: String) -> String {
        var summary = SampleRun.summary(endpoint: "GET /\(name)")
        summary.warnings = [name]
        summary.gates[0].figure = name
        summary.gates[0].gate = name
        summary.soak[0].explanation = name
        summary.soak[0].subject = name
        summary.failureCauses?[0].endpoint = name
        summary.failureCauses?[0].cause = name
        summary.failureCauses?[0].example = name
        summary.failureCauses?[0].root = name
        summary.notices = [name]
        var series = SampleRun.series(windows: 20)
        series.targets[0].name = name
        let caption = RunCaption(title: name, facts: [.init(name: name, value: name)])
        return HTMLReport(summary, series: series, caption: caption).text
    }

    @Test("The page loads nothing")
    func selfContained() {
        let text = page()
        #expect(text.contains("default-src &#39;none&#39;"))
        for part in ["src=", "@import", "url(", "http://", "https://", "//cdn"] {
            #expect(!text.contains(part), "\(part)")
        }
        #expect(text.contains("href=\"data:,\""))
    }

    @Test("A run of nothing is still a page, and says so")
    func empty() {
        let text = HTMLReport(SampleRun.empty, series: HTMLReportTests.nothing, caption: RunCaption(title: "None")).text
        #expect(TagBalance(text).fault == nil)
        #expect(text.contains("No verdict") && text.contains("No request finished."))
        #expect(!text.contains("nan") && !text.contains("inf"))
    }

    @Test("Series whose values are all missing are said to be empty")
    func gapsOnly() {
        var series = SampleRun.series(windows: 5)
        series.p50Ms = [nil, nil, nil, nil, nil]
        series.p95Ms = series.p50Ms
        series.p99Ms = series.p50Ms
        let text = HTMLReport(SampleRun.summary(), series: series, caption: SampleRun.caption).text
        #expect(text.contains("Nothing was measured."))
        #expect(TagBalance(text).fault == nil)
    }

    @Test("A day of windows and hundreds of endpoints stay below a megabyte")
    func size() {
        var summary = SampleRun.summary()
        let endpoint = summary.endpoints[0]
        summary.endpoints = (0..<1000).map { index in
            var copy = endpoint
            copy.endpoint = "GET /" + String(repeating: "x", count: 500) + "\(index)"
            return copy
        }
        var series = SampleRun.series(windows: 30_000)
        series.targets = Array(repeating: series.targets[0], count: 3)
        let text = HTMLReport(summary, series: series, caption: SampleRun.caption).text
        #expect(text.utf8.count < 1_000_000)
        #expect(text.contains("and 800 more with 9,600,000 requests"))
    }

    @Test("Many findings that nobody must act on are folded away, and counted", arguments: [(3, false), (60, true)])
    func manyFindings(count: Int, isFolded: Bool) {
        var summary = SampleRun.summary()
        summary.soak += (0..<count).map { index in
            .init(kind: .latency, subject: "GET /\(index) p99", verdict: .stable, explanation: "Stable \(index)")
        }
        let text = HTMLReport(summary, series: SampleRun.series(windows: 20), caption: SampleRun.caption).text
        #expect(text.contains("Latency of endpoints: \(count) stable") == isFolded)
        #expect(text.contains("Stable \(count - 1)"))
        #expect(TagBalance(text).fault == nil)
    }

    @Test("Response times that span decades get a logarithmic axis, and the page says so")
    func logarithmic() {
        var series = SampleRun.series(windows: 60)
        series.p99Ms[30] = 30_000
        let text = HTMLReport(SampleRun.summary(), series: series, caption: SampleRun.caption).text
        #expect(text.contains("The axis is logarithmic."))
        #expect(!page().contains("The axis is logarithmic."))
    }

    @Test("What follows from a root is counted once, each row has its own cause")
    func rootsOnce() {
        let cause = "POST /login got no response, so $.token is missing"
        let root = "\(cause): 572 later requests were not sent"
        var summary = SampleRun.summary()
        summary.failureCauses = ["GET /a", "GET /b", "GET /c"].map {
            .init(
                endpoint: $0, expectedStatus: 200, kind: .missingBinding, cause: cause, count: 9, firstSeconds: 1,
                lastSeconds: 2, root: root)
        }
        let page = PageOutline(
            HTMLReport(summary, series: SampleRun.series(windows: 8), caption: SampleRun.caption).text)
        let notes = page.all("small").map(\.text).filter { $0.hasPrefix("POST /login") }
        #expect(notes == [root, cause, cause])
        #expect(page.all("td").contains { $0.text == "missing value" })
        let terminal = TerminalReport(summary, options: .init(width: 120)).text
        #expect(terminal.split(separator: "572").count == 2)
        #expect(JUnitReport(summary, name: "r").text.split(separator: "572").count == 2)
    }

    @Test("The titles of narrow lists wrap, so that their values stay in the card")
    func narrowLists() {
        let sheet = PageStyle.sheet.description
        #expect(sheet.contains(".lists thead th:first-child{white-space:normal}"))
        var summary = SampleRun.summary()
        summary.heldSeconds = .init(order: 75, token: 0, connection: 0, rate: 0, slot: 0.5)
        let page = PageOutline(
            HTMLReport(summary, series: SampleRun.series(windows: 8), caption: SampleRun.caption).text)
        let heads = page.all("th").filter { $0.text.hasPrefix("Held") && $0.path.contains("thead") }
        #expect(heads.count == 1)
    }
}
