import HTTPWire
import Traffic

/// Reads the HTTP/2 frames of a connection (RFC 9113), and handles lost bytes.
extension HTTP2Reader {
    /// Reads frames, or parts of them, from `chunk`.
    mutating func read(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ chunk: StreamChunk,
        _ context: inout ReadingContext
    ) {
        guard let http2 = connection.pointee.http2 else { return }
        let side = http2.pointee.directions + direction
        var offset = 0
        while true {
            if side.pointee.parser.isLost {
                guard let start = side.pointee.parser.startOfFrames(in: chunk.bytes, from: offset) else {
                    return
                }
                side.pointee.parser.resume()
                offset = start
            }
            if side.pointee.parser.isBetweenFrames { side.pointee.frameTime = chunk.time }
            let step = side.pointee.parser.next(chunk.bytes, from: offset)
            if step.kind == .needsMore { return }
            take(step, connection, direction, chunk, &context)
            // Do not parse the same bytes as a frame again.
            offset = step.kind == .unparsable ? max(step.end, offset + 1) : step.end
            guard offset <= chunk.bytes.count else { return }
        }
    }

    private mutating func take(
        _ step: HTTP2FrameParser.Step, _ connection: UnsafeMutablePointer<Connection>, _ direction: Int,
        _ chunk: StreamChunk, _ context: inout ReadingContext
    ) {
        guard let http2 = connection.pointee.http2 else { return }
        let side = http2.pointee.directions + direction
        switch step.kind {
        case .needsMore, .framing: break
        case .frame: beginFrame(side)
        case .block:
            let part = UnsafeRawBufferPointer(rebasing: chunk.bytes[step.start..<step.end])
            takeBlock(part, connection, direction, chunk.time, &context)
        case .data:
            let part = UnsafeRawBufferPointer(rebasing: chunk.bytes[step.start..<step.end])
            takeData(part, connection, direction, chunk.time, &context)
        case .setting:
            // SETTINGS_MAX_FRAME_SIZE limits what the peer may send. SETTINGS_HEADER_TABLE_SIZE can be ignored: an
            // encoder announces the size it uses in its blocks.
            if side.pointee.parser.setting == 5 {
                let largest = min(max(side.pointee.parser.value, 16384), 0xff_ffff)
                http2.pointee.directions[1 - direction].parser.largestFrame = largest
            }
        case .frameEnd: endFrame(connection, direction, chunk.time, &context)
        case .unparsable:
            context.loss.unparsedMessages &+= 1
            loseFrames(connection, direction, &context)
        }
    }

    private func beginFrame(_ side: UnsafeMutablePointer<HTTP2Direction>) {
        let frame = side.pointee.parser.frame
        if frame.kind == .headers || frame.kind == .pushPromise {
            side.pointee.block = .collecting
            side.pointee.blockStream = frame.stream
            side.pointee.blockEndsStream = frame.endsStream
            side.pointee.blockTime = side.pointee.frameTime
            side.pointee.promisedStream = 0
            side.pointee.bufferedBytes = 0
        } else if frame.kind == .continuation, side.pointee.block == .none {
            // Found by the search for frames: the block that it continues was not seen.
            side.pointee.block = .broken
        }
    }

    private mutating func endFrame(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ time: Int64,
        _ context: inout ReadingContext
    ) {
        guard let http2 = connection.pointee.http2 else { return }
        let side = http2.pointee.directions + direction
        let frame = side.pointee.parser.frame
        switch frame.kind {
        case .headers, .pushPromise, .continuation:
            if frame.kind == .pushPromise { side.pointee.promisedStream = side.pointee.parser.value }
            if frame.endsBlock { endBlock(connection, direction, time, &context) }
        case .data:
            if frame.endsStream { endStream(connection, direction, frame.stream, time, &context) }
        case .reset: resetStream(connection, direction, frame.stream, &context)
        default: break
        }
    }

    /// Handles `count` lost bytes of a direction.
    mutating func lose(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ count: UInt64,
        _ context: inout ReadingContext
    ) {
        guard let http2 = connection.pointee.http2 else { return }
        let side = http2.pointee.directions + direction
        guard side.pointee.parser.skip(count) else {
            return loseFrames(connection, direction, &context)
        }
        let frame = side.pointee.parser.frame
        if frame.kind == .data {
            let exchange = http2.pointee.exchanges[frame.stream]
            message(of: exchange, connection, direction)?.pointee.isComplete = false
        } else if frame.hasBlock {
            side.pointee.block = .broken
        }
    }

    /// Resynchronises a direction whose position is unknown: frames are searched for, and the header block and the
    /// dynamic table are dropped.
    private mutating func loseFrames(
        _ connection: UnsafeMutablePointer<Connection>, _ direction: Int,
        _ context: inout ReadingContext
    ) {
        guard let http2 = connection.pointee.http2 else { return }
        let side = http2.pointee.directions + direction
        side.pointee.parser.lose()
        side.pointee.decoder.forget()
        side.pointee.block = .none
        dropBlock(side, &context)
        connection.pointee.isIrregular = true
        var next = http2.pointee.first
        while let exchange = next {
            message(of: exchange, connection, direction)?.pointee.isComplete = false
            exchange.pointee.isDoubtful = true
            next = exchange.pointee.next
        }
    }
}
