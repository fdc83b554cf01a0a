import TestSupport
import Testing

@testable import Formats

/// The width and the safe form of characters, tables of each width, lines of blocks and pages of metrics, a line a case.
@Suite struct ExactColumnsTests {
    @Test func columnsAreExact() {
        let entries = [
            Self.characters(), Self.widths(), Self.texts(), Self.tables(), Self.sparkLines(), Self.dumps(),
            Self.pages(),
            Self.words(),
        ]
        let differences = GoldenTable("columns.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    /// Which single characters are replaced.
    private static func characters() -> GoldenTable.Entry {
        let numbers =
            Array(UInt32(0)...0xff) + [
                0x300, 0x600, 0x200b, 0x200e, 0x2028, 0x2029, 0x202e, 0x2060, 0xfeff, 0xe000, 0xfffd, 0x1f600, 0xf0000,
            ]
        var (replaced, spaces): ([String], [String]) = ([], [])
        for scalar in numbers.compactMap(Unicode.Scalar.init) {
            let text = "a" + String(scalar)
            if text.displayable == "a\u{fffd}" {
                replaced.append("\(scalar.value)")
            } else if text.displayable != text {
                spaces.append("\(scalar.value)")
            }
        }
        let lines = ["", "a\r\nb", "a\rb", "\n", "\t\u{1}\t", "a\tb\n\u{1b}c\n\n"].map {
            "'\($0.utf8.readable)': '\($0.displayableLines.utf8.readable)'"
        }
        return GoldenTable.Entry(
            "safe characters",
            lines: ["replaced \(replaced.joined(separator: " "))", "spaces \(spaces.joined(separator: " "))"] + lines)
    }

    /// Columns of the characters around each wide range.
    private static func widths() -> GoldenTable.Entry {
        let edges: [UInt32] = [
            0x20, 0x1100, 0x115f, 0x2e80, 0x303e, 0x3041, 0x33ff, 0x3400, 0x4dbf, 0x4e00, 0x9fff, 0xa000, 0xa4cf,
            0xa960, 0xa97f, 0xac00, 0xd7a3,
            0xf900, 0xfaff, 0xfe30, 0xfe6f, 0xff00, 0xff60, 0xffe0, 0xffe6, 0x1f300, 0x1f64f, 0x1f680, 0x1f6ff, 0x1f900,
            0x1faff, 0x20000, 0x3fffd,
        ]
        let lines = edges.map { edge in
            [edge - 1, edge, edge + 1].map { number in
                Unicode.Scalar(number).map { "\(Hex.text(number, width: 4)) \(String($0).displayWidth)" } ?? "none"
            }.joined(separator: ", ")
        }
        return GoldenTable.Entry("widths of characters", lines: lines)
    }

    private static func texts() -> GoldenTable.Entry {
        let texts = [
            "", "a", "abc", "abcd", "日本", "a日b", "ab cd", "a bb ccc dddd", "  a  b ", "日本語 文字", "e\u{301}e\u{301}",
        ]
        let lines = texts.flatMap { text in
            [-1, 0, 1, 2, 3, 4, 5, 8].map { width in
                "'\(text)' in \(width): '\(text.padded(to: width))' '\(text.leftPadded(to: width))' '\(text.cut(to: width))'"
                    + (width > 0 ? " \(text.wrapped(to: width))" : "")
            }
        }
        return GoldenTable.Entry("texts in columns", lines: lines)
    }

    private static func tables() -> GoldenTable.Entry {
        var lines: [String] = []
        let rows = [
            ["a", "1"], ["a longer name than others", "22"], ["日本", ""], ["", "333 words in the last column"],
        ]
        for columns in [[.left, .left], [.left, .right], [.right, .left], [.right, .right]] as [[TextTable.Alignment]] {
            for width in [Int.max, 60, 55, 54, 50, 45, 44, 43, 40, 30, 20, 5] {
                var table = TextTable(columns: columns, width: width)
                for row in rows { table.add(row) }
                lines.append("\(columns) in \(width)")
                lines += table.lines.map { "|\($0)|" }
            }
        }
        var single = TextTable(columns: [.left], width: 5)
        single.add(["a b c d e f g h i j k l m n o p"])
        lines += single.lines + TextTable(columns: []).lines + TextTable(columns: [.left]).lines
        for width in [80, 30, 29, 28, 20, 10] {
            for labelWidth in [0, 12, 20] {
                let table = TextTable(
                    head: ["name", "p50", "p99"], rows: [["GET /items/\u{1b}/of", "1", "23,456"], ["x", "", "1"]],
                    width: width, labelWidth: labelWidth)
                lines.append("figures in \(width), labels of \(labelWidth)")
                lines += table.lines.map { "|\($0)|" }
            }
        }
        return GoldenTable.Entry("tables", lines: lines)
    }

    private static func sparkLines() -> GoldenTable.Entry {
        let series: [[Double?]] = [
            [], [nil], [0], [5], [0, 1, 2, 3, 4, 5, 6, 7, 8], [7, 8], [6.3, 8], [6.5, 8], [-4, 4], [-5, -1],
            [1, nil, .nan, .infinity, 3],
            [100, 101, 99, 100], [79, 100], [80, 100], [81, 100], [0.01, 8], [1, 2, 3],
        ]
        var lines = series.flatMap { values in
            [0, 1, 3, 9].map { width in
                let (zero, near) = (SparkLine(values, width: width), SparkLine(values, width: width, base: .nearData))
                return "\(plainText(values)) in \(width): '\(zero.text)' '\(near.text)' \(shown(zero.range))"
            }
        }
        for counts in [
            [], [0], [1], [1, 2, 3, 4, 5, 6, 7, 8], [0, 0, 5, 0], [1, 1000], [7, 8, 9, 0, 16], [1, 2, 3, 4, 5],
        ] as [[UInt64]] {
            lines.append(
                "\(counts): "
                    + [-1, 0, 1, 2, 3, 5, 99].map { "'\(SparkLine.peaks(of: counts, width: $0))'" }.joined(
                        separator: " "))
        }
        return GoldenTable.Entry("lines of blocks", lines: lines)
    }

    private static func dumps() -> GoldenTable.Entry {
        let bytes = (0..<33).map { (place: Int) -> UInt8 in UInt8(0x1e + place * 12 % 0x70) }
        var lines: [String] = []
        for count in [0, 1, 7, 8, 9, 15, 16, 17, 33] {
            lines.append("\(count) bytes")
            lines += HexDump.text(bytes.prefix(count)).split(separator: "\n").map(String.init)
        }
        let shown = members { HexDump.text([$0]).hasSuffix("|.|") && $0 != UInt8(ascii: ".") }
        return GoldenTable.Entry("dumps", lines: lines + ["points for \(shown)"])
    }

    private static func pages() -> GoldenTable.Entry {
        let accepted =
            [
                nil, "", "*/*", "text/*", "text/plain", "application/openmetrics-text",
                "application/openmetrics-text;q=0.5, text/plain;q=0.5",
                "application/openmetrics-text;q=0.4,*/*;q=0.5", "application/openmetrics-text;q=0.5,text/html",
                "text/plain;q=1, application/openmetrics-text ; q=1",
                "APPLICATION/OPENMETRICS-TEXT", "application/openmetrics-text;q=x",
                "application/openmetrics-text;q=0, text/plain;q=0", ";q=1",
                "application/openmetrics-text;q=0.2,application/openmetrics-text;q=0.9,text/plain;q=0.5",
                "application/openmetrics-text;\tq=0.1,text/plain;q=0.2",
            ] as [String?]
        var lines = accepted.map { "\($0 ?? "none"): \(MetricPage(accept: $0))" }
        lines += [MetricPage.text.contentType, MetricPage.openMetrics.contentType]
        var histogram = MetricFamily.Histogram(bounds: [0.25, 5], cumulative: [2, 7], count: 9, sum: 12.5)
        histogram.exemplars[0] = .init(labels: [.init("a", "b\"\n")], value: 0.125, time: 17.0005)
        histogram.exemplars[2] = .init(labels: [], value: 6, time: 1)
        let families =
            [
                MetricFamily(
                    "a_total", .counter, help: "A\\\n.",
                    [.init([.init("x", "1"), .init("y", "\\")], .number(3)), .init([], .number(0.5))]),
                MetricFamily("b_total", .gauge, help: "", 1), MetricFamily("c", .counter, help: "C", 2),
                MetricFamily("d", .histogram, help: "D", [.init([.init("e", "f")], .histogram(histogram))]),
            ]
            + [.nan, .infinity, -.infinity, 999_999_999_999_999, 1e15, -999_999_999_999_999, -1e15, 1.5, -0.0].map {
                MetricFamily("n", .gauge, help: "N", $0)
            }
        for page in [MetricPage.text, .openMetrics] {
            lines.append("\(page)")
            lines += page.text(families).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
        return GoldenTable.Entry("pages of metrics", lines: lines)
    }

    /// Classes of bytes found eight at a time, as one at a time.
    private static func words() -> GoldenTable.Entry {
        let lowered = members { byte in
            (0..<8).allSatisfy {
                ASCII.lowercased(UInt64(byte) << UInt64(8 * $0)) == UInt64(byte | 0x20) << UInt64(8 * $0)
            } && byte & 0x20 == 0
        }
        let mixed = members { byte in
            let word = UInt64(byte) &* 0x0101_0101_0101_0101
            return ASCII.lowercased(word) != UInt64(ASCII.lowercased(byte)) &* 0x0101_0101_0101_0101
        }
        let digits = members { byte in
            (0..<8).allSatisfy { place in
                let others = 0x6130_4139_6646_6161 as UInt64
                return ASCII.areHexDigits(others & ~(0xff << UInt64(8 * place)) | UInt64(byte) << UInt64(8 * place))
            }
        }
        var plus = PercentStyle()
        (plus.spaceIsPlus, plus.isLowercase) = (true, true)
        var escaped: [UInt8] = []
        plus.append(Array(" ~é/".utf8), to: &escaped)
        return GoldenTable.Entry(
            "words",
            lines: [
                "lowered \(lowered)", "differently \(mixed)", "hexadecimal \(digits)", "escaped \(escaped.readable)",
            ])
    }
}
