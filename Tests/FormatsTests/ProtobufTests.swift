import Formats
import Testing

@Suite struct ProtobufTests {
    /// Field 1: a text; field 2: a number; field 3: a message of two texts in field 1; field 4: bytes that are neither.
    private static let message: [UInt8] =
        [0x0a, 2] + Array("ab".utf8) + [0x10, 0x96, 0x01, 0x1a, 8, 0x0a, 2] + Array("cd".utf8) + [0x0a, 2]
        + Array("ef".utf8) + [0x22, 2, 0x07, 0xff]

    private static func value(_ steps: [(Int, Int)], frame: Int? = nil, in body: [UInt8]) -> String? {
        let path = ProtobufPath(frame: frame, steps: steps.map { .init(number: $0.0, ordinal: $0.1) })
        return body.withUnsafeBufferPointer { path.value(in: $0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func textsStandAtTheNumbersOfTheirFields() {
        let message = ProtobufTests.message
        #expect(ProtobufTests.value([(1, 0)], in: message) == "ab")
        #expect(ProtobufTests.value([(2, 0)], in: message) == "150")
        #expect(ProtobufTests.value([(2, 0)], in: [0x15, 17, 0, 0, 0]) == "17")
        #expect(ProtobufTests.value([(2, 0)], in: [0x11, 17, 0, 0, 0, 0, 0, 0, 0]) == "17")
        #expect(ProtobufTests.value([(2, 0)], in: [0x11, 17, 0, 0]) == nil, "cut")
        #expect(ProtobufTests.value([(3, 0), (1, 0)], in: message) == "cd")
        #expect(ProtobufTests.value([(3, 0), (1, 1)], in: message) == "ef")
        #expect(ProtobufTests.value([(3, 0), (1, 7)], in: message) == "ef", "the last where there are fewer")
        #expect(ProtobufTests.value([(3, 0)], in: message) == nil, "a message is no text")
        #expect(ProtobufTests.value([(4, 0)], in: message) == nil, "nor are other bytes")
        #expect(ProtobufTests.value([(9, 0)], in: message) == nil)
    }

    @Test func framesAreSeparated() {
        let frame = [0, 0, 0, 0, UInt8(ProtobufTests.message.count)] + ProtobufTests.message
        let compressed: [UInt8] = [1, 0, 0, 0, 2, 0x0a, 0x00]
        #expect(ProtobufTests.value([(1, 0)], frame: 0, in: frame) == "ab")
        #expect(ProtobufTests.value([(1, 0)], frame: 1, in: frame + frame) == "ab")
        #expect(ProtobufTests.value([(1, 0)], frame: 0, in: compressed) == nil, "what is compressed is not read")
        #expect(ProtobufTests.value([(1, 0)], frame: 0, in: Array(frame.dropLast())) == nil, "nor what was cut")
    }

    @Test func everyCutEnds() {
        for end in 0...ProtobufTests.message.count {
            Array(ProtobufTests.message[..<end]).withUnsafeBufferPointer { bytes in
                var fields = ProtobufFields(bytes, 0..<bytes.count)
                var count = 0
                while fields.next() != nil { count += 1 }
                #expect(count <= 3)
            }
        }
    }

    @Test(arguments: [(0, [0]), (127, [127]), (128, [128, 1]), (300, [172, 2])] as [(Int, [UInt8])])
    func lengthsAreVarints(count: Int, bytes: [UInt8]) {
        #expect(ProtobufFields.varint(count) == bytes)
        var prefix: [UInt8] = []
        LengthPrefix.fourBytes.append(count, to: &prefix)
        #expect(prefix == [0, 0, UInt8(count >> 8), UInt8(count & 255)])
    }
}
