import Testing

@testable import Analysis

@Suite struct TableValueTests {
    @Test(
        arguments: [
            ("0", .number(0), "nothing"), ("12.5", .number(12.5), "decimals"), (".5", .number(0.5), "no digit before"),
            ("1e3", .number(1000), "an exponent"), ("-4", .number(-4), "below 0"), ("+4", .number(4), "a sign"),
            ("123456789012345680", .number(123_456_789_012_345_680), "many digits"), ("", .missing, "empty"),
            ("NaN", .missing, "no sample"), ("inf", .other, "not finite"), ("1.2.3", .other, "two points"),
            ("x", .other, "no number"), (".", .other, "no digit"),
        ] as [(String, TableValue, String)])
    func fieldsAreNumbersGapsOrNeither(text: String, value: TableValue, reason: String) {
        #expect(TableValue(Array(text.utf8)[...]) == value, "\(reason)")
    }

    @Test func fieldsAreTrimmed() {
        let fields = TableFields(Array("a, \"b\" ,,c\r".utf8)[...])
        #expect(fields.fields.map { String(decoding: $0, as: UTF8.self) } == ["a", "b", "", "c"])
        #expect(fields.at(4) == nil)
    }
}
