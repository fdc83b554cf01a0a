/// How a JSON Web Token is signed (RFC 7518 section 3.1, RFC 8037 section 3.1).
public enum SigningAlgorithm: String, Hashable, Sendable, CaseIterable {
    case hs256 = "HS256"
    case hs384 = "HS384"
    case hs512 = "HS512"
    case rs256 = "RS256"
    case rs384 = "RS384"
    case rs512 = "RS512"
    case ps256 = "PS256"
    case ps384 = "PS384"
    case ps512 = "PS512"
    case es256 = "ES256"
    case es384 = "ES384"
    case es512 = "ES512"
    case edDSA = "EdDSA"

    /// Whether signing takes so long (about a millisecond) that it is done ahead, off the sending threads.
    public var isSlow: Bool {
        switch self {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512, .es384, .es512: true
        case .hs256, .hs384, .hs512, .es256, .edDSA: false
        }
    }
}
