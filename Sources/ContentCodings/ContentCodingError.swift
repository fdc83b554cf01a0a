/// Why a body cannot be decoded or encoded.
public enum ContentCodingError: Error, Hashable, Sendable {
    /// An unsupported coding, or too many codings.
    case unknownCoding
    /// The encoded bytes are truncated.
    case truncated
    /// The bytes are not valid for the coding.
    case damaged
    /// The decoded body exceeds the limit, as with a decompression bomb.
    case tooLong
    /// The library could not allocate memory.
    case outOfMemory
}
