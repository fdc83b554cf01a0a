import Testing

@testable import Measurement

/// Parsing of pages of metrics, valid and invalid ones.
@Suite struct MetricsTextTests {
    private func text(_ page: String, _ filters: String..., limit: Int = 8) -> MetricsText {
        MetricsText(Array(page.utf8), filters: filters.compactMap(MetricFilter.init), seriesLimit: limit)
    }

    private static let lines: [(String, String, Double, Comment)] = [
        ("up 1", "up", 1.0, "the least"),
        ("up\t1\r", "up", 1, "a tab, and a line end of another system"),
        ("  up   1.5e3  ", "up", 1500, "blanks around, an exponent"),
        ("up -7 1395066363000", "up", -7, "a time in milliseconds"),
        ("up 7 1395066363.125", "up", 7, "a time in seconds"),
        ("up{} 2", "up", 2, "no labels in braces"),
        ("up{a=\"1\",} 2", "up{a=\"1\"}", 2, "a comma after the last label"),
        ("up{ a = \"1\" , b=\"2\" } 2", "up{a=\"1\",b=\"2\"}", 2, "blanks between labels"),
        ("up{b=\"2\",a=\"1\"} 2", "up{a=\"1\",b=\"2\"}", 2, "labels in another order are the same series"),
        ("up {a=\"1\"} 2", "up{a=\"1\"}", 2, "a blank before the braces"),
        ("up{a=\"x} 5 # \\\"\\\\\\n\"} 2", "up{a=\"x} 5 # \\\"\\\\\\n\"}", 2, "all that may stand in a value, escaped"),
        ("up{a=\"\\x\"} 2", "up{a=\"\\\\x\"}", 2, "an invalid escape is kept"),
        ("up{a=\"\u{fc}\u{1F98A}\"} 2", "up{a=\"\u{fc}\u{1F98A}\"}", 2, "UTF-8"),
        ("up 2 # {trace_id=\"4bf9\"} 0.7 1690000000.5", "up", 2, "an exemplar"),
        ("up 2 1690000000 # {} 0.7", "up", 2, "a time and an exemplar"),
    ]

    @Test(arguments: lines)
    func aSampleIsRead(line: String, series: String, value: Double, reason: Comment) {
        let text = text(line + "\n", "up")
        #expect(text.samples.map(\.series) == [series], reason)
        #expect(text.samples.map(\.value) == [value] && text.unreadLines == 0, reason)
    }

    private static let unreadable: [(String, Comment)] = [
        ("up", "no figure"), ("up{a=\"1\"}", "no figure after labels"), ("up x", "no number"),
        ("up 0x10", "hexadecimal"),
        ("up nan(5)", "another language's number"), ("up 1 x", "an invalid time"),
        ("up 1 2 3", "one word too many"),
        ("up{a=\"1} 2", "no end of the value"), ("up{a=1} 2", "no quotes"), ("up{=\"1\"} 2", "no name of a label"),
        ("up{a=\"1\" b=\"2\"} 2", "no comma"), ("up{a=\"1\",a=\"2\"} 2", "a label twice"), ("up{a=\"1\"", "cut off"),
        ("up{", "cut off at once"), ("up{a=\"\\", "cut off in an escape"), ("9up 1", "a name that begins with a digit"),
        ("<html><body>404</body></html>", "another kind of page"), ("{\"up\": 1}", "JSON"),
        ("\u{0} 1", "a byte of none"),
        ("up " + String(repeating: "1", count: 65), "a figure without end"),
        ("up{" + (0..<65).map { "l\($0)=\"\"" }.joined(separator: ",") + "} 1", "too many labels"),
    ]

    @Test(arguments: unreadable)
    func aLineThatCannotBeReadCostsOnlyItself(line: String, reason: Comment) {
        let text = text("up{ok=\"1\"} 1\n\(line)\nup{ok=\"2\"} 2\n", "up")
        #expect(text.samples.map(\.value) == [1, 2] && text.unreadLines == 1, reason)
    }

    @Test(arguments: ["NaN", "+Inf", "-Inf", "Inf", "1e999"])
    func whatIsNotAFigureIsNotASample(value: String) {
        let text = text("up \(value)\nother 1\n", "up")
        #expect(text.samples.isEmpty && text.sampleCount == 2 && text.unreadLines == 0)
    }

