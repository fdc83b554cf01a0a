import Glibc

/// A growing buffer that is not zero-initialised, for writing and reading blocks.
struct GrowingBuffer: ~Copyable {
    private static let initialCapacity = 4096
    private var storage = UnsafeMutableRawBufferPointer.allocate(byteCount: initialCapacity, alignment: 16)
    /// Bytes in use.
    private(set) var count = 0

    deinit { storage.deallocate() }

    /// The bytes in use; valid until the next change.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: storage[..<count]) }

    /// The bytes in use, to change them; valid until the next change of size.
    var mutableBytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rebasing: storage[..<count]) }

    /// Sets the number of bytes in use; new bytes are uninitialised.
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
    @inline(__always)
    mutating func append(_ source: UnsafeRawBufferPointer) {
        reserve(source.count)
        if let start = source.baseAddress, let base = storage.baseAddress {
            memcpy(base + count, start, source.count)
        }
        count += source.count
    }

    /// Whether `string` is at `offset`.
    @inline(__always)
    func holds(_ string: UnsafeRawBufferPointer, at offset: Int) -> Bool {
        guard offset + string.count <= count, let start = string.baseAddress, let base = storage.baseAddress else {
            return string.isEmpty
        }
        return memcmp(base + offset, start, string.count) == 0
    }

    /// Empties the buffer; storage larger than `limit` bytes is freed.
    mutating func removeAll(keepingAtMost limit: Int) {
        count = 0
        guard storage.count > limit else { return }
        storage.deallocate()
        storage = .allocate(byteCount: GrowingBuffer.initialCapacity, alignment: 16)
    }

    @inline(__always)
    private mutating func reserve(_ extra: Int) {
        if storage.count - count < extra { grow(extra) }
    }

    private mutating func grow(_ extra: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(count + extra, storage.count * 2), alignment: 16)
        larger.copyMemory(from: bytes)
        storage.deallocate()
        storage = larger
    }
}
