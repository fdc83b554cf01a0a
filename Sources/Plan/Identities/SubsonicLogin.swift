import Formats

/// The login that each request of the Subsonic API carries: `u=ann&p=enc:7077&v=1.16.1&c=app`, or a token
/// `t=md5(password + salt)&s=salt` in place of the password.
struct SubsonicLogin {
    /// The name of the person.
    var name: [UInt8]
    /// The password; nil where a token is sent.
    var password: [UInt8]?
    var token: [UInt8]?
    var salt: [UInt8]?

    /// The login of `draft`; nil if it is no request of that API.
    init?(_ draft: ParsedRequest) {
        guard draft.target.withUnsafeBufferPointer({ ByteSearch.end(of: SubsonicLogin.path, in: $0) }) != nil else {
            return nil
        }
        var values: [String: [UInt8]] = [:]
        for field in CredentialFinder.fields(of: draft) where field.field.utf8.count == 1 {
            values[field.field] = field.value
        }
        guard let name = values["u"], !name.isEmpty, values["v"] != nil, values["c"] != nil else { return nil }
        self.name = name
        if let password = values["p"], !password.isEmpty {
            let digits =
                password.starts(with: SubsonicLogin.prefix) ? password.dropFirst(SubsonicLogin.prefix.count) : nil
            self.password = digits.flatMap { Hex.bytes(String(decoding: $0, as: UTF8.self)) } ?? password
        } else if let token = values["t"], let salt = values["s"], !salt.isEmpty {
            (self.token, self.salt) = (token, salt)
        } else {
            return nil
        }
    }

    private static let path = Array("/rest/".utf8)
    private static let prefix = Array("enc:".utf8)

    /// The credentials of the login, names first.
    var fields: [CredentialFinder.Field] {
        let name = CredentialFinder.Field(value: name, field: "u", kind: .name)
        guard let password else { return [name] }
        return [name, CredentialFinder.Field(value: password, field: "p", kind: .password)]
    }
}
