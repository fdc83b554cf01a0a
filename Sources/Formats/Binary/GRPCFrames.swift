/// The messages of a gRPC body, each after a flag and its length (gRPC over HTTP2, "Length-Prefixed-Message").
public enum GRPCFrames {
    /// The ranges of the uncompressed messages, each with the range that includes its four-byte length.
    public static func ranges(in body: UnsafeBufferPointer<UInt8>) -> [(entry: Range<Int>, message: Range<Int>)] {
        var frames: [(entry: Range<Int>, message: Range<Int>)] = []
        var position = 0
        while position + 5 <= body.count {
            let count = (1...4).reduce(0) { $0 << 8 | Int(body[position + $1]) }
            let start = position + 5
            guard count <= body.count - start else { break }
            if body[position] == 0 { frames.append((position + 1..<start + count, start..<start + count)) }
            position = start + count
        }
        return frames
    }

    /// Whether `body` begins with a frame. A bare message does not: no field has the number 0.
    public static func areLikely(_ body: some Collection<UInt8>) -> Bool {
        guard let flag = body.first, flag <= 1, body.count >= 5 else { return false }
        return body.dropFirst().prefix(4).reduce(0) { $0 << 8 | Int($1) } <= body.count - 5
    }

    /// The frames of a base64 body, as sent by gRPC-Web with the type `application/grpc-web-text`: possibly several
    /// fragments, each with its own padding. Nil if the body is not base64.
    public static func decoded(_ body: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard let first = body.first, ASCII.isAlphanumeric(first) || first == UInt8(ascii: "+") else { return nil }
        var frames: [UInt8] = []
        for piece in body.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: true) {
            guard piece.count % 4 != 1, Base64.standard.decode(piece, into: &frames) else { return nil }
        }
        return frames
    }
}
