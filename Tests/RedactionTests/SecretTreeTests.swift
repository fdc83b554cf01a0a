import Formats
import Testing

@testable import Redaction

/// The forms of secrets that a text begins with.
@Suite struct SecretTreeTests {
    private static func form(_ text: String) -> SecretForm { SecretForm(bytes: Array(text.utf8), replacement: []) }

    /// The longest of `forms` that `text` begins with, looked for in each.
    private static func expected(_ text: [UInt8], _ forms: [SecretForm]) -> [UInt8]? {
        forms.map(\.bytes).filter { text.starts(with: $0) }.max { $0.count < $1.count }
    }

    private static func found(_ text: [UInt8], _ tree: SecretTree, _ forms: [SecretForm]) -> Int? {
        text.withUnsafeBufferPointer { bytes in
            let start = UnsafeRawPointer(bytes.baseAddress!).loadUnaligned(as: UInt64.self)
            return tree.longest(start, in: bytes, 0..<bytes.count, forms)?.form
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func asASearchThroughAll(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var (tree, forms) = (SecretTree(), [SecretForm]())
        func word() -> [UInt8] {
            let count = Int.random(in: 8...14, using: &random)
            return (0..<count).map { $0 < 6 ? 0x61 : UInt8.random(in: 0x61...0x62, using: &random) }
        }
        for _ in 0..<60 {
            forms.append(SecretForm(bytes: word(), replacement: []))
            tree.insert(forms.count - 1, forms)
            for _ in 0..<20 {
                let text = word()
                let found = Self.found(text, tree, forms)
                #expect(found.map { forms[$0].bytes } == Self.expected(text, forms), "\(text) of \(forms.map(\.bytes))")
            }
        }
        #expect(Set(tree.starts) == Set(forms.map(SecretTree.start)))
    }

    @Test func theFormAddedLastOfThoseWithTheSameBytes() {
        let forms = ["aaaaaaaa1", "aaaaaaaa", "aaaaaaaa1", "aaaaaaaa"].map(Self.form)
        var tree = SecretTree()
        for index in forms.indices { tree.insert(index, forms) }
        #expect(Self.found(Array("aaaaaaaa".utf8), tree, forms) == 3)
        #expect(Self.found(Array("aaaaaaaa1".utf8), tree, forms) == 2)
        #expect(Self.found(Array("aaaaaaab".utf8), tree, forms) == nil)
    }

    /// Tokens of one issuer have the same header. Searched one after another they would be compared two billion times.
    @Test(.timeLimit(.minutes(1))) func manyTokensWithOneHeader() {
        let header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1c2VyL"
        var (tree, forms) = (SecretTree(), [SecretForm]())
        let count: UInt64 = 60_000
        for number in 0..<count {
            let tail = String((number &* 0x9e37_79b9_7f4a_7c15), radix: 36)
            forms.append(Self.form(header + tail))
            tree.insert(forms.count - 1, forms)
        }
        for (index, form) in forms.enumerated() {
            let found = Self.found(form.bytes + Array("\"}".utf8), tree, forms)
            if found != index { Issue.record("form \(index) is found as \(String(describing: found))") }
        }
    }
}
