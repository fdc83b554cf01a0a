import Analysis
import Measurement
import Report
import Testing
import Traffic

@testable import Live

struct LiveStateTests {
    @Test("The head shows the current figures and those of the last seconds")
    func head() throws {
        var run = MeasuredRun()
        run.begin(3)
        var live = run.liveRun
        live.plan = [.init(second: 0, value: 0), .init(second: 10, value: 10), .init(second: 60, value: 10)]
        live.due = [.init(second: 0, value: 12)]
        var state = LiveState(live)
        #expect(state.view().state == .starting)
        for second in 0..<10 {
            for index in 0..<10 {
                run.request(
                    at: Double(second) + Double(index) / 10, ms: 20, fate: index == 0 ? .timeout : .answered,
                    status: index == 0 ? 0 : 200, lagMs: 2)
            }
            state.take(try run.look(at: Double(second) + 1))
        }
        let view = state.view()
        #expect(view.state == .running)
        #expect(view.sessions == 3)
        #expect(view.plannedSessions == 10)
        #expect(view.requests == 100)
        #expect(view.failures == 10)
        #expect(abs(view.done - 10) < 0.01, "requests a second of the last seconds")
        #expect(abs(view.failing - 1) < 0.01, "failures a second of the last seconds")
        #expect(view.offered == 12)
        #expect(abs(try #require(view.p95) - 20) < 0.1)
        #expect(abs(try #require(view.lag) - 2) < 0.01)
        #expect(view.planned == 60)
        #expect(view.phase == 0)
    }

    @Test("The windows of all updates are those of the record, the last ones included")
    func allWindows() throws {
        var run = MeasuredRun()
        var windows: [RunWindow] = []
        for second in 0..<8 {
            for index in 0..<(second + 1) {
                run.request(at: Double(second) + Double(index) / 100, ms: 1500, endpoint: index % 2)
            }
            windows += try run.look(at: Double(second) + 1).windows
        }
        let (last, record) = try run.finish(at: 10)
        windows += last.windows
        #expect(windows == record.series.windows)
        #expect(last.stretches.figures { _ in true }.requests == 36)
    }

    @Test("Failures are shown by kind, with when they were first and last seen")
    func failures() throws {
        var run = MeasuredRun()
        var state = LiveState(run.liveRun)
        run.request(at: 1, ms: 10, endpoint: 1, fate: .unexpectedStatus, status: 503)
        run.request(at: 4, ms: 10, endpoint: 1, fate: .unexpectedStatus, status: 503)
        run.request(at: 4.5, ms: 10, fate: .timeout, status: 0)
        state.take(try run.look(at: 6))
        let rows = state.view().failureKinds
        #expect(rows.count == 2)
        #expect(rows.first?.endpoint == "POST /login")
        #expect(rows.first?.received == "503")
        #expect(rows.first?.count == 2)
        #expect(rows.first.map { [$0.first, $0.last] } == [1.01, 4.01])
        #expect(rows.last?.received == "no response")
    }

    @Test("The levels of a ladder are on the page, on the terminal and among the events")
    func ladder() throws {
        var run = MeasuredRun()
        var live = run.liveRun
        live.levels = [
            .init(purpose: .climb, sessions: 500, standing: .held),
            .init(purpose: .climb, sessions: 1000, standing: .now),
        ]
        var state = LiveState(live)
        for second in 0..<4 { run.request(at: Double(second), ms: 20) }
        state.take(try run.look(at: 6))
        let page = LivePage(state.view()).document
        #expect(page.contains("Levels of the ladder") && page.contains("1,000 sessions"))
        #expect(LiveTerminal(state.view(), width: 100).lines.contains { $0.contains("500 ✓  1,000 ▸") })
        state.take(level: .failed)
        #expect(state.view().levels.map(\.standing) == [.held, .failed])
        #expect(state.view().events.last?.text == "The level of 1,000 sessions: failed.")
        #expect(!LivePage(LiveState(run.liveRun).viewOnce).document.contains("Levels of the ladder"))
    }

    @Test("A gate is open, holds, is at risk and is broken, and each turn that matters is an event")
    func gates() throws {
        var run = MeasuredRun()
        var live = run.liveRun
        live.gates = ["failures<10%"]
        live.judge = { record in
            let counts = record.series.totals
            guard counts.requests > 0 else { return [] }
            let ratio = Double(counts.failures) / Double(counts.requests)
            return [
                GateResult(
                    gate: "failures<10%", outcome: ratio < 0.1 ? .passed : .failed, figure: "failures = \(ratio)")
            ]
        }
        var state = LiveState(live)
        func standing() -> LiveView.Gate.Standing? {
            state.judge()
            return state.view().gates.first?.standing
        }
        #expect(standing() == .open)
        for second in 0..<100 {
            for index in 0..<10 { run.request(at: Double(second) + Double(index) / 10, ms: 5) }
        }
        state.take(try run.look(at: 103))
        #expect(standing() == .holding)
        for second in 103..<106 {
            for index in 0..<30 {
                run.request(at: Double(second) + Double(index) / 40, ms: 5, fate: .refused, status: 0)
            }
        }
        state.take(try run.look(at: 110))
        #expect(standing() == .atRisk, "90 of 1,090 failed, but all of the last half minute")
        for second in 110..<112 {
            for index in 0..<40 {
                run.request(at: Double(second) + Double(index) / 41, ms: 5, fate: .refused, status: 0)
            }
        }
        state.take(try run.look(at: 116))
        #expect(standing() == .broken)
        let gate = state.view().gates[0]
        #expect(gate.since == 116)
        #expect(state.view().events.filter { $0.text.contains("broken") }.count == 1)
    }

