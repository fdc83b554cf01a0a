extension ContentCoding {
    /// Decodes `body`, which is in these codings.
    ///
    /// - Parameters:
    ///   - body: the body after transfer decoding. An empty body is empty content, as in responses to HEAD.
    ///   - limit: the maximum bytes of the content and of every intermediate step.
    /// - Throws: if the content cannot be decoded completely.
    public func decoded(
        _ body: [UInt8], limit: Int = ContentCoding.defaultLimit
    ) throws(ContentCodingError) -> [UInt8] {
        let decoded = decodedPrefix(body, limit: limit)
        if let failure = decoded.failure { throw failure }
        return decoded.bytes
    }

    /// Decodes as much of `body` as possible: for bodies that are truncated or too long.
    public func decodedPrefix(_ body: [UInt8], limit: Int = ContentCoding.defaultLimit) -> DecodedBody {
        if steps.isEmpty {
            return body.count <= limit
                ? DecodedBody(bytes: body) : DecodedBody(bytes: Array(body.prefix(limit)), failure: .tooLong)
        }
        var result = DecodedBody(bytes: body)
        for step in steps.reversed() {
            let next = step.decoded(result.bytes, limit: limit)
            // A truncated outer coding also truncates the inner one: the first failure is the cause.
            result = DecodedBody(bytes: next.bytes, failure: result.failure ?? next.failure)
        }
        return result
    }
}

extension ContentCoding.Step {
    fileprivate func decoded(_ body: [UInt8], limit: Int) -> DecodedBody {
        guard !body.isEmpty else { return DecodedBody(bytes: []) }
        return body.withUnsafeBytes { input in
            switch self {
            case .gzip:
                var decoder = ZlibDecoder(wrapping: .gzip)
                return decode(input, with: &decoder, limit: limit)
            case .deflate:
                var decoder = ZlibDecoder(wrapping: ZlibDecoder.hasZlibHeader(input) ? .zlib : .none)
                return decode(input, with: &decoder, limit: limit)
            case .brotli:
                var decoder = BrotliDecoder()
                return decode(input, with: &decoder, limit: limit)
            case .zstd:
                var decoder = ZstdDecoder()
                return decode(input, with: &decoder, limit: limit)
            }
        }
    }
}

private func decode<Decoder: StepDecoder & ~Copyable>(
    _ input: UnsafeRawBufferPointer, with decoder: inout Decoder, limit: Int
) -> DecodedBody {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { room.deallocate() }
    var input = input
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(limit, input.count * 4))
    while true {
        let before = input.count
        let (count, state) = decoder.decode(&input, into: room)
        guard count <= limit - bytes.count else {
            bytes.append(contentsOf: room[..<(limit - bytes.count)])
            return DecodedBody(bytes: bytes, failure: .tooLong)
        }
        bytes.append(contentsOf: room[..<count])
        switch state {
        case .ended: return DecodedBody(bytes: bytes)
        case .damaged: return DecodedBody(bytes: bytes, failure: .damaged)
        case .outOfMemory: return DecodedBody(bytes: bytes, failure: .outOfMemory)
        case .going:
            if count == 0, input.count == before { return DecodedBody(bytes: bytes, failure: .truncated) }
        }
    }
}
