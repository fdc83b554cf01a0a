import Glibc

/// A file that grows only by complete records: an incomplete write is undone, so that the file stays readable.
struct AppendedFile: ~Copyable {
    private let descriptor: Int32
    private let path: String
    private var length: off_t = 0

    /// Creates the file with mode 0600. It must not exist.
    init(creating path: String) throws(RunFolderError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(operation: "create", path: path, code: errno) }
        self.path = path
    }

    /// Takes over an open file that is positioned at its end.
    init(adopting descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Appends all bytes, or none.
    mutating func append(_ bytes: [UInt8]) throws(RunFolderError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, bytes.count - written) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let code = count == 0 ? ENOSPC : errno
                if ftruncate(descriptor, length) == 0 { lseek(descriptor, length, SEEK_SET) }
                throw .system(operation: "write", path: path, code: code)
            }
            written += count
        }
        length += off_t(bytes.count)
    }

    /// Flushes written data to disk (fsync(2)).
    func synchronize() throws(RunFolderError) {
        guard fsync(descriptor) == 0 else { throw .system(operation: "sync", path: path, code: errno) }
    }
}
