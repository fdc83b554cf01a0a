/// A decoded body, as far as decoding succeeded.
public struct DecodedBody: Hashable, Sendable {
    /// The content; only its beginning if ``failure`` is set.
    public var bytes: [UInt8]
    /// Why the content is incomplete; nil if it is complete.
    public var failure: ContentCodingError?

    /// Creates a decoded body, complete unless `failure` is set.
    public init(bytes: [UInt8], failure: ContentCodingError? = nil) {
        self.bytes = bytes
        self.failure = failure
    }
}
