import Formats
import Testing

/// Leaves of MessagePack and CBOR.
@Suite struct PackedLeavesTests {
    /// The leaves as `parent.name=content`, with numbers in hexadecimal, and `!` if the rest is malformed.
    private static func leaves(_ bytes: [UInt8], _ format: PackedFormat) -> [String] {
        bytes.withUnsafeBufferPointer { buffer in
            var leaves = PackedLeaves(buffer, 0..<buffer.count, format)
            var texts: [String] = []
            func text(_ range: Range<Int>?) -> String {
                range.map { String(decoding: buffer[$0], as: UTF8.self) } ?? ""
            }
            while let leaf = leaves.next() {
                let content =
                    leaf.kind == .text || leaf.kind == .bytes ? text(leaf.content) : Hex.text(buffer[leaf.content])
                texts.append("\(text(leaf.parentName)).\(text(leaf.name))=\(content)")
                #expect(leaf.whole.upperBound == leaf.content.upperBound, "an item ends with its content")
            }
            return texts + (leaves.isMalformed ? ["!"] : [])
        }
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8.filter { $0 != 0x20 })
        return stride(from: 0, to: digits.count, by: 2).map {
            (ASCII.hexValue(digits[$0]) ?? 0) << 4 | (ASCII.hexValue(digits[$0 + 1]) ?? 0)
        }
    }

    static let messages: [(format: PackedFormat, hex: String, leaves: [String], reason: String)] = [
        (.cbor, "a2 6161 01 6162 82 02 03", [".a=", "b.b=", "b.b="], "RFC 8949 appendix A"),
        (.cbor, "bf 63 46756e f5 63 416d74 21 ff", [".Fun=", ".Amt="], "a map without a length"),
        (.cbor, "a1 6161 5f 42 6162 43 636465 ff", ["a.a=ab", "a.a=cde"], "a string in chunks"),
        (.cbor, "a1 6161 c1 1a 514b67b0", [".a=514b67b0"], "a tag before its value"),
        (.cbor, "a1 6161 9f a1 6162 6163 ff", ["a.b=c"], "a map in a list"), (.cbor, "ff", ["!"], "a break of nothing"),
        (.cbor, "a2 6161 01", [".a="], "a map that is cut off"),
        (.cbor, "a1 6161 7a ffffffff 61", ["!"], "a length past the end"),
        (.cbor, "a1 6161 1c", ["!"], "a width that is not assigned"),
        (.cbor, "bb ffffffffffffffff", ["!"], "a count past the end"),
        (
            .messagePack, "82 a7 636f6d70616374 c3 a6 736368656d61 00", [".compact=", ".schema="],
            "the specification's example"
        ),
        (.messagePack, "81 a1 61 92 a1 62 c4 01 63", ["a.a=b", "a.a=c"], "a list of a string and bytes"),
        (.messagePack, "81 a1 61 81 a1 62 cd 04d2", ["a.b=04d2"], "a number in a map in a map"),
        (.messagePack, "81 a1 61 d4 01 ff a1 62", [".a=01ff", ".=b"], "an extension, and a second message"),
        (.messagePack, "de 0001 d9 01 61 da 0001 62", [".a=b"], "longer types than necessary"),
        (.messagePack, "c1", ["!"], "a type that is never used"),
        (.messagePack, "81 a1 61 df ffffffff", ["!"], "a count past the end"),
        (.messagePack, "81 92 01 02 a1 61", ["..=", "..=", ".=a"], "a list as a name"),
    ]

    @Test(arguments: messages.indices) func everyLeafHasItsNames(index: Int) {
        let message = Self.messages[index]
        let expected = message.leaves.map { $0 == "..=" ? ".=" : $0 }
        #expect(Self.leaves(Self.bytes(message.hex), message.format) == expected, "\(message.reason)")
    }

    @Test func onlyWholeMessagesWithNamesAreDescribed() {
        func isDescribed(_ hex: String, _ format: PackedFormat) -> Bool {
            Self.bytes(hex).withUnsafeBufferPointer { PackedLeaves.describe($0, format) }
        }
        #expect(isDescribed("a1616101", .cbor) && isDescribed("81a16101", .messagePack))
        #expect(!isDescribed("a16161", .cbor), "a value is missing")
        #expect(!isDescribed("82 01 02", .cbor) && !isDescribed("d0b0d0b1", .messagePack), "no names")
    }

    @Test func depthIsBounded() {
        let deep = [UInt8](repeating: 0x81, count: 10_000)
        for format in PackedFormat.allCases {
            let lists = Self.leaves([UInt8](repeating: format == .cbor ? 0x81 : 0x91, count: 10_000), format)
            #expect(lists == ["!"], "\(format)")
            #expect(Self.leaves(deep, format).last == "!", "\(format): names are lists")
        }
    }

    @Test(arguments: PackedFormat.allCases) func anyBytesAreRead(format: PackedFormat) {
        var random = SplitMix64(seed: 7)
        for _ in 0..<2000 {
            let bytes = (0..<Int(random.next() % 60)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect(Self.leaves(bytes, format).count <= bytes.count + 1)
        }
    }

    @Test(arguments: PackedFormat.allCases, [0, 1, 23, 24, 31, 32, 255, 256, 65_535, 65_536])
    func headersAreRead(format: PackedFormat, count: Int) {
        for isText in [true, false] {
            let bytes = format.header(ofText: isText, count: count) + [UInt8](repeating: 0x61, count: count)
            bytes.withUnsafeBufferPointer { buffer in
                var leaves = PackedLeaves(buffer, 0..<buffer.count, format)
                let leaf = leaves.next()
                #expect(
                    leaf?.kind == (isText ? .text : .bytes) && leaf?.content.count == count
                        && leaf?.whole.count == bytes.count)
            }
        }
    }
}
