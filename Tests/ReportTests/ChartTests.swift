import Analysis
import Formats
import Testing

@testable import Report

@Suite("Lines, bars and trends")
struct ChartTests {
    let x = Axis(lower: 0, upper: 4)
    let y = Axis(lower: 0, upper: 10)

    private func points(_ values: [Double?]) -> [ChartPoint] {
        values.enumerated().map { ChartPoint(x: Double($0), y: $1) }
    }

    typealias LineCase = (values: [Double?], line: String, dots: String, reason: String)

    private static let lineCases: [LineCase] = [
        ([0, 5, 10], "M0 1000 250 500 500 0", "", "one stretch"),
        ([0, nil, 10, 10], "M500 0 750 0", "M0 1000h0", "a point before a gap"),
        ([nil, nil], "", "", "nothing"),
        ([.nan, 3], "", "M250 700h0", "no number is a gap"),
        ([1.0 / 3, 20], "M0 966.7 250 0", "", "one decimal; too high is at the edge"),
    ]

    @Test("A line breaks at gaps, and a point alone is a dot", arguments: lineCases)
    func line(example: LineCase) {
        let points = points(example.values)
        #expect(SVGPath.line(points, x: x, y: y).data == example.line, "\(example.reason)")
        #expect(SVGPath.dots(points, x: x, y: y).data == example.dots, "\(example.reason)")
    }

    @Test("What lies under a line is closed to the edge, stretch by stretch")
    func area() {
        let path = SVGPath.area(points([5, 10, nil, 2, 2]), x: x, y: y)
        #expect(path.data == "M0 1000L0 500 250 0L250 1000ZM750 1000L750 800 1000 800L1000 1000Z")
    }

    @Test("There are strokes only where there is a value")
    func needles() {
        #expect(SVGPath.needles(points([0, 5, nil, 10]), x: x, y: y).data == "M250 1000V500M750 1000V0")
    }

