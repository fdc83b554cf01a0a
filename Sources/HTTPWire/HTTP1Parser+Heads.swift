import Formats

/// Heads and trailer sections: lines up to an empty line.
extension HTTP1Parser {
    mutating func startMessage(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Step {
        // Empty lines before a start line are skipped (RFC 9112 section 2.2).
        var start = offset
        while start < piece.count, piece[start] == ASCII.carriageReturn || piece[start] == ASCII.lineFeed { start += 1 }
        if start > offset {
            return isStrict ? lost(at: offset) : Step(kind: .framing, endsMessage: false, start: offset, end: start)
        }
        let rest = piece.slice(offset..<piece.count)
        guard isRequest ? StartLine.isRequestLinePrefix(rest) : StartLine.isStatusLinePrefix(rest) else {
            return lost(at: offset)
        }
        state = .head
        lineState = 0
        // HTTP/0.9 has no empty line: its head is a single line, recognised by the missing version.
        if isRequest, let lineEnd = rest.index(ofByte: ASCII.lineFeed, from: 0),
            StartLine.request(rest.slice(0..<lineEnd).withoutReturn)?.isSimple == true
        {
            state = .headEnded
            return Step(kind: .headEnd, endsMessage: false, start: offset, end: offset + lineEnd + 1)
        }
        return headStep(piece, offset)
    }

    mutating func headStep(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Step {
        guard let end = endOfLines(piece, offset) else {
            return Step(kind: .head, endsMessage: false, start: offset, end: piece.count)
        }
        state = .headEnded
        return Step(kind: .headEnd, endsMessage: false, start: offset, end: end)
    }

    mutating func trailerStep(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Step {
        let step = nextTrailers(piece, offset)
        guard isStrict, !areFields(piece.slice(step.start..<step.end)) else { return step }
        return lost(at: offset)
    }

    /// Whether all trailer lines that end in `bytes`, the next ones of the section, are fields or continue one.
    private mutating func areFields(_ bytes: UnsafeRawBufferPointer) -> Bool {
        for byte in bytes {
            switch byte {
            case ASCII.lineFeed:
                guard trailerLine != .other else { return false }
                trailerLine = .empty
            case ASCII.carriageReturn: break
            case ASCII.colon: trailerLine = .field
            default:
                if trailerLine == .empty { trailerLine = ASCII.isBlank(byte) ? .field : .other }
            }
        }
        return true
    }

    private mutating func nextTrailers(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Step {
        let wasAtStart = !hasTrailers
        // A CR that does not end a line is left out, wherever chunks end.
        if wasAtStart, lineState == 1, piece.count - offset > 1, piece[offset] == ASCII.carriageReturn,
            piece[offset + 1] != ASCII.lineFeed
        {
            lineState = 2
            return Step(kind: .framing, endsMessage: false, start: offset, end: offset + 1)
        }
        guard let end = endOfLines(piece, offset) else {
            // A lone CR may still become the empty line of a message without trailers.
            hasTrailers = hasTrailers || lineState != 2 || piece.count - offset > 1
            return Step(kind: hasTrailers ? .trailers : .framing, endsMessage: false, start: offset, end: piece.count)
        }
        state = .start
        let isEmpty = wasAtStart && end - offset <= 2
        return Step(kind: isEmpty ? .framing : .trailers, endsMessage: true, start: offset, end: end)
    }

    /// The index after the empty line that ends the lines; nil if it is not in the chunk.
    private mutating func endOfLines(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Int? {
        var index = offset
        while true {
            if lineState != 0 {
                guard index < piece.count else { return nil }
                if piece[index] == ASCII.lineFeed {
                    lineState = 0
                    return index + 1
                }
                lineState = lineState == 1 && piece[index] == ASCII.carriageReturn ? 2 : 0
                index += lineState == 2 ? 1 : 0
                continue
            }
            guard let lineFeed = piece.index(ofByte: ASCII.lineFeed, from: index) else { return nil }
            lineState = 1
            index = lineFeed + 1
        }
    }
}
