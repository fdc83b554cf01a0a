import Formats

/// Resynchronisation after the framing is lost.
extension HTTP1Parser {
    /// Where a message may begin in `piece`, which follows lost bytes or bytes that are not HTTP.
    ///
    /// A response may begin anywhere, a request at the beginning of the chunk or of a line: bodies rarely contain
    /// either.
    ///
    /// - Returns: the index of a start line, which may be truncated by the end of the chunk; nil if there is none.
    public func startOfMessage(in piece: UnsafeRawBufferPointer, from offset: Int = 0) -> Int? {
        isRequest ? startOfRequest(piece, offset) : startOfResponse(piece, offset)
    }

    private func startOfResponse(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Int? {
        var index = offset
        while let candidate = piece.index(ofByte: UInt8(ascii: "H"), from: index) {
            let rest = piece.slice(candidate..<piece.count)
            // A few bytes at the end of a chunk are not enough, unless they are the whole chunk.
            if rest.count >= 8 || candidate == 0, StartLine.isStatusLinePrefix(rest) { return candidate }
            index = candidate + 1
        }
        return nil
    }

    private func startOfRequest(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Int? {
        var index = offset
        while index < piece.count {
            let rest = piece.slice(index..<piece.count)
            if isCertainRequestLine(rest) { return index }
            guard let lineFeed = piece.index(ofByte: ASCII.lineFeed, from: index) else { return nil }
            index = lineFeed + 1
        }
        return nil
    }

    /// Stricter than at a known boundary: requires an upper-case method, and a whole line or a target with a valid
    /// beginning.
    private func isCertainRequestLine(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var method = 0
        while method < bytes.count, bytes[method] &- UInt8(ascii: "A") < 26 { method += 1 }
        guard method >= 3, method + 1 < bytes.count, bytes[method] == ASCII.space else { return false }
        if let lineFeed = bytes.index(ofByte: ASCII.lineFeed, from: method) {
            return StartLine.request(bytes.slice(0..<lineFeed).withoutReturn).map { !$0.isSimple } ?? false
        }
        return bytes[method + 1] == UInt8(ascii: "/") || bytes[method + 1] == UInt8(ascii: "*")
            || bytes.slice((method + 1)..<bytes.count).hasPrefix("http")
    }
}
