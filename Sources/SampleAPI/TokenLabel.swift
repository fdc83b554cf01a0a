/// What became of the token of a request to a protected route, as `/metrics` names it.
enum TokenLabel: String, CaseIterable {
    case accepted, expired, revoked, forged, early, missing

    /// Why such a token is refused; nil for one that is good or is not there.
    var refusal: String? {
        switch self {
        case .accepted, .missing: nil
        case .expired: "The access token expired"
        case .revoked: "The access token was revoked"
        case .forged: "The access token was not signed here"
        case .early: "The access token is not good yet"
        }
    }
}
