import Foundation
import TestSupport
import Testing

@testable import Analysis

/// Committed series with their expected verdicts. A change of a growth or drift test shows here which verdicts change;
/// the first line of each file says how it was made.
@Suite struct GoldenSeriesTests {
    private static let mebibyte = 1_048_576.0

    private static func lines(_ name: String) throws -> [ArraySlice<UInt8>] {
        try TemporaryFolder.read(ProjectFile.path("Tests/AnalysisTests/Golden/\(name).csv"))
            .split(separator: UInt8(ascii: "\n"))
    }

    /// Figures to three digits, as they were when they were last reviewed.
    private static func expect(_ figures: [Double?], of file: String) {
        let text = figures.map { $0.map { String(format: "%.3g", $0) } ?? "none" }.joined(separator: "\n")
        let differences = GoldenTable("figures/\(file).txt").differences(from: [GoldenTable.Entry(file, text)])
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }

    /// The truth about a memory series: growth per hour in MiB, and how far the estimate may be from it.
    struct Memory: Sendable, CustomTestStringConvertible {
        var file: String
        var verdict: MemorySeriesVerdict.Verdict
        var growth = 0.0
        var tolerance = 0.1
        var perThousandRequests: Double?
        var restarts = 0

        var testDescription: String { file }
    }

    static let memory: [Memory] = [
        Memory(file: "memory-steady", verdict: .noLeak, tolerance: 6),
        Memory(file: "memory-constant", verdict: .noLeak, tolerance: 0.01),
        Memory(file: "memory-warm-up", verdict: .noLeak, tolerance: 20),
        Memory(file: "memory-cache", verdict: .noLeak, tolerance: 6),
        Memory(file: "memory-step", verdict: .noLeak, tolerance: 6),
        Memory(file: "memory-sawtooth", verdict: .noLeak, tolerance: 4),
        Memory(file: "memory-restart", verdict: .noLeak, tolerance: 4, restarts: 1),
        Memory(file: "memory-load", verdict: .noLeak, tolerance: 4),
        Memory(file: "memory-leak", verdict: .leak, growth: 30, tolerance: 3),
        Memory(file: "memory-leak-sawtooth", verdict: .leak, growth: 30, tolerance: 2),
        Memory(file: "memory-leak-stairs", verdict: .leak, growth: 30, tolerance: 2),
        Memory(file: "memory-leak-late", verdict: .leak, growth: 35, tolerance: 8),
        Memory(file: "memory-leak-restart", verdict: .leak, growth: 60, tolerance: 3, restarts: 1),
        Memory(file: "memory-leak-requests", verdict: .leak, growth: 137.3, tolerance: 4, perThousandRequests: 400_000),
        Memory(file: "memory-warm-up-long", verdict: .inconclusive, tolerance: 40),
    ]

    @Test(arguments: memory) func memoryIsFoundToBeWhatItIs(_ series: Memory) throws {
        var table = SampleTable()
        for line in try Self.lines(series.file) { try table.append(line) }
        let found = MemorySeriesVerdict(file: series.file, table)
        #expect(found.verdict == series.verdict, "\(found.reason)")
        #expect(found.restarts == series.restarts)
        let figures = [
            found.growthBytesPerHour, found.growthLow, found.growthHigh, found.growthBytesPerThousandRequests,
            found.neededSeconds,
        ]
        Self.expect(figures, of: series.file)
        let growth = try #require(found.growthBytesPerHour) / Self.mebibyte
        #expect(abs(growth - series.growth) <= series.tolerance, "\(growth) MiB an hour")
        if series.verdict == .leak {
            let low = try #require(found.growthLow) / Self.mebibyte
            let high = try #require(found.growthHigh) / Self.mebibyte
            #expect((low...high).contains(series.growth), "90 % interval \(low)…\(high)")
            #expect(low > 0)
        }
        if let each = series.perThousandRequests {
            #expect(abs(try #require(found.growthBytesPerThousandRequests) / each - 1) < 0.05)
        }
    }

    /// The truth about a series of requests: the changes of its quantiles, end divided by start, and when they began.
    struct Latency: Sendable, CustomTestStringConvertible {
        var file: String
        var verdict: String
        var quantile = 0.5
        var ratio: ClosedRange<Double>?
        var began: ClosedRange<Double>?

        var testDescription: String { file }
    }

    static let latency: [Latency] = [
        Latency(file: "latency-steady", verdict: "stable"), Latency(file: "latency-warm-up", verdict: "stable"),
        // A part of the 40 % falls into the beginning, which is left out.
        Latency(file: "latency-gradual", verdict: "drift", ratio: 1.27...1.38, began: 0...500),
        Latency(file: "latency-step", verdict: "drift", ratio: 1.2...1.3, began: 850...950),
        Latency(file: "latency-spread", verdict: "drift", quantile: 0.9, ratio: 1.7...2.3, began: 850...950),
        Latency(file: "latency-short", verdict: "inconclusive"),
    ]

