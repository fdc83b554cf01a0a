import Glibc

/// Memory straight from the kernel, a page at a time as it is written: no allocator keeps or hides any of it.
struct MappedMemory: ~Copyable, @unchecked Sendable {
    private let start: UnsafeMutableRawPointer
    private let byteCount: Int

    /// - Returns: nil when the machine has no such memory.
    init?(byteCount: Int) {
        guard byteCount > 0, let start = MappedMemory.map(byteCount) else { return nil }
        self.start = start
        self.byteCount = byteCount
    }

    deinit { munmap(start, byteCount) }

    /// Writes to the bytes of a range, which makes the process as much larger where nothing was written before.
    func write(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "within the mapping")
        (start + range.lowerBound).initializeMemory(as: UInt8.self, repeating: 0xA5, count: range.count)
    }

    /// Gives every page back to the kernel; they can be written again.
    func giveBack() { madvise(start, byteCount, MADV_DONTNEED) }

    /// New private memory; nil when there is none.
    static func map(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let start = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let start, start != MAP_FAILED else { return nil }
        // Huge pages would make the process grow in steps of 2 MiB.
        madvise(start, byteCount, MADV_NOHUGEPAGE)
        return start
    }
}
