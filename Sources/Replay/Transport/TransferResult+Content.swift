internal import ContentCodings
internal import HTTPWire

extension TransferResult {
    /// The most bytes of a body that are decoded for bindings; a longer body gives no values.
    private static let decodedLimit = 16 << 20

    /// The body after content decoding; as received when its codings are unknown or the data is damaged.
    var decodedBody: [UInt8] {
        guard let fields = ResponseHead(head)?.all("content-encoding"), !fields.isEmpty,
            let coding = try? ContentCoding(fieldValue: fields.joined(separator: ", ")), !coding.isIdentity
        else { return body }
        return (try? coding.decoded(body, limit: TransferResult.decodedLimit)) ?? body
    }
}
