/// Writes protobuf messages (protobuf.dev, "Encoding"), field by field in the given order. The caller omits fields that
/// are zero or empty.
public struct ProtobufWriter {
    /// The message so far.
    public private(set) var bytes: [UInt8] = []

    /// An empty message.
    public init() {}

    /// Adds an integer field: `int64`, `uint64` or an enumeration; negative values take ten bytes.
    public mutating func add(_ field: Int, _ value: Int64) {
        add(tag: field, wire: 0)
        bytes.appendVarint(UInt64(bitPattern: value))
    }

    /// Adds a `double` field.
    public mutating func add(_ field: Int, _ value: Double) {
        add(tag: field, wire: 1)
        bytes.appendLittleEndian(value.bitPattern)
    }

    /// Adds a string field.
    public mutating func add(_ field: Int, _ text: String) { add(field, Array(text.utf8)) }

    /// Adds a bytes field.
    public mutating func add(_ field: Int, _ content: [UInt8]) {
        add(tag: field, wire: 2)
        bytes.appendVarint(UInt64(content.count))
        bytes += content
    }

    /// Adds a message field.
    public mutating func add(_ field: Int, _ message: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        message(&inner)
        add(field, inner.bytes)
    }

    private mutating func add(tag field: Int, wire: UInt64) {
        precondition(field > 0, "fields are numbered from 1")
        bytes.appendVarint(UInt64(field) << 3 | wire)
    }
}
