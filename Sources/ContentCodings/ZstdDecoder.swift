import CZstd

/// Zstandard, with `ZSTD_decompressStream`.
struct ZstdDecoder: StepDecoder, ~Copyable {
    /// Frames that need a window larger than 8 MiB are rejected, as RFC 9659 section 3 permits.
    private static let maximumWindowLog: Int32 = 23

    private let context: OpaquePointer?
    private var isBetweenFrames = false

    init() {
        context = ZSTD_createDCtx()
        if let context { ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, ZstdDecoder.maximumWindowLog) }
    }

    deinit { ZSTD_freeDCtx(context) }

    mutating func decode(
        _ input: inout UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) -> (count: Int, state: DecoderState) {
        guard let context else { return (0, .outOfMemory) }
        if isBetweenFrames, input.isEmpty { return (0, .ended) }
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var output = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
        let code = ZSTD_decompressStream(context, &output, &source)
        input = UnsafeRawBufferPointer(rebasing: input.dropFirst(source.pos))
        guard ZSTD_isError(code) == 0 else {
            let isMemory = ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation
            return (output.pos, isMemory ? .outOfMemory : .damaged)
        }
        isBetweenFrames = code == 0
        return (output.pos, isBetweenFrames && input.isEmpty ? .ended : .going)
    }
}
