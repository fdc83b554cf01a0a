import Analysis
import Formats
import Measurement
import Report
import TestSupport
import Testing
import Traffic

@testable import Live

/// The state of a run on its page and its metrics, field by field, at its start, in each phase and at its end.
@Suite struct ExactLiveTests {
    private static let second: Int64 = 1_000_000_000
    private static let endpoints = [
        "GET /items", "POST /login", "GET /\u{1b}x", "GET /" + String(repeating: "y", count: 119),
    ]

    private static func stretches() throws -> RunStretches {
        try #require(
            RunStretches(
                [
                    .init(phase: "warm", isRamp: true, beginNs: 0, endNs: 3 * second),
                    .init(phase: "steady", isRamp: false, beginNs: 3 * second, endNs: 8 * second),
                    .init(phase: "steady", isRamp: false, beginNs: 8 * second, endNs: 10 * second),
                    .init(phase: "peak", isRamp: false, beginNs: 10 * second, endNs: 16 * second),
                ], parts: [""]))
    }

    private static func liveRun(_ run: borrowing MeasuredRun) -> LiveRun {
        var live = run.liveRun
        live.phases = [
            .init(name: "warm", isRamp: true, begin: 0, end: 3, level: 5),
            .init(name: "steady", isRamp: false, begin: 3, end: 10, level: 10),
            .init(name: "peak", isRamp: false, begin: 10, end: nil),
        ]
        live.plan = [
            .init(second: 0, value: 0), .init(second: 3, value: 10), .init(second: 10, value: 10),
            .init(second: 10, value: 20),
        ]
        live.due = [.init(second: 0, value: 4), .init(second: 8, value: 12)]
        live.gates = ["p95<50ms", "failures<10%", "no-leak"]
        live.gatesAtEnd = ["no-leak"]
        live.lines = ["p95<50ms": .init(chart: .times, limit: 50)]
        live.faults = [.init(name: "redis", begin: 8, end: 10, isActive: false)]
        live.levels = [.init(purpose: .climb, sessions: 1500, standing: .now)]
        live.judge = { record in
            let counts = record.series.totals
            let ratio = counts.requests > 0 ? Double(counts.failures) / Double(counts.requests) : 0
            var failures = GateResult(
                gate: "failures<10%", outcome: ratio < 0.1 ? .passed : .failed,
                figure: "failures = \(ratio.formatted(decimals: 3))")
            failures.margin = (0.1 - ratio) / 0.1
            return [GateResult(gate: "p95<50ms", outcome: .inconclusive, figure: "too few"), failures]
        }
        return live
    }

    /// Twenty requests in each second, a few of which fail in each way, and the readings of that second.
    private static func second(_ second: Int, of run: inout MeasuredRun) throws -> RunUpdate {
        let fates: [(Fate, UInt16)] = [
            (.answered, 200), (.unexpectedStatus, 503), (.timeout, 0), (.refused, 0), (.cut, 0), (.missingBinding, 0),
            (.answered, 302),
        ]
        var examples: [RequestExample] = []
        for index in 0..<20 {
            let isOdd = second >= 8 && index % 3 == 0
            let (fate, status) = isOdd ? fates[(second + index) % fates.count] : (.answered, 200)
            let (begin, ms) = (Double(second) + Double(index) / 20, Double(1 + index * index) / 2 + Double(second))
            run.request(
                at: begin, ms: ms, endpoint: index % 4, fate: fate, status: status, lagMs: Double(index % 5) / 10)
            guard index % 7 == 0 else { continue }
            let due = RunTime(nanoseconds: Int64(begin * 1e9))
            let outcome = RequestOutcome(
                endpoint: index % 4, status: status, fate: fate,
                times: RequestTimes(
                    scheduled: due, ready: due, started: due, sent: due, firstByte: nil,
                    finished: due.advanced(byNs: Int64(ms * 1e6))))
            var example = RequestExample(outcome, endpoint: endpoints[index % 4], clone: index, sent: "", received: "")
            example.exchange = index == 7 ? nil : UInt64(100 * second + index)
            examples.append(example)
        }
        var update = try run.look(at: Double(second) + 1)
        update.examples = examples
        let now = RunTime(nanoseconds: Int64(second) * Self.second)
        let process = ProcessIdentity(pid: 7, startTicks: 1, name: "api")
        update.processes = [
            .sample(
                process,
                ProcessSample(
                    time: now, rssBytes: UInt64(50_000_000 + 1000 * second), pssBytes: nil,
                    cpuNs: UInt64(second * second) * 10_000_000, threads: 4, openFiles: nil))
        ]
        func reading(_ page: String, _ series: String, _ kind: MetricKind, _ value: Double) -> MetricReading {
            .sample(MetricIdentity(page: page, series: series, kind: kind), MetricSample(time: now, value: value))
        }
        update.metrics = [
            reading("redis", "used_memory", .gauge, 1000 + Double(second)),
            reading("redis", "clients", .level, Double(second % 3)),
            reading("redis", "commands", .counter, Double(second < 12 ? 10 * second : second)),
            reading("redis", "net_bytes", .counter, 5 * Double(second)),
            reading("machine", "processors", .level, 2), reading("machine", "busy", .counter, 0.5 * Double(second)),
            reading("machine", "pressure", .counter, 1.1 * Double(second)),
            reading("machine", "clock", .level, 0.001),
        ]
        if second % 5 == 4 { update.metrics.append(.gap(page: "redis", now, reason: "it does not answer")) }
        return update
    }

    @Test func stateAndMetricsAreExact() throws {
        var run = MeasuredRun(endpoints: Self.endpoints, stretches: try Self.stretches(), plannedNs: 16 * Self.second)
        let live = Self.liveRun(run)
        var (state, metrics) = (LiveState(live), RunMetrics(live))
        var entries: [GoldenTable.Entry] = []
        var known: Set<String> = []
        // Only the lines that differ from those of the entry before.
        func add(_ name: String) {
            let view = fieldLines(state.view())
            // Buckets have a test of their own: only their examples are compared here.
            let page = MetricPage.openMetrics.text(metrics.families()).split(separator: "\n").map(String.init)
                .filter { !$0.contains("_bucket{") || $0.contains(" # ") }
            entries.append(
                GoldenTable.Entry(name, (view + page).filter { !known.contains($0) }.joined(separator: "\n")))
            known = Set(view + page)
        }
        add("before")
        run.begin(6)
        for second in 0..<16 {
            let update = try Self.second(second, of: &run)
            state.take(update)
            metrics.take(update)
            if second == 4 {
                state.take(cpuRatio: 0.25)
                metrics.take(cpuRatio: 0.25)
                state.note("Something <happened>.")
                state.take(
                    [SoakFinding(kind: .memory, subject: "api", verdict: .stable, explanation: "It is stable.")],
                    at: 4.5)
            }
            if second == 8 {
                state.faultBegan("redis", at: 8.1, canBeUndone: true)
                state.faultBegan("cpu", at: 8.2, canBeUndone: false)
                metrics.take(faults: [("redis", true), ("cpu", false)])
            }
            if second == 11 {
                state.faultUndone("redis", at: 11.5)
                state.faultUndone("unknown", at: 11.6)
                metrics.take(faults: [("redis", false)])
                state.take(level: .held)
            }
            state.judge()
            metrics.take(gates: [("p95<50ms", true), ("failures<10%", second < 10), ("p95<50ms", second != 12)])
            if [0, 4, 8, 11, 12].contains(second) { add("after second \(second)") }
        }
        state.drain()
        add("while it ends")
        let (last, _) = try run.finish(at: 16.5)
        state.take(last)
        metrics.take(last)
        metrics.end()
        state.end(
            verdict: "FAIL", text: "1 of 3 gates failed.",
            gates: [
                GateResult(gate: "p95<50ms", outcome: .passed, figure: "p95 = 20 ms"),
                GateResult(gate: "failures<10%", outcome: .failed, figure: "failures = 12%"),
                GateResult(gate: "peak: no-leak", outcome: .inconclusive, figure: "too short"),
            ])
        add("after the end")
        state.drain()
        #expect(state.view().state.isOver, "a run that is over does not end again")
        let differences = GoldenTable("states.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    /// Points of a long run's course, and buckets of times at each bound.
    @Test func coursesAndBucketsAreExact() throws {
        var entries: [GoldenTable.Entry] = []
        for (count, length) in [(3, 1), (400, 1), (401, 1), (801, 1), (5, 4)] {
            var timeline = LiveTimeline()
            for index in 0..<count {
                var window = RunWindow(
                    startNs: Int64(index * length) * Self.second, lengthNs: Int64(length) * Self.second)
                window.counts.byFate[Int(Fate.answered.rawValue)] = UInt64(10 + index % 3)
                window.counts.byFate[Int(Fate.timeout.rawValue)] = UInt64(index % 2)
                window.concurrentSessions = index % 7
                timeline.append(window)
            }
            let end = Int64(count * length) * Self.second
            let half = end - Self.second / 2
            var lines: [String] = []
            for (end, isOver) in [(end, false), (half, false), (half, true), (end, true)] {
                var copy = timeline
                let course = copy.course(until: end, isOver: isOver)
                let places = Array(course.seconds.indices.prefix(3)) + Array(course.seconds.indices.suffix(2))
                let points = places.map { (place: Int) -> String in
                    "\(course.seconds[place]) \(course.requests[place]) \(course.failures[place]) \(course.sessions[place])"
                }
                let text = points.joined(separator: "; ")
                lines.append("\(course.seconds.count) points until \(end)\(isOver ? ", over" : ""): \(text)")
            }
            entries.append(GoldenTable.Entry("\(count) windows of \(length) s", lines.joined(separator: "\n")))
        }
        var times: [Int64] = [0, 1, 100 * Self.second]
        for bound in RunMetrics.bounds {
            for factor in [0.99, 1, 1.01] { times.append(Int64(bound * factor * 1e9)) }
        }
        let buckets = times.map { (ns: Int64) -> String in
            var times = SparseHistogram()
            if let one = SparseHistogram(indices: [TimeBuckets.index(ofNs: ns)], counts: [2]) { times.add(one) }
            let histogram = RunMetrics.histogram(times)
            let first = histogram.cumulative.firstIndex { $0 > 0 }
            let bound = first.map { "\(histogram.bounds[$0])" } ?? "+Inf"
            let sum = histogram.sum.formatted(decimals: 6)
            return "\(ns) ns: up to \(bound), \(histogram.cumulative.last ?? 0) of \(histogram.count), sum \(sum)"
        }
        entries.append(GoldenTable.Entry("buckets", buckets.joined(separator: "\n")))
        let names = [119, 120, 121].map { (count: Int) -> String in
            "\(count): \(RunMetrics.label(String(repeating: "x", count: count)).count)"
        }
        let label = RunMetrics.label("a\nb\u{1b}")
        entries.append(GoldenTable.Entry("lengths of labels", (names + [label]).joined(separator: "\n")))
        let corners = [(0.0, 1.0), (10, 2), (10, 5), (20, 5)].map { LiveView.Course.Corner(second: $0.0, value: $0.1) }
        let values = [-1, 0, 5, 9.99, 10, 10.01, 15, 20, 21].map { (second: Double) -> String in
            "at \(second): \(LiveState.value(of: corners, at: second) ?? -1)"
        }
        let none = "without corners: \(LiveState.value(of: [], at: 1) ?? -1)"
        entries.append(GoldenTable.Entry("lines", (values + [none]).joined(separator: "\n")))
        let differences = GoldenTable("courses.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    @Test func changesOfPartsAreExact() {
        let pairs = [
            ("a", "a"), ("a", "b"), ("", "a"), ("<p id=\"x\">1", "<p id=\"x\">2"),
            ("<p id=\"x\">long enough a text to be changed", "<p id=\"x\">long enough the text to be changed"),
            ("<p id=\"x\">long enough a text", "<p id=\"y\">long enough a text"),
            ("<p id=\"x\" a=\"1\">", "<p id=\"x\">"),
            ("<a b=\"1234567890123456789012345\">x</a>", "<a b=\"123456789012345\">x</a>"),
            (
                "<a b=\"é0123456789012345678901234567890123456789\">x",
                "<a b=\"é012345678901234567890123456789012345678\">x"
            ), ("<a b=\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\">", "<a b=\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\">"),
        ]
        let lines = pairs.map { old, new in
            let change = PartChange.between(old, new)
            return
                "\(old) to \(new): \(change.map { plainText($0) } ?? "none") \((change?.applied(to: old) ?? old) == new)"
        }
        let differences = GoldenTable("parts.txt").differences(from: [
            GoldenTable.Entry("changes", lines.joined(separator: "\n"))
        ])
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }
}
