import Formats
import Testing

@testable import Credentials

struct RawSearchTests {

    private static let texts: [StaticString] = ["a", "ab", "aba", "abca", "\"sid\"", "abcabcabcabc"]

    private static func plain(_ text: String, _ bytes: [UInt8], _ start: Int) -> Int? {
        let text = Array(text.utf8)
        return (0...max(0, bytes.count)).first {
            $0 >= start && $0 + text.count <= bytes.count && bytes[$0..<$0 + text.count].elementsEqual(text)
        }
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func findsWhatAPlainSearchFinds(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let letters = Array("abc\"sid".utf8)
        let count = Int.random(in: 0...60, using: &random)
        let bytes = (0..<count).map { _ in letters[Int.random(in: 0..<(seed.isMultiple(of: 2) ? 3 : 7), using: &random)]
        }
        for text in Self.texts {
            for start in [0, 1, 7, 8, count / 2, count] where start <= count {
                let found = bytes.withUnsafeBytes { $0.find(text, from: start) }
                #expect(
                    found == Self.plain(text.description, bytes, start),
                    "\(text) in \(bytes) from \(start), seed \(seed)")
            }
        }
    }

    /// Positions at the edges of the eight bytes that are compared at once.
    @Test func findsATextAtEveryPlace() {
        for count in 5...40 {
            for place in 0...count - 5 {
                var bytes = [UInt8](repeating: UInt8(ascii: "\""), count: count)
                bytes.replaceSubrange(place..<place + 5, with: Array("\"sid\"".utf8))
                #expect(bytes.withUnsafeBytes { $0.find("\"sid\"", from: 0) } == place, "of \(count)")
            }
        }
    }
}
