import Glibc

/// Memory mapped directly from the kernel, one page at a time as it is written, without an allocator.
struct MappedMemory: ~Copyable, @unchecked Sendable {
    private let start: UnsafeMutableRawPointer
    private let byteCount: Int

    /// - Returns: nil if the machine does not have the memory.
    init?(byteCount: Int) {
        guard byteCount > 0, let start = MappedMemory.map(byteCount) else { return nil }
        self.start = start
        self.byteCount = byteCount
    }

    deinit { munmap(start, byteCount) }

    /// Writes to the bytes of a range; pages that were not written before make the process larger.
    func write(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "within the mapping")
        (start + range.lowerBound).initializeMemory(as: UInt8.self, repeating: 0xA5, count: range.count)
    }

    /// Returns every page to the kernel; the pages can be written again.
    func giveBack() { madvise(start, byteCount, MADV_DONTNEED) }

    /// New private memory; nil if there is none.
    static func map(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        let start = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let start, start != MAP_FAILED else { return nil }
        // Huge pages would make the process grow in steps of 2 MiB.
        madvise(start, byteCount, MADV_NOHUGEPAGE)
        return start
    }
}
