import HTTPWire

/// The most common response by far: whole in one segment, to the only request that waits. It is recorded straight out of the
/// packet, without becoming a message of its own first.
extension TrafficAssembler {
    /// Records the response whose head was just taken at `offset` of `piece`.
    ///
    /// - Returns: the index after the response; nil, with nothing changed, when it is not of that kind.
    @inline(__always)
    mutating func recordAtOnce(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ piece: Piece, _ offset: Int,
        _ framing: HeadFraming
    ) -> Int? {
        let stream = connection.pointee.streams + direction
        let requests = connection.pointee.streams + (1 - direction)
        guard framing.status >= 200, !framing.isChunked, !framing.hasOtherTransferCoding,
            !connection.pointee.isIrregular, stream.pointee.firstMessage == nil,
            let request = requests.pointee.firstMessage, request.pointee.isEnded, request.pointee.hasHead,
            request.pointee.method != .connect
        else { return nil }
        let bodyBytes: Int
        if request.pointee.method == .head || framing.status == 204 || framing.status == 304 {
            bodyBytes = 0
        } else if let length = framing.contentLength, length <= UInt64(limits.maxBodyBytes) {
            bodyBytes = Int(length)
        } else {
            return nil
        }
        let count = framing.headBytes + bodyBytes
        guard count <= piece.bytes.count - offset, framing.headBytes <= limits.maxHeadBytes,
            let start = piece.bytes.baseAddress
        else { return nil }
        var response = Message(
            firstByte: piece.time, lastByte: piece.time,
            sequence: piece.sequence &+ UInt32(truncatingIfNeeded: offset), acknowledgement: piece.acknowledgement)
        // Only read from while the packet is there, and never given to the pool.
        response.buffer = BytePool.Buffer(start: UnsafeMutableRawPointer(mutating: start + offset), capacity: 0)
        response.count = count
        response.headBytes = UInt32(truncatingIfNeeded: framing.headBytes)
        response.keptBodyBytes = UInt32(truncatingIfNeeded: bodyBytes)
        response.bodyBytes = UInt64(bodyBytes)
        response.status = framing.status
        response.version = framing.version
        response.hasCredentials = framing.hasCredentials
        response.hasHead = true
        stream.pointee.hasHTTP = true
        stream.pointee.parser.restart()
        withUnsafeMutablePointer(to: &response) { append(connection, request, $0) }
        unlinkFirst(requests)
        release(request)
        return offset + count
    }
}
