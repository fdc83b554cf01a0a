import CZlib
import Glibc

/// A file read from its beginning to its end through one window, decompressed when it is gzip.
///
/// Owns the descriptor and the window, which grows to what is asked for. One thread at a time.
struct ByteStream: ~Copyable {
    private static let chunkBytes = 256 << 10

    let path: String
    private let file: gzFile
    private var window: UnsafeMutableRawPointer
    private var capacity: Int
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    /// Offset in the uncompressed bytes of the first unread byte.
    private(set) var offset: UInt64 = 0

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
        capacity = ByteStream.chunkBytes * 2
        window = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        window.deallocate()
        gzclose_r(file)
    }

    /// Bytes that can be looked at without reading more.
    @inline(__always)
    var available: Int { end - start }

    /// The unread bytes; good until the next ``need(_:)`` or ``consume(_:)``.
    @inline(__always)
    var unread: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: window + start, count: end - start) }

    /// Steps over `count` bytes that are available.
    @inline(__always)
    mutating func consume(_ count: Int) {
        start += count
        offset &+= UInt64(count)
    }

    /// Reads until `count` bytes are available; false when the file ends before.
    @inline(__always)
    mutating func need(_ count: Int) throws(InterchangeError) -> Bool {
        if end - start >= count { return true }
        try fill(count)
        return end - start >= count
    }

    private mutating func fill(_ count: Int) throws(InterchangeError) {
        if start > 0 {
            window.copyMemory(from: window + start, byteCount: end - start)
            (start, end) = (0, end - start)
        }
        if count + ByteStream.chunkBytes > capacity {
            let larger = max(capacity * 2, count + ByteStream.chunkBytes)
            let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
            moved.copyMemory(from: window, byteCount: end)
            window.deallocate()
            (window, capacity) = (moved, larger)
        }
        while end < count, !isAtEnd {
            let got = gzread(file, window + end, UInt32(clamping: min(capacity - end, ByteStream.chunkBytes)))
            guard got >= 0 else { throw .readFailed(path: path, reason: failure) }
            end += Int(got)
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
