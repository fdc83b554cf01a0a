import Analysis
import Formats
import TestSupport
import Testing

@testable import Report

/// Axes, figures and marks of charts around every edge at which they change, a line a case.
@Suite struct ExactChartsTests {
    private static let quantities: [Quantity] = [.milliseconds, .bytes, .perSecond, .count, .processors, .percentage]

    @Test func figuresAndAxesAreExact() {
        let entries = [
            Self.axes(), Self.nearAxes(), Self.logarithmicAxes(), Self.timeAxes(), Self.figures(), Self.spans(),
            Self.trends(), Self.lines(), Self.bins(), Self.names(), Self.shades(), Self.contexts(),
        ]
        let differences = GoldenTable("charts.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    private static func entry(_ name: String, _ lines: [String]) -> GoldenTable.Entry {
        GoldenTable.Entry(name, lines.joined(separator: "\n"))
    }

    private static func text(_ axis: Axis) -> String {
        "\(axis.lower) to \(axis.upper): "
            + axis.ticks.map { ($0.isMinor ? "(\($0.label))" : $0.label) + " at \($0.value)" }.joined(separator: " | ")
    }

    private static func axes() -> GoldenTable.Entry {
        let largest = [
            0, 0.0004, 0.001, 0.003, 0.9, 0.999, 1, 1.2, 2, 2.4, 2.5, 2.6, 3, 4, 4.1, 5, 7, 9.9, 10, 12, 40, 40.1, 99,
            100,
            101, 999, 1000, 1023, 1024, 1025, 4096, 9999, 10_000, 10_001, 99_999, 1e6, 1_048_575, 1_048_576, 9_999_999,
            1e7,
            1.1e7, 3e9, 5e12, 2e15, 1e18,
        ]
        let lines = quantities.flatMap { quantity in
            largest.map { "\(quantity) of \($0), \(text(.linear(covering: [$0], quantity: quantity)))" }
        }
        let ticks = [1, 2, 8].map { "\($0) ticks, \(text(.linear(covering: [50], quantity: .count, ticks: $0)))" }
        let steps = [
            0, -1, .nan, .infinity, 0.0001, 0.1, 0.11, 0.2, 0.25, 0.26, 0.5, 0.51, 1, 2, 2.4, 2.5, 2.6, 5, 5.1, 9.9, 10,
            1e-9, 2e6,
        ]
        .map { "step of \($0): \(Axis.niceStep(atLeast: $0))" }
        return entry(
            "linear axes",
            lines + ticks + steps + [
                "odd values, \(text(.linear(covering: [.nan, -5, 3, .infinity], quantity: .count)))"
            ])
    }

    private static func nearAxes() -> GoldenTable.Entry {
        let pairs: [(Double, Double)] = [
            (79, 100), (80, 100), (80.1, 100), (90, 100), (92, 100), (93, 100), (99, 100), (100, 100), (0, 0), (1, 1),
            (0.85, 1),
            (1000, 1020), (1e6, 1.1e6), (9e9, 1e10), (0.0085, 0.01),
        ]
        return entry(
            "axes near the data",
            quantities.filter(\.growsFarFromZero).flatMap { quantity in
                pairs.map {
                    "\(quantity) from \($0.0) to \($0.1), \(text(.linear(covering: [$0.0, $0.1], quantity: quantity, startsNearData: true)))"
                }
            })
    }

    private static func logarithmicAxes() -> GoldenTable.Entry {
        let ranges: [ClosedRange<Double>] = [
            0...0, 0...1, 0.5...0.5, 1...1, 1...2, 1...10, 1...10.1, 2...20, 1.9...20.1, 0.1...99, 0.1...100, 0.1...101,
            1...1000, 1...1001,
            0.9...1000, 5...1e5, 0.001...1e6, 200...300, 999...1000, 1e-7...1e-6, 3...4, 4.999...5.001,
        ]
        return entry(
            "logarithmic axes",
            [Quantity.milliseconds, .bytes, .perSecond].flatMap { quantity in
                ranges.map { "\(quantity) of \($0), \(text(.logarithmic(covering: $0, quantity: quantity)))" }
            })
    }

    private static func timeAxes() -> GoldenTable.Entry {
        let clock: [Double] = [
            1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
        ]
        let around = clock.flatMap { (step: Double) -> [Double] in [8 * step - 0.5, 8 * step, 8 * step + 1] }
        let short: [Double] = [-1, 0, .nan, 0.01, 0.4, 1, 3.9, 4, 4.1, 7.98, 7.99]
        let long: [Double] = [8e5, 864_000, 1e7]
        let ends: [Double] = short + around + long
        return entry(
            "axes of time",
            ends.map { "\($0) s, \(text(.elapsed(seconds: $0)))" } + [
                "2 ticks, \(text(.elapsed(seconds: 100, ticks: 2)))"
            ])
    }

    private static func figures() -> GoldenTable.Entry {
        let values = [
            0, 0.000_49, 0.000_5, 0.000_6, 0.004_9, 0.005, 0.009_9, 0.01, 0.5, 0.99, 0.994, 0.996, 0.999_4, 0.999_6, 1,
            1.5, 9.994, 9.996, 12, 12.5,
            99.4, 99.94, 99.96, 100, 100.5, 999.4, 999.6, 1000, 1023, 1024, 9999, 59_994, 59_996, 59_999, 60_000,
            599_499, 599_501, 3_599_499,
            3_599_501, 3_600_000, 1e6, 1_048_575, 1e9, 1e12, 1e16, 1e19, .infinity, .nan,
        ]
        func line(_ value: Double) -> String {
            "\(value): " + quantities.map { $0.text(value) }.joined(separator: " | ")
        }
        let shares = [
            0, 1e-9, 0.000_099, 0.000_1, 0.000_101, 0.001, 0.05, 0.099_949, 0.099_951, 0.1, 0.5, 0.994_9, 0.999_499,
            0.999_501, 0.999_999, 1, 1.0001,
            1.5, 9.994, 9.995, 9.996, 12.3456, .infinity,
        ]
        return entry(
            "figures",
            (values + values.filter { $0 >= 1 && $0.isFinite }.map { -$0 }).map(line)
                + (shares + [-0.05, -0.1, -0.5, -1.5]).map { "\($0) is \(Quantity.percent($0))" }
                + [-1_234_567, -1, 0, 999, 1000, .max, .min].map { "\($0) counts \(Quantity.count($0))" })
    }

    private static func spans() -> GoldenTable.Entry {
        let seconds = [
            -1, 0, 0.000_1, 0.5, 0.9994, 0.9996, 1, 1.5, 9.996, 10, 59.94, 59.96, 60, 61, 90, 599, 600, 3599.4, 3599.6,
            3600, 3629, 3630, 3661,
            7169, 7199, 7200, 86_399, 86_400, 172_799, 172_800, 174_599, 174_600, 180_000, 1e9, 1e12, .nan,
        ]
        return entry("spans", seconds.map { "\($0) s: \(Quantity.duration(seconds: $0)), at \(Quantity.second($0))" })
    }

    private static func points(_ values: [Double?]) -> [ChartPoint] {
        values.enumerated().map { ChartPoint(x: Double($0.offset), y: $0.element) }
    }

    private static func trends() -> GoldenTable.Entry {
        let series: [[Double?]] = [
            [0, 1, 2, 3, 4], [4, 3, nil, 1, 0], [nil, 2, 2, nil, 2], [1], [nil, nil], [0, 9], [0, 0, 9, 9],
            [5, .nan, 5],
        ]
        let slopes: [(Double, Double?, Double?)] = [
            (0, nil, nil), (1, 0.5, 1.5), (-1, -2, 0), (100, 90, 110), (.infinity, nil, nil), (1, nil, 2),
        ]
        var lines: [String] = []
        for values in series {
            for (slope, low, high) in slopes {
                let trend = Trend(slope: slope, low: low, high: high, through: points(values), isAlarming: slope > 0)
                lines.append(
                    "\(plainText(values)) at \(slope): "
                        + (trend.map {
                            "\($0.middle.x) \($0.middle.y ?? -1) \($0.reach) "
                                + $0.markup(x: Axis(lower: 0, upper: 4), y: Axis(lower: 0, upper: 10)).source
                        } ?? "none"))
            }
        }
        let trend = Trend(slope: 1, low: 0, high: 2, through: points([2, 3, 4, 5, 6]), isAlarming: false)
        lines.append(
            "cut: \(trend?.markup(x: Axis(lower: 1, upper: 3), y: Axis(lower: 3.2, upper: 4.8)).source ?? "none")")
        return entry("trends", lines)
    }

    private static func lines() -> GoldenTable.Entry {
        let nine = (0..<9).map { (place: Int) -> Double? in Double(place * 7 % 5) }
        let gap = (0..<12).map { (place: Int) -> Double? in place / 4 == 1 ? nil : Double(place * 5 % 9) }
        let series: [[Double?]] = [
            [], [nil], [5], [0, 5, 10], [0, nil, 10, 10], [.nan, 3], nine, [0, 1, 2, 3, 4, 5, 6, 7], gap,
        ]
        var lines: [String] = []
        for shape in [LineChart.Shape.line, .area, .needles] {
            for values in series {
                let frame = ChartFrame(
                    id: "c", title: "t", description: "d", x: Axis(lower: 0, upper: 12), y: Axis(lower: 0, upper: 10),
                    height: 100, quantity: .count)
                let own = [LineChart.Line(name: "a", style: "s", points: points(values), shape: shape)]
                lines.append(
                    "\(shape) of \(plainText(values)): \(LineChart(frame: frame, lines: own, columns: 4).markup.source)"
                )
            }
        }
        let values = [0, 0.123_456, 0.5, 0.999_96, 1, 1.255, 9.999, 10, 10.05, 12.5, 999.96, 1000, 1000.5, 1e7]
        let frame = ChartFrame(
            id: "c", title: "<t>", description: "d.", x: .elapsed(seconds: 14),
            y: .linear(covering: values, quantity: .count), height: 240, quantity: .count,
            context: ChartContext(
                group: "g", phases: [], faults: [.init(name: "f", from: 3, to: nil)],
                limits: [.init(name: "l", value: 5e6), .init(name: "m", value: 1e9)]))
        let named = [
            LineChart.Line(name: "a", style: "s-a", points: points(values)),
            .init(name: "b", style: "s-b", points: points(values.map { $0 / 2 })),
            .init(name: "c", style: "s-c", points: points([nil])),
        ]
        lines.append(
            LineChart(
                frame: frame, lines: named, places: [.init(name: "p50", value: 3), .init(name: "p99", value: 13)]
            ).markup.source)
        lines += [-0.05, -0.04, 0, 0.04, 0.05, 0.95, 1000, 1234.56].map {
            "\($0) at \(SVGPath.coordinate($0)) \(ChartFrame.percent($0))"
        }
        lines += [0, 3, 7, 8, 9].map { "\($0) points: \(ThinnedLine.isNeeded($0, columns: 4))" }
        return entry("lines", lines)
    }

    private static func bins() -> GoldenTable.Entry {
        typealias Case = [(Double, Double, Int)]
        var edges = [1.0]
        for _ in 0..<60 { edges.append(edges[edges.count - 1] * 1.1) }
        let many = zip(edges, edges.dropFirst()).enumerated().map { ($1.0, $1.1, $0 % 7) }
        let cases: [Case] = [
            [], [(1, 2, 0)], [(1, 2, 5)], [(0, 0.0005, 7)], [(0, 1, 10), (1, 2, 20), (2, 4, 40)], [(3, 2, 5)],
            [(1, .infinity, 5)], [(5, 5, 9)],
            many, [(1, 1.001, 5), (900, 1000, 1)], [(1, 10, 100)],
        ]
        let lines = cases.map { buckets in
            let bins = HistogramChart.bins(of: buckets.map { RunSeries.Bucket(fromMs: $0.0, toMs: $0.1, count: $0.2) })
            return "\(buckets.count) buckets: "
                + bins.map {
                    "\($0.from.formatted(decimals: 4))–\($0.to.formatted(decimals: 4)) \($0.count.formatted(decimals: 3))"
                }.joined(separator: ", ")
        }
        let shown: [[(Double, Double, Double)]] = [
            [], [(1, 10, 3)], [(1, 2, 1_000_000), (2, 4, 0), (4, 8, 0.6)], [(0.5, 1, 1), (1, 2, 2)],
        ]
        let charts = shown.map { bins -> String in
            let own = bins.map { HistogramChart.Bin(from: $0.0, to: $0.1, count: $0.2) }
            let marks = [HistogramChart.Mark(name: "p50", value: 1.5), .init(name: "p99", value: 7)]
            return HistogramChart(id: "h", title: "t", bins: own, marks: marks).markup.source
        }
        return entry("bins", lines + charts)
    }

    private static func names() -> GoldenTable.Entry {
        let axis = Axis(lower: 0, upper: 1000)
        let cases: [[(String, Double)]] = [
            [], [("p50", 0)], [("p50", 100), ("p95", 150), ("p99", 160)], [("p50", 100), ("p95", 103.9)],
            [("p50", 100), ("p95", 104.1)],
            [("a", 800), ("b", 801), ("c", 850)], [("a", 799)], [("a", 1000)],
            [("a", 10), ("b", 11), ("c", 12), ("d", 300), ("e", 310)],
            [("p50", 100), ("p90", 205), ("p95", 206), ("p99", 350)], [("b", 5), ("a", 2)],
            [("long name of a mark", 500), ("x", 900)],
        ]
        return entry(
            "names of marks",
            cases.map { marks in
                let names = HistogramChart.names(marks.map { HistogramChart.Mark(name: $0.0, value: $0.1) }, on: axis)
                return marks.map { "\($0.0) \($0.1)" }.joined(separator: ", ") + ": "
                    + names.map { "\($0.text) \($0.place) row \($0.row)\($0.isLeft ? " left" : "")" }.joined(
                        separator: ", ")
                    + "; \(HistogramChart.headroom(names)) \(HistogramChart.notes(names).source)"
            }
                + [
                    ([10.0, 50], 13.0), ([10, 22], 13), ([10, 23], 13), ([95, 98, 99], 13), ([], 13), ([100, 100], 60),
                    ([120], 5),
                ].map { places, apart in
                    "spread \(places) by \(apart): \(LineChart.spread(places, apart: apart, within: 100))"
                })
    }

    private static func shades() -> GoldenTable.Entry {
        let cases: [(UInt64, UInt64)] = [
            (0, 100), (5, 0), (1, 1000), (1, 100), (11, 1000), (5, 100), (51, 1000), (15, 100), (151, 1000), (40, 100),
            (401, 1000), (100, 100),
        ]
        return entry(
            "shades",
            cases.map { "\($0.0) of \($0.1): \(HeatMapChart.shade($0.0, of: $0.1).map { "\($0)" } ?? "none")" })
    }

    private static func contexts() -> GoldenTable.Entry {
        func phases(_ ends: [Double], ramps: Set<Int> = []) -> [RunSeries.Phase] {
            zip([0] + ends, ends).enumerated().map { index, span in
                .init(name: "phase number \(index)", isRamp: ramps.contains(index), from: span.0, to: span.1)
            }
        }
        let faults: [RunSeries.Fault] = [
            .init(name: "redis", from: 10, to: 20), .init(name: "a fault with a very long name", from: 12, to: nil),
            .init(name: "cpu", from: 21, to: 22),
            .init(name: "exactly twenty chars", from: 60, to: 61), .init(name: "z", from: 95, to: 99),
        ]
        let contexts = [
            ChartContext(), ChartContext(phases: phases([100])), ChartContext(phases: phases([50, 100])),
            ChartContext(phases: phases([10, 50, 60, 100], ramps: [0, 2])),
            ChartContext(phases: phases([2.9, 3, 6, 6.1, 17, 28.9, 41, 100])), ChartContext(faults: faults),
            ChartContext(phases: phases([30, 100]), faults: faults),
            ChartContext(limits: [
                .init(name: "low", value: -1), .init(name: "zero", value: 0), .init(name: "in", value: 5),
                .init(name: "top", value: 10), .init(name: "over", value: 10.1),
            ]),
        ]
        let (x, y) = (Axis(lower: 0, upper: 100), Axis(lower: 0, upper: 10))
        return entry(
            "backgrounds",
            contexts.flatMap { context in
                [
                    "'\(context.styleClass)'\(context.description)",
                    context.labels(on: x).map {
                        "\($0.text) at \($0.at) \($0.place)\($0.isFault ? " fault" : "")\($0.isMinor ? " minor" : "")"
                    }.joined(separator: "; "),
                    context.marks(x: x, y: y).source, context.notes(x: x, y: y).source,
                ]
            })
    }
}
