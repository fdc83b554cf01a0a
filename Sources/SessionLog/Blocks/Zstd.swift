import CZstd

/// The compression settings of a column.
struct ZstdPreset: Hashable {
    /// ZSTD_minCLevel…ZSTD_maxCLevel; other levels are clamped.
    var level: Int32
    /// Whether literals are Huffman coded even at levels below 1, where zstd stores them unchanged. For JSON bodies,
    /// that costs a tenth of the speed and halves the size.
    var codesLiterals = false
}

/// A zstd compression context, reused for every column. Not safe to use from two threads at once.
struct ZstdCompressor: ~Copyable {
    private let context: OpaquePointer
    private var preset: ZstdPreset?

    init() throws(SessionLogError) {
        guard let context = ZSTD_createCCtx() else { throw .compression("out of memory") }
        self.context = context
    }

    deinit { ZSTD_freeCCtx(context) }

    /// Appends `source` as one frame to `output`; corresponds to `ZSTD_compress2`.
    mutating func append(
        _ source: UnsafeRawBufferPointer, _ preset: ZstdPreset, to output: inout GrowingBuffer
    ) throws(SessionLogError) {
        if self.preset != preset { apply(preset) }
        let room = output.room(ZSTD_compressBound(source.count))
        let written = ZSTD_compress2(context, room.baseAddress, room.count, source.baseAddress, source.count)
        guard ZSTD_isError(written) == 0 else { throw .compression(String(cString: ZSTD_getErrorName(written))) }
        output.resize(to: output.count + written)
    }

    private mutating func apply(_ preset: ZstdPreset) {
        // None of these can fail: the bounds are the library's, and a library without the parameter for literals only
        // compresses less.
        _ = ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters)
        let bounds = ZSTD_cParam_getBounds(ZSTD_c_compressionLevel)
        _ = ZSTD_CCtx_setParameter(
            context, ZSTD_c_compressionLevel, min(max(preset.level, bounds.lowerBound), bounds.upperBound))
        // ZSTD_c_literalCompressionMode, 1 for "always".
        if preset.codesLiterals { _ = ZSTD_CCtx_setParameter(context, ZSTD_c_experimentalParam5, 1) }
        self.preset = preset
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
    /// - Returns: false if `source` is not zstd data or decompresses to another size.
    func decompress(_ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawBufferPointer) -> Bool {
        let written = ZSTD_decompressDCtx(
            context, destination.baseAddress, destination.count, source.baseAddress, source.count)
        return ZSTD_isError(written) == 0 && written == destination.count
    }
}
