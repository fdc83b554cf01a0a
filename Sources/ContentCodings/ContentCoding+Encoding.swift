import CBrotli
import CZlib
import CZstd

extension ContentCoding {
    /// Encodes `content` with these codings.
    ///
    /// - Returns: the body to send; `content` itself if there is no coding.
    /// - Throws: ``ContentCodingError/outOfMemory``, or ``ContentCodingError/tooLong`` from 4 GiB on.
    public func encoded(_ content: [UInt8]) throws(ContentCodingError) -> [UInt8] {
        var body = content
        for (index, step) in steps.enumerated() {
            body = try step.encoded(body, isBare: isBareDeflate && index == steps.count - 1)
        }
        return body
    }
}

extension ContentCoding.Step {
    fileprivate func encoded(_ content: [UInt8], isBare: Bool) throws(ContentCodingError) -> [UInt8] {
        guard content.count <= Int(UInt32.max) else { throw .tooLong }
        let body =
            switch self {
            case .gzip: zlibEncoded(content, windowBits: 31)
            case .deflate: zlibEncoded(content, windowBits: isBare ? -15 : 15)
            case .brotli: brotliEncoded(content)
            case .zstd: zstdEncoded(content)
            }
        guard let body else { throw .outOfMemory }
        return body
    }
}

// Levels with about the cost of a server's on-the-fly compression.

private func zlibEncoded(_ content: [UInt8], windowBits: Int32) -> [UInt8]? {
    var stream = z_stream()
    return withUnsafeMutablePointer(to: &stream) { stream -> [UInt8]? in
        let size = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit2_(stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
        else { return nil }
        defer { deflateEnd(stream) }
        let bound = Int(deflateBound(stream, UInt(content.count)))
        var isWhole = false
        let body = [UInt8](unsafeUninitializedCapacity: bound) { room, count in
            content.withUnsafeBufferPointer { input in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.avail_in = UInt32(input.count)
                stream.pointee.next_out = room.baseAddress
                stream.pointee.avail_out = UInt32(clamping: room.count)
                isWhole = deflate(stream, Z_FINISH) == Z_STREAM_END
                count = Int(stream.pointee.total_out)
            }
        }
        return isWhole ? body : nil
    }
}

private func brotliEncoded(_ content: [UInt8]) -> [UInt8]? {
    let bound = BrotliEncoderMaxCompressedSize(content.count)
    guard bound > 0 else { return nil }
    var isWhole = false
    let body = [UInt8](unsafeUninitializedCapacity: bound) { room, count in
        var size = bound
        isWhole =
            BrotliEncoderCompress(
                5, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, content.count, content, &size, room.baseAddress)
            != 0
        count = isWhole ? size : 0
    }
    return isWhole ? body : nil
}

private func zstdEncoded(_ content: [UInt8]) -> [UInt8]? {
    var isWhole = false
    let body = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(content.count)) { room, count in
        let size = ZSTD_compress(room.baseAddress, room.count, content, content.count, 3)
        isWhole = ZSTD_isError(size) == 0
        count = isWhole ? size : 0
    }
    return isWhole ? body : nil
}
