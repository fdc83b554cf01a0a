/// A stretch of a file in memory: what was read of it and not used yet, and room for what comes next.
///
/// Owns its memory, which grows to what is asked for. One thread at a time.
public struct ByteWindow: ~Copyable {
    @usableFromInline var memory: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    @usableFromInline var start = 0
    @usableFromInline var end = 0
    @usableFromInline var used: UInt64 = 0
    /// Bytes that are read at once, for which there is room behind what is asked for.
    private let chunkBytes: Int

    /// An empty window with room for two chunks.
    public init(chunkBytes: Int) {
        self.chunkBytes = chunkBytes
        capacity = chunkBytes * 2
        memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit { memory.deallocate() }

    /// Bytes used so far.
    @inlinable
    public var offset: UInt64 { used }

    /// Bytes that can be looked at without reading more.
    @inlinable
    public var available: Int { end - start }

    /// The unread bytes; good until ``makeRoom(for:)``, ``consume(_:)`` or ``removeAll()``.
    @inlinable
    public var unread: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: memory + start, count: end - start) }

    /// The first unread byte, good as long.
    @inlinable
    public var first: UnsafeRawPointer { UnsafeRawPointer(memory + start) }

    /// Steps over `count` bytes that are available.
    @inlinable
    public mutating func consume(_ count: Int) {
        start += count
        used &+= UInt64(count)
    }

    /// Moves the unread bytes to the beginning, and sees to it that ``room`` holds what is missing of `count` and a chunk more.
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

    /// Where more bytes may be put.
    public var room: UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: memory + end, count: capacity - end)
    }

    /// Notes that `count` bytes were put into ``room``.
    public mutating func fill(_ count: Int) { end += count }

    /// Forgets the unread bytes, which do not count as used.
    public mutating func removeAll() { (start, end) = (0, 0) }
}
