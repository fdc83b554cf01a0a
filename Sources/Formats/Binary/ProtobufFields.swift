/// Iterates over the fields of a protobuf message (protobuf.dev, "Encoding") that contain texts, numbers or other
/// messages.
///
/// The type of a length-delimited field is not encoded: it counts as a text if all of it is printable, otherwise as a
/// message if it parses as one. Numbers are read as unsigned.
public struct ProtobufFields {
    /// A field.
    public struct Field {
        /// The field's number.
        public var number: Int
        /// Its content, including a length if it has one.
        public var entry: Range<Int>
        /// Its content.
        public var content: Range<Int>
        /// What it holds.
        public var kind: Kind
    }

    /// What a field holds.
    public enum Kind: Hashable, Sendable {
        /// Printable characters.
        case text
        /// A message.
        case message
        /// A number in this form.
        case number(BinaryNumber)
    }

    /// The maximum depth of nested messages.
    public static let depthLimit = 12

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position: Int
    private let end: Int

    /// The fields of the message in range `message`; `bytes` must outlive this value.
    public init(_ bytes: UnsafeBufferPointer<UInt8>, _ message: Range<Int>) {
        self.bytes = bytes
        position = message.lowerBound
        end = message.upperBound
    }

    /// The next field that is a text, a number or a message; nil at the end and at malformed content.
    public mutating func next() -> Field? {
        while position < end {
            guard let tag = varint(), tag >> 3 > 0, tag >> 3 < 1 << 29 else { return nil }
            switch tag & 7 {
            case 0:
                let start = position
                guard varint() != nil else { return nil }
                return field(tag, start..<position, .varint)
            case 1, 5:
                let count = tag & 7 == 1 ? 8 : 4
                guard count <= end - position else { return nil }
                defer { position += count }
                return field(tag, position..<position + count, count == 8 ? .eightBytes : .fourBytes)
            case 2:
                let start = position
                guard let count = varint(), count <= UInt64(end - position) else { return nil }
                let content = position..<position + Int(count)
                position = content.upperBound
                // Only lengths in the shortest encoding are reproduced when written again.
                guard !content.isEmpty, ProtobufFields.varint(content.count).count == content.lowerBound - start else {
                    continue
                }
                let isText = ProtobufFields.isText(bytes, content)
                guard isText || ProtobufFields.isMessage(bytes, content, depth: 0) else { continue }
                return Field(
                    number: Int(tag >> 3), entry: start..<content.upperBound, content: content,
                    kind: isText ? .text : .message)
            default: return nil
            }
        }
        return nil
    }

    private func field(_ tag: UInt64, _ content: Range<Int>, _ form: BinaryNumber) -> Field {
        Field(number: Int(tag >> 3), entry: content, content: content, kind: .number(form))
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end, shift < 64 {
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }

    /// `count` as a varint.
    public static func varint(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendVarint(UInt64(count))
        return bytes
    }

    private static func isText(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
        bytes[range].allSatisfy { $0 >= 0x20 && $0 != 0x7f }
            && String(validating: bytes[range], as: UTF8.self) != nil
    }

    /// Whether all of `range` parses as a message.
    private static func isMessage(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, depth: Int) -> Bool {
        guard depth < depthLimit else { return false }
        var fields = ProtobufFields(bytes, range)
        while fields.position < fields.end {
            guard let tag = fields.varint(), tag >> 3 > 0, tag >> 3 < 1 << 29 else { return false }
            switch tag & 7 {
            case 0: guard fields.varint() != nil else { return false }
            case 1: fields.position += 8
            case 5: fields.position += 4
            case 2:
                guard let count = fields.varint(), count <= UInt64(fields.end - fields.position) else { return false }
                fields.position += Int(count)
            default: return false
            }
        }
        return fields.position == fields.end
    }
}
