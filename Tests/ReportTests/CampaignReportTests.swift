import Analysis
import Foundation
import Testing

@testable import Report

@Suite("The pages of a campaign")
struct CampaignReportTests {
    private static func pages(_ content: CampaignContent) -> [(name: String, text: String)] {
        [
            ("index.html", CampaignReport(content).text),
            ("executive.html", ExecutiveReport(content, pageOfAll: "index.html").text),
        ]
    }

    @Test("Tags are balanced and ids unique")
    func balanced() {
        for (name, text) in Self.pages(SampleCampaign.content(earlier: SampleCampaign.result())) {
            let balance = TagBalance(text)
            #expect(balance.fault == nil, "\(name)")
            #expect(Set(balance.ids).count == balance.ids.count, "\(name): \(balance.ids)")
        }
    }

    @Test("The whole result of the campaign is shown, with its figures")
    func wholeResult() {
        let text = CampaignReport(SampleCampaign.content()).text
        for part in [
            "✗ BLOCKED", "1 of 4 gates does not hold.", "high: p95&lt;15ms", "−33%", "Worst margin", "1,200",
            "Next step:",
            "Phases", "ramp, counted separately: 100 requests, 1 failed", "redis", "4.2 s",
            "Failed first: p95&lt;500ms",
            "Response p95 by level", "How it was run", "SHA-256 5d41", "scenarios.steady.sessions=5", "lab-1", "Seed",
            "./limit/2-climb-1500/report.html", "high · login", "class=\"fault\"", "class=\"phase ramp\"",
            "class=\"over phase",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test("The page for who decides answers first and names three risks")
    func executive() throws {
        let text = ExecutiveReport(SampleCampaign.content(), pageOfAll: "index.html").text
        for part in [
            "By the criteria of this campaign, it may not go live.", "What was tested", "The greatest risks",
            "high: p95&lt;15ms does not hold",
            "holds 1,200 sessions, fails at 1,300; 1,000 are needed, and 20 % more are held",
            "There is no earlier campaign", "./index.html",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(text.components(separatedBy: "<li>").count - 1 == 3)
        let answer = try #require(text.firstRange(of: "may not go live"))
        let tested = try #require(text.firstRange(of: "What was tested"))
        #expect(answer.lowerBound < tested.lowerBound)
    }

    @Test func aCampaignOfOtherScenariosIsNoComparison() {
        let earlier = SampleCampaign.result([SampleCampaign.steady(named: "another")])
        for (name, text) in Self.pages(SampleCampaign.content(earlier: earlier)) {
            #expect(text.contains("has other scenarios, so nothing can be compared."), "\(name)")
            #expect(!text.contains("No figure differs") && !text.contains("no figure has changed"), "\(name)")
        }
    }

    @Test("A fault that the target did not recover from has a lower bound, not a time")
    func openRecovery() {
        var scenario = SampleCampaign.steady()
        scenario.faults[0].recoverySeconds = 8
        scenario.faults[0].recoveryIsOpen = true
        scenario.faults[0].remarks = ["response times and failures did not return to normal"]
        let content = SampleCampaign.content(SampleCampaign.result([scenario]))
        for (name, text) in Self.pages(content) { #expect(!text.contains("back to normal 8.0 s"), "\(name)") }
        #expect(CampaignReport(content).text.contains("≥ 8.0 s"))
        #expect(CampaignPage(content.result).text.contains("≥ 8.0 s"))
    }

    @Test("Differences from the last campaign are shown, equal figures are not")
    func changes() {
        var old = SampleCampaign.steady()
        for index in old.phases.indices { old.phases[index].responseTimeMs.p95 = 10 }
        let earlier = SampleCampaign.result([old, SampleCampaign.ladder()])
        for (name, text) in Self.pages(SampleCampaign.content(earlier: earlier)) {
            #expect(text.contains("p95, worst phase") && text.contains("+100% worse"), "\(name)")
            #expect(!text.contains("responses per second, best phase"), "\(name)")
        }
    }

    @Test(
        "Nothing in a name becomes markup or a link",
        arguments: [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='x", "</td></table><h1>",
            "\u{0}\u{1B}[2J", "--><!--", "javascript:alert(1)//", String(repeating: "x", count: 10_000),
        ])
    func hostile(name: String) {
        let harmless = Self.pages(Self.content(named: "harmless"))
        for ((page, text), other) in zip(Self.pages(Self.content(named: name)), harmless) {
            let balance = TagBalance(text)
            #expect(balance.fault == nil, "\(page)")
            #expect(balance.counts == TagBalance(other.text).counts, "\(page)")
            #expect(!text.contains("href=\"javascript:"), "\(page)")
            #expect(!text.contains("\u{1B}"), "\(page)")
        }
    }

    /// A campaign in which everything that has a name bears this one.
    static func content(named name: String) -> CampaignContent {
        var scenario = SampleCampaign.steady(named: name)
        scenario.folder = name
        scenario.problem = name
        for index in scenario.phases.indices { scenario.phases[index].name = name }
        for index in scenario.gates.indices {
            scenario.gates[index].gate = name
            scenario.gates[index].figure = name
        }
        scenario.faults[0].name = name
        scenario.faults[0].remarks = [name]
        scenario.warnings = [name]
        var result = SampleCampaign.result([scenario])
        result.name = name
        result.label = name
        result.scoreBand = name
        result.provenance?.file.path = name
        result.provenance?.host.name = name
        var content = SampleCampaign.content(result, summary: SampleRun.summary(endpoint: "GET /\(name)"))
        var parts = content.parts
        parts[0].runs[0].folder = name
        parts[0].runs[0].caption = RunCaption(title: name, facts: [.init(name: "Target", value: name)])
        parts[0].runs[0].series.phases[1].name = name
        content = CampaignContent(result, parts: parts, earlier: .init(folder: name, result: result))
        return content
    }

    @Test("How a ladder's target failed, and whether it came back, is on both pages")
    func ladderFailure() throws {
        var scenario = SampleCampaign.ladder()
        scenario.ladder?.failureKinds = ["refused": 3, "timeout": 1812]
        for (seconds, trials, expected) in [
            (2.5, [], "as at the first level after 2.5 s"),
            (nil, [.init(level: 100, purpose: .back, outcome: .held)], "did not return to those of the first level"),
            (nil, [], nil),
        ] as [(Double?, [LadderResult.Trial], String?)] {
            scenario.ladder?.recoverySeconds = seconds
            scenario.ladder?.trials += trials
            let result = SampleCampaign.result([scenario])
            let pages = [
                CampaignReport(SampleCampaign.content(result)).text,
                CampaignPage(result, width: 160).text,
            ]
            for page in pages {
                #expect(page.contains("1,812 timeout, 3 refused"))
                if let expected { #expect(page.contains(expected)) }
            }
            scenario.ladder?.trials.removeLast(trials.count)
        }
    }

    @Test("Twelve scenarios of eight hours stay below a megabyte")
    func size() {
        let scenarios = (0..<12).map { SampleCampaign.steady(named: "scenario \($0)") }
        for gauges in [0, 24] {
            var content = SampleCampaign.content(SampleCampaign.result(scenarios), windows: 600)
            let seconds = (0..<1200).map { Double($0) * 24 }
            var parts = content.parts
            for part in parts.indices {
                parts[part].runs[0].series.metrics = (0..<gauges).map { gauge in
                    RunSeries.Metric(
                        name: "gauge_\(gauge)", isInBytes: false, isCounter: false, seconds: seconds,
                        values: seconds.map { 1e6 + 1e5 * ($0 / 7).truncatingRemainder(dividingBy: 13) })
                }
            }
            content = CampaignContent(content.result, parts: parts)
            let text = CampaignReport(content).text
            #expect(text.utf8.count < 1_000_000, "\(text.utf8.count) bytes with \(gauges) gauges")
        }
    }

    @Test("The page of a campaign without any run says so")
    func empty() {
        var scenario = ScenarioResult(name: "none", folder: "none")
        scenario.problem = "the service does not start"
        let content = CampaignContent(
            SampleCampaign.result([scenario]), parts: [CampaignContent.Part(scenario, runs: [])])
        for (name, text) in Self.pages(content) {
            #expect(TagBalance(text).fault == nil, "\(name)")
            #expect(text.contains("the service does not start"), "\(name)")
            #expect(!text.contains("nan") && !text.contains("inf"), "\(name)")
        }
    }

    @Test("The pages load nothing")
    func selfContained() {
        for (name, text) in Self.pages(SampleCampaign.content()) {
            #expect(text.contains("default-src &#39;none&#39;"), "\(name)")
            for part in [" src=", "@import", "url(", "http://", "https://"] {
                #expect(!text.contains(part), "\(name): \(part)")
            }
        }
    }

    @Test("A missed goal is a risk on the page for decision makers, which says how many goals are met")
    func missedGoal() {
        var scenario = SampleCampaign.steady()
        scenario.gates = [SampleCampaign.gate("failures<1%", .passed, "failures = 0%", margin: 1)]
        scenario.goals = [SampleCampaign.gate("p95<100ms", .failed, "p95 = 421 ms", margin: -3.21)]
        (scenario.verdict, scenario.metWeight, scenario.score) = (.pass, 0, 0)
        (scenario.faults, scenario.warnings) = ([], [])
        var summary = SampleRun.summary()
        (summary.soak, summary.durationSeconds) = ([], 20)
        let text = ExecutiveReport(SampleCampaign.content(SampleCampaign.result([scenario]), summary: summary)).text
        #expect(!text.contains("✓ Yes") && text.contains("does not decide whether it may go live"))
        #expect(text.contains("Score: 0% of the weighted goals are met, 0 of 1"))
        #expect(text.contains("The goal p95&lt;100ms is missed: p95 = 421 ms, 4.2 times the limit"))
        #expect(text.contains("The test was very short: 20 s.") && text.contains("It ran for only 20 s"))
        #expect(!text.contains("The figures show none.") && !text.contains("call for no change"))
    }
}