    @Test("A band is drawn forward along the top and back along the bottom")
    func band() {
        #expect(
            SVGPath.band(points([1, 2]), points([5, 6]), x: x, y: y).data == "M0 500 250 400L250 800 0 900Z")
    }

    @Test("Thinning keeps every peak in its range and every long gap")
    func thinning() {
        var values: [Double?] = (0..<30_000).map { Double($0 % 10) }
        values[17_777] = 1000
        for index in 3000..<6000 { values[index] = nil }
        let line = ThinnedLine(points(values), columns: 400, by: .median)
        #expect(line.middle.count == 400 && line.low.count == 400 && line.high.count == 400)
        #expect(line.high.compactMap(\.y).max() == 1000)
        #expect(line.low.compactMap(\.y).min() == 0)
        #expect(line.middle.filter { $0.y == nil }.count == 40)
        #expect(line.middle.compactMap(\.y).allSatisfy { (4...5).contains($0) }, "one peak does not move a median")
        #expect(line.middle.map(\.x) == line.middle.map(\.x).sorted())
    }

    @Test("Means keep sums true, and few points stay as they are")
    func means() {
        let line = ThinnedLine(points([0, 0, 9, nil, 4, 6]), columns: 2, by: .mean)
        #expect(line.middle.map(\.y) == [3, 5])
        let few = ThinnedLine(points([1, nil, 3, 4]), columns: 2, by: .median)
        #expect(few.middle == points([1, nil, 3, 4]) && few.high.isEmpty)
    }

    @Test(
        "Names at the ends of lines are moved apart, and stay within the plot",
        arguments: [
            ([10.0, 50], [10.0, 50], "far enough"), ([10, 12], [10, 23], "too near"),
            ([95, 98, 99], [74, 87, 100], "at the lower edge"), ([], [], "none"),
        ] as [([Double], [Double], String)])
    func spread(places: [Double], moved: [Double], reason: String) {
        #expect(LineChart.spread(places, apart: 13, within: 100) == moved, "\(reason)")
    }

    @Test("A trend of given slope lies through the middle of the points")
    func trend() throws {
        let values = (0..<101).map { Double?(100 + 2 * Double($0)) }
        var noisy = values
        noisy[3] = 9999
        let trend = try #require(
            Trend(slope: 2, low: 1, high: 3, through: points(noisy), isAlarming: true))
        #expect(trend.height(at: 0, slope: 2) == 100)
        #expect(trend.height(at: 100, slope: 3) - trend.height(at: 100, slope: 1) == 100)
        #expect(Trend(slope: 2, low: nil, high: nil, through: points([nil, 5]), isAlarming: true) == nil)
    }

    @Test("Buckets become bars without losing a request")
    func bins() {
        let buckets = [
            RunSeries.Bucket(fromMs: 0, toMs: 0.5, count: 10), .init(fromMs: 0.5, toMs: 1, count: 0),
            .init(fromMs: 1, toMs: 30, count: 300), .init(fromMs: 900, toMs: 1000, count: 1),
        ]
        let bins = HistogramChart.bins(of: buckets)
        #expect((1...40).contains(bins.count))
        #expect((bins.reduce(0) { $0 + $1.count } - 311).magnitude < 1e-6)
        #expect(zip(bins, bins.dropFirst()).allSatisfy { $0.to == $1.from })
        #expect(bins.first?.from == 0.001)
        #expect(HistogramChart.bins(of: []).isEmpty)
        #expect(HistogramChart.bins(of: [.init(fromMs: 5, toMs: 5, count: 7)]).map(\.count) == [7])
    }

    @Test("Percentiles on one another share a name")
    func mergedMarks() {
        let axis = Axis(lower: 1, upper: 10, isLogarithmic: true)
        let marks = [
            HistogramChart.Mark(name: "p99", value: 5.001), .init(name: "p50", value: 2), .init(name: "p90", value: 5),
        ]
        let merged = HistogramChart.merged(marks, on: axis)
        #expect(merged.map(\.name) == ["p50", "p90 – p99"])
        #expect(HistogramChart.merged([], on: axis).isEmpty)
    }

    @Test("No name of a percentile hides another, wherever they are")
    func namesAreApart() {
        let axis = Axis(lower: 1, upper: 1000, isLogarithmic: true)
        var random = SplitMix64(seed: 4)
        let rows = (0..<200).map { _ in (0..<5).map { _ in Double.random(in: 1...1000, using: &random) }.sorted() }
        for values in rows + [[200, 600, 700, 800, 990], [1, 2, 3, 4, 5], [996, 997, 998, 999, 1000]] {
            let marks = zip(["p50", "p90", "p95", "p99", "p99.9"], values).map {
                HistogramChart.Mark(name: $0, value: $1)
            }
            let names = HistogramChart.names(marks, on: axis)
            for (index, name) in names.enumerated() {
                for other in names[..<index] where other.row == name.row {
                    #expect(
                        other.extent.upperBound <= name.extent.lowerBound, "\(other.text) and \(name.text) of \(values)"
                    )
                }
                // A line goes down from its name, so it must not run through one below it that was placed before.
                for other in names[..<index] where other.row > name.row {
                    #expect(!other.extent.contains(name.place), "\(name.text) through \(other.text) of \(values)")
                }
            }
        }
    }

    @Test("Names of percentiles are above the plot, where no bar is")
    func namesAreAboveTheBars() throws {
        let marks = [("p50", 2.0), ("p90", 2.2), ("p95", 2.4)].map { HistogramChart.Mark(name: $0, value: $1) }
        let chart = HistogramChart(id: "h", title: "t", bins: [.init(from: 1, to: 4, count: 9)], marks: marks)
        let page = PageOutline(chart.markup.source)
        let names = page.all("text").filter { $0.attributes["class"]?.hasPrefix("mark") == true }
        #expect(names.map(\.text) == ["p50", "p90", "p95"])
        let baselines = try names.map { try #require(Int($0.attributes["y"] ?? "")) }
        #expect(baselines.allSatisfy { $0 <= -4 } && Set(baselines).count == 3, "\(baselines)")
        let style = try #require(page.all("div").first?.attributes["style"])
        let padding = try #require(Int(style.filter(\.isNumber)))
        #expect(padding >= 11 - (baselines.min() ?? 0), "room for the highest name")
    }

    @Test("Equal buckets make equal bars, not a comb")
    func evenBins() {
        let buckets = (0..<97).map { index in
            RunSeries.Bucket(fromMs: 1.12.power(index), toMs: 1.12.power(index + 1), count: 1)
        }
        let counts = HistogramChart.bins(of: buckets).map { $0.count.rounded() }
        #expect(Set(counts.dropLast()) == [3])
        #expect(counts.reduce(0, +) == 97)
    }

    @Test("A line of blocks: zero is lowest, something is more, gaps are blank, few values are stretched")
    func sparkLine() {
        #expect(SparkLine([0, 0.1, 50, nil, 100], width: 5).text == "▁▂▅ █")
        #expect(SparkLine([0, 0.1, 50, nil, 100], width: 10).text == "▁▁▂▂▅▅  ██")
        #expect(SparkLine([0, 24, 49, 87, 100], width: 5).text == "▁▂▄▇█", "just below the next block")
        #expect(SparkLine([0, 0, 8, 8], width: 2).text == "▁█")
        #expect(SparkLine([0, 0], width: 3).text == "▁▁▁")
        #expect(SparkLine([nil], width: 5).range == nil)
        #expect(SparkLine([3, 4], width: 0).text.isEmpty)
    }

    @Test("Growth by a fifth shows near its data, noise does not")
    func sparkLineNearData() {
        #expect(SparkLine([134, 147, 161], width: 3, base: .nearData).text == "▂▅█")
        #expect(SparkLine([138, 139, 138], width: 3, base: .nearData).text == "███")
    }

}

extension Double {
    fileprivate func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1) { product, _ in product * self } }
}
