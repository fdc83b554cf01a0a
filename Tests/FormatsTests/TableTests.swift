import Testing

@testable import Formats

@Suite("Tables and figures on a terminal")
struct TableTests {
    @Test("Line ends and tabs stay in multi-line text")
    func displayableLines() {
        #expect("a\r\nb\tc\u{1b}\n".displayableLines == "a\nb\tc\u{fffd}\n")
        #expect("".displayableLines == "")
    }

    @Test("Columns line up and lines have no trailing spaces")
    func textTable() {
        var table = TextTable(columns: [.left, .right])
        table.add(["a", "1"])
        table.add(["long", "100"])
        table.add(["x", ""])
        #expect(table.text == "a       1\nlong  100\nx")
    }

    @Test("Tables that are too wide wrap their last column, or shorten their first")
    func narrowTable() {
        var facts = TextTable(columns: [.left, .left], width: 24)
        facts.add(["Name", "one two three four five"])
        #expect(facts.text == "Name  one two three four\n      five")
        var figures = TextTable(columns: [.left, .right], width: 24)
        figures.add(["GET /a/path/that/is/long", "12"])
        #expect(figures.text == "GET /a/path/that/is…  12")
    }

    @Test("Bars are as high as their highest count")
    func sparkLine() {
        #expect(SparkLine.peaks(of: [0, 1, 4, 8], width: 10) == " ▁▄█")
        #expect(SparkLine.peaks(of: [0, 0, 0, 5, 1, 1], width: 3) == " █▂")
        #expect(SparkLine.peaks(of: [0, 0], width: 3) == "")
    }

    @Test("Counts with their nouns")
    func counted() {
        #expect(Plural.text(1, "exchange in damaged blocks") == "1 exchange in damaged blocks")
        #expect(Plural.text(1_234_567, "byte in gaps") == "1,234,567 bytes in gaps")
        #expect(Plural.text(0, "session") == "0 sessions")
        #expect(Plural.text(2, "entry without a time") == "2 entries without a time")
        #expect(Plural.text(3, "match") == "3 matches")
        #expect(Plural.text(3, "day") == "3 days")
        #expect(Plural.text(12, "child", "children") == "12 children")
        #expect(Plural.word(1, "clone") == "clone")
        #expect(999.grouped == "999")
        #expect((-1_234).grouped == "-1,234")
        #expect(DigitGroups.text("1234567.891") == "1,234,567.891")
        #expect(DigitGroups.text("nan") == "nan")
    }

    @Test("Figures are right-aligned under their heads, and the first column is shortened")
    func figures() {
        let table = TextTable(
            head: ["endpoint", "p50", "p99"],
            rows: [["GET /a", "1", "200"], ["POST /something/long/\u{1b}", "", "3"]],
            width: 28)
        #expect(
            table.lines == [
                "endpoint            p50  p99", "GET /a                1  200", "POST /something/l…         3",
            ])
        #expect(TextTable(head: ["a", "b"], rows: [], width: 10).lines == ["a             b"])
    }
}
