/// Iterates over the fields of a protobuf message (protobuf.dev, "Encoding") that contain texts or other messages.
///
/// The type of a field is not encoded: it counts as a text if all of it is printable, otherwise as a message if it
/// parses as one.
public struct ProtobufFields {
    /// A length-delimited field.
    public struct Field {
        /// The field's number.
        public var number: Int
        /// Its length and its content.
        public var entry: Range<Int>
        /// Its content.
        public var content: Range<Int>
        /// Whether all of it is printable.
        public var isText: Bool
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

    /// The next field that is a text or a message; nil at the end and at malformed content.
    public mutating func next() -> Field? {
        while position < end {
            guard let tag = varint(), tag >> 3 > 0, tag >> 3 < 1 << 29 else { return nil }
            switch tag & 7 {
            case 0: guard varint() != nil else { return nil }
            case 1: position += 8
            case 5: position += 4
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
                    number: Int(tag >> 3), entry: start..<content.upperBound, content: content, isText: isText)
            default: return nil
            }
        }
        return nil
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
        var rest = UInt64(count)
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
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

/// The messages of a gRPC body, each after a flag and its length (gRPC over HTTP2, "Length-Prefixed-Message").
public enum GRPCFrames {
    /// The ranges of the uncompressed messages, each with the range that includes its four-byte length.
    public static func ranges(in body: UnsafeBufferPointer<UInt8>) -> [(entry: Range<Int>, message: Range<Int>)] {
        var frames: [(entry: Range<Int>, message: Range<Int>)] = []
        var position = 0
        while position + 5 <= body.count {
            let count = (1...4).reduce(0) { $0 << 8 | Int(body[position + $1]) }
            let start = position + 5
            guard count <= body.count - start else { break }
            if body[position] == 0 { frames.append((position + 1..<start + count, start..<start + count)) }
            position = start + count
        }
        return frames
    }
}

/// The format of a length prefix in binary messages.
public enum LengthPrefix: Hashable, Sendable {
    /// A protobuf varint.
    case varint
    /// Four bytes, most significant first, as in gRPC.
    case fourBytes

    /// Appends a length.
    public func append(_ count: Int, to output: inout [UInt8]) {
        switch self {
        case .varint: output += ProtobufFields.varint(count)
        case .fourBytes: output += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) }
        }
    }
}

/// The path to a text in a protobuf message.
public struct ProtobufPath: Hashable, Sendable {
    /// A field number with an index among the fields with this number.
    public struct Step: Hashable, Sendable {
        /// The field's number.
        public var number: Int
        /// The index among the fields with this number, from 0.
        public var ordinal: Int

        /// The field number `number`, at index `ordinal` among those.
        public init(number: Int, ordinal: Int) {
            self.number = number
            self.ordinal = ordinal
        }
    }

    /// The index of the message in a gRPC body, from 0; nil if the body is a single message.
    public var frame: Int?
    /// The fields of the path.
    public var steps: [Step]

    /// The path `steps` in the message `frame`.
    public init(frame: Int?, steps: [Step]) {
        self.frame = frame
        self.steps = steps
    }

    /// The text at this path; nil if there is none.
    public func value(in body: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var message = 0..<body.count
        if let frame {
            let frames = GRPCFrames.ranges(in: body)
            guard !frames.isEmpty else { return nil }
            message = frames[min(frame, frames.count - 1)].message
        }
        for (depth, step) in steps.enumerated() {
            guard let found = ProtobufPath.field(step, in: body, message),
                found.isText == (depth == steps.count - 1)
            else { return nil }
            message = found.content
        }
        return steps.isEmpty ? nil : Array(body[message])
    }

    /// The field of a step; the last one with its number if there are fewer.
    private static func field(
        _ step: Step, in body: UnsafeBufferPointer<UInt8>, _ message: Range<Int>
    ) -> ProtobufFields.Field? {
        var found: ProtobufFields.Field?
        var left = step.ordinal
        var fields = ProtobufFields(body, message)
        while let field = fields.next(), left >= 0 {
            guard field.number == step.number else { continue }
            found = field
            left -= 1
        }
        return found
    }

    /// `protobuf 3.1`, with or without positions in lists.
    public func text(hidesPositions: Bool) -> String {
        let numbers = steps.map { step in
            step.ordinal == 0 || hidesPositions ? "\(step.number)" : "\(step.number)[\(step.ordinal)]"
        }
        return "protobuf " + numbers.joined(separator: ".")
    }
}
