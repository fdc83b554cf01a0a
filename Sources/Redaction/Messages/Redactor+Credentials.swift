import Credentials
import Formats

extension Redactor {
    /// What changes in a field that holds credentials: schemes, realms and the names of parameters stay.
    mutating func credentialEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ kind: FieldKind, _ treatment: Treatment, _ edits: inout Edits
    ) {
        if kind == .protocols {
            protocolEdits(bytes, range, treatment, &edits)
            return
        }
        var scheme = Redactor.schemeEnd(bytes, range)
        // Elsewhere than in credentials the first word may be the secret's.
        if kind == .other, let end = scheme, !Redactor.isScheme(bytes.part(range), end - range.lowerBound) {
            scheme = nil
        }
        let rest = bytes.trimmed((scheme ?? range.lowerBound)..<range.upperBound)
        guard !rest.isEmpty else { return }
        if kind == .challenge {
            // NTLM and Kerberos answer with their own messages (RFC 4559).
            let isMessage = !bytes[rest].contains { $0 == 0x20 || $0 == UInt8(ascii: "\"") } && rest.count >= 16
            if isMessage, scheme != nil, !Redactor.areParameters(bytes, rest) {
                edits.replace(rest, with: replacement(for: Array(bytes[rest]), treatment))
            } else {
                parameterEdits(bytes, rest, isChallenge: true, treatment, &edits)
            }
        } else if let scheme, bytes.has("basic", at: range.lowerBound, before: scheme) {
            edits.replace(rest, with: redactedBasic(bytes, rest, treatment))
        } else if let scheme, !Redactor.isTokenScheme(bytes, range.lowerBound..<scheme),
            Redactor.areParameters(bytes, rest)
        {
            parameterEdits(bytes, rest, isChallenge: false, treatment, &edits)
        } else {
            edits.replace(rest, with: replacement(for: Array(bytes[rest]), treatment))
        }
    }

    /// Schemes whose credentials are one token, whatever signs are in it (token68 of RFC 9110 section 11.2).
    private static func isTokenScheme(_ bytes: Bytes, _ scheme: Range<Int>) -> Bool {
        let schemes: [StaticString] = ["bearer", "dpop", "jwt", "apikey", "api-key", "ssws"]
        return schemes.contains {
            $0.utf8CodeUnitCount == scheme.count && bytes.has($0, at: scheme.lowerBound, before: scheme.upperBound)
        }
    }

    /// Where the credentials begin behind the name of their scheme; nil when there is none.
    static func schemeEnd(_ bytes: Bytes, _ range: Range<Int>) -> Int? {
        guard let blank = bytes.index(of: 0x20, in: range), blank - range.lowerBound <= 32,
            bytes[range.lowerBound..<blank].allSatisfy({ $0.isAlphanumeric || $0 == 0x2d || $0 == 0x5f }),
            bytes[range.lowerBound].isLetter
        else { return nil }
        return blank
    }

    /// The user name is a name and the password a secret, each by itself and in base64 as they are (RFC 7617).
    private mutating func redactedBasic(_ bytes: Bytes, _ range: Range<Int>, _ treatment: Treatment) -> [UInt8] {
        guard let text = Base64.parsed(bytes.part(range)),
            let colon = text.bytes.firstIndex(of: UInt8(ascii: ":"))
        else { return replacement(for: Array(bytes[range]), treatment) }
        if mark != nil {
            _ = replacement(for: Array(text.bytes[(colon + 1)...]), treatment)
            return replacement(for: Array(bytes[range]), treatment)
        }
        let user = redactedName(Array(text.bytes[..<colon]), treatment)
        let password = replacement(for: Array(text.bytes[(colon + 1)...]), treatment)
        return text.form.encoded(user + [UInt8(ascii: ":")] + password)
    }

    /// Whether all of `range` is `name="value", name=value`: several, or one in quotes. One alone without quotes may as well be a
    /// token with a sign of equality in it.
    private static func areParameters(_ bytes: Bytes, _ range: Range<Int>) -> Bool {
        var (count, hasQuotes) = (0, false)
        var position = range.lowerBound
        while position < range.upperBound {
            while position < range.upperBound, bytes[position].isBlank || bytes[position] == UInt8(ascii: ",") {
                position += 1
            }
            guard position < range.upperBound else { break }
            let start = position
            while position < range.upperBound,
                bytes[position].isAlphanumeric || bytes[position] == 0x5f
                    || bytes[position] == 0x2d || bytes[position] == UInt8(ascii: "*")
            { position += 1 }
            guard position > start, position < range.upperBound, bytes[position] == UInt8(ascii: "=") else {
                return false
            }
            position += 1
            if position < range.upperBound, bytes[position] == UInt8(ascii: "\"") {
                hasQuotes = true
                guard let close = bytes.index(of: UInt8(ascii: "\""), in: (position + 1)..<range.upperBound) else {
                    return false
                }
                position = close + 1
            } else {
                position = bytes.index(of: UInt8(ascii: ","), in: position..<range.upperBound) ?? range.upperBound
            }
            count += 1
        }
        return count > 1 || hasQuotes
    }

    /// Parameters as of Digest, AWS4, OAuth or Hawk: `name="value", name=value`.
    private mutating func parameterEdits(
        _ bytes: Bytes, _ range: Range<Int>, isChallenge: Bool, _ treatment: Treatment, _ edits: inout Edits
    ) {
        var position = range.lowerBound
        while let equals = bytes.index(of: UInt8(ascii: "="), in: position..<range.upperBound) {
            var nameStart = equals
            while nameStart > position, !bytes[nameStart - 1].isBlank, bytes[nameStart - 1] != UInt8(ascii: ",") {
                nameStart -= 1
            }
            let name = bytes[nameStart..<equals].map(\.lowercased)
            var value = (equals + 1)..<(equals + 1)
            if equals + 1 < range.upperBound, bytes[equals + 1] == UInt8(ascii: "\"") {
                let end = bytes.index(of: UInt8(ascii: "\""), in: (equals + 2)..<range.upperBound) ?? range.upperBound
                value = (equals + 2)..<end
                position = min(end + 1, range.upperBound)
            } else {
                let end = bytes.index(of: UInt8(ascii: ","), in: (equals + 1)..<range.upperBound) ?? range.upperBound
                value = bytes.trimmed((equals + 1)..<end)
                position = end
            }
            guard !value.isEmpty, !Redactor.openParameters.contains(name) else { continue }
            if isChallenge, !Redactor.secretChallengeParameters.contains(name) { continue }
            let secret = Array(bytes[value])
            let isName = name.elementsEqual("username".utf8)
            edits.replace(value, with: isName ? redactedName(secret, treatment) : replacement(for: secret, treatment))
        }
    }

    /// Parameters that say how, not who.
    private static let openParameters = Set(
        [
            "realm", "uri", "qop", "nc", "algorithm", "stale", "charset", "userhash", "domain", "signedheaders",
            "oauth_signature_method", "oauth_version", "oauth_timestamp", "ts", "error", "error_description", "scope",
            "headers", "version",
        ].map { Array($0.utf8) })
    private static let secretChallengeParameters = Set(
        ["nonce", "opaque", "nextnonce", "rspauth", "cnonce", "response", "ticket", "token"].map { Array($0.utf8) })

    /// Clients that can set no field send their token as a protocol: what looks like one is taken for one.
    private mutating func protocolEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ treatment: Treatment, _ edits: inout Edits
    ) {
        var start = range.lowerBound
        while start <= range.upperBound {
            let end = bytes.index(of: UInt8(ascii: ","), in: start..<range.upperBound) ?? range.upperBound
            var element = bytes.trimmed(start..<end)
            start = end + 1
            // Some servers want the token behind a name for what it is, set off by dots.
            if WebToken(UnsafeRawBufferPointer(bytes.part(element))) == nil,
                let dot = bytes[element].lastIndex(of: UInt8(ascii: ".")),
                element.upperBound - dot > 16
            {
                element = (dot + 1)..<element.upperBound
            }
            let value = Array(bytes[element])
            guard value.count >= 16 && ValueStrength(value) == .strong || mark != nil && !PlainValue.isPlain(value)
            else {
                continue
            }
            edits.replace(element, with: replacement(for: value, treatment))
        }
    }
}
