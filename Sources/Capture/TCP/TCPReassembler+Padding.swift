import Traffic

/// A few zeros that look like Ethernet padding, but may be content. Trivial: part of a ``TCPStream``.
struct PossiblePadding {
    var sequence: UInt32 = 0
    /// The segment's acknowledgement of the other direction.
    var acknowledgement: UInt32 = 0
    var time: Int64 = 0
    /// 0 if there are none.
    var count: UInt8 = 0

    /// Sequence number after them.
    var end: UInt32 { sequence &+ UInt32(count) }

    /// At most ``PacketDecoder/maximumPadding`` bytes.
    private static let zeros: StaticString = "\0\0\0\0\0\0"

    var chunk: StreamChunk {
        let bytes = UnsafeRawBufferPointer(start: PossiblePadding.zeros.utf8Start, count: Int(count))
        return StreamChunk(bytes: bytes, sequence: sequence, acknowledgement: acknowledgement, time: time)
    }
}

/// Zeros at the end of a short frame: padding has no sequence numbers, content has. So they are content once their
/// sender continues after them, or their receiver acknowledges them.
extension TCPReassembler {
    /// Remembers the zeros of a segment without other content.
    @inline(never)
    mutating func notePadding(
        _ stream: UnsafeMutablePointer<TCPStream>, _ sequence: UInt32, _ segment: TCPSegment, _ time: Int64
    ) {
        guard stream.pointee.isStarted, !stream.pointee.isEnded, distance(sequence, from: stream.pointee.next) >= 0
        else { return }
        stream.pointee.padding = PossiblePadding(
            sequence: sequence, acknowledgement: segment.acknowledgement, time: time, count: segment.paddingBytes)
    }

    /// Passes on remembered zeros if they fill the stream exactly up to `number`, which shows that they are content.
    @inline(__always)
    mutating func settlePadding(
        _ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int, endingAt number: UInt32
    ) {
        let stream = connection.pointee.streams + direction
        if stream.pointee.padding.count > 0, stream.pointee.padding.end == number { passPadding(connection, direction) }
    }

    @inline(never)
    private mutating func passPadding(_ connection: UnsafeMutablePointer<TCPConnection>, _ direction: Int) {
        let stream = connection.pointee.streams + direction
        guard stream.pointee.padding.sequence == stream.pointee.next, !stream.pointee.isEnded else { return }
        let chunk = stream.pointee.padding.chunk
        stream.pointee.padding.count = 0
        pass(connection, direction, chunk)
    }
}