    @Test(arguments: latency) func latencyIsFoundToBeWhatItIs(_ series: Latency) throws {
        var table = LatencyTable()
        for line in try Self.lines(series.file) { try table.append(line) }
        let found = LatencySeriesVerdict(file: series.file, table)
        #expect(found.verdict.rawValue == series.verdict, "\(found.reason)")
        let figures = found.changes.flatMap { change in
            [
                change.quantile, change.ratio, change.low, change.high, change.beganSeconds, change.beganLow,
                change.beganHigh,
            ]
        }
        Self.expect(figures, of: series.file)
        guard let ratio = series.ratio, let began = series.began else {
            #expect(found.changes.isEmpty)
            return
        }
        let change = try #require(found.changes.first { $0.quantile == series.quantile })
        #expect(ratio.contains(change.ratio) && began.contains(change.beganSeconds), "\(found.reason)")
        #expect(change.low <= change.ratio && change.ratio <= change.high)
    }

    /// Unusual lines of a table, and the expected result: a verdict, or nil for a refusal.
    struct Odd: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var lines: [String]
        var verdict: String?
        var reason: Comment

        init(_ name: String, _ lines: [String], _ verdict: String?, _ reason: Comment) {
            testDescription = name
            self.lines = lines
            self.verdict = verdict
            self.reason = reason
        }
    }

    static let oddTables: [Odd] = [
        Odd("two samples", ["0,300000000", "1,300000000"], "inconclusive", "too few"),
        Odd("one sample", ["0,300000000"], "inconclusive", "too few"),
        Odd("none", [], "inconclusive", "nothing at all"),
        Odd("one instant", Array(repeating: "5,300000000", count: 500), "inconclusive", "time that does not pass"),
        Odd(
            "clock put forward", (0..<600).map { "\($0 < 300 ? $0 : $0 + 86_400),\(300_000_000 + $0 % 7 * 4096)" },
            "inconclusive", "a day between two samples"
        ),
        Odd("clock put back", (0..<600).map { "\($0 < 300 ? $0 : $0 - 100),300000000" }, nil, "refused"),
        Odd("unsorted", (0..<600).map { "\($0 * 7919 % 601),300000000" }, nil, "refused"),
        Odd("negative", (0..<600).map { "\($0),\($0 == 400 ? -1 : 300_000_000)" }, nil, "refused"),
        Odd("huge", (0..<600).map { "\($0),\($0 == 400 ? "1e308" : "300000000")" }, nil, "refused"),
        Odd("not finite", (0..<600).map { "\($0),\($0 == 400 ? "inf" : "300000000")" }, nil, "refused"),
        Odd(
            "figures that are none", (0..<600).map { "\($0),\($0 % 3 == 0 ? "NaN" : "300000000")" }, "no-leak",
            "gaps between figures enough"
        ),
        Odd("nothing but gaps", (0..<600).map { "\($0),NaN" }, "inconclusive", "no figure"),
        Odd("zero", (0..<600).map { "\($0),0" }, "no-leak", "what there is not does not grow"),
    ]

    @Test(arguments: oddTables) func oddTablesAreAnAnswerOrARefusal(_ odd: Odd) {
        var table = SampleTable()
        do throws(TableError) {
            for line in ["seconds,bytes"] + odd.lines { try table.append(Array(line.utf8)[...]) }
        } catch {
            #expect(odd.verdict == nil && error.line > 1, odd.reason)
            return
        }
        #expect(MemorySeriesVerdict(file: "odd", table).verdict.rawValue == odd.verdict, odd.reason)
    }

    static let oddRequests: [Odd] = [
        Odd("none", [], "inconclusive", "nothing at all"), Odd("two", ["0,1", "1,2"], "inconclusive", "too few"),
        Odd("constant", (0..<3000).map { "\($0),10" }, "stable", "no time varies"),
        Odd("one instant", Array(repeating: "5,10", count: 3000), "inconclusive", "time that does not pass"),
        Odd("negative", ["0,1", "1,-5"], nil, "refused"), Odd("not finite", ["0,1", "1,inf"], nil, "refused"),
        Odd(
            "clock put forward", (0..<3000).map { "\($0 < 1500 ? $0 : $0 + 864_000),10" }, "inconclusive",
            "ten days between two requests"
        ),
    ]

    @Test(arguments: oddRequests) func oddRequestsAreAnAnswerOrARefusal(_ odd: Odd) {
        var table = LatencyTable()
        do throws(TableError) {
            for line in ["seconds,milliseconds"] + odd.lines { try table.append(Array(line.utf8)[...]) }
        } catch {
            #expect(odd.verdict == nil && error.line > 1, odd.reason)
            return
        }
        #expect(LatencySeriesVerdict(file: "odd", table).verdict.rawValue == odd.verdict, odd.reason)
    }
}
