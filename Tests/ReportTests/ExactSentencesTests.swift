import Analysis
import ContentCodings
import Foundation
import Measurement
import TestSupport
import Testing

@testable import Report

/// The sentences and figures of findings, verdicts, failures and metrics, and the histograms of logs, in each
/// combination that changes them, a line a case.
@Suite struct ExactSentencesTests {
    @Test func sentencesAreExact() throws {
        let entries = [
            Self.findings(), Self.verdicts(), Self.roots(), Self.requests(), Self.shares(), Self.metrics(),
            try Self.summaries(),
            try Self.histograms(),
        ]
        let differences = GoldenTable("sentences.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    private static func entry(_ name: String, _ lines: [String]) -> GoldenTable.Entry {
        GoldenTable.Entry(name, lines.joined(separator: "\n"))
    }

    private static func findings() -> GoldenTable.Entry {
        typealias Change = (name: String, change: (inout SoakFinding) -> Void)
        let changes: [Change] = [
            ("nothing", { _ in }),
            ("rate", { $0.ratePerHour = 0.5 }), ("falling rate", { $0.ratePerHour = -0.5 }),
            ("no rate", { $0.ratePerHour = 0 }),
            ("interval", { ($0.ratePerHour, $0.ratePerHourLow, $0.ratePerHourHigh) = (0.5, -0.25, 0.75) }),
            ("half an interval", { ($0.ratePerHour, $0.ratePerHourLow) = (0.5, 0.25) }),
            ("change", { $0.change = 0.25 }),
            ("rate within ten changes", { ($0.ratePerHour, $0.change) = (2.5, 0.25) }),
            ("rate of more", { ($0.ratePerHour, $0.change) = (2.6, 0.25) }),
            ("bytes", { $0.bytesPerRequest = 170 }), ("p below", { $0.pValue = 0.0009 }),
            ("p at", { $0.pValue = 0.001 }), ("p of half", { ($0.pValue, $0.change) = (0.5, 0.25) }),
            ("p under half", { ($0.pValue, $0.change) = (0.49, 0.25) }),
            ("probability", { ($0.probability, $0.change) = (0.95, 0.25) }),
            ("nearly sure", { $0.probability = 0.999 }), ("surer", { $0.probability = 0.9991 }),
            ("mentioned", { ($0.change, $0.explanation) = (0.25, "It rose by 25 % in all.") }),
            ("mentioned finely", { ($0.change, $0.explanation) = (0.2512, "It rose by 25.1 %.") }),
        ]
        var lines: [String] = []
        for kind in [SoakKind.memory, .latency, .failures, .backlog, .openFiles] {
            for verdict in [SoakVerdict.growing, .stable] {
                for (name, change) in changes {
                    var finding = SoakFinding(kind: kind, subject: "s", verdict: verdict, explanation: "It rose.")
                    change(&finding)
                    if kind == .memory {
                        (finding.ratePerHour, finding.change) = (
                            finding.ratePerHour.map { $0 * 1e7 }, finding.change.map { $0 * 1e7 }
                        )
                        (finding.ratePerHourLow, finding.ratePerHourHigh) = (
                            finding.ratePerHourLow.map { $0 * 1e7 }, finding.ratePerHourHigh.map { $0 * 1e7 }
                        )
                    }
                    lines.append("\(kind) \(verdict), \(name): \(finding.figures) \(finding.evidence)")
                }
            }
        }
        return entry("findings", lines)
    }

    private static func verdicts() -> GoldenTable.Entry {
        let letters = ["", "p", "f", "i", "pp", "pf", "pi", "ff", "fi", "ii", "ppp", "pfi", "iii", "b", "bp", "bf"]
        var lines: [String] = []
        for text in letters {
            for ending in [nil, RunEnding.unfinished] {
                var summary = SampleRun.summary()
                summary.failureCauses = nil
                summary.ending = ending
                summary.gates = text.map { letter in
                    var gate = GateResult(
                        gate: "g",
                        outcome: letter == "p" || letter == "b" ? .passed : letter == "f" ? .failed : .inconclusive,
                        figure: "")
                    gate.isBuiltIn = letter == "b"
                    return gate
                }
                lines.append("\(text) \(ending?.rawValue ?? "ended"): \(summary.verdictSentence)")
                summary.notices = ["Interrupted.", "Late."]
                if text == "pf" { lines.append(summary.headline) }
            }
        }
        return entry("verdicts", lines)
    }

    private static func roots() -> GoldenTable.Entry {
        typealias Cause = FailureCauseSummary
        let causes: [[Cause]] = [
            [],
            [
                Cause(
                    endpoint: "GET /a", expectedStatus: 201, receivedStatus: 500, kind: .unexpectedStatus, count: 1,
                    firstSeconds: 3, lastSeconds: 3.4)
            ],
            [
                Cause(
                    endpoint: "GET /a", receivedStatus: 500, kind: .unexpectedStatus, count: 2, firstSeconds: 3,
                    lastSeconds: 3.6)
            ], [Cause(endpoint: "GET /a", kind: .refused, count: 3, firstSeconds: 0, lastSeconds: 9)],
            [
                Cause(
                    endpoint: "GET /a", kind: .missingBinding, cause: "no id", count: 3, firstSeconds: 0, lastSeconds: 9
                )
            ], [Cause(endpoint: "GET /a", kind: .timeout, count: 3, firstSeconds: 0, lastSeconds: 9)],
            [
                Cause(
                    endpoint: "GET /a", receivedStatus: 200, kind: .badFraming, cause: "cut", count: 3, firstSeconds: 0,
                    lastSeconds: 9)
            ],
            [Cause(endpoint: "GET /a", kind: .timeout, count: 3, firstSeconds: 0, lastSeconds: 9, root: "all follow")],
            [
                Cause(endpoint: "GET /a", kind: .timeout, count: 3, firstSeconds: 0, lastSeconds: 9),
                Cause(
                    endpoint: "GET /b", kind: .missingBinding, count: 2, firstSeconds: 1, lastSeconds: 2,
                    root: "GET /a failed"),
            ],
            [
                Cause(endpoint: "GET /a", kind: .timeout, count: 3, firstSeconds: 0, lastSeconds: 9),
                Cause(
                    endpoint: "GET /b", kind: .missingBinding, count: 2, firstSeconds: 1, lastSeconds: 2,
                    root: "GET /c failed"),
                Cause(
                    endpoint: "GET /d", kind: .missingBinding, cause: "x", count: 2, firstSeconds: 1, lastSeconds: 2,
                    root: "GET /c failed"),
            ],
        ]
        var lines: [String] = []
        for (index, list) in causes.enumerated() {
            for ratio in [0.0099, 0.01] {
                var summary = SampleRun.summary()
                (summary.failureCauses, summary.failureRatio) = (list, ratio)
                lines.append("\(index) at \(ratio): \(summary.rootSentence ?? "none")")
            }
            lines.append(
                list.explained.map { "\($0.cause.endpoint) seen \($0.cause.seenText), \($0.note ?? "no note")" }.joined(
                    separator: "; "))
        }
        return entry("roots", lines + Fate.allCases.map { "\($0) \($0.words)" })
    }

    private static func requests() -> GoldenTable.Entry {
        var lines: [String] = []
        for (requests, failures, unsent, rate, steady) in [
            (0, 0, 0, 0, nil), (1, 0, 0, 1, 1), (1, 1, 0, 1, 2), (12_345, 12, 0, 205.75, 205.751),
            (12_345, 12_345, 1, 5, 6), (1000, 3, 2, 10, 10),
        ] as [(Int, Int, Int, Double, Double?)] {
            var summary = SampleRun.summary()
            (summary.requests, summary.failures, summary.throughputRps, summary.steadyThroughputRps) = (
                requests, failures, rate, steady
            )
            summary.failureRatio = requests > 0 ? Double(failures) / Double(requests) : 0
            summary.failuresByKind = unsent > 0 ? [.init(kind: .missingBinding, count: unsent)] : []
            lines.append(
                "\(requests) \(failures) \(unsent): \(summary.requestSentence) steady \(summary.steadyRate ?? "none")")
        }
        var summary = SampleRun.summary()
        lines.append("minting: \(summary.mintingRows) \(summary.mintingText ?? "none")")
        summary.tokens.mintingMs = SampleRun.percentiles(10)
        lines.append("minting: \(summary.mintingRows) \(summary.mintingText ?? "none")")
        summary.tokens.heldForMintingMs = SampleRun.percentiles(100)
        lines.append("minting: \(summary.mintingRows) \(summary.mintingText ?? "none")")
        return entry("requests", lines)
    }

    private static func shares() -> GoldenTable.Entry {
        var lines: [String] = []
        for (order, token, connection, rate, slot, requests) in [
            (0, 0, 0, 0, 0, 10), (5, 0, 0, 0, 0, 10), (1, 2, 3, 4, 5, 10), (1, 1, 0, 0, 0, 0), (0, 0, 0, 0, 7, 1),
            (1, 0, 0, 999, 0, 100),
        ] as [(Double, Double, Double, Double, Double, Int)] {
            var summary = SampleRun.summary()
            summary.requests = requests
            summary.heldSeconds = .init(order: order, token: token, connection: connection, rate: rate, slot: slot)
            let text = "\(order) \(token) \(connection) \(rate) \(slot)"
            lines.append("\(text) of \(requests): \(summary.heldShares)")
        }
        do {
            var summary = SampleRun.summary()
            summary.heldSeconds = nil
            lines.append("unknown: \(summary.heldShares)")
        }
        return entry("held shares", lines)
    }

    private static func metrics() -> GoldenTable.Entry {
        var lines: [String] = []
        for values in [[], [5], [1, 2.5, 4], [1, 2, 4], [10, 20, 5, 8], [1, 1.5, 2.7]] as [[Double]] {
            for (isInBytes, isCounter, isOfMachine, isShare) in [
                (false, false, false, false), (true, false, false, false), (false, true, false, false),
                (true, true, false, false), (false, true, true, false), (false, true, true, true),
            ] {
                var metric = RunSeries.Metric(
                    name: "m", isInBytes: isInBytes, isCounter: isCounter,
                    seconds: values.indices.map { Double(2 * $0) }, values: values)
                (metric.isOfMachine, metric.isShareOfTime) = (isOfMachine, isShare)
                lines.append(
                    "\(values)\(isInBytes ? " bytes" : "")\(isCounter ? " counter" : "")\(isOfMachine ? " machine" : "")\(isShare ? " share" : ""): \(metric.quantity) \(metric.figures) \(metric.row)"
                )
            }
        }
        return entry("metrics", lines)
    }

    private static func summaries() throws -> GoldenTable.Entry {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var lines: [String] = []
        for (requests, failures, seconds, verdict) in [
            (0, 0, 0, .none), (10, 3, 4, .pass), (2_000_000_000_000_000, 1_500_000_000_000_000, 1, .fail),
            (1, 1, 2, .inconclusive),
        ] as [(Int, Int, Double, Verdict)] {
            var summary = SampleRun.summary(verdict: verdict)
            (summary.requests, summary.failures, summary.durationSeconds) = (requests, failures, seconds)
            for start in [0, 1_700_000_000, 1e12] {
                lines.append(
                    String(
                        decoding: try encoder.encode(LoadTestSummary(summary, name: "a\u{1b}b", startedAt: start)),
                        as: UTF8.self))
            }
        }
        return entry("load-test summaries", lines)
    }

    /// Histograms written and read again, with gaps and counts of each size, and headers that are refused.
    private static func histograms() throws -> GoldenTable.Entry {
        var lines: [String] = []
        let cases: [[(Int, UInt64)]] = [
            [], [(0, 1)], [(0, 63), (1, 64)], [(1, 1)], [(2, 8191), (64, 8192)], [(65, 1), (4000, 1 << 20)],
            [(0, .max)], [(0, 1 << 62), (1, 1 << 55), (2, 1 << 48), (3, 1 << 41), (4, 1 << 34), (5, 1 << 27)],
        ]
        for counts in cases {
            var snapshot = try #require(
                HistogramSnapshot(significantDigits: 3, lowestDiscernible: 1, highestTrackable: 3_600_000))
            for (index, count) in counts { snapshot.add(count, at: index) }
            let read = HistogramSnapshot(deflated: snapshot.deflated()[...])
            let found = (read?.counts ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            lines.append("\(counts.map { "\($0.0): \($0.1)" }) read as \(found), equal \(read == snapshot)")
        }
        func number(_ value: UInt64, _ bytes: Int) -> [UInt8] {
            (0..<bytes).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        }
        func read(
            cookie: UInt64 = 0x1c84_9313, length: UInt64? = nil, offset: UInt64 = 0, digits: UInt64 = 1,
            lowest: UInt64 = 1, highest: UInt64 = 100, payload: [UInt8] = [2], outer: UInt64 = 0x1c84_9314,
            outerLength: Int = 0
        ) throws -> String {
            let plain =
                number(cookie, 4) + number(length ?? UInt64(payload.count), 4) + number(offset, 4) + number(digits, 4)
                + number(lowest, 8) + number(highest, 8) + number(0x3ff0_0000_0000_0000, 8) + payload
            let body = try ContentCoding([.deflate]).encoded(plain)
            let snapshot = HistogramSnapshot(
                deflated: (number(outer, 4) + number(UInt64(body.count + outerLength), 4) + body)[...])
            return snapshot.map {
                "\($0.significantDigits) \($0.lowestDiscernible) \($0.highestTrackable) \($0.counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })"
            } ?? "refused"
        }
        lines += [
            "plain \(try read())",
            "cookies \(try read(cookie: 0x1c84_9303)) \(try read(cookie: 0x1c84_93f3)) \(try read(cookie: 0x1c84_9314)) \(try read(cookie: 0x1d84_9313))",
            "outer cookies \(try read(outer: 0x1c84_9304)) \(try read(outer: 0x1c84_9313)) \(try read(outer: 0x1d84_9314))",
            "outer lengths \(try read(outerLength: -1)) \(try read(outerLength: 1))",
            "lengths \(try read(length: 0)) \(try read(length: 1, payload: [2, 4])) \(try read(length: 2))",
            "offsets \(try read(offset: 1))", "digits \(try read(digits: 5)) \(try read(digits: 6))",
            "limits \(try read(lowest: 0)) \(try read(lowest: 51)) \(try read(highest: 1 << 63))",
            "gaps \(try read(payload: [1, 2])) \(try read(payload: [0x7f, 2])) \(try read(payload: [0xff, 0x7f, 2]))",
            "zeros \(try read(payload: [0, 0, 2]))",
            "open \(try read(payload: [0x80])) \(try read(payload: [UInt8](repeating: 0x80, count: 8) + [1])) \(try read(payload: [UInt8](repeating: 0xff, count: 9)))",
            "too many \(try read(payload: [UInt8](repeating: 2, count: 400)))",
            "short \(HistogramSnapshot(deflated: [0x1c, 0x84, 0x93]) == nil) \(HistogramSnapshot(deflated: [0x1c, 0x84, 0x93, 0x14, 0, 0, 0, 2, 1, 2]) == nil)",
        ]
        return entry("histograms", lines)
    }
}
