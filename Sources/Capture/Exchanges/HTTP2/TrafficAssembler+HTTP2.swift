import HTTPWire
import Traffic

/// HTTP/2 in the bytes of a connection (RFC 9113): its frames, and what is lost of them.
extension TrafficAssembler {
    /// Takes frames, or parts of them, out of `piece`.
    mutating func parseHTTP2(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ piece: Piece) {
        guard let http2 = connection.pointee.http2 else { return }
        let side = http2.pointee.directions + direction
        var offset = 0
        while true {
            if side.pointee.parser.isLost {
                guard let start = side.pointee.parser.startOfFrames(in: piece.bytes, from: offset) else { return }
                side.pointee.parser.resume()
                offset = start
            }
            if side.pointee.parser.isBetweenFrames { side.pointee.frameTime = piece.time }
            let step = side.pointee.parser.next(piece.bytes, from: offset)
            if step.kind == .needsMore { return }
            take(step, connection, direction, piece)
            // What was no frame must not be tried as one again.
            offset = step.kind == .unparsable ? max(step.end, offset + 1) : step.end
            guard offset <= piece.bytes.count else { return }
        }
    }

    private mutating func take(
        _ step: HTTP2FrameParser.Step, _ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ piece: Piece
    ) {
        guard let http2 = connection.pointee.http2 else { return }
        let side = http2.pointee.directions + direction
        switch step.kind {
        case .needsMore, .framing: break
        case .frame: beginFrame(side)
        case .block:
            let part = UnsafeRawBufferPointer(rebasing: piece.bytes[step.start..<step.end])
            takeBlock(part, connection, direction, piece.time)
        case .data:
            let part = UnsafeRawBufferPointer(rebasing: piece.bytes[step.start..<step.end])
            takeData(part, connection, direction, piece.time)
        case .setting:
            // SETTINGS_MAX_FRAME_SIZE is about what the other side may send. SETTINGS_HEADER_TABLE_SIZE needs no attention:
            // an encoder says in its blocks what it makes of it.
            if side.pointee.parser.setting == 5 {
                let largest = min(max(side.pointee.parser.value, 16384), 0xff_ffff)
                http2.pointee.directions[1 - direction].parser.largestFrame = largest
            }
        case .frameEnd: endFrame(connection, direction, piece.time)
        case .unparsable:
            loss.unparsedMessages &+= 1
            loseFrames(connection, direction)
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
            // Found where frames were searched for: what it continues was not seen.
            side.pointee.block = .broken
        }
    }

    private mutating func endFrame(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ time: Int64) {
        guard let http2 = connection.pointee.http2 else { return }
        let side = http2.pointee.directions + direction
        let frame = side.pointee.parser.frame
        switch frame.kind {
        case .headers, .pushPromise, .continuation:
            if frame.kind == .pushPromise { side.pointee.promisedStream = side.pointee.parser.value }
            if frame.endsBlock { endBlock(connection, direction, time) }
        case .data: if frame.endsStream { endStream(connection, direction, frame.stream, time) }
        case .reset: resetStream(connection, frame.stream)
        default: break
        }
    }

    /// `count` bytes of a direction will never be seen.
    mutating func loseHTTP2Bytes(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int, _ count: UInt64) {
        guard let http2 = connection.pointee.http2 else { return }
        let side = http2.pointee.directions + direction
        guard side.pointee.parser.skip(count) else { return loseFrames(connection, direction) }
        let frame = side.pointee.parser.frame
        if frame.kind == .data {
            let exchange = http2.pointee.exchanges[frame.stream]
            message(of: exchange, connection, direction)?.pointee.isComplete = false
        } else if frame.hasBlock {
            side.pointee.block = .broken
        }
    }

    /// What comes next in a direction is not known: frames are searched for, and what was said before no longer counts.
    private mutating func loseFrames(_ connection: UnsafeMutablePointer<Connection>, _ direction: Int) {
        guard let http2 = connection.pointee.http2 else { return }
        let side = http2.pointee.directions + direction
        side.pointee.parser.lose()
        side.pointee.decoder.forget()
        side.pointee.block = .none
        dropBlock(side)
        connection.pointee.isIrregular = true
        var next = http2.pointee.first
        while let exchange = next {
            message(of: exchange, connection, direction)?.pointee.isComplete = false
            exchange.pointee.isDoubtful = true
            next = exchange.pointee.next
        }
    }

    /// Forgets a connection's HTTP/2, with exchanges that were not recorded.
    mutating func endHTTP2(_ connection: UnsafeMutablePointer<Connection>) {
        guard let ended = connection.pointee.http2 else { return }
        while let exchange = ended.pointee.first { drop(exchange, of: ended) }
        for direction in 0..<2 { dropBlock(ended.pointee.directions + direction) }
        http2.end(ended)
        connection.pointee.http2 = nil
    }
}
