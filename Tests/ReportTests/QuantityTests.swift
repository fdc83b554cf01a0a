import Testing

@testable import Report

@Suite("Figures as text")
struct QuantityTests {
    @Test(
        "Times take the unit that leaves three digits",
        arguments: [
            (0.0, "0", "none is no unit's"),
            (0.000_256, "<1 µs", "the lowest bucket of a histogram"), (0.0006, "0.60 µs", "just above it"),
            (0.0123, "12.3 µs", "below a millisecond"),
            (0.9994, "999 µs", "just below"),
            (0.9996, "1.00 ms", "rounding crosses into the next unit"),
            (9.996, "10.0 ms", "rounding adds a digit"),
            (99.96, "100 ms", "and another"),
            (612.4, "612 ms", "no decimals from 100"),
            (999.6, "1.00 s", "rounding crosses into seconds"),
            (125_000, "125 s", "seconds up to ten minutes"),
            (725_000, "12 min 5 s", "then as a duration"),
            (-1.5, "−1.50 ms", "a true minus sign"),
            (.nan, "–", "no number"),
            (.infinity, "–", "no finite number"),
        ] as [(Double, String, String)])
    func times(milliseconds: Double, text: String, reason: String) {
        #expect(Quantity.milliseconds.text(milliseconds) == text, "\(reason)")
    }

    @Test(
        "Durations show the two units that matter",
        arguments: [
            (0.0, "0 s"), (0.85, "850 ms"), (1.0, "1 s"), (12.34, "12.3 s"), (30.04, "30 s"), (59.96, "1 min"),
            (602, "10 min 2 s"), (3599.6, "1 h"),
            (29_520, "8 h 12 min"), (28_770, "8 h"), (277_200, "3 d 5 h"), (-1, "–"),
        ] as [(Double, String)])
    func durations(seconds: Double, text: String) {
        #expect(Quantity.duration(seconds: seconds) == text)
    }

    @Test(
        "Instants are whole seconds",
        arguments: [
            (12.0, "12 s"), (0.4, "0 s"), (1204, "1,204 s"), (999_999_999_999, "999,999,999,999 s"), (1e12, "–"),
            (.infinity, "–"), (.nan, "–"),
        ] as [(Double, String)])
    func instants(seconds: Double, text: String) {
        #expect(Quantity.second(seconds) == text)
    }

    @Test(
        "Percentages never claim all or none falsely",
        arguments: [
            (0.0, "0%", "none"), (0.000_01, "<0.01%", "few, not none"), (0.0002, "0.02%", "two decimals"),
            (0.12, "12%", "zeros after the point say nothing"), (0.999_99, ">99.9%", "nearly all is not all"),
            (0.9994, "99.9%", "below what three digits round up"),
            (0.9995, ">99.9%", "from there on rounding would claim all"),
            (0.9996, ">99.9%", "three digits would claim all"), (0.099_94, "9.99%", "two decimals below ten"),
            (0.099_96, "10%", "rounding crosses ten"), (0.0001, "0.01%", "the least that is written"),
            (9.994, "999%", "three digits"), (9.996, "1,000%", "four"), (1, "100%", "all"),
            (12.5, "1,250%", "growth beyond all"), (-0.05, "−5%", "shrinking"),
        ] as [(Double, String, String)])
    func percentages(ratio: Double, text: String, reason: String) {
        #expect(Quantity.percent(ratio) == text, "\(reason)")
    }

    @Test(
        "Rates, sizes and counts",
        arguments: [
            (Quantity.perSecond, 0.0, "0/s"), (.perSecond, 0.001, "<0.01/s"), (.perSecond, 5.754, "5.75/s"),
            (.perSecond, 12_345.6, "12,346/s"), (.bytes, 0, "0 B"), (.bytes, 1536, "1.50 KiB"),
            (.bytes, -2_097_152, "−2.00 MiB"), (.count, 1_234_567, "1,234,567"), (.count, 2.5, "2.5"),
            (.processors, 1.5, "1.50"),
        ] as [(Quantity, Double, String)])
    func others(quantity: Quantity, value: Double, text: String) {
        #expect(quantity.text(value) == text)
    }
}
