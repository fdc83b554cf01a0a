import Testing

@testable import SessionLog

@Suite("Strings that repeat within a block")
struct RepeatTableTests {
    @Test("Each is found again, and no other that differs in a byte or in length", arguments: [true, false])
    func neighbours(isWhole: Bool) {
        for length in Array(1...40) + [63, 64, 65, 191, 192, 193, 207, 208, 400] {
            var table = RepeatTable(isWhole ? .whole : .places)
            func reference(_ string: [UInt8]) -> UInt64 { string.withUnsafeBytes { table.reference(to: $0) } }
            let string = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) }
            var strings = [string, string + [0], [0] + string]
            for place in 0..<length {
                strings.append(string)
                strings[strings.count - 1][place] ^= 0x20
            }
            // Only zeros, whose words a careless hash does not distinguish.
            strings += [[UInt8](repeating: 0, count: length + 2)]
            for string in strings { #expect(reference(string) == Reference.new, "length \(length)") }
            let isHashed = isWhole || length <= 192
            for (number, string) in strings.enumerated() {
                let found = reference(string)
                // Strings that are equal in everything hashed are new each time.
                #expect(found == Reference.firstKnown + UInt64(number) || !isHashed && found == Reference.new)
            }
        }
    }
}
