/// Why a token is sent as recorded.
public enum UnsignedReason: String, Sendable, CaseIterable, Codable {
    /// No signing key was given.
    case noKey
    /// Its signing algorithm is unknown.
    case algorithm
    /// None of the given keys can sign it.
    case otherKey
    /// It is not a JWT, so it cannot be signed.
    case opaque
    /// It is the response to a Digest authentication challenge, computed from an unknown password.
    case noPassword
    /// It is the response to a Digest authentication challenge that was not recorded.
    case noChallenge
    /// It is a digest, in an unknown form, of a body with values in it.
    case digestForm
    /// It seems to be computed from a password that differs from clone to clone, in an unknown form.
    case passwordForm

    /// A text for display.
    public var label: String {
        switch self {
        case .noKey: "no key to sign it with"
        case .algorithm: "signed with an unknown algorithm"
        case .otherKey: "none of the keys given signs its algorithm"
        case .opaque: "no JWT"
        case .noPassword: "Digest authentication cannot be replayed: the password is unknown"
        case .noChallenge: "Digest authentication cannot be replayed: its challenge was not recorded"
        case .digestForm: "a digest of the body in an unknown form"
        case .passwordForm: "computed from the recorded password in an unknown form, and the password is replaced"
        }
    }
}
