import Formats

/// Finding the way back when the framing is lost.
extension HTTP1Parser {
    /// Where a message may begin in `piece`, of which nothing is known but that it follows bytes that were lost or no HTTP.
    ///
    /// A response may begin anywhere, a request at the beginning of the piece or of a line: bodies rarely hold either.
    ///
    /// - Returns: the index of a start line, which may be cut off by the end of the piece; nil when there is none.
    public func startOfMessage(in piece: UnsafeRawBufferPointer, from offset: Int = 0) -> Int? {
        isRequest ? startOfRequest(piece, offset) : startOfResponse(piece, offset)
    }

    private func startOfResponse(_ piece: UnsafeRawBufferPointer, _ offset: Int) -> Int? {
        var index = offset
        while let candidate = piece.index(ofByte: UInt8(ascii: "H"), from: index) {
            let rest = piece.slice(candidate..<piece.count)
            // A few bytes at the end of a piece say nothing, unless the piece is nothing else.
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

    /// Stricter than at a known boundary: upper-case method, and a whole line or a target that begins as targets do.
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
