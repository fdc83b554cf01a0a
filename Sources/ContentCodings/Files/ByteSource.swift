import Formats
import Glibc

/// Why a file's bytes cannot be read.
public enum FileProblem: Hashable, Sendable {
    /// open(2) refused, with this `errno`.
    case cannotOpen(Int32)
    /// read(2) failed, with this `errno`.
    case readFailed(Int32)
    /// The data cannot be decompressed further, with the reason in words. The bytes before that point were returned.
    case compression(String)
}

/// The error that a reader of files throws if a file's bytes cannot be read.
public protocol FileError: Error {
    /// The error for `problem` with the file at `path`.
    init(_ problem: FileProblem, path: String)
}

/// A file that is read sequentially through one window, and decompressed if it begins with the magic number of gzip or
/// Zstandard. Compressions may be nested.
///
/// Owns the file descriptor, the window and the decompressors. One thread at a time.
public struct ByteSource<Failure: FileError>: ~Copyable {
    /// The file, as it was named.
    public let path: String
    @usableFromInline var window = ByteWindow(chunkBytes: FileLimits.chunkBytes)
    private let descriptor: Int32
    private let ownsDescriptor: Bool
    private var isAtEnd = false
    /// The decompressors, outermost compression first.
    private var layers: [any DecompressingStream] = []
    private var utf16: UTF16Decoder?

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
        ownsDescriptor = descriptor != STDIN_FILENO
    }

    deinit {
        if ownsDescriptor { close(descriptor) }
    }

    /// Opens the file at `path`; `-` is standard input.
    ///
    /// - Parameter decodesUTF16: whether text in UTF-16 is read as UTF-8.
    /// - Throws: when the file cannot be opened or its first bytes cannot be read.
    public static func opening(_ path: String, decodesUTF16: Bool = false) throws(Failure) -> ByteSource {
        var source = ByteSource(path: path, descriptor: try descriptor(of: path))
        while source.layers.count < FileLimits.layers, try source.beginDecompressing() {}
        if decodesUTF16 { try source.beginDecoding() }
        return source
    }

    private static func descriptor(of path: String) throws(Failure) -> Int32 {
        if path == "-" { return STDIN_FILENO }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(.cannotOpen(errno), path: path) }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            close(descriptor)
            throw Failure(.cannotOpen(EISDIR), path: path)
        }
        _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        return descriptor
    }

    /// Checks the first bytes, and passes the bytes read so far to the matching decompressor.
    ///
    /// - Returns: whether there is one.
    private mutating func beginDecompressing() throws(Failure) -> Bool {
        try fill(4)
        guard let stream = ByteSource.coding(of: window.unread)?.makeStream() else { return false }
        stream.input.append(contentsOf: window.unread)
        layers.append(stream)
        window.removeAll()
        isAtEnd = false
        return true
    }

    /// The compression of a file with these first bytes.
    private static func coding(of bytes: UnsafeRawBufferPointer) -> ContentCoding.Step? {
        if let step = ContentCoding.Step(markOf: bytes) { return step }
        // A frame to skip (RFC 8878 section 3.1.2), as parallel compressors write first.
        guard bytes.count >= 4 else { return nil }
        return bytes.loadUnaligned(as: UInt32.self).littleEndian & 0xffff_fff0 == 0x184d_2a50 ? .zstd : nil
    }

    /// If the first bytes are UTF-16, decodes these and all later bytes.
    private mutating func beginDecoding() throws(Failure) {
        try fill(4)
        guard let isBigEndian = UTF16Text.isBigEndian(window.unread) else { return }
        let first = Array(window.unread)
        window.removeAll()
        utf16 = UTF16Decoder(isBigEndian: isBigEndian)
        decode(first)
    }

    /// Offset in the uncompressed bytes of the first unread byte.
    @inlinable
    public var offset: UInt64 { window.offset }

    /// Bytes available without another read.
    @inlinable
    public var available: Int { window.available }

    /// The unread bytes; valid until the next ``need(_:)`` or ``consume(_:)``.
    @inlinable
    public var unread: UnsafeRawBufferPointer { window.unread }

    /// The first unread byte; valid until the next ``need(_:)``.
    @inlinable
    public var first: UnsafeRawPointer { window.first }

    /// Skips `count` available bytes.
    @inlinable
    public mutating func consume(_ count: Int) { window.consume(count) }

    /// Reads until `count` bytes are available.
    ///
    /// - Returns: false if the file ends before.
    /// - Throws: when the rest cannot be read.
    /// - Precondition: `count` is at most ``FileLimits/windowBytes``.
    @inlinable
    public mutating func need(_ count: Int) throws(Failure) -> Bool {
        if window.available >= count { return true }
        try fill(count)
        return window.available >= count
    }

    @usableFromInline mutating func fill(_ count: Int) throws(Failure) {
        precondition(count <= FileLimits.windowBytes, "a window is bounded")
        window.makeRoom(for: count)
        while window.available < count, !isAtEnd {
            guard utf16 == nil else {
                try readText()
                continue
            }
            let got = try read(through: layers.count, into: window.room)
            if got == 0 { isAtEnd = true }
            window.fill(got)
        }
    }

    private mutating func readText() throws(Failure) {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: FileLimits.pieceBytes, alignment: 16)
        defer { piece.deallocate() }
        let got = try read(through: layers.count, into: piece)
        if got == 0 { isAtEnd = true }
        decode(Array(piece[..<got]))
    }

    private mutating func decode(_ bytes: [UInt8]) {
        guard let text = utf16?.text(bytes, isLast: isAtEnd) else { return }
        window.makeRoom(for: window.available + text.count)
        text.withUnsafeBytes { window.room.copyMemory(from: $0) }
        window.fill(text.count)
    }

    /// Reads the output of the first `count` layers; with 0, the file itself.
    ///
    /// - Returns: the number of bytes written to `room`; 0 at the end of the file.
    private func read(through count: Int, into room: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        guard count > 0 else { return try readFile(into: room) }
        let stream = layers[count - 1]
        while true {
            let produced: Int
            do throws(DecompressionFailure) {
                produced = try stream.produce(into: room)
            } catch {
                throw Failure(.compression(error.what), path: path)
            }
            if produced > 0 { return produced }
            // A member or frame without content: the next one may be there already.
            if stream.isBetweenFrames, !stream.input.isEmpty { continue }
            let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: FileLimits.pieceBytes, alignment: 16)
            defer { piece.deallocate() }
            let got = try read(through: count - 1, into: piece)
            guard got > 0 else {
                guard stream.isBetweenFrames else { throw Failure(.compression("it is cut off"), path: path) }
                return 0
            }
            stream.input.append(contentsOf: UnsafeRawBufferPointer(rebasing: piece[..<got]))
        }
    }

    private func readFile(into room: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        while true {
            let got = Glibc.read(descriptor, room.baseAddress, min(room.count, FileLimits.chunkBytes))
            if got >= 0 { return got }
            guard errno == EINTR else { throw Failure(.readFailed(errno), path: path) }
        }
    }
}

/// Sizes of buffers and limits of file readers.
public enum FileLimits {
    /// Bytes per read. A window of this size stays in the processor's cache.
    static let chunkBytes = 256 << 10
    /// Compressed bytes per read.
    static let pieceBytes = 64 << 10
    /// The maximum number of nested compressions.
    static let layers = 2
    /// The maximum argument of ``ByteSource/need(_:)``.
    public static let windowBytes = 256 << 20
}
