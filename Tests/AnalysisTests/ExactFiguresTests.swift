import Foundation
import Measurement
import TestSupport
import Testing
import Traffic

@testable import Analysis

/// Every figure that a run's record gives, exactly, and what a change of the record changes in them.
@Suite struct ExactFiguresTests {
    private static func lines(_ value: some Encodable) throws -> [String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The lines that only one of two texts has.
    private static func difference(_ old: [String], _ new: [String]) -> String {
        new.difference(from: old).map { change in
            switch change {
            case .insert(_, let line, _): "+ " + line.trimmingCharacters(in: .whitespaces)
            case .remove(_, let line, _): "- " + line.trimmingCharacters(in: .whitespaces)
            }
        }
        .joined(separator: "\n")
    }

    private static let gates = [
        "p50<30ms", "p50<1ms", "p99<5s", "p99.9<1s", "p95(GET /a)<60ms", "mean<50ms", "mean(POST /b)>1s", "max<1s",
        "max<100ms",
        "failures<20%", "failures<1%", "failures<=76", "failures(odd)<1%", "answered>=90%", "answered(GET /a)>=99%",
        "rps>40",
        "rps>60", "rps(429)>5", "rps(5xx)>0.5", "rps(GET /a)>10", "share(404)<1%", "share(timeout|refused)<5%",
        "GET /a: share(500)<1%", "before(404)<=10", "sessions>=8", "sessions>8", "capacity>=5", "no-leak", "no-drift",
        "no-regression",
        "each: p95<1s", "each: failures<5%", "GET /none: p95<1s", "during redis: failures<1%", "restarts(api)<1",
        "max(redis.used_memory)<1GiB",
    ]

    @Test func aRunsSummaryIsExact() throws {
        let record = try VariedRun.record()
        let advisor = Advisor { "advice \($0)" }
        var entries: [GoldenTable.Entry] = []
        let summary = RunSummary(of: record, advisor: advisor)
        let rest = GeneratorDelay(of: record).rest
        #expect(summary.soak == SoakFindings.all(of: rest), "a summary has all findings of its record")
        let base = try Self.lines(summary)
        entries.append(GoldenTable.Entry("summary", base.joined(separator: "\n")))
        let gates = try Self.gates.map { try Criterion(parsing: $0) }
        let judged = RunSummary(of: record, gates: gates, advisor: advisor).gates
        for (gate, result) in zip(gates, judged) {
            entries.append(GoldenTable.Entry("gate \(gate.text)", "\(result)\n\([result].verdict(isStrict: false))"))
        }
        let basics = judged.dropFirst(gates.count).map { "\($0)" }.joined(separator: "\n")
        entries.append(GoldenTable.Entry("conditions", basics))
        for (name, change) in Self.changes {
            var own = record
            change(&own)
            let summary = RunSummary(of: own, gates: [try Criterion(parsing: "p50<5s")], advisor: advisor)
            entries.append(GoldenTable.Entry("with \(name)", Self.difference(base, try Self.lines(summary))))
        }
        let differences = GoldenTable("summary.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    /// Changes the windows of a record.
    private static func windows(_ record: inout RunRecord, _ change: (Int, inout RunWindow) -> Void) {
        var series = WindowSeries()
        for (place, window) in record.series.windows.enumerated() {
            var window = window
            change(place, &window)
            series.append(window)
        }
        record.series = series
    }

    private static func set(_ fate: Fate, _ share: Int, _ record: inout RunRecord) {
        windows(&record) { _, window in
            let all = window.counts.byFate.reduce(0, +)
            window.counts.byFate = window.counts.byFate.map { _ in 0 }
            window.counts.byFate[Int(fate.rawValue)] = all * UInt64(share) / 100
            window.counts.byFate[Int(Fate.answered.rawValue)] += all - all * UInt64(share) / 100
        }
    }

    private static let changes: [(String, @Sendable (inout RunRecord) -> Void)] = [
        ("no end", { $0.description.end = nil }), ("an interruption", { $0.description.end?.wasInterrupted = true }),
        ("a stop", { $0.description.end?.stopped = "too many failures" }),
        ("an error", { $0.description.end?.problem = "no room" }),
        ("an early end", { $0.description.end?.settled = "decided" }),
        (
            "an early end of a longer plan",
            {
                $0.description.plannedNs = 60_000_000_000
                $0.description.end?.settled = "decided"
            }
        ),
        ("a plan as long as the run", { $0.description.plannedNs = $0.durationNs }),
        (
            "no plan",
            {
                $0.description.plannedNs = nil
                $0.description.plannedSpanNs = nil
                $0.description.plannedRequests = nil
                $0.description.plannedSessions = nil
            }
        ),
        ("a plan of nothing", { $0.description.plannedRequests = 0 }),
        ("a plan for less", { $0.description.plannedRequests = 589 }),
        ("a plan for all", { $0.description.plannedRequests = 590 }),
        ("a cap below the plan", { $0.description.requestsPerSecondLimit = 69.9 }),
        ("a cap at the plan", { $0.description.requestsPerSecondLimit = 70 }),
        ("a ramp to the end", { $0.description.rampNs = 10_000_000_000 }),
        ("a ramp past the end", { $0.description.rampNs = 10_000_000_001 }), ("no ramp", { $0.description.rampNs = 0 }),
        ("a closed loop", { $0.description.isClosedLoop = true }), ("a damage", { $0.damages = ["windows.bin: cut"] }),
        (
            "two damages and no end",
            {
                $0.damages = ["a", "b"]
                $0.description.end = nil
            }
        ),
        ("nothing answered", { set(.timeout, 100, &$0) }),
        ("every request failing", { set(.unexpectedStatus, 100, &$0) }),
        ("half answered", { set(.refused, 50, &$0) }), ("less than half answered", { set(.refused, 51, &$0) }),
        ("most not sent", { set(.missingBinding, 70, &$0) }), ("none", { windows(&$0) { $1.counts = WindowCounts() } }),
        (
            "an outage",
            {
                windows(&$0) { place, window in
                    guard (4..<6).contains(place) else { return }
                    window.counts.byFate[Int(Fate.refused.rawValue)] += window.counts.byFate[0]
                    window.counts.byFate[0] = 0
                }
            }
        ),
        (
            "an outage that never ends",
            {
                windows(&$0) { place, window in
                    guard place >= 4 else { return }
                    window.counts.byFate[Int(Fate.refused.rawValue)] += window.counts.byFate[0]
                    window.counts.byFate[0] = 0
                }
            }
        ),
        ("a busy generator", { $0.description.end?.generator.cpuNs = 20_250_000_001 }),
        ("a generator at its limit", { $0.description.end?.generator.cpuNs = 20_250_000_000 }),
        ("a long stall", { windows(&$0) { if $0 == 4 { $1.counts.generatorStallNs = 1_000_000_000 } } }),
        (
            "a stall just too short to notice",
            {
                windows(&$0) {
                    $1.counts.generatorStallNs = $0 == 4 ? 999_999_999 : 0
                    $1.counts.generatorStalls = $0 == 4 ? 1 : 0
                }
            }
        ),
        ("delayed requests", { windows(&$0) { if $0 == 4 { $1.counts.requestsDelayedByGenerator = 30 } } }),
        (
            "almost too many delayed requests",
            { windows(&$0) { if $0 == 4 { $1.counts.requestsDelayedByGenerator = 28 } } }
        ),
        (
            "all sessions failing",
            {
                windows(&$0) {
                    $1.counts.sessionsFailed += $1.counts.sessionsCompleted
                    $1.counts.sessionsCompleted = 0
                }
            }
        ),
        (
            "one session",
            {
                windows(&$0) {
                    $1.counts.sessionsFailed = $0 == 3 ? 1 : 0
                    $1.counts.sessionsCompleted = 0
                }
            }
        ),
        (
            "a target that holds more than the rate",
            { windows(&$0) { if $0 == 4 { $1.counts.held.slotNs = 900_000_000_000 } } }
        ),
        (
            "a rate that holds more than the target",
            { windows(&$0) { if $0 == 4 { $1.counts.held.rateNs = 900_000_000_000 } } }
        ),
        ("no renewals", { windows(&$0) { $1.counts.renewalRequests = 0 } }),
        (
            "neither renewals nor second sends",
            {
                windows(&$0) {
                    $1.counts.renewalRequests = 0
                    $1.counts.requestsResent = 0
                }
            }
        ),
        ("no preludes", { windows(&$0) { $1.counts.preludeRequests = 0 } }),
        ("unsampled requests", { windows(&$0) { $1.counts.unsampledRequests = UInt64($0) } }),
        ("no failures by cause", { $0.failures = FailureTable() }), ("no targets", { $0.targets = [] }),
        ("no stretches", { $0.stretches = StretchTable() }),
    ]

    @Test func theSeriesOfAReportAreExact() throws {
        let record = try VariedRun.record()
        let series = RunSeries(of: record)
        var entries = Mirror(reflecting: series).children.map { child in
            GoldenTable.Entry("series \(child.label ?? "")", "\(child.value)".replacing("Analysis.", with: ""))
        }
        let figures = RunFigures(of: record)
        entries.append(
            GoldenTable.Entry(
                "rows",
                (figures.rows + [figures.total]).map { row in
                    "\(row.method) \(row.name): \(row.requests) requests, \(row.failures) failures, \(row.times.percentiles)"
                }.joined(separator: "\n")))
        entries.append(
            GoldenTable.Entry(
                "failures",
                "\(figures.seconds) s, \(figures.meanResponseBytes) bytes\n"
                    + figures.failures.map { "\($0)" }.joined(separator: "\n")))
        var other = record
        other.failures = FailureTable()
        entries.append(
            GoldenTable.Entry(
                "failures without causes", RunFigures(of: other).failures.map { "\($0)" }.joined(separator: "\n")))
        var moments: [String] = []
        figures.forEachMoment { moment in
            moments.append(
                "\(moment.timestamp) + \(moment.seconds): \(moment.concurrentSessions) sessions, \(moment.requests) \(moment.failures),"
                    + " \(moment.times.percentiles), of \(moment.totalRequests) \(moment.totalFailures) "
                    + "\(moment.totalMedian ?? -1) \(moment.totalMean ?? -1) \(moment.totalLongest ?? -1)")
        }
        entries.append(GoldenTable.Entry("moments", moments.joined(separator: "\n")))
        for threshold in [0, 1, 10, 20.5, 50, 1000] {
            let index = Apdex(of: record, thresholdMs: threshold)
            entries.append(
                GoldenTable.Entry("apdex \(threshold)", "\(index.map { "\($0) \($0.score) \($0.rating)" } ?? "none")"))
        }
        entries.append(
            GoldenTable.Entry(
                "outages", RunOutages.all(of: record.series.windows).map { "\($0)" }.joined(separator: "\n")))
        entries.append(
            GoldenTable.Entry(
                "part", "\(record.part(within: [3_000_000_000..<5_000_000_000]).series.windows.map(\.startNs))"))
        entries.append(
            GoldenTable.Entry(
                "held",
                [2, 4, 7, 12].map { (second: Int64) in "\(record.longestHeld(until: second * 1_000_000_000))" }.joined(
                    separator: " "))
        )
        let differences = GoldenTable("series.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    @Test func comparisonsAreExact() throws {
        let runs = try (0..<6).map { try VariedRun.record(seed: $0 * 1000) }
        func slower(_ record: RunRecord, _ places: UInt16) -> RunRecord {
            var record = record
            Self.windows(&record) { _, window in
                for index in window.endpoints.indices {
                    let times = window.endpoints[index].times[.turnaround]
                    window.endpoints[index].times[.turnaround] =
                        SparseHistogram(indices: times.indices.map { $0 + places }, counts: times.counts) ?? times
                }
            }
            return record
        }
        let sides: [(String, [RunRecord], [RunRecord])] = [
            ("the same", Array(runs[..<3]), Array(runs[..<3])), ("others", Array(runs[..<3]), Array(runs[3...])),
            ("one each", [runs[0]], [runs[1]]), ("slower", Array(runs[..<3]), runs[3...].map { slower($0, 300) }),
            ("faster", runs[..<3].map { slower($0, 300) }, Array(runs[3...])),
            ("uneven", Array(runs[..<2]), Array(runs[2...])),
            ("none", [], []),
        ]
        let entries = try sides.map { name, baseline, candidate in
            GoldenTable.Entry(
                name,
                try Self.lines(
                    RunComparison(baseline: baseline, candidate: candidate, advisor: Advisor { "advice \($0)" })
                )
                .joined(separator: "\n"))
        }
        let plans = try [1, 2, 3].map { count in
            GoldenTable.Entry(
                "plan of \(count)",
                try ComparisonPlan(Array(runs[..<count])).map { try Self.lines($0) + $0.lines }?.joined(separator: "\n")
                    ?? "none")
        }
        let differences = GoldenTable("comparisons.txt").differences(from: entries + plans)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    @Test func numbersInTablesAreExact() {
        let texts = [
            "1", "12.5", "0.001", "1.", ".5", ".", "", " ", "1.2.3", "-1", "+1", "1e3", "123456789012345",
            "1234567890123456", "0.12345678901234",
            "0x10", "1/2", "1:2", "nan", "NULL", "None", "NA", "n/a", "-", "--", "inf", "1 ", "true",
        ]
        var entries = texts.map { text in
            GoldenTable.Entry("value '\(text)'", "\(TableValue(Array(text.utf8)[...]))")
        }
        for line in ["a,b", "a,,b", ",", "", " a , \"b\" ", "\"a,b\"", "a\r", "\t,\u{feff}x"] {
            let fields = TableFields(Array(line.utf8)[...])
            entries.append(
                GoldenTable.Entry(
                    "line '\(Array(line.utf8).readable)'",
                    fields.fields.map { "'\($0.readable)'" }.joined(separator: " ")
                        + " \(fields.at(1).map { "\($0.count)" } ?? "nil")"
                        + " \(fields.at(-1) == nil) \(fields.at(9) == nil)"))
        }
        for degrees in [1.0, 1.5, 2, 3, 5, 10, 29.5, 120] {
            let student = StudentT(degreesOfFreedom: degrees)
            let tails = [-30, -2, -0.5, 0, 0.1, 0.7, 1, 1.5, 2, 3, 5, 12, 100].map { student.upperTail($0) }
            let quantiles = [0.5, 0.4, 0.25, 0.1, 0.05, 0.01, 0.001, 1e-6].map { student.quantile(upperTail: $0) }
            let rounded = (tails + quantiles).map { String(format: "%.6g", $0) }
            entries.append(GoldenTable.Entry("t of \(degrees)", rounded.joined(separator: " ")))
        }
        let student = StudentT(degreesOfFreedom: 4)
        entries.append(
            GoldenTable.Entry(
                "t at no number",
                "\(student.upperTail(.infinity)) \(student.upperTail(-.infinity)) \(student.upperTail(.nan))"))
        let differences = GoldenTable("numbers.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
}
