import Redaction
import Testing
import Traffic

/// What a pseudonym keeps of its value, tested with a rule for one JSON member.
@Suite struct PseudonymTests {
    private static func pseudonym(_ value: String, key: String = "key", name: String = "v") throws -> String {
        let policy = try RedactionPolicy(yaml: "rules: [{json: \(name), action: pseudonymise}]")
        var redactor = Redactor(policy: policy, key: Array(key.utf8))
        let redacted = redactor.redacted(Recording.json("{\"\(name)\":\"\(value)\"}"))
        let text = String(decoding: redacted.request?.body ?? [], as: UTF8.self)
        return String(text.dropFirst(6).dropLast(2))
    }

    private static func shape(_ text: String) -> String {
        String(
            text.map { character -> Character in
                guard character.isASCII else { return "é" }
                return character.isNumber ? "0" : character.isUppercase ? "A" : character.isLowercase ? "a" : character
            })
    }

    @Test(arguments: [
        "a", "7", "0012", "Secret-17", "with blanks and\\tmore", "AbC/dEf+0==", "über größe", "日本語", "x😀y",
        "someone@mail.company.org", "7f3a9c1e5b2d4f60", "DEADBEEF01234567", "v1.2_x~y",
    ])
    func keepsTheShape(value: String) throws {
        let pseudonym = try Self.pseudonym(value)
        #expect(pseudonym != value)
        #expect(Self.shape(pseudonym) == Self.shape(value))
        #expect(pseudonym.utf8.count == value.utf8.count)
        #expect(try Self.pseudonym(value) == pseudonym)
        if value.count > 4 { #expect(try Self.pseudonym(value, key: "other") != pseudonym) }
    }

    @Test func hexadecimalStaysHexadecimal() throws {
        let pseudonym = try Self.pseudonym("7f3a9c1e5b2d4f6081a3c5e7")
        #expect(pseudonym.allSatisfy { $0.isHexDigit })
    }

    @Test func uuidsKeepTheirVersion() throws {
        let pseudonym = Array(try Self.pseudonym("f81d4fae-7dec-41d0-a765-00a0c91e6bf6"))
        #expect(pseudonym[14] == "4" && pseudonym[19] == "a")
    }

    @Test(arguments: ["4111111111111111", "5500 0000 0000 0004", "378282246310005"])
    func cardNumbersPassTheirCheck(value: String) throws {
        let pseudonym = try Self.pseudonym(value)
        let digits = pseudonym.compactMap(\.wholeNumberValue).reversed().enumerated()
        let sum = digits.reduce(0) {
            $0 + ($1.offset % 2 == 0 ? $1.element : $1.element * 2 / 10 + $1.element * 2 % 10)
        }
        #expect(sum % 10 == 0 && pseudonym != value)
    }

    /// Mail to an invented address in a registered domain would reach its owner: the domain changes, unless it is
    /// reserved.
    @Test func addressesLeadNowhere() throws {
        #expect(try !Self.pseudonym("someone@gmail.com").hasSuffix("@gmail.com"))
        #expect(try Self.pseudonym("someone@gmail.com").hasSuffix(".com"))
        #expect(try Self.pseudonym("someone@mail.example.org").hasSuffix("@mail.example.org"))
    }

    @Test func differentValuesStayDifferent() throws {
        let pseudonyms = try (0..<500).map { try Self.pseudonym("user-\($0)-a1b2") }
        #expect(Set(pseudonyms).count == 500)
    }
}
