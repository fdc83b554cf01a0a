import Glibc

/// A file read at any offset. Its size is that at opening: what a writer adds later is visible after ``refresh()``.
struct LogSource: ~Copyable {
    private let descriptor: Int32
    let path: String
    /// Bytes of the file.
    private(set) var size: UInt64
    /// Whether a writer held its lock at the last check.
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

    /// Updates the size of the file and whether it is being written.
    mutating func refresh() {
        // The lock is checked before the size, so that the size is final if a writer ends in between.
        isBeingWritten = flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
        if !isBeingWritten { _ = flock(descriptor, LOCK_UN) }
        var status = stat()
        if fstat(descriptor, &status) == 0 { size = UInt64(max(0, status.st_size)) }
    }

    /// Reads at most `count` bytes from `offset` into `buffer`, and sets its size to the bytes read.
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
