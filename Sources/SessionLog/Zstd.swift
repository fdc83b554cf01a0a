import CZstd

/// A zstd compression context, reused for every column. Not safe to use from two threads at once.
struct ZstdCompressor: ~Copyable {
    private let context: OpaquePointer

    /// A context for compression at `level` (ZSTD_minCLevel…ZSTD_maxCLevel).
    init(level: Int32) throws(SessionLogError) {
        guard let context = ZSTD_createCCtx() else { throw .compression("out of memory") }
        self.context = context
        let bounds = ZSTD_cParam_getBounds(ZSTD_c_compressionLevel)
        // Cannot fail within the bounds that the library itself gives.
        _ = ZSTD_CCtx_setParameter(
            context, ZSTD_c_compressionLevel, min(max(level, bounds.lowerBound), bounds.upperBound))
    }

    deinit { ZSTD_freeCCtx(context) }

    /// Appends `source` as one frame to `output`; corresponds to `ZSTD_compress2`.
    func append(_ source: UnsafeRawBufferPointer, to output: inout GrowingBuffer) throws(SessionLogError) {
        let room = output.room(ZSTD_compressBound(source.count))
        let written = ZSTD_compress2(context, room.baseAddress, room.count, source.baseAddress, source.count)
        guard ZSTD_isError(written) == 0 else { throw .compression(String(cString: ZSTD_getErrorName(written))) }
        output.resize(to: output.count + written)
    }
}

/// A zstd decompression context, reused for every column. Not safe to use from two threads at once.
struct ZstdDecompressor: ~Copyable {
    private let context: OpaquePointer

    init() throws(SessionLogError) {
        guard let context = ZSTD_createDCtx() else { throw .compression("out of memory") }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    /// Decompresses `source` into exactly `destination`; corresponds to `ZSTD_decompressDCtx`.
    ///
    /// - Returns: false when `source` is no zstd data or comes to another size.
    func decompress(_ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawBufferPointer) -> Bool {
        let written = ZSTD_decompressDCtx(
            context, destination.baseAddress, destination.count, source.baseAddress, source.count)
        return ZSTD_isError(written) == 0 && written == destination.count
    }
}