    @Test("However long a run is, its lines have few points, and rates stay rates")
    func longRuns() throws {
        var course = LiveTimeline()
        for second in 0..<10_000 {
            var window = RunWindow(startNs: Int64(second) * 1_000_000_000, lengthNs: 1_000_000_000)
            window.counts.byFate[Int(Fate.answered.rawValue)] = 7
            window.concurrentSessions = second
            course.append(window)
        }
        let line = course.course(until: 10_000_000_000_000, isOver: true)
        #expect(line.seconds.count <= LiveTimeline.limit)
        #expect(line.seconds.count > LiveTimeline.limit / 2)
        #expect(line.requests.dropLast().allSatisfy { abs($0 - 7) < 1e-9 }, "requests a second")
        #expect(line.sessions.last == 9_999, "the most of a point's sessions")
    }

    @Test(
        "What stands on a line between its corners",
        arguments: [(-1.0, 0.0), (0, 0), (5, 50), (10, 100), (15, 100), (99, 100)])
    func corners(second: Double, value: Double) {
        let line = [(0.0, 0.0), (10, 100), (20, 100)].map { LiveView.Course.Corner(second: $0.0, value: $0.1) }
        #expect(LiveState.value(of: line, at: second) == value)
    }

    @Test("After the end there is a verdict, and no fault is in effect")
    func ending() throws {
        var run = MeasuredRun()
        var state = LiveState(run.liveRun)
        run.request(at: 1, ms: 10)
        state.take(try run.look(at: 3))
        state.faultBegan("redis", at: 2, canBeUndone: true)
        #expect(state.view().faults.first?.isActive == true)
        state.end(verdict: "PASS", text: "All 1 gates held.", gates: [])
        #expect(state.view().state == .ended(verdict: "PASS", text: "All 1 gates held."))
        #expect(state.view().faults.first?.isActive == false)
    }

    @Test("After the end the figures are those of the whole run, and gates passed or failed")
    func finalFigures() throws {
        var run = MeasuredRun()
        var live = run.liveRun
        live.due = [.init(second: 0, value: 50)]
        live.gates = ["p95<10ms", "failures<1%"]
        var state = LiveState(live)
        run.begin(3)
        for index in 0..<100 { run.request(at: 0.5 + Double(index) / 20, ms: 20, lagMs: 1) }
        state.take(try run.finish(at: 10).update)
        state.end(
            verdict: "FAIL", text: "1 of 2 gates failed.",
            gates: [
                GateResult(gate: "p95<10ms", outcome: .failed, figure: "p95 = 20 ms response"),
                GateResult(gate: "failures<1%", outcome: .passed, figure: "failures = 0.000% (0 of 100)"),
            ])
        let view = state.view()
        #expect(view.done > 9 && view.done < 21 && view.offered == nil && view.sessions == 3)
        #expect(abs((view.p95 ?? 0) - 20) < 0.1 && abs((view.lag ?? 0) - 1) < 0.01)
        let page = LivePage(view).document
        #expect(page.contains("over the whole run") && !page.contains("over the last seconds"))
        #expect(page.contains(">failed</span>") && page.contains(">passed</span>"))
        #expect(!page.contains(">broken</span>") && !page.contains(">holding</span>"))
    }

    @Test("A late generator does not hide that gates are broken")
    func lateGenerator() {
        var view = LiveView(title: "shop", target: "")
        view.state = .running
        view.lag = 40
        let late = { LivePage(view).document }
        #expect(late().contains("GENERATOR LATE") && !late().contains("broken:"))
        view.gates = [
            .init(
                text: "p95<10ms", standing: .broken, since: 3, figure: "p95 = 20 ms",
                line: .init(chart: .times, limit: 10)),
            .init(text: "failures<1%", standing: .broken, since: 7, figure: "failures = 3 %"),
        ]
        #expect(late().contains("2 gates are broken: failures&lt;1% since 7 s, failures = 3 %."))
    }
}

extension LiveState {
    fileprivate var viewOnce: LiveView {
        var state = self
        return state.view()
    }
}
