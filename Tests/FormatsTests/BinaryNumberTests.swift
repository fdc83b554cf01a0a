import Formats
import Testing

@Suite struct BinaryNumberTests {
    @Test(
        arguments: [
            (BinaryNumber.varint, 0, [0]), (.varint, 17, [17]), (.varint, 127, [127]), (.varint, 128, [128, 1]),
            (.varint, 9_500_001, [0xe1, 0xea, 0xc3, 0x04]),
            (.varint, .max, [255, 255, 255, 255, 255, 255, 255, 255, 255, 1]),
            (.fourBytes, 258, [2, 1, 0, 0]), (.eightBytes, 258, [2, 1, 0, 0, 0, 0, 0, 0]),
            (.eightBytes, .max, [255, 255, 255, 255, 255, 255, 255, 255]),
        ] as [(BinaryNumber, UInt64, [UInt8])])
    func numbersAreReadAndWritten(form: BinaryNumber, number: UInt64, bytes: [UInt8]) {
        var written: [UInt8] = [9]
        #expect(form.append(number, to: &written))
        #expect(written == [9] + bytes)
        #expect(written.withUnsafeBufferPointer { form.value($0, 1..<$0.count) } == number)
    }

    @Test(
        arguments: [
            (BinaryNumber.varint, [], "nothing"), (.varint, [128], "cut"), (.varint, [17, 0], "a byte too many"),
            (.varint, [0x91, 0], "longer than it needs to be"), (.varint, [1, 1], "two numbers"),
            (.varint, [255, 255, 255, 255, 255, 255, 255, 255, 255, 2], "more than 64 bits"),
            (.fourBytes, [1, 2, 3], "cut"), (.eightBytes, [1, 2, 3, 4], "cut"),
        ] as [(BinaryNumber, [UInt8], String)])
    func whatIsNotANumberIsNotRead(form: BinaryNumber, bytes: [UInt8], reason: String) {
        #expect(bytes.withUnsafeBufferPointer { form.value($0, 0..<$0.count) } == nil, "\(reason)")
    }

    @Test func aNumberTooLargeIsNotWritten() {
        var output: [UInt8] = [1]
        #expect(!BinaryNumber.fourBytes.append(1 << 32, to: &output))
        #expect(output == [1])
    }

    @Test(arguments: ["AAAAAAQKAmFi", "AAAAAAQ=CgJhYg=="])
    func framesInBase64AreDecoded(text: String) throws {
        let frames = try #require(Array(text.utf8).withUnsafeBufferPointer { GRPCFrames.decoded($0) })
        #expect(frames == [0, 0, 0, 0, 4, 10, 2, 97, 98])
        #expect(frames.withUnsafeBufferPointer { GRPCFrames.decoded($0) } == nil, "they are no text themselves")
    }
}
