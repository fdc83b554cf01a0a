/// Resynchronisation: finds frames at unknown positions.
extension HTTP2FrameParser {
    /// Where a frame begins in `piece`, which is at an unknown position in an HTTP/2 connection.
    ///
    /// A frame is accepted if everything after it, up to the end of the chunk, looks like frames too, and either the
    /// last one ends with the chunk or there are at least two.
    ///
    /// - Returns: the index of a frame's header; nil if there is none.
    public func startOfFrames(in piece: UnsafeRawBufferPointer, from offset: Int = 0) -> Int? {
        var index = offset
        // A length below 65536 begins with 0, and a chunk contains few zeros.
        let maximumFirst = UInt8(truncatingIfNeeded: largestFrame >> 16)
        while index <= piece.count - HTTP2FrameHeader.byteCount {
            if piece[index] <= maximumFirst, HTTP2FrameParser.isChain(piece, index, largest: largestFrame) {
                return index
            }
            index += 1
        }
        return nil
    }

    /// Whether `piece`, of an unknown protocol, begins with HTTP/2 frames: with a server's initial settings, or with
    /// frames that include a complete head.
    public static func isOpening(_ piece: UnsafeRawBufferPointer, isFirstOfStream: Bool) -> Bool {
        guard let first = HTTP2FrameHeader(piece, at: 0), first.isLikely(largest: 16384) else { return false }
        if isFirstOfStream, first.kind == .settings, first.flags == 0 {
            return first.payloadBytes <= 256 && hasKnownSettings(piece, count: Int(first.payloadBytes))
        }
        guard isChain(piece, 0, largest: 16384) else { return false }
        var offset = 0
        while let header = HTTP2FrameHeader(piece, at: offset) {
            let end = offset + HTTP2FrameHeader.byteCount + Int(header.payloadBytes)
            if header.kind == .headers, header.endsBlock, end <= piece.count,
                let block = block(of: header, in: piece.slice((offset + HTTP2FrameHeader.byteCount)..<end)),
                HeaderRepresentation.canBeHead(block)
            {
                return true
            }
            offset = end
        }
        return false
    }

    /// Whether the settings after a header at the beginning of `piece`, as far as present, have known identifiers.
    private static func hasKnownSettings(_ piece: UnsafeRawBufferPointer, count: Int) -> Bool {
        let end = min(piece.count, HTTP2FrameHeader.byteCount + count)
        for offset in stride(from: HTTP2FrameHeader.byteCount, to: end, by: 6) {
            guard piece[offset] == 0, offset + 1 >= end || piece[offset + 1] <= 0x20 else { return false }
        }
        return true
    }

    /// The header block in the payload of a HEADERS frame, without priority and padding.
    private static func block(
        of header: HTTP2FrameHeader, in payload: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        var start = Int(header.prefixBytes)
        var end = payload.count
        if header.isPadded {
            start += 1
            end -= Int(payload[0])
        }
        return start <= end ? payload.slice(start..<end) : nil
    }

    /// Whether everything in `piece` from `start` on looks like frames.
    private static func isChain(_ piece: UnsafeRawBufferPointer, _ start: Int, largest: UInt32) -> Bool {
        var offset = start
        var frames = 0
        while let header = HTTP2FrameHeader(piece, at: offset) {
            guard header.isLikely(largest: largest) else { return false }
            frames += 1
            offset += HTTP2FrameHeader.byteCount + Int(header.payloadBytes)
        }
        return offset == piece.count ? frames >= 1 : frames >= 2
    }
}
