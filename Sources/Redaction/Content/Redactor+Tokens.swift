import Credentials
import Formats

extension Redactor {
    /// Adds the edits to the tokens in `range`.
    mutating func tokenEdits(_ bytes: Bytes, _ range: Range<Int>, _ edits: inout Edits) {
        WebToken.forEach(in: UnsafeRawBufferPointer(bytes), range) { token in
            edits.replace(token.range, with: redacted(token, bytes, token.range))
        }
    }

    /// The redacted token if `bytes` are a token as a whole; nil otherwise.
    mutating func redactedToken(_ bytes: Bytes) -> [UInt8]? {
        WebToken(UnsafeRawBufferPointer(bytes)).map { redacted($0, bytes, 0..<bytes.count) }
    }

    /// Redacts a token: header, times and the structure of the claims stay, strings become pseudonyms, and the
    /// signature is replaced.
    private mutating func redacted(_ token: WebToken, _ bytes: Bytes, _ place: Range<Int>) -> [UInt8] {
        let whole = Array(bytes[place])
        if let known = book.replacement(of: whole) { return known }
        var output = Array(bytes[token.parts[0]])
        if token.parts.count == 5 {
            // Encrypted: only the header can be read.
            for part in token.parts.dropFirst() {
                output.append(UInt8(ascii: "."))
                output += pseudonyms.placeholder(
                    for: whole + [UInt8(truncatingIfNeeded: output.count)], count: part.count)
            }
        } else {
            output.append(UInt8(ascii: "."))
            output += redactedClaims(bytes.part(token.parts[1]))
            output.append(UInt8(ascii: "."))
            output += pseudonyms.placeholder(for: whole, count: token.parts[2].count)
        }
        book.learn(whole, output)
        return output
    }

    private mutating func redactedClaims(_ encoded: Bytes) -> [UInt8] {
        guard let text = Base64.parsed(encoded) else { return Array(encoded) }
        let payload = text.bytes.withUnsafeBufferPointer { bytes -> [UInt8] in
            var edits = Edits()
            var leaves = JSONFragments(bytes, 0..<bytes.count)
            while let leaf = leaves.next() {
                guard leaf.isString, !leaf.range.isEmpty else { continue }
                let name = leaves.key.map { bytes.part($0) }
                if let name, Redactor.openClaims.contains(Array(name)) { continue }
                let value = JSONText.decodedIfCoded(bytes, leaf.range) ?? Array(bytes[leaf.range])
                guard let redacted = redactedClaim(value, name) else { continue }
                edits.replace(leaf.range, with: JSONText.encoded(redacted, like: bytes, leaf.range))
            }
            edits.settle()
            return edits.applied(to: bytes)
        }
        return Base64.url.encoded(payload)
    }

    /// The pseudonym of a string claim; nil for small numbers, which are row numbers of a table and occur in many
    /// places, and for values that are in the log unchanged.
    private mutating func redactedClaim(_ value: [UInt8], _ name: Bytes?) -> [UInt8]? {
        if value.count <= 8, value.allSatisfy(\.isDigit) { return nil }
        if book.replacement(of: value) == nil, seen?.contains(value) == true { return nil }
        if let name, People.isField(name) {
            return redactedName(value, Treatment(action: .pseudonymise))
        }
        return pseudonymised(value)
    }

    /// Claims about the purpose and the permissions of a token, which a service checks, not about the identity of a
    /// user.
    private static let openClaims = Set(
        [
            "iss", "aud", "azp", "scope", "scp", "typ", "token_type", "token_use", "role", "roles", "permissions",
            "acr",
            "amr", "alg",
        ].map { Array($0.utf8) })
}
