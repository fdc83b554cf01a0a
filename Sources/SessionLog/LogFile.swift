import Glibc

/// The file of a writer: locked against a second writer, and never longer than its last complete block.
struct LogFile: ~Copyable {
    private let descriptor: Int32
    let path: String
    /// Bytes written.
    private(set) var offset: UInt64 = 0

    /// Creates the file with mode 0600 and locks it (flock(2)).
    ///
    /// - Parameter overwrites: whether an existing file may be truncated; it is not changed while another process
    ///   writes it.
    init(creating path: String, overwrites: Bool) throws(SessionLogError) {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | (overwrites ? 0 : O_EXCL)
        let descriptor = open(path, flags, 0o600)
        guard descriptor >= 0 else {
            throw errno == EEXIST ? .exists(path: path) : .cannotCreate(path: path, errno: errno)
        }
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            _ = close(descriptor)
            throw .inUse(path: path)
        }
        if overwrites {
            _ = fchmod(descriptor, 0o600)
            _ = ftruncate(descriptor, 0)
        }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { _ = close(descriptor) }

    /// Writes all of `bytes` or nothing: after a failure, the file is truncated to its previous size.
    ///
    /// - Throws: ``SessionLogError/writeFailed(path:offset:errno:)``, and ``SessionLogError/fileChanged(path:change:)``
    ///   if the file was deleted or truncated: further writes would hide that.
    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(SessionLogError) {
        if let change, change != .movedAway { throw .fileChanged(path: path, change: change) }
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count >= 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            } else if errno != EINTR {
                let code = errno
                _ = ftruncate(descriptor, off_t(offset))
                _ = lseek(descriptor, off_t(offset), SEEK_SET)
                throw .writeFailed(path: path, offset: offset, errno: code)
            }
        }
        offset += UInt64(bytes.count)
    }

    /// What another program did to the file since it was created; nil if it is intact and in its place.
    var change: FileChange? {
        var (own, named) = (stat(), stat())
        guard fstat(descriptor, &own) == 0, own.st_mode & S_IFMT == S_IFREG else { return nil }
        if own.st_nlink == 0 { return .deleted }
        if UInt64(max(0, own.st_size)) < offset { return .truncated }
        guard stat(path, &named) == 0 else { return errno == ENOENT ? .movedAway : nil }
        return own.st_dev == named.st_dev && own.st_ino == named.st_ino ? nil : .movedAway
    }

    /// Checks that the file is where it was created, and as long as written.
    ///
    /// - Throws: ``SessionLogError/fileChanged(path:change:)``.
    func check() throws(SessionLogError) {
        if let change { throw .fileChanged(path: path, change: change) }
    }

    /// Waits until everything written is on the disk (fdatasync(2)). Does nothing for pipes and similar files.
    func synchronize() throws(SessionLogError) {
        guard fdatasync(descriptor) != 0, errno != EINVAL, errno != EROFS else { return }
        throw .writeFailed(path: path, offset: offset, errno: errno)
    }

    /// Makes the file's name durable too: fsync(2) of its folder. A folder that cannot be synced is not an error.
    func synchronizeFolder() {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        _ = close(descriptor)
    }
}
