import Formats

/// A digest of a request's body carried in a field of its head: Content-MD5 (RFC 1864), Digest (RFC 3230),
/// Content-Digest (RFC 9530) or a service-specific field. It is computed when the request is made.
struct BodyDigest: Hashable, Sendable {
    /// How the digest is written.
    enum Form: Hashable, Sendable {
        case base64(Base64)
        case hex(isUppercase: Bool)
    }

    var algorithm: HashAlgorithm
    var form: Form
    /// The digested bytes: the body as it is sent, or before compression.
    var content: Template

    /// Appends the digest.
    ///
    /// - Returns: false when a value of the body is missing.
    func append(to output: inout [UInt8], values: borrowing CloneValues) -> Bool {
        var body: [UInt8] = []
        guard content.append(to: &body, values: values) else { return false }
        output += BodyDigest.text(of: algorithm.hash(body), form)
        return true
    }

    private static func text(of digest: [UInt8], _ form: Form) -> [UInt8] {
        switch form {
        case .hex(let isUppercase): return HashAlgorithm.hex(digest, isUppercase: isUppercase)
        case .base64(let alphabet):
            var text: [UInt8] = []
            alphabet.append(digest, to: &text)
            return text
        }
    }
}

extension BodyDigest {
    /// A digest in a field's value.
    struct Found {
        var range: Range<Int>
        var algorithm: HashAlgorithm
        var form: Form
    }

    /// The digests of `content` in `field`, in order. A checksum is recognised only where the field names its
    /// algorithm.
    ///
    /// - Parameter name: the field's name; nil for a request target.
    static func find(in field: [UInt8], called name: String? = nil, of content: [UInt8]) -> [Found] {
        let sums = name.map { checksums(in: field, called: $0) } ?? []
        let lengths = lengths(in: field, from: sums.isEmpty ? shortestText : shortestChecksum)
        guard !lengths.isEmpty else { return [] }
        var found: [Found] = []
        for algorithm in HashAlgorithm.digests + sums where !lengths.isDisjoint(with: textLengths(of: algorithm)) {
            let digest = algorithm.hash(content)
            for form in forms {
                let text = text(of: digest, form)
                guard let end = field.withUnsafeBufferPointer({ ByteSearch.end(of: text, in: $0) }) else { continue }
                let range = end - text.count..<end
                guard !found.contains(where: { $0.range.overlaps(range) }) else { continue }
                found.append(Found(range: range, algorithm: algorithm, form: form))
            }
        }
        return found.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// Padded forms come before unpadded ones, which are a prefix of them.
    private static let forms: [Form] = [
        .base64(.standard), .base64(.paddedURL), .hex(isUppercase: false), .hex(isUppercase: true),
        .base64(.unpaddedStandard), .base64(.url),
    ]

    /// The checksums that a field names: `x-amz-checksum-crc32: …`, `x-goog-hash: crc32c=…`.
    private static func checksums(in field: [UInt8], called name: String) -> [HashAlgorithm] {
        if castagnoli.occur(in: name.utf8) || castagnoli.occur(in: field) { return [.crc32c] }
        return ieee.occur(in: name.utf8) || ieee.occur(in: field) ? [.crc32] : []
    }

    private static let castagnoli = AnyCaseWords("crc32c", "crc-32c")
    private static let ieee = AnyCaseWords("crc32", "crc-32")

    /// Whether a field holds the length of the body in addition to Content-Length: `X-Expected-Entity-Length`.
    static func isLength(_ name: String) -> Bool { lengthWords.occur(in: name.utf8) }

    private static let lengthWords = AnyCaseWords("length")

    /// Whether a field's name says that it holds a digest of the body.
    static func isNamed(_ field: String) -> Bool {
        ["content-md5", "digest", "content-digest", "repr-digest"].contains(field.lowercased())
    }

    /// How many characters a digest has in hexadecimal digits, and in base64 without its padding.
    private static func textLengths(of algorithm: HashAlgorithm) -> Set<Int> {
        let count = algorithm.byteCount
        return [count * 2, (count * 4 + 2) / 3]
    }

    /// The lengths of the words in a field, split at characters that no digest contains; words below `shortest` are
    /// skipped.
    private static func lengths(in field: [UInt8], from shortest: Int) -> Set<Int> {
        var lengths: Set<Int> = []
        var run = 0
        var escaped = 0
        for byte in field + [0] {
            if byte == UInt8(ascii: "%") { escaped = 4 }
            escaped = max(0, escaped - 1)
            switch escaped > 0 || byte == UInt8(ascii: "%") ? 0 : byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                run += 1
            default:
                if run >= shortest { lengths.insert(run) }
                run = 0
            }
        }
        return lengths
    }

    /// MD5 in base64 without its padding.
    private static let shortestText = 22
    /// A checksum of four bytes in base64 without its padding.
    private static let shortestChecksum = 6
}
