/// What is displayed instead of a secret.
public enum SecretMark: Sendable {
    /// Its kind and length: `‹JWT HS256, 231 bytes›`.
    case description
    /// `***`, whatever it is.
    case stars

    /// The mark for `value`.
    public func text(for value: some StringProtocol) -> String {
        switch self {
        case .stars: return "***"
        case .description:
            let kind = WebToken.algorithm(of: value).map { "JWT \($0), " } ?? ""
            let count = value.utf8.count
            return "‹\(kind)\(count) \(count == 1 ? "byte" : "bytes")›"
        }
    }

    /// The mark for `value`, in bytes.
    public func text(for value: some Collection<UInt8>) -> String { text(for: String(decoding: value, as: UTF8.self)) }
}
