import CZlib

/// gzip, zlib or raw deflate, with zlib's `inflate`.
struct ZlibDecoder: StepDecoder, ~Copyable {
    enum Wrapping: Int32 {
        // The window bits for inflateInit2: 15, plus 16 for the gzip wrapper, negative for none.
        case gzip = 31
        case zlib = 15
        case none = -15
    }

    private let stream: UnsafeMutablePointer<z_stream>
    private let isReady: Bool
    private let wrapping: Wrapping

    init(wrapping: Wrapping) {
        self.wrapping = wrapping
        // The library keeps this address, so the structure must not move.
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        isReady =
            inflateInit2_(stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit {
        if isReady { inflateEnd(stream) }
        stream.deallocate()
    }

    /// Whether `bytes` begin with a zlib header (RFC 1950).
    static func hasZlibHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 2 && bytes[0] & 0x0f == 8 && (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0
    }

    mutating func decode(
        _ input: inout UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) -> (count: Int, state: DecoderState) {
        guard isReady else { return (0, .outOfMemory) }
        let available = UInt32(clamping: input.count)
        stream.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?.assumingMemoryBound(
            to: UInt8.self)
        stream.pointee.avail_in = available
        stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(clamping: room.count)
        let status = inflate(stream, Z_NO_FLUSH)
        input = UnsafeRawBufferPointer(rebasing: input.dropFirst(Int(available - stream.pointee.avail_in)))
        let count = room.count - Int(stream.pointee.avail_out)
        switch status {
        case Z_OK, Z_BUF_ERROR: return (count, .going)
        case Z_STREAM_END: return (count, beginsNextMember(input) ? .going : .ended)
        case Z_MEM_ERROR: return (count, .outOfMemory)
        default: return (count, .damaged)
        }
    }

    /// Whether another member follows; anything else after the last member is ignored, as in browsers.
    private func beginsNextMember(_ input: UnsafeRawBufferPointer) -> Bool {
        guard wrapping == .gzip, input.count >= 2, input[0] == 0x1f, input[1] == 0x8b else { return false }
        return inflateReset(stream) == Z_OK
    }
}
