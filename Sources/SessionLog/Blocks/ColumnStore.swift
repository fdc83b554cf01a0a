import Formats

/// The number columns of the open block: reusable growing buffers, written without a uniqueness check per value.
struct ColumnStore: ~Copyable {
    private struct Buffer {
        var base: UnsafeMutablePointer<UInt8>
        var count = 0
        var capacity: Int
    }

    private static let initialCapacity = 1024
    private let buffers: UnsafeMutablePointer<Buffer>
    /// Bytes of all columns together.
    private(set) var byteCount = 0

    init() {
        buffers = .allocate(capacity: Column.numberLimit)
        for index in 0..<Column.numberLimit {
            let base = UnsafeMutablePointer<UInt8>.allocate(capacity: ColumnStore.initialCapacity)
            (buffers + index).initialize(to: Buffer(base: base, capacity: ColumnStore.initialCapacity))
        }
    }

    deinit {
        for index in 0..<Column.numberLimit { buffers[index].base.deallocate() }
        buffers.deallocate()
    }

    /// The bytes of `column`; valid until the next change.
    func bytes(of column: Column) -> UnsafeRawBufferPointer {
        let buffer = buffers[Int(column.rawValue)]
        return UnsafeRawBufferPointer(start: buffer.base, count: buffer.count)
    }

    /// Appends an unsigned number with 7 bits per byte.
    @inline(__always)
    mutating func appendVarint(_ value: UInt64, to column: Column) {
        let target = reserve(10, in: column)
        var rest = value
        var written = 0
        while rest >= 0x80 {
            target[written] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            written += 1
        }
        target[written] = UInt8(truncatingIfNeeded: rest)
        note(written + 1, in: column)
    }

    /// Appends a signed number; small magnitudes take few bytes.
    @inline(__always)
    mutating func appendZigzag(_ value: Int64, to column: Column) {
        appendVarint(UInt64(bitPattern: (value << 1) ^ (value >> 63)), to: column)
    }

    /// Appends the bytes of `value`, least significant first.
    @inline(__always)
    mutating func append<Integer: FixedWidthInteger>(_ value: Integer, to column: Column) {
        let width = MemoryLayout<Integer>.size
        UnsafeMutableRawPointer(reserve(width, in: column)).storeBytes(of: value.littleEndian, as: Integer.self)
        note(width, in: column)
    }

    /// Empties the columns and keeps their storage.
    mutating func removeAll() {
        for index in 0..<Column.numberLimit { buffers[index].count = 0 }
        byteCount = 0
    }

    @inline(__always)
    private mutating func reserve(_ extra: Int, in column: Column) -> UnsafeMutablePointer<UInt8> {
        let buffer = buffers + Int(column.rawValue)
        if buffer.pointee.capacity - buffer.pointee.count < extra { ColumnStore.grow(buffer) }
        return buffer.pointee.base + buffer.pointee.count
    }

    @inline(__always)
    private mutating func note(_ count: Int, in column: Column) {
        buffers[Int(column.rawValue)].count += count
        byteCount += count
    }

    private static func grow(_ buffer: UnsafeMutablePointer<Buffer>) {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: buffer.pointee.capacity * 2)
        larger.update(from: buffer.pointee.base, count: buffer.pointee.count)
        buffer.pointee.base.deallocate()
        buffer.pointee.base = larger
        buffer.pointee.capacity *= 2
    }
}
