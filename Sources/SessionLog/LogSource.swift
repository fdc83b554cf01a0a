import Glibc

/// A file to read at any offset. Its size is taken when it is opened: what a writer adds later is seen after ``refresh()``.
struct LogSource: ~Copyable {
    private let descriptor: Int32
    let path: String
    /// Bytes of the file.
    private(set) var size: UInt64
    /// Whether a writer held its lock when that was looked at last.
    private(set) var isBeingWritten: Bool

    init(path: String) throws(SessionLogError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            let code = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : ESPIPE
            _ = close(descriptor)
            throw .cannotOpen(path: path, errno: code)
        }
        self.descriptor = descriptor
        self.path = path
        isBeingWritten = false
        size = 0
        refresh()
    }

    deinit { _ = close(descriptor) }

    /// Looks again how large the file is and whether it is being written.
    mutating func refresh() {
        // The lock before the size: a writer that ends in between leaves the larger size.
        isBeingWritten = flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
        if !isBeingWritten { _ = flock(descriptor, LOCK_UN) }
        var status = stat()
        if fstat(descriptor, &status) == 0 { size = UInt64(max(0, status.st_size)) }
    }

    /// Reads from `offset` into `buffer`, whose size is set to what there was, at most `count` bytes.
    func read(_ count: Int, at offset: UInt64, into buffer: inout GrowingBuffer) throws(SessionLogError) {
        let available = offset < size ? min(UInt64(count), size - offset) : 0
        buffer.resize(to: Int(available))
        var done = 0
        while done < buffer.count {
            let part = UnsafeMutableRawBufferPointer(rebasing: buffer.mutableBytes[done...])
            let got = pread(descriptor, part.baseAddress, part.count, off_t(offset) + off_t(done))
            if got > 0 {
                done += got
            } else if got == 0 {
                buffer.resize(to: done)
            } else if errno != EINTR {
                throw .readFailed(path: path, offset: offset + UInt64(done), errno: errno)
            }
        }
    }
}
