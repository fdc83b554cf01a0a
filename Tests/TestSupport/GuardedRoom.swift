import Glibc

/// Room for bytes at whose end no more memory follows: to read one byte too many ends the process.
public final class GuardedRoom {

    private let start: UnsafeMutableRawPointer
    private let count: Int
    private let pageBytes = sysconf(Int32(_SC_PAGESIZE))

    /// - Parameter bytes: the most that it is to hold
    public init(bytes: Int) {
        count = (bytes / pageBytes + 1) * pageBytes
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        let mapped = mmap(nil, count + pageBytes, PROT_READ | PROT_WRITE, flags, -1, 0)
        guard let mapped, mapped != MAP_FAILED, mprotect(mapped + count, pageBytes, PROT_NONE) == 0 else {
            preconditionFailure("there are a few pages of memory")
        }
        start = mapped
    }

    deinit { munmap(start, count + pageBytes) }

    /// The bytes, copied to the end of the room; valid until the next call.
    public func holding(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
        precondition(bytes.count <= count, "the room is as large as was asked for")
        let place = UnsafeMutableRawBufferPointer(start: start + (count - bytes.count), count: bytes.count)
        place.copyBytes(from: bytes)
        return UnsafeRawBufferPointer(place)
    }
}
