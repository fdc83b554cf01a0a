/// The part of an Authorization field's value that is the same in all requests of a client.
public enum AuthorizationValue {
    /// The part of an Authorization value that identifies the caller.
    ///
    /// - Returns: the token, key or name; nil for schemes whose value is specific to a connection or request.
    public static func identity(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let blank = value.firstIndex(of: 0x20) else { return value }
        let scheme = value.prefix(blank)
        let rest = UnsafeRawBufferPointer(rebasing: value[(blank + 1)...].drop { $0 <= 0x20 })
        // NTLM and Kerberos authenticate the connection, with messages that never repeat (RFC 4559).
        if isEqual(scheme, "ntlm") || isEqual(scheme, "negotiate") { return nil }
        for (name, parameter) in signingSchemes where isEqual(scheme, name) {
            return self.parameter(parameter, of: rest) ?? rest
        }
        // AWS4-HMAC-SHA256 and its variants: the key ID, before the scope, which changes daily.
        if scheme.count > 4, isEqual(scheme.prefix(4), "aws4") {
            return parameter("credential", of: rest).map {
                UnsafeRawBufferPointer(rebasing: $0.prefix { $0 != UInt8(ascii: "/") })
            }
        }
        return rest
    }

    /// Schemes that sign every request, with the parameter that names the signer: Digest (RFC 7616), OAuth 1 (RFC
    /// 5849), Hawk, HTTP signatures.
    private static let signingSchemes: [(StaticString, StaticString)] = [
        ("digest", "username"), ("oauth", "oauth_token"), ("hawk", "id"), ("signature", "keyid"), ("mac", "id"),
    ]

    /// The value of `name` in a list of parameters, without its quotes.
    private static func parameter(_ name: StaticString, of list: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        for item in list.split(separator: UInt8(ascii: ",")) {
            let item = item.drop { $0 <= 0x20 }
            guard let equals = item.firstIndex(of: UInt8(ascii: "=")), isEqual(item[..<equals], name) else { continue }
            var value = item[(equals + 1)...]
            while let last = value.last, last <= 0x20 { value = value.dropLast() }
            if value.count >= 2, value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"") {
                value = value.dropFirst().dropLast()
            }
            return value.isEmpty ? nil : UnsafeRawBufferPointer(rebasing: value)
        }
        return nil
    }

    /// Whether `bytes` equal `text`, which is in lower case, ignoring case.
    private static func isEqual(_ bytes: Slice<UnsafeRawBufferPointer>, _ text: StaticString) -> Bool {
        bytes.count == text.utf8CodeUnitCount
            && zip(bytes, 0..<bytes.count).allSatisfy { $0 | 0x20 == text.utf8Start[$1] | 0x20 }
    }
}
