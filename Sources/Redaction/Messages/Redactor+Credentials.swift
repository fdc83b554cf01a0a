import Credentials
import Formats

extension Redactor {
    /// Adds the edits to a field with credentials: schemes, realms and the names of parameters stay.
    mutating func credentialEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ kind: FieldKind, _ treatment: Treatment, _ edits: inout Edits
    ) {
        if kind == .protocols {
            protocolEdits(bytes, range, treatment, &edits)
            return
        }
        var scheme = Redactor.schemeEnd(bytes, range)
        // In other fields, the first word may be part of the secret.
        if kind == .other, let end = scheme, !Redactor.isScheme(bytes.part(range), end - range.lowerBound) {
            scheme = nil
        }
        let rest = bytes.trimmed((scheme ?? range.lowerBound)..<range.upperBound)
        guard !rest.isEmpty else { return }
        if kind == .challenge {
            // NTLM and Kerberos use their own messages (RFC 4559).
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

    /// Whether the credentials of a scheme are one token, whatever characters it contains (token68 of RFC 9110 section
    /// 11.2).
    private static func isTokenScheme(_ bytes: Bytes, _ scheme: Range<Int>) -> Bool {
        let schemes: [StaticString] = ["bearer", "dpop", "jwt", "apikey", "api-key", "ssws"]
        return schemes.contains {
            $0.utf8CodeUnitCount == scheme.count && bytes.has($0, at: scheme.lowerBound, before: scheme.upperBound)
        }
    }

    /// The start of the credentials after the name of their scheme; nil if there is no scheme.
    static func schemeEnd(_ bytes: Bytes, _ range: Range<Int>) -> Int? {
        guard let blank = bytes.index(of: 0x20, in: range), blank - range.lowerBound <= 32,
            bytes[range.lowerBound..<blank].allSatisfy({ $0.isAlphanumeric || $0 == 0x2d || $0 == 0x5f }),
            bytes[range.lowerBound].isLetter
        else { return nil }
        return blank
    }

    /// Redacts Basic credentials (RFC 7617): the user name as a name and the password as a secret, separately, and
    /// encodes them in base64 again.
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

    /// Whether all of `range` is `name="value", name=value`: several parameters, or one in quotes. A single one without
    /// quotes may also be a token that contains an equals sign.
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

    /// Adds the edits to parameters like those of Digest, AWS4, OAuth or Hawk: `name="value", name=value`.
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
            guard !value.isEmpty else { continue }
            let isOpen =
                Redactor.openParameters.contains(name)
                || isChallenge && !Redactor.secretChallengeParameters.contains(name)
            if isOpen {
                if let changed = nested(bytes.part(value), isChallenge ? .response : .request, depth: 1) {
                    edits.replace(value, with: changed)
                }
                continue
            }
            let secret = Array(bytes[value])
            let isName = name.elementsEqual("username".utf8)
            edits.replace(value, with: isName ? redactedName(secret, treatment) : replacement(for: secret, treatment))
        }
    }

    /// Parameters about the method, not the identity.
    private static let openParameters = Set(
        [
            "realm", "uri", "qop", "nc", "algorithm", "stale", "charset", "userhash", "domain", "signedheaders",
            "oauth_signature_method", "oauth_version", "oauth_timestamp", "ts", "error", "error_description", "scope",
            "headers", "version",
        ].map { Array($0.utf8) })
    private static let secretChallengeParameters = Set(
        ["nonce", "opaque", "nextnonce", "rspauth", "cnonce", "response", "ticket", "token"].map { Array($0.utf8) })

    /// Adds the edits to a WebSocket subprotocol: clients that cannot set a field send their token as a protocol, so
    /// everything that looks like a token is treated as one.
    private mutating func protocolEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ treatment: Treatment, _ edits: inout Edits
    ) {
        var start = range.lowerBound
        while start <= range.upperBound {
            let end = bytes.index(of: UInt8(ascii: ","), in: start..<range.upperBound) ?? range.upperBound
            var element = bytes.trimmed(start..<end)
            start = end + 1
            // Some servers expect the token after a name for its kind, separated by dots.
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
