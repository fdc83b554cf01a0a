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
    /// It answers a challenge of Digest authentication with a password that is not known.
    case noPassword
    /// It answers a challenge of Digest authentication that was not recorded.
    case noChallenge
    /// It is a digest of a body with values in it, in a form that is not known.
    case digestForm

    /// As a person reads it.
    public var label: String {
        switch self {
        case .noKey: "no key to sign it with"
        case .algorithm: "signed in a way that is not known"
        case .otherKey: "none of the keys given signs its algorithm"
        case .opaque: "no JWT"
        case .noPassword: "Digest authentication cannot be replayed: the password is not known"
        case .noChallenge: "Digest authentication cannot be replayed: its challenge was not recorded"
        case .digestForm: "a digest of the body in a form that is not known"
        }
    }
}
