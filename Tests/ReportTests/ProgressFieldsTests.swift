import Report
import Testing

/// The line of progress in a terminal of any width.
struct ProgressFieldsTests {
    private static let line =
        "shop  12 of 60 s   50 sessions   48 connections   1,234 requests/s   0 failures   p95 5.92 ms"

    @Test(
        "A progress line leaves out whole fields, never part of a number",
        arguments: [
            (93, line),
            (92, "shop  12 of 60 s   50 sessions   1,234 requests/s   0 failures   p95 5.92 ms"),
            (75, "shop  12 of 60 s   1,234 requests/s   0 failures   p95 5.92 ms"),
            (60, "shop  12 of 60 s   0 failures   p95 5.92 ms"),
            (40, "shop  12 of 60 s   p95 5.92 ms"),
            (25, "…12 of 60 s   p95 5.92 ms"),
        ])
    func progress(_ width: Int, _ expected: String) {
        #expect(ProgressFields.fitted(Self.line, width: width) == expected)
        #expect(ProgressFields.fitted("10,000 exchanges read", width: 9) == "10,000 e…", "one field")
    }

    @Test("At every width, each number of the line is whole")
    func everyWidth() {
        let numbers = Set(Self.line.split { !$0.isNumber && !",.".contains($0) }.map(String.init))
        for width in 25...100 {
            let text = ProgressFields.fitted(Self.line, width: width)
            #expect(text.count <= width && text.hasSuffix("p95 5.92 ms"), "\(width): \(text)")
            for number in text.split(whereSeparator: { !$0.isNumber && !",.".contains($0) }) {
                #expect(numbers.contains(String(number)), "\(width): \(text)")
            }
        }
    }
}
