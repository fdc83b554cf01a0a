import CZlib

/// TLS compression (RFC 3749): the records of one direction are one zlib stream, flushed at the end of each.
final class RecordInflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private var isReady: Bool

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        isReady = inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit {
        if isReady { inflateEnd(stream) }
        stream.deallocate()
    }

    /// The content of the next record; nil if it is invalid, which ends the stream.
    func inflate(_ bytes: [UInt8]) -> [UInt8]? {
        guard isReady else { return nil }
        // A record contains at most 2^14 bytes of content (RFC 5246 section 6.2.1).
        let room = 1 << 14
        var input = bytes
        var status = Z_OK
        var isUsedUp = false
        let content = [UInt8](unsafeUninitializedCapacity: room) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.pointee.next_in = input.baseAddress
                stream.pointee.avail_in = UInt32(clamping: input.count)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(room)
                status = CZlib.inflate(stream, Z_SYNC_FLUSH)
                isUsedUp = stream.pointee.avail_in == 0
                count = room - Int(stream.pointee.avail_out)
            }
        }
        guard isUsedUp, status == Z_OK || status == Z_BUF_ERROR || status == Z_STREAM_END else {
            inflateEnd(stream)
            isReady = false
            return nil
        }
        return content
    }
}
