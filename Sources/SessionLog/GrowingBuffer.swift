/// Bytes in memory that only grow and are never filled with zeros first: what blocks are written from and read into.
struct GrowingBuffer: ~Copyable {
    private var storage = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    /// Bytes in use, at most ``capacity``.
    private(set) var count = 0

    deinit { storage.deallocate() }

    /// The bytes in use; valid until the next change.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<count]) }

    /// The bytes in use, to change them; valid until the next change of size.
    var mutableBytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rebasing: storage[..<count]) }

    /// Sets the number of bytes in use; new ones hold anything.
    mutating func resize(to newCount: Int) {
        reserve(newCount - count)
        count = newCount
    }

    /// Room for `extra` bytes after those in use; valid until the next change of size.
    mutating func room(_ extra: Int) -> UnsafeMutableRawBufferPointer {
        reserve(extra)
        return UnsafeMutableRawBufferPointer(rebasing: storage[count..<count + extra])
    }

    /// Appends a copy of `source`.
    mutating func append(_ source: UnsafeRawBufferPointer) {
        room(source.count).copyMemory(from: source)
        count += source.count
    }

    private mutating func reserve(_ extra: Int) {
        guard storage.count - count < extra else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(count + extra, storage.count * 2), alignment: 16)
        larger.copyMemory(from: bytes)
        storage.deallocate()
        storage = larger
    }
}
