import Analysis
import Formats
import TestSupport
import Testing

@testable import Report

/// The live page and the terminal of runs in each state, element by element.
@Suite struct ExactLivePagesTests {
    /// A run with something in every part of it.
    private static func full() -> LiveView {
        var view = LiveView(title: "shop <1>", target: "http://h:1")
        view.state = .running
        (view.elapsed, view.planned) = (95.4, 600.4)
        view.phases = [
            .init(name: "warm", isRamp: true, begin: 0, end: 30, level: 10),
            .init(name: "steady", isRamp: false, begin: 30, end: 300, level: 99.6),
            .init(name: "peak", isRamp: false, begin: 300, end: nil),
        ]
        (view.phases[1].requests, view.phases[1].failures) = (12_345, 67)
        (view.phases[1].p50, view.phases[1].p95, view.phases[1].p99) = (1.5, 20, 1500)
        (view.sessions, view.plannedSessions, view.connections) = (1234, 1500.4, 567)
        (view.requests, view.failures, view.done, view.offered, view.failing) = (23_456, 78, 90, 100, 0.5)
        (view.p95, view.lag, view.stalled, view.generatorLoad) = (20.04, 0.4, 1.5, 0.33)
        view.gates = [
            .init(
                text: "p95<500ms", standing: .holding, since: nil, figure: "p95 = 20 ms",
                line: .init(chart: .times, limit: 50)),
            .init(text: "failures<1%", standing: .atRisk, since: 59.6, figure: "failures = 0.9%"),
            .init(
                text: "rps>95", standing: .broken, since: 12.4, figure: "rps = 90", line: .init(chart: .rate, limit: 95)
            ),
            .init(text: "no-leak", standing: .open, since: nil, figure: ""),
            .init(text: "no-drift", standing: .atEnd, since: nil, figure: ""),
        ]
        view.levels = [
            .init(purpose: .climb, sessions: 1, standing: .held),
            .init(purpose: .climb, sessions: 2000, standing: .failed),
            .init(purpose: .climb, sessions: 1000, standing: .inconclusive),
            .init(purpose: .climb, sessions: 1500, standing: .now),
        ]
        view.soak = [
            .init(subject: "a", verdict: .growing, text: "Memory grew."),
            .init(subject: "b", verdict: .stable, text: "Files are stable."),
            .init(subject: "c", verdict: .inconclusive, text: "Too short."),
        ]
        view.soakTime = 89.6
        view.faults = [
            .init(name: "redis", begin: 40, end: 50, isActive: false),
            .init(name: "cpu", begin: 90, end: nil, isActive: true),
            .init(name: "later", begin: 10_000, end: 10_001, isActive: false),
        ]
        view.events = [
            .init(time: -1, text: "First."), .init(time: 40, text: "Fault redis begins."),
            .init(time: 59.6, text: String(repeating: "é", count: 301)),
        ]
        var endpoint = LiveView.Endpoint(label: "GET /a?<b>", requests: 12_000, failures: 3, rate: 12.345)
        (endpoint.p50, endpoint.p95, endpoint.p99, endpoint.longest) = (0.12, 3, 45.678, 12_000)
        view.endpoints = [
            endpoint, .init(label: String(repeating: "x", count: 300), requests: 1, failures: 0, rate: 0),
            .init(label: String(repeating: "y", count: 301), requests: 0, failures: 0, rate: 0),
        ]
        view.failureKinds = [
            .init(
                endpoint: "GET /a", expected: "200", received: "503", cause: "status", count: 77, first: 3.4,
                last: 90.6, exchange: 12),
            .init(
                endpoint: "GET /b", expected: "–", received: "no response", cause: "timeout", count: 1, first: 4,
                last: 4),
        ]
        let seconds = (0..<20).map { Double(5 * $0) }
        view.course.seconds = seconds
        view.course.requests = seconds.map { 80 + $0 / 10 }
        view.course.failures = seconds.map { $0 > 50 ? 1 : 0 }
        view.course.p50 = seconds.map { $0 == 50 ? nil : 2 + $0 / 100 }
        view.course.p95 = seconds.map { $0 == 50 ? nil : 15 + $0 / 10 }
        view.course.p99 = seconds.map { $0 == 50 ? nil : 30 + $0 }
        view.course.sessions = seconds.map { 10 * $0 }
        view.course.lag = seconds.map { $0 == 0 ? nil : 0.1 + $0 / 1000 }
        view.course.plan = [
            .init(second: 0, value: 0), .init(second: 30, value: 1500), .init(second: 600, value: 1500),
        ]
        view.course.due = [.init(second: 0, value: 100)]
        view.watches = [
            .init(name: "api memory", unit: .bytes, seconds: [0, 1, 2], values: [5e7, 5.1e7, 5.2e7], gaps: 2),
            .init(name: "api cpu", unit: .processors, seconds: [1, 2], values: [0.5, 1.5]),
            .init(name: "files", unit: .count, seconds: [0, 1], values: [1000, 1001]),
            .init(name: "keys", unit: .perSecond, seconds: [1], values: [3]),
            .init(name: "share", unit: .percent, seconds: [1, 2], values: [95, 99]),
            .init(name: "empty", unit: .count, seconds: [], values: []),
        ]
        return view
    }

