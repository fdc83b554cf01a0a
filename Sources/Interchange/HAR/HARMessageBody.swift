import ContentCodings
import HTTPWire

/// The body that a HAR entry has of a message, held against what the head and the sizes say of it.
///
/// Exporters write decoded text under heads of coded bytes, binary bytes as characters, and nothing at all for what they did not
/// keep. What cannot be had is said by ``isComplete``, never made up.
struct HARMessageBody {
    var bytes: [UInt8] = []
    /// Bytes there should be.
    var count: UInt64 = 0
    var isComplete = true
    /// The head's fields, mended so that they describe `bytes`.
    var fields: [HeaderField]

    /// A message without a body.
    init(none fields: [HeaderField]) { self.fields = fields }

    /// A body that is not in the file.
    ///
    /// - Parameter count: how long it was; 0 when no one says.
    init(missing count: UInt64, _ fields: [HeaderField]) {
        self.fields = fields
        self.count = count
        isComplete = false
    }

    /// What an exporter wrote as the body.
    ///
    /// - Parameters:
    ///   - sizes: how long the file says the body is, apart from the head's Content-Length; the first counts.
    ///   - isRebuilt: whether the bytes were put together of parts, so that sizes of the original say nothing.
    init(_ body: HAREntry.Body, _ fields: [HeaderField], sizes: [Int64?], isRebuilt: Bool = false) {
        self.fields = fields
        bytes = body.bytes
        let coding = HARMessageBody.coding(fields)
        var sizes = sizes.compactMap { $0.flatMap { $0 > 0 ? Int($0) : nil } }
        let lengths = HARMessageBody.lengths(fields)
        let isWhole = body.bytes.count == body.count
        if isWhole, body.isText, !isRebuilt { decodeText(sizes + lengths) }
        if isWhole, HARMessageBody.isChunked(fields), let content = HARMessageBody.unchunked(bytes) {
            bytes = content
            // They are of the chunks.
            sizes = []
        }
        count = isWhole ? UInt64(bytes.count) : UInt64(max(0, body.count))
        if let coding, !isStillCoded(coding, isKnownCoded: body.isEncoded, size: sizes.first) {
            self.fields.removeAll { $0.isNamed("content-encoding") }
            mend(lengths)
            return
        }
        // Shorter than both say: it was cut, unless it is the size that the exporter itself gives.
        let announced = max(lengths.max() ?? 0, coding == nil ? sizes.first ?? 0 : 0)
        let isCut = announced > bytes.count && !isRebuilt && (coding != nil || !sizes.contains(bytes.count))
        if isCut {
            count = max(count, UInt64(announced))
            isComplete = false
        } else if isWhole {
            mend(lengths)
        }
    }

    /// Binary bytes written as one character each, or text of another character set: told by the length that fits.
    private mutating func decodeText(_ lengths: [Int]) {
        guard bytes.contains(where: { $0 >= 0x80 }) else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        let type = fields.first("content-type")?.lowercased() ?? ""
        let saysLatin1 = ["iso-8859-1", "latin1", "windows-1252"].contains { type.contains($0) }
        let isUTF8Length = lengths.contains(bytes.count)
        let isCharacterLength = lengths.contains(text.unicodeScalars.count)
        guard !isUTF8Length, isCharacterLength || (saysLatin1 && lengths.isEmpty) else { return }
        guard text.unicodeScalars.allSatisfy({ $0.value < 0x100 }) else {
            // Characters that were put where bytes could not be read: these are lost.
            isComplete = !text.unicodeScalars.contains("\u{fffd}")
            return
        }
        bytes = text.unicodeScalars.map { UInt8($0.value) }
    }

    /// Whether the bytes still are in the head's coding, which exporters decode or do not.
    ///
    /// - Parameter size: of the content, where the file says it.
    private func isStillCoded(_ coding: ContentCoding, isKnownCoded: Bool, size: Int?) -> Bool {
        if isKnownCoded || HARMessageBody.hasMark(of: coding, bytes) { return true }
        guard !bytes.isEmpty, let content = try? coding.decoded(bytes) else { return false }
        // Brotli and deflate have no signature: what they decode may be a coincidence.
        return size == content.count || size != bytes.count
    }

    /// Whether `bytes` begin as gzip or Zstandard do, which no text does: coded even if their end is missing.
    private static func hasMark(of coding: ContentCoding, _ bytes: [UInt8]) -> Bool {
        switch coding.steps.last {
        case .gzip: bytes.starts(with: [0x1f, 0x8b])
        case .zstd: bytes.starts(with: [0x28, 0xb5, 0x2f, 0xfd])
        case .deflate, .brotli, nil: false
        }
    }

    /// Makes every Content-Length the body's own.
    private mutating func mend(_ lengths: [Int]) {
        guard !lengths.isEmpty || fields.first("content-length") != nil else { return }
        guard lengths.count != 1 || lengths[0] != bytes.count else { return }
        var isFirst = true
        fields = fields.compactMap { field in
            guard field.isNamed("content-length") else { return field }
            defer { isFirst = false }
            return isFirst ? HeaderField(name: field.name, value: String(bytes.count)) : nil
        }
    }

    /// The codings in a head; nil for none, or for those that no one here can tell.
    private static func coding(_ fields: [HeaderField]) -> ContentCoding? {
        let value = fields.all("content-encoding").joined(separator: ",")
        guard let coding = try? ContentCoding(fieldValue: value), !coding.isIdentity else { return nil }
        return coding
    }

    /// What a head's Content-Length says, as often as it says it.
    static func lengths(_ fields: [HeaderField]) -> [Int] {
        fields.all("content-length").flatMap { $0.split(separator: ",") }.compactMap { part in
            Int(part.filter { $0 != " " }).flatMap { $0 >= 0 ? $0 : nil }
        }
    }

    static func isChunked(_ fields: [HeaderField]) -> Bool {
        fields.all("transfer-encoding").contains { $0.lowercased().contains("chunked") }
    }

    /// The content of `bytes` when all of them are chunks (RFC 9112 section 7.1); nil when they are anything else.
    private static func unchunked(_ bytes: [UInt8]) -> [UInt8]? {
        var rest = bytes[...]
        var content: [UInt8] = []
        while let end = rest.firstIndex(of: 0x0a) {
            let line = rest[..<end].filter { $0 != 0x0d }.prefix { $0 != UInt8(ascii: ";") }
            guard !line.isEmpty, line.count <= 8, let size = Int(String(decoding: line, as: UTF8.self), radix: 16)
            else { return nil }
            rest = rest[(end + 1)...]
            if size == 0 { return rest.elementsEqual([0x0d, 0x0a]) || rest.elementsEqual([0x0a]) ? content : nil }
            guard rest.count >= size else { return nil }
            content += rest.prefix(size)
            rest = rest.dropFirst(size)
            if rest.first == 0x0d { rest = rest.dropFirst() }
            guard rest.popFirst() == 0x0a else { return nil }
        }
        return nil
    }
}
