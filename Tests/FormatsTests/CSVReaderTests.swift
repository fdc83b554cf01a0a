import Testing

@testable import Formats

@Suite struct CSVReaderTests {
    private static func records(_ text: String) throws(CSVReader.OpenQuote) -> [[String]] {
        var reader = CSVReader(Array(text.utf8))
        var records: [[String]] = []
        while let record = try reader.next() { records.append(record.map(\.text)) }
        return records
    }

    @Test(arguments: [
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]], "CRLF"),
        ("a;b\n1;2,5", [["a", "b"], ["1", "2,5"]], "semicolons"),
        ("a\tb\n1\t", [["a", "b"], ["1", ""]], "tabs, and an empty field at the end"),
        ("\u{feff}a,b", [["a", "b"]], "a byte order mark"),
        ("a,b\n\"x, \"\"y\"\"\nz\",2\n", [["a", "b"], ["x, \"y\"\nz", "2"]], "quotes"),
        ("a\n\n\nb", [["a"], ["b"]], "empty lines"), ("", [], "nothing"),
    ])
    func recordsAreRead(text: String, expected: [[String]], reason: String) throws {
        #expect(try CSVReaderTests.records(text) == expected, "\(reason)")
    }

    @Test func anUnclosedQuoteIsReportedWithItsLine() {
        #expect(throws: CSVReader.OpenQuote(line: 3)) { try CSVReaderTests.records("a,b\n1,2\n3,\"4\n5") }
    }
}
