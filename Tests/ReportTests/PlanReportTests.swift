import Plan
import TestSupport
import Testing
import Traffic

@testable import Report

/// The page of a plan.
@Suite struct PlanReportTests {
    static func plan(_ change: (inout PlanOptions) -> Void = { _ in }) throws -> ReplayPlan {
        var options = PlanOptions()
        change(&options)
        return try ReplayPlan(sessions: ExactTextsTests.recording(), options: options)
    }

    static func page(log: String = "a.rlog") -> String {
        guard let plan = try? plan() else { return "" }
        return PlanReport(plan, log: log, first: 5, numbers: plan.scripts.map { $0.requests.map { _ in 77 } }).text
    }

    @Test func hasTheFiguresOfTheTextPage() throws {
        let plan = try Self.plan()
        let page = PlanReport(plan, log: "a.rlog", first: 5).text
        #expect(page.contains("Reprise plan") && page.contains("a.rlog"))
        #expect(page.contains("\(plan.outline().requests)"))
        for endpoint in plan.endpoints { #expect(page.contains(endpoint.label), "\(endpoint.label)") }
        for binding in plan.findings.bindings { #expect(page.contains(binding.source), "\(binding.source)") }
        let titles = PlanPage(plan, log: "a.rlog", first: 0).parts.map(\.title)
        #expect(titles.contains { $0.hasPrefix("Users") })
        for title in titles where !title.hasPrefix("Endpoints") { #expect(page.contains(title), "\(title)") }
    }

    @Test("Requests are listed with the numbers of their exchanges")
    func firstRequests() throws {
        let outline = PageOutline(Self.page())
        let rows = outline.all("td").filter { $0.attributes["data-label"] == "exchange" }
        #expect(rows.map(\.text) == Array(repeating: "77", count: 5))
        let unknown = PageOutline(PlanReport(try Self.plan(), log: "a.rlog", first: 5).text)
        #expect(
            unknown.all("td").filter { $0.attributes["data-label"] == "exchange" }.map(\.text)
                == Array(repeating: "–", count: 5))
    }

    @Test("Requests over time are drawn only where the plan decides them")
    func chart() throws {
        #expect(!PageOutline(Self.page()).all("svg").isEmpty)
        let closed = try Self.plan { $0.speed = .max }
        #expect(PageOutline(PlanReport(closed, log: "a.rlog", first: 0).text).all("svg").isEmpty)
    }

    @Test(arguments: ["<script>alert(1)</script>", "\"><img src=x>", "\u{1B}[2J"])
    func namesAreInert(name: String) {
        let balance = TagBalance(Self.page(log: name))
        #expect(balance.fault == nil)
        #expect(balance.counts == TagBalance(Self.page()).counts)
    }
}
