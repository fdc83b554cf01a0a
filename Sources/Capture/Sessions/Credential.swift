/// What a client is known by: a keyed hash of a token, a cookie or a user name. The value itself is not kept.
struct Credential: Hashable {
    var hash: UInt128
    var kind: Kind
    /// Where it stood: the field, or the cookie's name; 0 for what stood in a body. Two values in one place beside the same
    /// other credential are two users, or one whose credential was renewed.
    var place: UInt32 = 0

    enum Kind: UInt8 {
        /// An access or refresh token, wherever it stands.
        case token
        /// A cookie whose name says that it holds a session.
        case sessionCookie
        /// Any other cookie: means something only when it was given before.
        case cookie
        /// A user name in a login or registration.
        case userName
        /// Whom a JSON Web Token is about: its issuer and subject.
        case subject
        /// What ``SessionBy`` asks for by name.
        case key
    }

    init(_ kind: Kind, _ value: UnsafeRawBufferPointer, place: UInt32 = 0, seed: UInt64) {
        self.kind = kind
        self.place = place
        let salt = UInt64(kind == .sessionCookie ? Kind.cookie.rawValue : kind.rawValue)
        let low = Credential.hash(value, seed ^ salt)
        hash = UInt128(Credential.hash(value, low ^ 0x9e37_79b9_7f4a_7c15)) << 64 | UInt128(low)
    }

    /// Whether it says who sends it, also when nobody was seen to give it.
    var isIdentity: Bool { kind == .token || kind == .sessionCookie }

    static func == (left: Credential, right: Credential) -> Bool { left.hash == right.hash }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    /// A place named by `name`, which is not that of any field.
    static func place(of name: UnsafeRawBufferPointer, seed: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: hash(name, seed)) | 1 << 31
    }

    private static func hash(_ bytes: UnsafeRawBufferPointer, _ seed: UInt64) -> UInt64 {
        var state = seed ^ UInt64(truncatingIfNeeded: bytes.count) &* 0xa076_1d64_78bd_642f
        var offset = 0
        while offset < bytes.count {
            var word: UInt64 = 0
            let count = min(8, bytes.count - offset)
            for index in 0..<count { word |= UInt64(bytes[offset + index]) << UInt64(index * 8) }
            let product = (state ^ word).multipliedFullWidth(by: 0xe703_7ed1_a0b4_28db)
            state = (product.high ^ product.low) &+ 0x8ebc_6af0_9c88_c6e3
            offset += count
        }
        let product = (state ^ seed.byteSwapped).multipliedFullWidth(by: 0x5899_65cc_7537_4cc3)
        return product.high ^ product.low
    }
}