    /// The same run with changes, by what they are.
    private static func views() -> [(name: String, view: LiveView, controls: LivePage.Controls)] {
        func view(_ name: String, _ controls: LivePage.Controls = .none, _ change: (inout LiveView) -> Void) -> (
            String, LiveView, LivePage.Controls
        ) {
            var view = full()
            change(&view)
            return (name, view, controls)
        }
        func gates(_ view: inout LiveView, _ kept: Set<LiveView.Gate.Standing>) {
            view.gates.removeAll { !kept.contains($0.standing) }
        }
        return [
            ("empty", LiveView(title: "t", target: ""), .buttons(token: "k", canEndPhase: false)),
            view("broken", .buttons(token: "k\"", canEndPhase: true)) { _ in },
            view("two broken", .buttons(token: "k", canEndPhase: false)) {
                $0.gates.insert(
                    .init(
                        text: "p99<1ms", standing: .broken, since: nil, figure: "", line: .init(chart: .times, limit: 1)
                    ), at: 0)
            },
            view("broken time") {
                $0.gates = [
                    .init(
                        text: "p99<1ms", standing: .broken, since: 7, figure: "p99 = 9 ms",
                        line: .init(chart: .times, limit: 1))
                ]
            },
            view("late at 10 ms") { ($0.lag, $0.elapsed, $0.done) = (10, 5, 1) },
            view("late past 10 ms") { ($0.lag, $0.elapsed, $0.done) = (10.1, 5.1, 89.9) },
            view("fault") { gates(&$0, [.holding, .atRisk]) },
            view("at risk") {
                gates(&$0, [.holding, .atRisk]); $0.faults = []
            },
            view("failing") {
                gates(&$0, [.holding]); $0.faults = []; $0.failing = 0.9
            },
            view("failing little") {
                gates(&$0, [.holding]); $0.faults = []; $0.failing = 0.89
            },
            view("failing half") {
                gates(&$0, []); $0.faults = []; ($0.failing, $0.planned) = (45, nil)
            },
            view("healthy") {
                gates(&$0, [.holding, .atEnd]); $0.faults = [];
                ($0.failing, $0.plannedSessions, $0.offered, $0.stalled) = (0, nil, nil, 0)
            },
            view("open") {
                gates(&$0, [.holding, .open]); $0.faults = []; ($0.failing, $0.phases[2].begin) = (0, 95.4)
            },
            view("clean") {
                gates(&$0, []); $0.faults = [];
                ($0.failing, $0.failures, $0.generatorLoad, $0.lag, $0.p95, $0.levels, $0.soak) = (
                    0, 0, nil, nil, nil, [], []
                )
            },
            view("ending", .buttons(token: "k", canEndPhase: true)) { $0.state = .ending },
            view("passed", .buttons(token: "k", canEndPhase: true)) {
                $0.state = .ended(verdict: "PASS", text: "All gates passed.")
            },
            view("failed") {
                $0.state = .ended(verdict: "FAIL", text: "1 gate failed."); $0.elapsed = 612
            },
            view("interrupted") {
                $0.state = .ended(verdict: "NONE", text: "Interrupted."); $0.elapsed = 0
            },
            view("past the plan") { ($0.elapsed, $0.planned) = (700, 600) },
            view("one phase") {
                $0.phases.removeLast(2); $0.course.plan = []; $0.course.due = []
            },
            view("spread times") { $0.course.p99 = $0.course.seconds.map { $0 == 95 ? 200 : 30 } },
            view("less spread times") { $0.course.p99 = $0.course.seconds.map { $0 == 95 ? 120 : 30 } },
        ]
    }

