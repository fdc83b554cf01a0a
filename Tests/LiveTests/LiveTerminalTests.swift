import Formats
import Report
import Testing

struct LiveTerminalTests {
    private var view: LiveView {
        var view = LiveView(title: "shop", target: "")
        view.state = .running
        view.elapsed = 30
        view.phases = [
            .init(name: "warm", isRamp: true, begin: 0, end: 10),
            .init(name: "peak", isRamp: false, begin: 10, end: 60),
        ]
        view.course.seconds = (0..<30).map(Double.init)
        view.course.requests = (0..<30).map { Double($0) }
        view.course.p95 = (0..<30).map { Double($0) }
        view.course.failures = (0..<30).map { _ in 0 }
        view.gates = [
            .init(text: "p95<500ms", standing: .holding, since: nil, figure: "p95 = 20 ms"),
            .init(text: "failures<1%\u{1B}[2J", standing: .broken, since: 12, figure: "failures = 3%"),
        ]
        return view
    }

    @Test("Lines fit the terminal and hold nothing that steers it", arguments: [20, 40, 80, 200])
    func width(width: Int) {
        let lines = LiveTerminal(view, width: width).lines
        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { $0.displayWidth <= width })
        #expect(lines.allSatisfy { !$0.contains("\u{1B}") })
    }

    @Test("Phases, courses and gates are shown")
    func content() {
        let lines = LiveTerminal(view, width: 100).lines
        #expect(lines.contains { $0.contains("warm ramp ✓ › [peak]") })
        #expect(lines.contains { $0.hasPrefix("requests/s") && $0.contains("29.0/s") })
        #expect(lines.contains { $0.contains("1 holding, 0 at risk, 1 broken, 0 open") })
        #expect(lines.contains { $0.contains("✗ failures<1%") && $0.contains("since 12") })
    }

    @Test("Before and after a run there is nothing to show")
    func quiet() {
        var view = view
        view.state = .starting
        #expect(LiveTerminal(view, width: 80).lines.isEmpty)
        view.state = .ended(verdict: "PASS", text: "")
        #expect(LiveTerminal(view, width: 80).lines.isEmpty)
    }
}
