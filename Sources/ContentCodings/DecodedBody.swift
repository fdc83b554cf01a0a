/// A body out of its codings, as far as it could be brought.
public struct DecodedBody: Hashable, Sendable {
    /// The content; its beginning when ``failure`` is set.
    public var bytes: [UInt8]
    /// Why the content is not whole, nil when it is.
    public var failure: ContentCodingError?

    /// Content that is whole unless `failure` says why not.
    public init(bytes: [UInt8], failure: ContentCodingError? = nil) {
        self.bytes = bytes
        self.failure = failure
    }
}