    private static let declared: [(String, MetricKind, Comment)] = [
        ("# TYPE a gauge\na 1", MetricKind.gauge, "declared"), ("# TYPE a counter\na 1", .counter, "declared"),
        ("# TYPE a counter\na_total 1", .counter, "OpenMetrics declares the name without its suffix"),
        ("# TYPE a_total gauge\na_total 1", .gauge, "what is declared counts, not the name"),
        ("# TYPE a histogram\na_bucket{le=\"1\"} 1", .counter, "a part of a histogram"),
        ("# TYPE a summary\na_count 1", .counter, "a part of a summary"),
        ("# TYPE a summary\na{quantile=\"0.5\"} 1", .gauge, "a quantile goes up and down"),
        ("# TYPE b counter\na 1", .gauge, "not declared"), ("a_total 1", .counter, "not declared, but named so"),
        ("# TYPE a untyped\na 1", .gauge, "declared as anything"), ("# TYPE\na 1", .gauge, "a declaration cut off"),
        ("# HELP a counts\n# a comment\n#\n\na 1", .gauge, "comments and empty lines"),
    ]

    @Test(arguments: declared)
    func theKindIsWhatIsDeclared(page: String, kind: MetricKind, reason: Comment) {
        #expect(text(page, "a*").samples.map(\.kind) == [kind], reason)
    }

    @Test(arguments: [
        ("a", ["a{x=\"1\"}", "a{x=\"2\",y=\"3\"}"], "a name takes all its series"),
        ("a{x=\"2\"}", ["a{x=\"2\",y=\"3\"}"], "labels take those that have them among others"),
        ("a{y=\"3\", x=\"2\"}", ["a{x=\"2\",y=\"3\"}"], "in any order"), ("a{x=\"3\"}", [], "none has it"),
        ("a*", ["a{x=\"1\"}", "a{x=\"2\",y=\"3\"}", "ab"], "a beginning"), ("b", [], "no part of a name"),
    ])
    func aFilterTakes(filter: String, series: [String], reason: Comment) {
        let page = "a{x=\"1\"} 1\na{y=\"3\",x=\"2\"} 2\nab 3\n"
        #expect(text(page, filter).samples.map(\.series) == series, reason)
    }

    @Test(arguments: ["", "*", "{a=\"1\"}", "a b", "a{", "a{b}", "a{b=\"1\"}x", "9", "a{b=\"1"])
    func whatIsNotAFilterIsNil(text: String) { #expect(MetricFilter(parsing: text) == nil) }

    @Test func seriesAreBoundedAndTheirRestIsCounted() {
        let lines = (0..<20).map { "a{n=\"\($0)\"} 1" } + ["a{n=\"1\"} 2"]
        let text = text(lines.joined(separator: "\n"), "a", limit: 5)
        #expect(text.samples.count == 5 && text.samples.allSatisfy { $0.value == 1 } && text.leftOut == 15)
        let long = MetricsText(
            Array("a{n=\"\(String(repeating: "x", count: 5000))\"} 1".utf8), filters: [MetricFilter(parsing: "a")!],
            seriesLimit: 5)
        #expect(long.samples.isEmpty && long.leftOut == 1)
    }

    @Test(arguments: [
        ("process_start_time_seconds 1.7e+09\n", 1.7e9 as Double?), ("up 1\n", nil),
        ("process_start_time_seconds{a=\"1\"} 5\nprocess_start_time_seconds{a=\"2\"} 6\n", nil),
        ("process_start_time_seconds{a=\"1\"} 5\nprocess_start_time_seconds{a=\"2\"} 5\n", 5),
        ("process_start_time_seconds NaN\n", nil), ("process_start_time_seconds 0\n", nil),
    ])
    func theStartOfTheProcessIsRead(page: String, start: Double?) { #expect(text(page).processStart == start) }

    @Test func whateverBytesComeNothingBreaks() {
        var state: UInt64 = 9
        let alphabet = Array("aup{}=\"\\,\n# 1.eNaTYPE\t\r\u{0}".utf8) + [0xff]
        for _ in 0..<2000 {
            let page = (0..<60).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1
                return alphabet[Int(state >> 33) % alphabet.count]
            }
            let text = MetricsText(page, filters: [MetricFilter(parsing: "a*")!], seriesLimit: 3)
            #expect(text.samples.count <= 3 && text.samples.allSatisfy(\.value.isFinite))
        }
    }
}
