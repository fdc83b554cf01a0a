/// The codings a body was put into before it was sent: what a Content-Encoding field says (RFC 9110 section 8.4).
public struct ContentCoding: Hashable, Sendable {
    /// One coding of the list.
    public enum Step: String, Hashable, Sendable, CaseIterable {
        /// RFC 1952, one member or several; `x-gzip` is the same.
        case gzip
        /// RFC 1950. The bare deflate of RFC 1951 that some servers send under this name is understood too.
        case deflate
        /// Brotli, RFC 7932.
        case brotli = "br"
        /// Zstandard, RFC 8878, one frame or several.
        case zstd
    }

    /// More codings on one body are no honest message.
    public static let maximumSteps = 4
    /// Bytes that a body may decode to unless the caller says otherwise: 64 MiB.
    public static let defaultLimit = 64 << 20

    /// The codings in the order in which they were applied; empty when the body is as it is.
    public let steps: [Step]
    /// Whether a last step of ``Step/deflate`` writes bare deflate (RFC 1951), without zlib's wrapping.
    public private(set) var isBareDeflate = false

    /// A body that went through `steps`, in this order.
    public init(_ steps: [Step]) { self.steps = steps }

    /// What a Content-Encoding field says.
    ///
    /// - Parameter fieldValue: the field's value; those of several fields joined by commas. Nil or empty: no coding.
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

    /// These codings in the form that `body`, which is in them, has them.
    public func inForm(of body: [UInt8]) -> ContentCoding {
        var coding = self
        coding.isBareDeflate =
            steps.last == .deflate && !body.isEmpty && !body.withUnsafeBytes { ZlibDecoder.hasZlibHeader($0) }
        return coding
    }

    /// The coding of a body that begins as compressed data does though no field says so; nil for any other.
    public static func detected(in body: [UInt8]) -> ContentCoding? {
        if body.starts(with: [0x1f, 0x8b, 0x08]) { return ContentCoding([.gzip]) }
        if body.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) { return ContentCoding([.zstd]) }
        return nil
    }

    /// Whether the body is as it is.
    public var isIdentity: Bool { steps.isEmpty }

    /// The value of a Content-Encoding field that says this: `gzip, br`; `identity` when there is no coding.
    public var fieldValue: String {
        steps.isEmpty ? "identity" : steps.map(\.rawValue).joined(separator: ", ")
    }
}
