import Formats
import Testing

struct BinaryWritingTests {
    @Test("Protobuf fields as in the encoding's documentation")
    func protobuf() {
        var writer = ProtobufWriter()
        writer.add(1, Int64(150))
        #expect(writer.bytes == [0x08, 0x96, 0x01], "varint 150 in field 1")
        writer = ProtobufWriter()
        writer.add(2, "testing")
        #expect(writer.bytes == [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67], "a text in field 2")
        writer = ProtobufWriter()
        writer.add(3) { $0.add(1, Int64(150)) }
        #expect(writer.bytes == [0x1a, 0x03, 0x08, 0x96, 0x01], "a message in field 3")
        writer = ProtobufWriter()
        writer.add(1, 1.0)
        #expect(writer.bytes == [0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f], "a double")
        writer = ProtobufWriter()
        writer.add(1, Int64(-1))
        #expect(writer.bytes == [0x08] + [UInt8](repeating: 0xff, count: 9) + [0x01], "minus one takes ten bytes")
    }

    @Test(
        "Literals of Snappy hold what was put in", arguments: [0, 1, 59, 60, 61, 256, 65_535, 65_536, 65_537, 200_000])
    func snappy(count: Int) throws {
        let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var rest = SnappyLiterals.block(content)[...]
        var (length, shift) = (0, 0)
        while let byte = rest.popFirst() {
            length |= Int(byte & 0x7f) << shift
            shift += 7
            if byte < 0x80 { break }
        }
        #expect(length == count)
        var read: [UInt8] = []
        while let tag = rest.popFirst() {
            #expect(tag & 3 == 0, "a literal")
            var size = Int(tag >> 2) + 1
            if size > 60 {
                let bytes = size - 60
                size = (0..<bytes).reduce(0) { $0 | Int(rest[rest.startIndex + $1]) << (8 * $1) } + 1
                rest = rest.dropFirst(bytes)
            }
            read += rest.prefix(size)
            rest = rest.dropFirst(size)
        }
        #expect(read == content)
    }
}
