/// What identifies a client: a keyed hash of a token, a cookie or a user name. The value itself is not stored.
struct Credential: Hashable {
    var hash: UInt128
    var kind: Kind
    /// Where it was found: the field, or the cookie's name; 0 for bodies. Two values in one place together with the
    /// same other credential belong to two users, or to one whose credential was renewed.
    var place: UInt32 = 0

    enum Kind: UInt8 {
        /// An access or refresh token, wherever it occurs.
        case token
        /// A cookie with the name of a session cookie.
        case sessionCookie
        /// Any other cookie, which counts only if a response issued it before.
        case cookie
        /// A user name in a login or registration.
        case userName
        /// The issuer and subject of a JSON Web Token.
        case subject
        /// The value that ``SessionBy`` names.
        case key
        /// A token in a request target with the name of a session parameter.
        case parameter
        /// A token in a request target under another name, which may belong to the link; it counts only if a response
        /// issued it before.
        case linkParameter
    }

    init(_ kind: Kind, _ value: UnsafeRawBufferPointer, place: UInt32 = 0, seed: UInt64) {
        self.kind = kind
        self.place = place
        let salt: Kind =
            switch kind {
            case .sessionCookie: .cookie
            case .parameter, .linkParameter: .token
            default: kind
            }
        let (low, high) = WireHash.pair(of: value, seed ^ UInt64(salt.rawValue))
        hash = UInt128(high) << 64 | UInt128(low)
    }

    /// Whether it identifies its sender even if no response was seen to issue it.
    var isIdentity: Bool { kind == .token || kind == .sessionCookie || kind == .parameter }

    /// Whether it is a cookie, of any name.
    var isCookie: Bool { kind == .cookie || kind == .sessionCookie }

    /// The key that records that a response of `session` issued this credential.
    func given(to session: UInt32) -> Credential {
        var note = self
        note.hash ^= UInt128(UInt64(session) &* 0x9e37_79b9_7f4a_7c15 | 1) << 64 | UInt128(session)
        return note
    }

    static func == (left: Credential, right: Credential) -> Bool { left.hash == right.hash }

    /// The hash is already keyed; half of it is enough for a hash table.
    func hash(into hasher: inout Hasher) { hasher.combine(UInt64(truncatingIfNeeded: hash)) }

    /// The place for `name`, different from that of any field.
    static func place(of name: UnsafeRawBufferPointer, seed: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: WireHash.of(name, seed)) | 1 << 31
    }
}
