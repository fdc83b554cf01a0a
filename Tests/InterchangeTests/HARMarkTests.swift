import HTTPWire
import Testing

@testable import Interchange

/// Bodies whose coding is detected by their first bytes although their end is missing.
@Suite struct HARMarkTests {
    private static func isKept(_ coding: String, _ bytes: [UInt8], size: Int64? = nil) -> Bool {
        let fields = [HeaderField(name: "Content-Encoding", value: coding)]
        let body = HARMessageBody(HAREntry.Body(bytes: bytes, count: bytes.count, isText: false), fields, sizes: [size])
        return body.fields.contains { $0.isNamed("content-encoding") }
    }

    @Test(arguments: [("gzip", [0x1f, 0x8b]), ("zstd", [0x28, 0xb5, 0x2f, 0xfd])] as [(String, [UInt8])])
    func marks(coding: String, mark: [UInt8]) {
        #expect(Self.isKept(coding, mark) && Self.isKept(coding, mark + [1, 2, 3]))
        for index in mark.indices {
            for change in [-1, 1] {
                var other = mark
                other[index] = UInt8(truncatingIfNeeded: Int(other[index]) + change)
                #expect(!Self.isKept(coding, other + [1, 2, 3]), "\(other) is no \(coding)")
            }
            #expect(!Self.isKept(coding, Array(mark[..<index])), "too few bytes")
        }
    }

    @Test(arguments: ["br", "deflate", "identity-of-ours"]) func othersHaveNone(coding: String) {
        #expect(!Self.isKept(coding, [0x1f, 0x8b, 1]) || coding == "identity-of-ours", "an unknown coding stays")
    }
}
