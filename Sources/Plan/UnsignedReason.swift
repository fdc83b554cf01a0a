/// Why a token is sent as recorded.
public enum UnsignedReason: String, Sendable, CaseIterable, Codable {
    /// No key to sign it with was given.
    case noKey
    /// It is signed in a way that is not known.
    case algorithm
    /// None of the keys that were given can sign it.
    case otherKey
    /// It is no JWT, so it cannot be signed.
    case opaque

    /// As a person reads it.
    public var label: String {
        switch self {
        case .noKey: "no key to sign it with"
        case .algorithm: "signed in a way that is not known"
        case .otherKey: "none of the keys given signs its algorithm"
        case .opaque: "no JWT"
        }
    }
}
