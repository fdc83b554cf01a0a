import Testing

@testable import Report

/// HdrHistogram's layout against a list of its ranges made one after the other.
@Suite struct HistogramLayoutTests {
    struct Layout: CustomTestStringConvertible, Sendable {
        var digits: Int
        var lowest: UInt64
        var highest: UInt64
        var testDescription: String { "\(digits) digits, \(lowest) to \(highest)" }

        /// The ranges by index: their first values, and the first past the last.
        ///
        /// The first ranges have the width of the largest power of two up to the lowest value, and there is a power of
        /// two of them that tells twice ten to the digits apart; then half as many of each double width, until the
        /// highest value has one.
        func bounds() -> [UInt64] {
            var width: UInt64 = 1
            while width * 2 <= lowest { width *= 2 }
            var count: UInt64 = 2
            let limit = (0..<digits).reduce(UInt64(2)) { sum, _ in sum * 10 }
            while count < limit { count *= 2 }
            var bounds = (0...count).map { $0 * width }
            while let last = bounds.last, last <= highest {
                width *= 2
                for step in 1...count / 2 { bounds.append(last + step * width) }
            }
            return bounds
        }

        func snapshot() throws -> HistogramSnapshot {
            try #require(
                HistogramSnapshot(significantDigits: digits, lowestDiscernible: lowest, highestTrackable: highest))
        }
    }

    static let layouts = [
        Layout(digits: 0, lowest: 1, highest: 2), Layout(digits: 0, lowest: 1, highest: 100),
        Layout(digits: 1, lowest: 1, highest: 19),
        Layout(digits: 1, lowest: 1, highest: 31), Layout(digits: 1, lowest: 1, highest: 32),
        Layout(digits: 1, lowest: 3, highest: 1000),
        Layout(digits: 2, lowest: 1, highest: 3_600_000), Layout(digits: 2, lowest: 1000, highest: 60_000_000),
        Layout(digits: 3, lowest: 1, highest: 2047), Layout(digits: 3, lowest: 1, highest: 2048),
        Layout(digits: 2, lowest: 8, highest: 1 << 50),
    ]

    @Test(arguments: layouts) func everyRange(_ layout: Layout) throws {
        let bounds = layout.bounds()
        let empty = try layout.snapshot()
        try #require(empty.indexLimit == bounds.count - 1)
        #expect(empty.highestValue == nil && empty.value(atQuantile: 0.5) == nil && empty.totalCount == 0)
        for index in stride(from: 0, to: bounds.count - 1, by: max(1, bounds.count / 300)) + [bounds.count - 2] {
            var one = empty
            one.add(2, at: index)
            #expect(one.highestValue == bounds[index + 1] - 1, "\(index)")
            #expect(one.value(atQuantile: 0.5) == bounds[index + 1] - 1 && one.totalCount == 2)
        }
    }

    /// What is added from another layout is counted where the lowest value of its range is.
    @Test(arguments: layouts, layouts) func addition(_ from: Layout, _ to: Layout) throws {
        let (sources, targets) = (from.bounds(), to.bounds())
        let isAlike = from.digits == to.digits && sources[1] == targets[1]
        for index in Set([0, 1, 2, sources.count / 3, sources.count / 2, sources.count - 2]) {
            var (one, sum) = (try from.snapshot(), try to.snapshot())
            one.add(3, at: index)
            let found = isAlike ? index : targets.lastIndex { $0 <= sources[index] } ?? 0
            let fits = sum.add(one)
            #expect(fits == (found < targets.count - 1), "\(index)")
            #expect(sum.counts == (fits ? [found: 3] : [:]))
        }
    }

    @Test(arguments: [
        (-1.0, 10), (0, 10), (0.25, 10), (0.37, 10), (0.38, 20), (0.5, 20), (0.62, 20), (0.63, 30), (0.75, 30), (1, 30),
        (2, 30),
    ]) func quantiles(quantile: Double, index: UInt64) throws {
        var snapshot = try Layout(digits: 2, lowest: 1, highest: 1000).snapshot()
        for (place, count) in [(10, 1), (20, 1), (30, 2)] as [(Int, UInt64)] { snapshot.add(count, at: place) }
        #expect(snapshot.value(atQuantile: quantile) == index)
    }

    @Test func countsStopAtTheirLargest() throws {
        var snapshot = try Layout(digits: 1, lowest: 1, highest: 100).snapshot()
        snapshot.add(.max, at: 1)
        snapshot.add(1, at: 1)
        snapshot.add(0, at: 2)
        #expect(snapshot.counts == [1: .max])
        snapshot.add(1, at: 2)
        #expect(snapshot.totalCount == .max)
    }

    @Test(
        arguments: [
            (-1, 1, 100, false), (0, 1, 100, true), (5, 1, 100, true), (6, 1, 100, false), (2, 0, 100, false),
            (2, 50, 100, true),
            (2, 51, 100, false), (2, 51, 101, false), (2, 1, UInt64(Int64.max), true),
            (2, 1, UInt64(Int64.max) + 1, false),
            (2, 1, 1, false), (2, 1, 2, true),
        ] as [(Int, UInt64, UInt64, Bool)])
    func layoutsThatThereAre(digits: Int, lowest: UInt64, highest: UInt64, isOne: Bool) {
        let snapshot = HistogramSnapshot(
            significantDigits: digits, lowestDiscernible: lowest, highestTrackable: highest)
        #expect((snapshot != nil) == isOne)
    }
}
