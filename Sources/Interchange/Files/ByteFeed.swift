import CZlib
import CZstd
import Glibc

/// A source of bytes, chunk by chunk. Used by one thread at a time.
protocol ByteFeed: AnyObject {
    /// The next bytes, at least one; nil at the end.
    func next() throws(InterchangeError) -> [UInt8]?
}

/// A file, uncompressed or gzip.
final class GzipFeed: ByteFeed {
    private static let chunkBytes = 256 << 10
    private let path: String
    private let file: gzFile
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
        gzbuffer(file, UInt32(GzipFeed.chunkBytes))
        self.path = path
        self.file = file
    }

    deinit { gzclose_r(file) }

    func next() throws(InterchangeError) -> [UInt8]? {
        guard !isAtEnd else { return nil }
        var got: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: GzipFeed.chunkBytes) { room, count in
            got = gzread(file, room.baseAddress, UInt32(room.count))
            count = max(0, Int(got))
        }
        guard got >= 0 else { throw .readFailed(path: path, reason: failure) }
        guard bytes.isEmpty else { return bytes }
        isAtEnd = true
        // A truncated gzip file returns its bytes and reports the error only here.
        var code: Int32 = 0
        gzerror(file, &code)
        if code < 0 { throw .readFailed(path: path, reason: failure) }
        return nil
    }

    private var failure: String {
        var code: Int32 = 0
        let text = gzerror(file, &code).map { String(cString: $0) } ?? ""
        return code == Z_ERRNO ? String(cString: strerror(errno)) : code == Z_BUF_ERROR ? "it is cut off" : text
    }
}

/// Bytes that were already read, then the rest.
final class ReplayedFeed: ByteFeed {
    private var first: [UInt8]?
    private let rest: any ByteFeed

    init(_ first: [UInt8], then rest: any ByteFeed) {
        self.first = first.isEmpty ? nil : first
        self.rest = rest
    }

    func next() throws(InterchangeError) -> [UInt8]? {
        guard let first else { return try rest.next() }
        self.first = nil
        return first
    }
}

/// The content of one or more Zstandard frames (RFC 8878).
final class ZstdFeed: ByteFeed {
    /// Whether a file that begins with these bytes is of Zstandard's frames (RFC 8878 section 3.1), the first of which
    /// may be one to skip, as parallel compressors write.
    static func isBeginning(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x28, 0xb5, 0x2f, 0xfd])
            || bytes.count >= 4 && bytes[0] & 0xf0 == 0x50 && bytes[1..<4].elementsEqual([0x2a, 0x4d, 0x18])
    }
    /// The maximum window of a frame, the default of the zstd program.
    private static let maximumWindowLog: Int32 = 27

    private let path: String
    private let source: any ByteFeed
    private let stream: OpaquePointer
    private var input: [UInt8] = []
    private var position = 0
    /// Whether the bytes so far end with a frame.
    private var isBetweenFrames = true

    init(_ source: any ByteFeed, path: String) throws(InterchangeError) {
        guard let stream = ZSTD_createDCtx() else { throw .readFailed(path: path, reason: "out of memory") }
        ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, ZstdFeed.maximumWindowLog)
        self.source = source
        self.path = path
        self.stream = stream
    }

    deinit { ZSTD_freeDCtx(stream) }

    func next() throws(InterchangeError) -> [UInt8]? {
        while true {
            if position == input.count {
                guard let more = try source.next() else {
                    guard isBetweenFrames else { throw .readFailed(path: path, reason: "it is cut off") }
                    return nil
                }
                (input, position) = (more, 0)
            }
            var code = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: 256 << 10) { room, count in
                var output = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
                input.withUnsafeBytes { bytes in
                    var from = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: position)
                    code = ZSTD_decompressStream(stream, &output, &from)
                    position = from.pos
                }
                count = output.pos
            }
            guard ZSTD_isError(code) == 0 else {
                throw .readFailed(path: path, reason: "zstd: \(String(cString: ZSTD_getErrorName(code)))")
            }
            isBetweenFrames = code == 0
            if !bytes.isEmpty { return bytes }
        }
    }
}

/// Converts UTF-16 text, as written by Windows programs, to UTF-8. Unpaired surrogates become U+FFFD.
final class UTF16Feed: ByteFeed {
    private let source: any ByteFeed
    private let isBigEndian: Bool
    private var carried: [UInt8] = []
    private var isAtEnd = false

    init(_ source: any ByteFeed, isBigEndian: Bool) {
        self.source = source
        self.isBigEndian = isBigEndian
    }

    /// The byte order if `bytes`, the first of a file, are UTF-16: detected by the byte order mark, or by a brace next
    /// to a zero byte.
    static func isBigEndian(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        guard bytes.count >= 4 else { return nil }
        switch (bytes[0], bytes[1]) {
        case (0xff, 0xfe) where bytes[2] != 0 || bytes[3] != 0: return false
        case (0xfe, 0xff): return true
        case (UInt8(ascii: "{"), 0) where bytes[3] == 0: return false
        case (0, UInt8(ascii: "{")) where bytes[2] == 0: return true
        default: return nil
        }
    }

    func next() throws(InterchangeError) -> [UInt8]? {
        while !isAtEnd {
            let more = try source.next()
            isAtEnd = more == nil
            var units = (carried + (more ?? []))[...]
            // An odd byte and a high surrogate wait for the rest.
            var waiting = units.count % 2
            if !isAtEnd, units.count - waiting >= 2 {
                let last = unit(units, at: units.endIndex - waiting - 2)
                if UTF16.isLeadSurrogate(last) { waiting += 2 }
            }
            carried = isAtEnd ? [] : Array(units.suffix(waiting))
            units = units.dropLast(waiting)
            let pairs = stride(from: units.startIndex, to: units.endIndex - units.count % 2, by: 2)
            let text = String(decoding: pairs.map { unit(units, at: $0) }, as: UTF16.self)
            if !text.isEmpty { return Array(text.utf8) }
        }
        return nil
    }

    private func unit(_ bytes: ArraySlice<UInt8>, at index: Int) -> UInt16 {
        let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
        return isBigEndian ? first << 8 | second : second << 8 | first
    }
}
