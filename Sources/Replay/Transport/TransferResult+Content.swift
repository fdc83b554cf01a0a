internal import ContentCodings
internal import Formats
internal import HTTPWire

extension TransferResult {
    /// The most bytes of a body that are decoded for bindings; a longer body gives no values.
    private static let decodedLimit = 16 << 20

    /// The body after content decoding; as received when its codings are unknown or the data is damaged.
    var decodedBody: [UInt8] { TransferResult.decoded(body, head: head) ?? body }

    /// The body after content decoding; nil if its bytes are not in the codings of its head.
    private static func decoded(_ body: [UInt8], head: [UInt8]) -> [UInt8]? {
        guard let fields = ResponseHead(head)?.all("content-encoding"), !fields.isEmpty,
            let coding = try? ContentCoding(fieldValue: fields.joined(separator: ", ")), !coding.isIdentity
        else { return body }
        let decoded = coding.decodedPrefix(body, limit: decodedLimit)
        switch decoded.failure {
        case nil: return decoded.bytes
        case .damaged, .truncated: return nil
        case .unknownCoding, .tooLong, .outOfMemory: return body
        }
    }

    /// Passes the body, after content decoding, to `use`; nil if it is not in memory as a whole.
    ///
    /// - Parameter damaged: the result for a body that is not in the codings of its head.
    func withContent<Result>(
        ifDamaged damaged: @autoclosure () -> Result?, _ use: (UnsafeBufferPointer<UInt8>) -> Result?
    ) -> Result? {
        if bodyBytes == 0 { return use(UnsafeBufferPointer(start: nil, count: 0)) }
        if !body.isEmpty {
            guard !head.isEmpty, AnyCaseWords.contentEncoding.occur(in: head) else {
                return body.withUnsafeBufferPointer(use)
            }
            guard let content = TransferResult.decoded(body, head: head) else { return damaged() }
            return content.withUnsafeBufferPointer(use)
        }
        return glimpse.withMemoryRebound(to: UInt8.self) { bytes in
            guard let end = ByteSearch.end(of: TransferResult.endOfHead, in: bytes),
                UInt64(bytes.count - end) >= bodyBytes
            else { return nil }
            let head = UnsafeBufferPointer(rebasing: bytes[..<end])
            // After an interim response, this is not the head of the final one; chunks are not content.
            let isInterim = head.dropFirst(9).first == UInt8(ascii: "1")
            guard !isInterim, !AnyCaseWords.chunked.occur(in: head) else { return nil }
            let content = UnsafeBufferPointer(rebasing: bytes[end...].prefix(Int(clamping: bodyBytes)))
            guard AnyCaseWords.contentEncoding.occur(in: head) else { return use(content) }
            guard let decoded = TransferResult.decoded(Array(content), head: Array(head)) else { return damaged() }
            return decoded.withUnsafeBufferPointer(use)
        }
    }

    private static let endOfHead = Array("\r\n\r\n".utf8)
}

extension AnyCaseWords {
    fileprivate static let contentEncoding = AnyCaseWords("content-encoding")
    fileprivate static let chunked = AnyCaseWords("transfer-encoding")
}
