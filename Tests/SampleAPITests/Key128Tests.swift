import Testing

@testable import SampleAPI

@Suite struct Key128Tests {
    @Test func textsAreReadBackAsWritten() {
        let key = Key128(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
        #expect(key.text(prefix: "itm_") == "itm_0123456789abcdeffedcba9876543210")
        #expect(Key128(text: "itm_0123456789abcdeffedcba9876543210", prefix: "itm_") == key)
        for _ in 0..<100 {
            let random = Key128.random()
            #expect(Key128(text: random.text(prefix: ""), prefix: "") == random)
        }
    }

    @Test(arguments: [
        ("", "empty"), ("itm_", "no digits"), ("itm_0123456789abcdeffedcba987654321", "a digit too few"),
        ("itm_0123456789abcdeffedcba98765432100", "a digit too many"),
        ("usr_0123456789abcdeffedcba9876543210", "another prefix"),
        ("itm_0123456789ABCDEFfedcba9876543210", "upper case"),
        ("itm_0123456789abcdeffedcba987654321g", "no digit"), ("itm_üüüüüüüüüüüüüüüü", "as many bytes"),
    ])
    func nothingElseIsAKey(_ text: String, _ reason: String) {
        #expect(Key128(text: text, prefix: "itm_") == nil, "\(reason)")
    }

    @Test func digestsDifferByKindPartsAndProcess() {
        let digests = KeyedDigest()
        let all = [
            digests.digest(of: "ab", "c", as: .password), digests.digest(of: "a", "bc", as: .password),
            digests.digest(of: "abc", as: .password), digests.digest(of: "abc", as: .userName),
            KeyedDigest().digest(of: "abc", as: .userName),
        ]
        #expect(Set(all).count == all.count)
        #expect(digests.digest(of: "abc", as: .userName) == all[3])
    }
}
