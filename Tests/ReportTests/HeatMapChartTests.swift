import Analysis
import Measurement
import Testing

@testable import Report

/// The cells of a heat map: one rectangle for neighbours in time, one path for each shade.
@Suite struct HeatMapChartTests {
    /// A window a second, each with so many fast answers and so many slow ones.
    private static func chart(_ windows: [(fast: UInt32, slow: UInt32)]) throws -> String {
        var series = WindowSeries()
        for (second, count) in windows.enumerated() {
            var window = RunWindow(startNs: Int64(second) * 1_000_000_000, lengthNs: 1_000_000_000)
            let rows = [(1.0, count.fast), (100.0, count.slow)].filter { $0.1 > 0 }
            window.times[.response] = try #require(
                SparseHistogram(indices: rows.map { TimeBuckets.index(ofNs: Int64($0.0 * 1e6)) }, counts: rows.map(\.1))
            )
            series.append(window)
        }
        let description = RunDescription(startedAt: 0, settings: [:], endpoints: ["GET /a"], plannedSessions: 1)
        let map = try #require(
            ResponseHeatMap(of: RunRecord(description: description, series: series, targets: [])))
        return HeatMapChart(
            id: "m", title: "t", map: map, x: Axis(lower: 0, upper: Double(windows.count)), context: ChartContext()
        ).markup.source
    }

    /// The cells of a shade, as where they begin and end on the axis of time.
    private static func cells(_ text: String, shade: Int) throws -> [String] {
        let path = try #require(text.firstMatch(of: try Regex("class=\"heat h\(shade)\" d=\"([^\"]*)\"")))
        return try (path[1].substring ?? "").split(separator: "M").map { cell in
            let found = try #require(cell.firstMatch(of: /^(\S+) \S+?H([0-9.]+)V/))
            return "\(found.1)–\(found.2)"
        }
    }

    @Test func neighboursInTimeAreOneCell() throws {
        let text = try Self.chart([(10, 0), (10, 0), (0, 10), (10, 0)])
        #expect(try Self.cells(text, shade: 4).sorted() == ["0–500", "500–750", "750–1000"])
        for shade in 0..<4 { #expect(try Self.cells(text, shade: shade) == [], "shade \(shade)") }
    }

    @Test func shadesAreSharesOfTheirTime() throws {
        let text = try Self.chart([(1000, 10), (100, 5), (100, 11), (60, 40)])
        #expect(try Self.cells(text, shade: 4) == ["0–1000"], "most answers are fast")
        #expect(
            try (0..<4).map { try Self.cells(text, shade: $0) } == [["0–250"], ["250–500"], ["500–750"], ["750–1000"]])
    }

    @Test(
        arguments: [(0, 100, nil), (1, 0, nil), (1, 100, 0), (2, 100, 1), (5, 100, 1), (6, 100, 2), (41, 100, 4)]
            as [(
                UInt64, UInt64, Int?
            )])
    func aShadeIsTheHighestOneReached(count: UInt64, total: UInt64, shade: Int?) {
        #expect(HeatMapChart.shade(count, of: total) == shade)
    }
}
