/// The codings of a body, as listed in a Content-Encoding field (RFC 9110 section 8.4).
public struct ContentCoding: Hashable, Sendable {
    /// One coding of the list.
    public enum Step: String, Hashable, Sendable, CaseIterable {
        /// RFC 1952, one or more members; `x-gzip` is the same.
        case gzip
        /// RFC 1950. The raw deflate of RFC 1951, which some servers send under this name, is supported too.
        case deflate
        /// Brotli, RFC 7932.
        case brotli = "br"
        /// Zstandard, RFC 8878, one or more frames.
        case zstd

        /// The magic number of the coding; empty if it has none.
        public var mark: [UInt8] {
            switch self {
            case .gzip: [0x1f, 0x8b]
            case .zstd: [0x28, 0xb5, 0x2f, 0xfd]
            case .deflate, .brotli: []
            }
        }

        /// The coding whose magic number `bytes` begin with; nil if there is none.
        public init?(markOf bytes: some Sequence<UInt8>) {
            guard let step = [Step.gzip, .zstd].first(where: { bytes.starts(with: $0.mark) }) else { return nil }
            self = step
        }
    }

    /// The maximum number of codings of a body; no honest message has more.
    public static let maximumSteps = 4
    /// The default limit on the decoded bytes of a body: 64 MiB.
    public static let defaultLimit = 64 << 20

    /// The codings in the order in which they were applied; empty for an unencoded body.
    public let steps: [Step]
    /// Whether a last step ``Step/deflate`` is raw deflate (RFC 1951), without the zlib wrapper.
    public private(set) var isBareDeflate = false

    /// The codings `steps`, applied in this order.
    public init(_ steps: [Step]) { self.steps = steps }

    /// Parses a Content-Encoding field.
    ///
    /// - Parameter fieldValue: the field's value; the values of several fields joined by commas. Nil or empty means no
    ///   coding.
    /// - Throws: ``ContentCodingError/unknownCoding`` for any that is not in ``Step``, or for too many.
    public init(fieldValue: String?) throws(ContentCodingError) {
        var steps: [Step] = []
        for part in (fieldValue ?? "").split(separator: ",") {
            var name = part.drop { $0 == " " || $0 == "\t" }
            while name.last == " " || name.last == "\t" { name.removeLast() }
            let lowercased = name.lowercased()
            if lowercased.isEmpty || lowercased == "identity" { continue }
            guard let step = lowercased == "x-gzip" ? .gzip : Step(rawValue: lowercased),
                steps.count < ContentCoding.maximumSteps
            else { throw .unknownCoding }
            steps.append(step)
        }
        self.steps = steps
    }

    /// These codings in the variant used by `body`, which is encoded with them.
    public func inForm(of body: [UInt8]) -> ContentCoding {
        var coding = self
        coding.isBareDeflate =
            steps.last == .deflate && !body.isEmpty && !body.withUnsafeBytes { ZlibDecoder.hasZlibHeader($0) }
        return coding
    }

    /// The coding of a body that begins like compressed data although no field declares it; nil for any other body.
    public static func detected(in body: [UInt8]) -> ContentCoding? {
        guard let step = Step(markOf: body) else { return nil }
        // gzip has only this method (RFC 1952 section 2.3.1); the two bytes before may be a coincidence.
        return step == .gzip && body.dropFirst(2).first != 8 ? nil : ContentCoding([step])
    }

    /// Whether the body is unencoded.
    public var isIdentity: Bool { steps.isEmpty }

    /// The value for a Content-Encoding field: `gzip, br`; `identity` if there is no coding.
    public var fieldValue: String {
        steps.isEmpty ? "identity" : steps.map(\.rawValue).joined(separator: ", ")
    }
}
