import CZlib
import Glibc
import Traffic

/// A file read from its beginning to its end through one window, decompressed when it is gzip.
///
/// Owns the descriptor and the window. One thread at a time.
struct ByteStream: ~Copyable {
    private static let chunkBytes = 256 << 10

    let path: String
    private let file: gzFile
    private var window: ByteWindow
    private var isAtEnd = false

    /// Opens the file at `path`; `-` is standard input.
    init(path: String) throws(InterchangeError) {
        let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, errno: errno) }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            _ = close(descriptor)
            throw .cannotOpen(path: path, errno: EISDIR)
        }
        guard let file = gzdopen(descriptor, "rb") else {
            _ = close(descriptor)
            throw .cannotOpen(path: path, errno: ENOMEM)
        }
        gzbuffer(file, UInt32(ByteStream.chunkBytes))
        self.path = path
        self.file = file
        window = ByteWindow(chunkBytes: ByteStream.chunkBytes)
    }

    deinit { gzclose_r(file) }

    /// Offset in the uncompressed bytes of the first unread byte.
    @inline(__always)
    var offset: UInt64 { window.offset }

    /// Bytes that can be looked at without reading more.
    @inline(__always)
    var available: Int { window.available }

    /// The unread bytes; good until the next ``need(_:)`` or ``consume(_:)``.
    @inline(__always)
    var unread: UnsafeRawBufferPointer { window.unread }

    /// Steps over `count` bytes that are available.
    @inline(__always)
    mutating func consume(_ count: Int) { window.consume(count) }

    /// Reads until `count` bytes are available; false when the file ends before.
    @inline(__always)
    mutating func need(_ count: Int) throws(InterchangeError) -> Bool {
        if window.available >= count { return true }
        try fill(count)
        return window.available >= count
    }

    private mutating func fill(_ count: Int) throws(InterchangeError) {
        window.makeRoom(for: count)
        while window.available < count, !isAtEnd {
            let room = window.room
            let got = gzread(file, room.baseAddress, UInt32(clamping: min(room.count, ByteStream.chunkBytes)))
            guard got >= 0 else { throw .readFailed(path: path, reason: failure) }
            window.fill(Int(got))
            guard got == 0 else { continue }
            isAtEnd = true
            // A gzip file that is cut off gives what there is and says so only here.
            var code: Int32 = 0
            gzerror(file, &code)
            if code < 0 { throw .readFailed(path: path, reason: failure) }
        }
    }

    private var failure: String {
        var code: Int32 = 0
        let text = gzerror(file, &code).map { String(cString: $0) } ?? ""
        return code == Z_ERRNO ? String(cString: strerror(errno)) : code == Z_BUF_ERROR ? "it is cut off" : text
    }
}
