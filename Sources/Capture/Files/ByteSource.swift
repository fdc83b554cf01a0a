import CZlib
import CZstd
import Glibc
import Traffic

/// A file read sequentially through one buffer, and decompressed if it begins with the magic number of gzip or zstd.
///
/// Owns the file descriptor, the buffer and the decompressor. One thread at a time.
struct ByteSource: ~Copyable {
    /// Bytes per read. A window of this size stays in the processor's cache.
    private static let chunkBytes = 256 << 10
    /// The maximum argument of ``need(_:)``.
    static let maximumWindowBytes = 128 << 20

    let path: String
    private let descriptor: Int32
    private let ownsDescriptor: Bool
    private var window: ByteWindow
    private var isAtEnd = false
    private var decompressor: Decompressor

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
        ownsDescriptor = descriptor != STDIN_FILENO
        window = ByteWindow(chunkBytes: ByteSource.chunkBytes)
        decompressor = .none
    }

    /// Opens the file at `path`; `-` is standard input.
    static func opening(_ path: String) throws(CaptureFileError) -> ByteSource {
        var source = ByteSource(path: path, descriptor: try openFile(path))
        try source.beginDecompressing()
        return source
    }

    private static func openFile(_ path: String) throws(CaptureFileError) -> Int32 {
        if path == "-" { return STDIN_FILENO }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
        }
        _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        return descriptor
    }

    /// Whether a number begins a frame of Zstandard (RFC 8878 section 3.1), or one to skip, as parallel compressors
    /// write first.
    private static func isZstd(_ magic: UInt32) -> Bool { magic == 0xfd2f_b528 || magic & 0xffff_fff0 == 0x184d_2a50 }

    /// Checks the first bytes, and passes the bytes read so far to the matching decompressor.
    private mutating func beginDecompressing() throws(CaptureFileError) {
        try fill(4)
        let read = window.unread
        if read.count >= 2, read.loadUnaligned(as: UInt16.self).littleEndian == 0x8b1f {
            let stream = GzipStream()
            stream.input.append(contentsOf: read)
            decompressor = .gzip(stream)
        } else if read.count >= 4, ByteSource.isZstd(read.loadUnaligned(as: UInt32.self).littleEndian) {
            let stream = ZstdStream()
            stream.input.append(contentsOf: read)
            decompressor = .zstd(stream)
        } else {
            return
        }
        window.removeAll()
    }

    deinit {
        if ownsDescriptor { close(descriptor) }
    }

    /// Bytes available without another read.
    @inline(__always)
    var available: Int { window.available }

    /// Offset in the uncompressed bytes of the first unread byte.
    @inline(__always)
    var offset: UInt64 { window.offset }

    /// The first unread byte; valid until the next ``need(_:)``.
    @inline(__always)
    var unread: UnsafeRawPointer { window.first }

    /// Skips `count` available bytes.
    @inline(__always)
    mutating func consume(_ count: Int) { window.consume(count) }

    /// Reads until `count` bytes are available.
    ///
    /// - Returns: false if the file ends before.
    /// - Precondition: `count` is at most ``maximumWindowBytes``.
    @inline(__always)
    mutating func need(_ count: Int) throws(CaptureFileError) -> Bool {
        if window.available >= count { return true }
        try fill(count)
        return window.available >= count
    }

    private mutating func fill(_ count: Int) throws(CaptureFileError) {
        precondition(count <= ByteSource.maximumWindowBytes, "a window is bounded")
        window.makeRoom(for: count)
        while window.available < count, !isAtEnd {
            let room = window.room
            let got: Int
            switch decompressor {
            case .none: got = try readFile(into: room)
            case .gzip(let stream): got = try decompress(stream, into: room)
            case .zstd(let stream): got = try decompress(stream, into: room)
            }
            if got == 0 { isAtEnd = true }
            window.fill(got)
        }
    }

    private func readFile(into room: UnsafeMutableRawBufferPointer) throws(CaptureFileError) -> Int {
        while true {
            let got = read(descriptor, room.baseAddress, min(room.count, ByteSource.chunkBytes))
            if got >= 0 { return got }
            guard errno == EINTR else {
                throw .readFailed(path: path, reason: String(cString: strerror(errno)))
            }
        }
    }

    /// - Returns: the number of bytes written to `room`; 0 at the end of the file.
    private func decompress(
        _ stream: some DecompressingStream, into room: UnsafeMutableRawBufferPointer
    ) throws(CaptureFileError) -> Int {
        while true {
            let produced: Int
            do throws(DecompressionFailure) {
                produced = try stream.produce(into: room)
            } catch {
                throw .compression(path: path, what: error.what)
            }
            if produced > 0 { return produced }
            // A member or frame without content: the next one may be there already.
            if stream.isBetweenFrames, !stream.input.isEmpty { continue }
            let got = try readCompressed(into: stream)
            if got == 0 {
                guard stream.isBetweenFrames else { throw .compression(path: path, what: "it is cut off") }
                return 0
            }
        }
    }

    private func readCompressed(into stream: some DecompressingStream) throws(CaptureFileError) -> Int {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { piece.deallocate() }
        let got = try readFile(into: piece)
        stream.input.append(contentsOf: UnsafeRawBufferPointer(rebasing: piece[..<got]))
        return got
    }
}

/// How the bytes of a file are compressed.
private enum Decompressor {
    case none
    case gzip(GzipStream)
    case zstd(ZstdStream)
}
