/// Why a body cannot be brought out of, or into, its codings.
public enum ContentCodingError: Error, Hashable, Sendable {
    /// A coding that is not known here, or too many of them.
    case unknownCoding
    /// The bytes end before the coding does.
    case truncated
    /// The bytes are not what the coding says they are.
    case damaged
    /// The body is longer than the limit. What small bytes claim to be much is often a trap.
    case tooLong
    /// The library has no memory for it.
    case outOfMemory
}
