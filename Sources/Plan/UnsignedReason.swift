/// Why a token is sent as recorded.
public enum UnsignedReason: String, Sendable, CaseIterable, Codable {
    /// No key to sign it with was given.
    case noKey
    /// It is signed in a way that the key cannot do (HS256, HS384 and HS512 are what it can).
    case algorithm
    /// It is no JWT, and no recorded response has it.
    case opaque

    /// As a person reads it.
    public var label: String {
        switch self {
        case .noKey: "no key to sign it with"
        case .algorithm: "not signed by HS256, HS384 or HS512"
        case .opaque: "no JWT, and no recorded response has it"
        }
    }
}
