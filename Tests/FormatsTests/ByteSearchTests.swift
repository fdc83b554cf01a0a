import Testing

@testable import Formats

@Suite struct ByteSearchTests {
    @Test(arguments: [
        ("application/JSON", true, "in another case"), ("json", true, "alone"), ("jso", false, "cut off"),
        ("", false, "nothing"), ("xjsxjson", true, "after a false beginning"),
        ("x-auth\u{e9}", true, "at a further word"), ("@uth", false, "bytes that differ in the bit of the case"),
    ])
    func wordsAreFoundWhateverTheirCase(text: String, isThere: Bool, reason: String) {
        let words = AnyCaseWords("json", "auth")
        #expect(words.occur(in: text.utf8) == isThere, "\(reason)")
        #expect(words.occur(in: Array(text.utf8)[...]) == isThere, "\(reason), in a slice")
    }

    @Test func wordsMayBeginWithAnyByteOfASCII() {
        let words = AnyCaseWords("_id", "-id", "0x")
        #expect(words.occur(in: "user_ID".utf8))
        #expect(words.occur(in: "a0X1".utf8))
        #expect(!words.occur(in: "userid".utf8))
    }
}
