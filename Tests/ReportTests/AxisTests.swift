import Testing

@testable import Report

@Suite("Axes and their ticks")
struct AxisTests {
    typealias LinearCase = (values: [Double], quantity: Quantity, labels: String, reason: String)

    private static let linearCases: [LinearCase] = [
        ([3, 87], .milliseconds, "0 | 25 ms | 50 ms | 75 ms | 100 ms", "quarters of 100"),
        ([0.2], .milliseconds, "0 | 50 µs | 100 µs | 150 µs | 200 µs", "below a millisecond"),
        ([1500], .milliseconds, "0 | 0.5 s | 1.0 s | 1.5 s", "seconds"),
        ([2], .count, "0 | 1 | 2", "no half things"),
        ([900], .count, "0 | 250 | 500 | 750 | 1,000", "thousands set apart"),
        ([48_000], .perSecond, "0 | 20k | 40k | 60k", "thousands by letter"),
        ([150 * 1_048_576], .bytes, "0 | 50 MiB | 100 MiB | 150 MiB", "binary units"),
        ([], .perSecond, "0 | 0.25 | 0.50 | 0.75 | 1.00", "nothing still has an axis"),
        ([0, 0], .count, "0 | 1", "nothing but zeros too"),
        ([.nan, 10], .perSecond, "0 | 2.5 | 5.0 | 7.5 | 10.0", "what is no number is left out"),
    ]

    @Test("A linear axis ends at a round number, with labels in one unit", arguments: linearCases)
    func linear(example: LinearCase) {
        let axis = Axis.linear(covering: example.values, quantity: example.quantity)
        #expect(axis.ticks.map(\.label).joined(separator: " | ") == example.labels, "\(example.reason)")
        #expect(axis.lower == 0)
        #expect(example.values.filter(\.isFinite).allSatisfy { $0 <= axis.upper })
    }

    @Test("Values that hardly move get an axis near them, when asked")
    func nearData() {
        let values = [900.0, 930, 915].map { $0 * 1_048_576 }
        let axis = Axis.linear(covering: values, quantity: .bytes, startsNearData: true)
        #expect(axis.ticks.map(\.label) == ["880 MiB", "900 MiB", "920 MiB", "940 MiB", "960 MiB"])
        #expect(Axis.linear(covering: [1, 100], quantity: .bytes, startsNearData: true).lower == 0)
        #expect(Axis.linear(covering: [80, 100], quantity: .count, startsNearData: true).lower == 0, "a fifth apart")
        #expect(Axis.linear(covering: [81, 100], quantity: .count, startsNearData: true).lower > 0, "just less")
    }

    @Test(
        "A time axis is labelled at the steps of a clock",
        arguments: [
            (60.0, "0 | 10s | 20s | 30s | 40s | 50s | 1m"),
            (200, "0 | 30s | 1m | 1m30s | 2m | 2m30s | 3m"),
            (28_799, "0 | 1h | 2h | 3h | 4h | 5h | 6h | 7h | 8h"),
            (0.4, "0 | 50.0 ms | 100 ms | 150 ms | 200 ms | 250 ms | 300 ms | 350 ms | 400 ms"),
            (0, "0 | 200 ms | 400 ms | 600 ms | 800 ms | 1s"),
            (864_000, "0 | 2d | 4d | 6d | 8d | 10d"),
        ] as [(Double, String)])
    func elapsed(seconds: Double, labels: String) {
        #expect(Axis.elapsed(seconds: seconds).ticks.map(\.label).joined(separator: " | ") == labels)
    }

    @Test(
        "A logarithmic axis is labelled at 1, 2 and 5, or at powers of ten only",
        arguments: [
            (1.2...7.0, "1 ms | 2 ms | 5 ms | 10 ms"),
            (0.15...15.0, "100 µs | 200 µs | 500 µs | 1 ms | 2 ms | 5 ms | 10 ms | 20 ms"),
            (0.3...2500.0, "1 ms | 10 ms | 100 ms | 1 s"),
            (5.0...5.0, "5 ms | 10 ms"),
        ] as [(ClosedRange<Double>, String)])
    func logarithmic(range: ClosedRange<Double>, labels: String) {
        let axis = Axis.logarithmic(covering: range, quantity: .milliseconds)
        #expect(axis.ticks.map(\.label).joined(separator: " | ") == labels)
        #expect(axis.lower <= range.lowerBound && axis.upper >= range.upperBound && axis.lower < axis.upper)
    }

    @Test("Values lie where they should, and outside ones at the ends")
    func fractions() {
        let linear = Axis(lower: 0, upper: 200)
        #expect([-5, 0, 50, 200, 999, .nan].map(linear.fraction(of:)) == [0, 0, 0.25, 1, 1, 0])
        let logarithmic = Axis(lower: 1, upper: 100, isLogarithmic: true)
        #expect([0, 1, 10, 100].map(logarithmic.fraction(of:)) == [0, 0, 0.5, 1])
        #expect(Axis(lower: 3, upper: 3).fraction(of: 3) == 0)
    }
}
