/// How a number without a sign is written in a binary message.
public enum BinaryNumber: Hashable, Sendable {
    /// Seven bits a byte, the lowest first, as protobuf has it.
    case varint
    /// In four bytes, the lowest first.
    case fourBytes
    /// In eight bytes, the lowest first.
    case eightBytes

    /// The number that fills `range`; nil if the bytes do not have this form, or are longer than necessary.
    public func value(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UInt64? {
        var value: UInt64 = 0
        switch self {
        case .fourBytes, .eightBytes:
            guard range.count == (self == .fourBytes ? 4 : 8) else { return nil }
            for index in range.reversed() { value = value << 8 | UInt64(bytes[index]) }
        case .varint:
            guard !range.isEmpty, range.count <= 10, bytes[range.upperBound - 1] & 0x80 == 0,
                range.count == 1 || bytes[range.upperBound - 1] != 0
            else { return nil }
            for index in range.reversed() {
                guard value <= UInt64.max >> 7, index == range.upperBound - 1 || bytes[index] & 0x80 != 0 else {
                    return nil
                }
                value = value << 7 | UInt64(bytes[index] & 0x7f)
            }
        }
        return value
    }

    /// Appends `value`.
    ///
    /// - Returns: false, with nothing appended, when it is too large.
    @discardableResult
    public func append(_ value: UInt64, to output: inout [UInt8]) -> Bool {
        switch self {
        case .fourBytes:
            guard let value = UInt32(exactly: value) else { return false }
            output.appendLittleEndian(value)
        case .eightBytes: output.appendLittleEndian(value)
        case .varint: output.appendVarint(value)
        }
        return true
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
