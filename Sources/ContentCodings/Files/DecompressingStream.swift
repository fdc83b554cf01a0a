import CZlib
import CZstd

/// Why a compressed stream cannot continue.
struct DecompressionFailure: Error {
    var what: String
}

/// A decompressor that reads from ``input``.
protocol DecompressingStream: AnyObject {
    /// Compressed bytes not used yet.
    var input: [UInt8] { get set }
    /// Whether the input so far consists of whole members or frames.
    var isBetweenFrames: Bool { get }
    /// Decompresses into `room`.
    ///
    /// - Returns: the number of bytes written; 0 when more input is needed.
    func produce(into room: UnsafeMutableRawBufferPointer) throws(DecompressionFailure) -> Int
}

extension ContentCoding.Step {
    /// The decoder of files in this coding; nil for codings of bodies only.
    func makeStream() -> (any DecompressingStream)? {
        switch self {
        case .gzip: GzipStream()
        case .zstd: ZstdStream()
        case .deflate, .brotli: nil
        }
    }
}

/// gzip (RFC 1952): a sequence of members, which zeros may follow.
final class GzipStream: DecompressingStream {
    var input: [UInt8] = []
    private(set) var isBetweenFrames = true
    private let stream: UnsafeMutablePointer<z_stream>
    private var isReady = false
    /// Whether a member has ended.
    private var hasEnded = false

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 window bits, plus 16 for the gzip wrapper.
        isReady =
            inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit {
        if isReady { inflateEnd(stream) }
        stream.deallocate()
    }

    func produce(into room: UnsafeMutableRawBufferPointer) throws(DecompressionFailure) -> Int {
        guard isReady else { throw DecompressionFailure(what: "zlib has no memory") }
        // As tapes and block devices pad a file.
        if isBetweenFrames, hasEnded { input.removeFirst(input.prefix { $0 == 0 }.count) }
        guard !input.isEmpty else { return 0 }
        var status = Z_OK
        var unused = 0
        let produced = input.withUnsafeMutableBufferPointer { bytes in
            stream.pointee.next_in = bytes.baseAddress
            stream.pointee.avail_in = UInt32(bytes.count)
            stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(clamping: room.count)
            let before = stream.pointee.avail_out
            status = inflate(stream, Z_NO_FLUSH)
            unused = Int(stream.pointee.avail_in)
            return Int(before - stream.pointee.avail_out)
        }
        input.removeFirst(input.count - unused)
        isBetweenFrames = status == Z_STREAM_END
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            inflateReset(stream)
            hasEnded = true
        default:
            if produced == 0 { throw DecompressionFailure(what: "the gzip data are damaged") }
        }
        return produced
    }
}

/// Zstandard (RFC 8878): a sequence of frames.
final class ZstdStream: DecompressingStream {
    var input: [UInt8] = []
    private(set) var isBetweenFrames = true
    private let context = ZSTD_createDStream()
    /// Whether output may be pending although all input is consumed.
    private var mayHoldOutput = false

    deinit { ZSTD_freeDStream(context) }

    func produce(into room: UnsafeMutableRawBufferPointer) throws(DecompressionFailure) -> Int {
        guard let context else { throw DecompressionFailure(what: "zstd has no memory") }
        guard !input.isEmpty || mayHoldOutput else { return 0 }
        var output = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
        var used = 0
        let code = input.withUnsafeBytes { bytes in
            var source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
            let code = ZSTD_decompressStream(context, &output, &source)
            used = source.pos
            return code
        }
        input.removeFirst(used)
        guard ZSTD_isError(code) == 0 else {
            throw DecompressionFailure(what: String(cString: ZSTD_getErrorName(code)))
        }
        isBetweenFrames = code == 0
        mayHoldOutput = output.pos == output.size && code != 0
        return output.pos
    }
}
