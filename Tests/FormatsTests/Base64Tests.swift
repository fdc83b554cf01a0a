import Formats
import Testing

@Suite struct Base64Tests {
    @Test(arguments: [Base64.standard, .url, .unpaddedStandard, .paddedURL])
    func everyLengthIsReadBack(form: Base64) {
        var random = SplitMix64(seed: 1)
        for count in 0...67 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            var output: [UInt8] = []
            form.append(bytes, to: &output)
            #expect(form.decoded(output) == bytes, "\(count) bytes")
        }
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob>?", "Zm9vYj4/")])
    func theVectorsOfTheRFC(text: String, encoded: String) {
        #expect(Base64.encoded(Array(text.utf8)).text == encoded)
        #expect(Base64.standard.decoded(encoded.utf8)?.text == text)
    }

    @Test(arguments: [
        (Base64.standard, "Zg=", "one padding of two"), (.standard, "Zg", "no padding"), (.standard, "Z===", "three"),
        (.standard, "Zm9-", "the other alphabet"), (.standard, "====", "nothing but padding"),
        (.url, "A", "six bits"), (.url, "A+==", "the other alphabet, padded"),
    ])
    func whatIsNotBase64IsRefused(form: Base64, text: String, reason: String) {
        #expect(form.decoded(text.utf8) == nil, "\(reason)")
    }

    @Test(arguments: [
        ("Zg==", Base64.standard), ("Zm9v", .standard), ("Zm-_Zg", .url), ("Zm+/Zg", .unpaddedStandard),
        ("Zm-_Zg==", .paddedURL), ("Zm-_Zm+/", nil), ("Zm 9", nil),
    ])
    func theFormIsRecognisedByItsCharacters(text: String, form: Base64?) {
        #expect(withBytes(of: text) { Base64.detected($0, 0..<$0.count) } == form)
    }
}
