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
            let isCoded = head.withUnsafeBufferPointer { HeadOutline($0).isCoded }
            guard isCoded else { return body.withUnsafeBufferPointer(use) }
            guard let content = TransferResult.decoded(body, head: head) else { return damaged() }
            return content.withUnsafeBufferPointer(use)
        }
        return glimpse.withMemoryRebound(to: UInt8.self) { bytes in
            let outline = HeadOutline(bytes)
            guard let end = outline.end, UInt64(bytes.count - end) >= bodyBytes else { return nil }
            // After an interim response, this is not the head of the final one; chunks are not content.
            let isInterim = bytes.dropFirst(9).first == UInt8(ascii: "1")
            guard !isInterim, !outline.isChunked else { return nil }
            let content = UnsafeBufferPointer(rebasing: bytes[end...].prefix(Int(clamping: bodyBytes)))
            guard outline.isCoded else { return use(content) }
            guard let decoded = TransferResult.decoded(Array(content), head: Array(bytes[..<end])) else {
                return damaged()
            }
            return decoded.withUnsafeBufferPointer(use)
        }
    }
}

/// What a head says about the form of the body. Reads only the names of its fields, line by line.
private struct HeadOutline {
    /// The end of the head; nil if it is not there.
    private(set) var end: Int?
    /// Whether it has Content-Encoding; Transfer-Encoding.
    private(set) var isCoded = false
    private(set) var isChunked = false

    /// - Parameter bytes: a head, possibly followed by other bytes.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var line = 0
        while line < bytes.count, let feed = ByteSearch.index(of: ASCII.lineFeed, in: bytes, line..<bytes.count) {
            if feed == line || feed == line + 1 && bytes[line] == ASCII.carriageReturn {
                end = feed + 1
                return
            }
            switch ASCII.lowercased(bytes[line]) {
            case UInt8(ascii: "c"): isCoded = isCoded || HeadOutline.has(bytes, line..<feed, "content-encoding")
            case UInt8(ascii: "t"): isChunked = isChunked || HeadOutline.has(bytes, line..<feed, "transfer-encoding")
            default: break
            }
            line = feed + 1
        }
    }

    private static func has(
        _ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>, _ name: StaticString
    ) -> Bool {
        guard line.count > name.utf8CodeUnitCount else { return false }
        for index in 0..<name.utf8CodeUnitCount
        where ASCII.lowercased(bytes[line.lowerBound + index]) != name.utf8Start[index] { return false }
        return true
    }
}
