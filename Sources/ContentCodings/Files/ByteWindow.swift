/// A window of a file in memory: the bytes read but not consumed yet, and room for more.
///
/// Owns its memory, which grows as needed. Used by one thread at a time.
public struct ByteWindow: ~Copyable {
    @usableFromInline var memory: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    @usableFromInline var start = 0
    @usableFromInline var end = 0
    @usableFromInline var used: UInt64 = 0
    /// Bytes per read, for which there is always room after the requested bytes.
    private let chunkBytes: Int

    /// Creates an empty window with room for two chunks.
    public init(chunkBytes: Int) {
        self.chunkBytes = chunkBytes
        capacity = chunkBytes * 2
        memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { memory.deallocate() }

    /// Bytes consumed so far.
    @inlinable
    public var offset: UInt64 { used }

    /// Bytes available without another read.
    @inlinable
    public var available: Int { end - start }

    /// The unread bytes; valid until ``makeRoom(for:)``, ``consume(_:)`` or ``removeAll()``.
    @inlinable
    public var unread: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory + start, count: end - start) }

    /// The first unread byte, valid as long.
    @inlinable
    public var first: UnsafeRawPointer { UnsafeRawPointer(memory + start) }

    /// Skips `count` available bytes.
    @inlinable
    public mutating func consume(_ count: Int) {
        start += count
        used &+= UInt64(count)
    }

    /// Moves the unread bytes to the beginning, and makes ``room`` large enough for the missing part of `count` plus a
    /// chunk.
    public mutating func makeRoom(for count: Int) {
        if start > 0 {
            memory.copyMemory(from: memory + start, byteCount: end - start)
            (start, end) = (0, end - start)
        }
        guard count + chunkBytes > capacity else { return }
        let larger = max(capacity * 2, count + chunkBytes)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
        moved.copyMemory(from: memory, byteCount: end)
        memory.deallocate()
        (memory, capacity) = (moved, larger)
    }

    /// The free space for more bytes.
    public var room: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: memory + end, count: capacity - end)
    }

    /// Notes that `count` bytes were written to ``room``.
    public mutating func fill(_ count: Int) { end += count }

    /// Drops the unread bytes, which do not count as consumed.
    public mutating func removeAll() { (start, end) = (0, 0) }
}
