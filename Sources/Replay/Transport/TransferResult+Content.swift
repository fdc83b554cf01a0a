internal import ContentCodings
internal import HTTPWire

extension TransferResult {
    /// Most of a body that is decoded for bindings; a longer one binds nothing.
    private static let decodedLimit = 16 << 20

    /// The body out of its content codings; as it came when they are unknown or damaged.
    var decodedBody: [UInt8] {
        guard let fields = ResponseHead(head)?.all("content-encoding"), !fields.isEmpty,
            let coding = try? ContentCoding(fieldValue: fields.joined(separator: ", ")), !coding.isIdentity
        else { return body }
        return (try? coding.decoded(body, limit: TransferResult.decodedLimit)) ?? body
    }
}
