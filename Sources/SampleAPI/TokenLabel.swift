/// The outcome of the token of a request to a protected route, as named in `/metrics`.
enum TokenLabel: String, CaseIterable {
    case accepted, expired, revoked, forged, early, missing

    /// Why such a token is refused; nil for a valid or missing token.
    var refusal: String? {
        switch self {
        case .accepted, .missing: nil
        case .expired: "The access token expired"
        case .revoked: "The access token was revoked"
        case .forged: "The access token was not signed here"
        case .early: "The access token is not valid yet"
        }
    }
}
