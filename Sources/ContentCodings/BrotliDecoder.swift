import CBrotli

/// Brotli, with `BrotliDecoderDecompressStream`.
struct BrotliDecoder: StepDecoder, ~Copyable {
    private let state: OpaquePointer?

    init() { state = BrotliDecoderCreateInstance(nil, nil, nil) }

    deinit {
        if let state { BrotliDecoderDestroyInstance(state) }
    }

    mutating func decode(
        _ input: inout UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) -> (count: Int, state: DecoderState) {
        guard let state else { return (0, .outOfMemory) }
        var availableIn = input.count
        var nextIn = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        var availableOut = room.count
        var nextOut = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
        let result = BrotliDecoderDecompressStream(state, &availableIn, &nextIn, &availableOut, &nextOut, nil)
        input = UnsafeRawBufferPointer(rebasing: input.suffix(availableIn))
        let count = room.count - availableOut
        switch result {
        case BROTLI_DECODER_RESULT_SUCCESS: return (count, .ended)
        case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT, BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: return (count, .going)
        default:
            // The codes of failed allocations are contiguous, below those of invalid data.
            let isMemory =
                BrotliDecoderGetErrorCode(state).rawValue <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES.rawValue
            return (count, isMemory ? .outOfMemory : .damaged)
        }
    }
}
