import Formats

/// Bodies with a known length and chunked bodies (RFC 9112 sections 6 and 7).
extension HTTP1Parser {
    mutating func bodyStep(_ piece: UnsafeRawBufferPointer, _ offset: Int, next: State) -> Step {
        let available = piece.count - offset
        guard remaining <= UInt64(available) else {
            remaining -= UInt64(available)
            return Step(kind: .body, endsMessage: false, start: offset, end: piece.count)
        }
        let end = offset + Int(remaining)
        remaining = 0
        state = next
        return Step(kind: .body, endsMessage: next == .start, start: offset, end: end)
    }

    mutating func startChunk() {
        state = .chunkSize
        (remaining, hasChunkDigit, isPastChunkDigits, chunkLineBytes) = (0, false, false, 0)
    }

    /// Reads the line with a chunk's size: hexadecimal digits, optional white space around them, ignored extensions.
    mutating func chunkSizeStep(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Step {
        var index = offset
        while index < piece.count {
            let byte = piece[index]
            index += 1
            chunkLineBytes += 1
            if byte == ASCII.lineFeed {
                guard hasChunkDigit else { return lost(at: offset) }
                endChunkSize()
                return Step(kind: .framing, endsMessage: false, start: offset, end: index)
            }
            guard chunkLineBytes < HTTP1Parser.maximumChunkLineBytes, readChunkSize(byte) else {
                return lost(at: offset)
            }
        }
        return Step(kind: .framing, endsMessage: false, start: offset, end: index)
    }

    private mutating func readChunkSize(_ byte: UInt8) -> Bool {
        if isPastChunkDigits {
            return true
        }
        if let digit = ASCII.hexValue(byte) {
            guard remaining < 1 << 56, !isStrict || chunkLineBytes <= HTTP1Parser.maximumChunkDigits else {
                return false
            }
            remaining = remaining << 4 | UInt64(digit)
            hasChunkDigit = true
            return true
        }
        guard byte == ASCII.semicolon || byte == ASCII.carriageReturn || ASCII.isBlank(byte) else { return false }
        isPastChunkDigits = hasChunkDigit
        return hasChunkDigit || (ASCII.isBlank(byte) && !isStrict)
    }

    private mutating func endChunkSize() {
        if remaining == 0 {
            state = .trailers
            lineState = 1
            hasTrailers = false
            trailerLine = .empty
        } else {
            state = .chunkData
        }
    }

    /// Reads the line end after a chunk's data.
    mutating func chunkEndStep(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Step {
        let byte = piece[offset]
        if byte == ASCII.lineFeed {
            startChunk()
        } else if byte != ASCII.carriageReturn || lineState == 2 {
            return lost(at: offset)
        } else {
            lineState = 2
            return Step(kind: .framing, endsMessage: false, start: offset, end: offset + 1)
        }
        lineState = 0
        return Step(kind: .framing, endsMessage: false, start: offset, end: offset + 1)
    }

    /// Gives up: the bytes from `offset` on are not a valid message.
    mutating func lost(at offset: Int) -> Step {
        state = .lost
        return Step(kind: .unparsable, endsMessage: false, start: offset, end: offset)
    }
}
