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

    @Test("Eight bytes are lower-cased like one", arguments: 0..<8)
    func lowerCase(place: Int) {
        for byte in UInt8.min...UInt8.max {
            for around: UInt8 in [0, 0x40, 0x41, 0x5a, 0x5b, 0x61, 0x7f, 0x80, 0xc1, 0xff] {
                var bytes = [UInt8](repeating: around, count: 8)
                bytes[place] = byte
                let word = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
                let lower = withUnsafeBytes(of: ASCII.lowercased(word), Array.init)
                #expect(lower == bytes.map { ASCII.lowercased($0) }, "\(byte) among \(around)")
            }
        }
    }

    @Test func wordsMayBeginWithAnyByteOfASCII() {
        let words = AnyCaseWords("_id", "-id", "0x")
        #expect(words.occur(in: "user_ID".utf8))
        #expect(words.occur(in: "a0X1".utf8))
        #expect(!words.occur(in: "userid".utf8))
    }

    @Test func aByteIsFoundAtEveryPosition() {
        for count in 0..<40 {
            let others = [UInt8](repeating: 0x2e, count: count)
            for place in 0..<count {
                // Neighbouring values of a wanted byte must not match, nor those with its high bit set.
                for other: UInt8 in [0x39, 0x3b, 0xba, 0x00, 0xff] {
                    var text = others.map { _ in other }
                    text[place] = 0x3a
                    text.withUnsafeBufferPointer { text in
                        #expect(ByteSearch.index(of: 0x3a, in: text, 0..<count) == place)
                        #expect(ByteSearch.index(of: 0x3a, in: text, place..<count) == place)
                        #expect(ByteSearch.index(of: 0x3a, in: text, 0..<place) == nil)
                        #expect(ByteSearch.index(of: 0x3a, in: text, place + 1..<count) == nil)
                    }
                }
            }
        }
    }
}
