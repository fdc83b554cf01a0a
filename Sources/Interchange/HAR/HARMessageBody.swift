import ContentCodings
import Formats
import HTTPWire

/// The body of a message in a HAR entry, checked against the head and the recorded sizes.
///
/// Exporters write decoded text with heads of encoded bytes, binary bytes as characters, and nothing for bodies they
/// did not keep. Missing bytes are reported by ``isComplete``, never invented.
struct HARMessageBody {
    var bytes: [UInt8] = []
    /// The expected number of bytes.
    var count: UInt64 = 0
    var isComplete = true
    /// The head's fields, corrected so that they describe `bytes`.
    var fields: [HeaderField]

    /// A message without a body.
    init(none fields: [HeaderField]) { self.fields = fields }

    /// A body that is not in the file.
    ///
    /// - Parameter count: its length; 0 if unknown.
    init(missing count: UInt64, _ fields: [HeaderField]) {
        self.fields = fields
        self.count = count
        isComplete = false
    }

    /// A body as written by an exporter.
    ///
    /// - Parameters:
    ///   - sizes: the lengths of the body given in the file, apart from the head's Content-Length; the first counts.
    ///   - isRebuilt: whether the bytes were rebuilt from parts, so that the original sizes do not apply.
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
            // They are the sizes of the chunked body.
            sizes = []
        }
        count = isWhole ? UInt64(bytes.count) : UInt64(max(0, body.count))
        if let coding, !isStillCoded(coding, isKnownCoded: body.isEncoded, size: sizes.first) {
            self.fields.removeAll { $0.isNamed("content-encoding") }
            mend(lengths)
            return
        }
        // Shorter than announced: it was truncated, unless its length is a size given by the exporter.
        let announced = max(lengths.max() ?? 0, coding == nil ? sizes.first ?? 0 : 0)
        let isCut = announced > bytes.count && !isRebuilt && (coding != nil || !sizes.contains(bytes.count))
        if isCut {
            count = max(count, UInt64(announced))
            isComplete = false
        } else if isWhole {
            mend(lengths)
        }
    }

    /// Decodes binary bytes written as one character each, or text of another character set, recognised by the matching
    /// length.
    private mutating func decodeText(_ lengths: [Int]) {
        guard bytes.contains(where: { $0 >= 0x80 }) else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        let type = fields.first("content-type")?.lowercased() ?? ""
        let saysLatin1 = ["iso-8859-1", "latin1", "windows-1252"].contains { type.contains($0) }
        let isUTF8Length = lengths.contains(bytes.count)
        let isCharacterLength = lengths.contains(text.unicodeScalars.count)
        guard !isUTF8Length, isCharacterLength || (saysLatin1 && lengths.isEmpty) else { return }
        guard text.unicodeScalars.allSatisfy({ $0.value < 0x100 }) else {
            // Replacement characters mean that bytes are lost.
            isComplete = !text.unicodeScalars.contains("\u{fffd}")
            return
        }
        bytes = text.unicodeScalars.map { UInt8($0.value) }
    }

    /// Whether the bytes are still in the head's coding, which some exporters decode.
    ///
    /// - Parameter size: the size of the content, if the file gives it.
    private func isStillCoded(_ coding: ContentCoding, isKnownCoded: Bool, size: Int?) -> Bool {
        if isKnownCoded || HARMessageBody.hasMark(of: coding, bytes) { return true }
        guard !bytes.isEmpty, let content = try? coding.decoded(bytes) else { return false }
        // Brotli and deflate have no signature: a body that can be decoded may be a coincidence, unless binary data
        // become text.
        let isTextOfNone =
            !content.isEmpty && content.withUnsafeBytes { isUTF8($0) } && !bytes.withUnsafeBytes { isUTF8($0) }
        return size == content.count || size != bytes.count || isTextOfNone
    }

    /// Whether `bytes` begin with the signature of gzip or Zstandard, which text never does: they are encoded even if
    /// their end is missing.
    private static func hasMark(of coding: ContentCoding, _ bytes: [UInt8]) -> Bool {
        coding.steps.last.map { $0 == ContentCoding.Step(markOf: bytes) } ?? false
    }

    /// Sets Content-Length to the body's length, and removes repeats.
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

    /// The codings in a head; nil if there are none or unknown ones.
    private static func coding(_ fields: [HeaderField]) -> ContentCoding? {
        let value = fields.all("content-encoding").joined(separator: ",")
        guard let coding = try? ContentCoding(fieldValue: value), !coding.isIdentity else { return nil }
        return coding
    }

    /// All Content-Length values of a head.
    static func lengths(_ fields: [HeaderField]) -> [Int] {
        fields.all("content-length").flatMap { $0.split(separator: ",") }.compactMap { part in
            Int(part.filter { $0 != " " }).flatMap { $0 >= 0 ? $0 : nil }
        }
    }

    static func isChunked(_ fields: [HeaderField]) -> Bool {
        fields.all("transfer-encoding").contains { $0.lowercased().contains("chunked") }
    }

    /// The content of `bytes` if they are a complete chunked body (RFC 9112 section 7.1); nil otherwise.
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