    /// Each element with its attributes and the text after it, without the paths of lines.
    static func elements(_ html: String) -> String {
        html.split(separator: "<").compactMap { element in
            if element.first == "/" {
                let text = element.drop { $0 != ">" }.dropFirst()
                return text.isEmpty ? nil : "then \(text)"
            }
            return element.split(separator: " ").filter { !$0.hasPrefix("role=") && !$0.hasPrefix("scope=") }
                .joined(separator: " ")
        }.joined(separator: "\n")
    }

    /// The runs whose charts are compared too, and those whose charts of watches are.
    private static let charted: Set<String> = [
        "empty", "broken", "passed", "one phase", "spread times", "less spread times", "past the plan",
    ]
    private static let watched: Set<String> = ["empty", "broken", "one phase"]

    @Test func livePagesAreExact() {
        var entries: [GoldenTable.Entry] = []
        var known: [String: String] = [:]
        for (name, view, controls) in Self.views() {
            for part in LivePage(view, controls: controls).parts where known[part.id] != part.html {
                if part.id.hasPrefix("c-"), !(part.id == "c-watches" ? Self.watched : Self.charted).contains(name) {
                    continue
                }
                known[part.id] = part.html
                entries.append(GoldenTable.Entry("\(name), \(part.id)", Self.elements(part.html)))
            }
            for width in [10, 40, 100] {
                entries.append(
                    GoldenTable.Entry(
                        "\(name), terminal of \(width)", LiveTerminal(view, width: width).lines.joined(separator: "\n"))
                )
            }
        }
        let page = LivePage(Self.full(), controls: .buttons(token: "k", canEndPhase: true)).document
        entries.append(
            GoldenTable.Entry(
                "document",
                Self.elements(page).split(separator: "\n").filter { !$0.hasPrefix("td") && !$0.hasPrefix("t") }.joined(
                    separator: "\n")))
        let differences = GoldenTable("live.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    /// The end of the time axis of a run without a planned end, and of one past it.
    @Test func axesOfLivePagesAreExact() {
        let ends = [
            0, 29, 29.4, 29.5, 59, 100, 118, 290, 299, 590, 880, 1170, 1760, 2640, 3520, 5290, 7050, 10_580, 14_110,
            21_170, 28_230, 42_350, 84_700, 84_800, 90_000, 172_800,
        ]
        let lines = ends.map { (end: Double) -> String in
            var view = LiveView(title: "t", target: "")
            (view.state, view.elapsed) = (.running, end)
            view.course.seconds = [0]
            view.course.requests = [1]
            let shown = { (view: LiveView) -> String in
                let part = LivePage(view).parts.first { $0.id == "c-rate" }?.html ?? ""
                return part.firstRange(of: "data-to=\"").map { String(part[$0.upperBound...].prefix { $0 != "\"" }) }
                    ?? "none"
            }
            var (planned, over) = (view, view)
            planned.planned = 600
            over.state = .ended(verdict: "PASS", text: "")
            return "\(end): \(shown(view)), planned \(shown(planned)), over \(shown(over))"
        }
        let differences = GoldenTable("ends.txt").differences(from: [
            GoldenTable.Entry("ends of axes", lines.joined(separator: "\n"))
        ])
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }
}
