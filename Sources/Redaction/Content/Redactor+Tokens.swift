/// A JSON Web Token (RFC 7519), signed or encrypted, as it stands in text.
struct JWTText {
    /// The parts' places, without the dots between them: three, or five of an encrypted one.
    let parts: [Range<Int>]

    /// The token that all of `bytes` are; nil when they are none.
    init?(_ bytes: Bytes) {
        var found: JWTText?
        JWTText.forEach(in: bytes, 0..<bytes.count) { range, token in
            if range == 0..<bytes.count { found = token }
        }
        guard let found else { return nil }
        self = found
    }

    private init(parts: [Range<Int>]) { self.parts = parts }

    /// Calls `body` with every token in `range`.
    static func forEach(in bytes: Bytes, _ range: Range<Int>, _ body: (Range<Int>, JWTText) -> Void) {
        var position = range.lowerBound
        while position + 16 < range.upperBound {
            // The encoding of `{"`, or of a brace before a blank.
            guard bytes[position] == UInt8(ascii: "e"),
                bytes[position + 1] | 0x20 == UInt8(ascii: "y") || bytes[position + 1] == UInt8(ascii: "w")
            else {
                position += 1
                continue
            }
            guard let token = token(bytes, position, range.upperBound), let end = token.parts.last?.upperBound else {
                position += 1
                continue
            }
            body(position..<end, token)
            position = end
        }
    }

    private static func token(_ bytes: Bytes, _ start: Int, _ limit: Int) -> JWTText? {
        var parts: [Range<Int>] = []
        var position = start
        while parts.count < 5 {
            let partStart = position
            while position < limit, isURLCharacter(bytes[position]) { position += 1 }
            parts.append(partStart..<position)
            guard position < limit, bytes[position] == UInt8(ascii: "."), parts.count < 5 else { break }
            position += 1
        }
        // Four parts are a token and a full stop, or what follows one.
        if parts.count == 4 { parts.removeLast() }
        guard parts.count == 3 || parts.count == 5, isObject(bytes, parts[0]) else { return nil }
        if parts.count == 5, isObject(bytes, parts[1]) { parts.removeLast(2) }
        if parts.count == 3, !isObject(bytes, parts[1]) { return nil }
        return JWTText(parts: parts)
    }

    @inline(__always)
    private static func isURLCharacter(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    private static func isObject(_ bytes: Bytes, _ range: Range<Int>) -> Bool {
        guard range.count >= 4, let text = Base64Text(bytes.part(range)) else { return false }
        return text.bytes.first == UInt8(ascii: "{")
            && text.bytes.last { !$0.isBlank } == UInt8(ascii: "}")
    }
}

extension Redactor {
    /// What changes where tokens stand in `range`.
    mutating func tokenEdits(_ bytes: Bytes, _ range: Range<Int>, _ edits: inout Edits) {
        JWTText.forEach(in: bytes, range) { place, token in
            edits.replace(place, with: redacted(token, bytes, place))
        }
    }

    /// The token that all of `bytes` are, redacted; nil when they are none.
    mutating func redactedToken(_ bytes: Bytes) -> [UInt8]? {
        JWTText(bytes).map { redacted($0, bytes, 0..<bytes.count) }
    }

    /// Header, times and the structure of the claims stay; strings are pseudonyms, and nothing is left of the signature.
    private mutating func redacted(_ token: JWTText, _ bytes: Bytes, _ place: Range<Int>) -> [UInt8] {
        let whole = Array(bytes[place])
        if let known = book.replacement(of: whole) { return known }
        var output = Array(bytes[token.parts[0]])
        if token.parts.count == 5 {
            // Encrypted: nothing but the header can be read.
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
        guard let text = Base64Text(encoded) else { return Array(encoded) }
        let payload = text.bytes.withUnsafeBufferPointer { bytes -> [UInt8] in
            var edits = Edits()
            var leaves = JSONLeaves(bytes, 0..<bytes.count)
            while let leaf = leaves.next() {
                guard leaf.isString, !leaf.range.isEmpty else { continue }
                let name = leaves.key.map { bytes.part($0) }
                if let name, Redactor.openClaims.contains(Array(name)) { continue }
                let value = JSONText.decoded(bytes, leaf.range) ?? Array(bytes[leaf.range])
                guard let redacted = redactedClaim(value, name) else { continue }
                edits.replace(leaf.range, with: JSONText.encoded(redacted, like: bytes, leaf.range))
            }
            edits.settle()
            return edits.applied(to: bytes)
        }
        return Base64Text.encode(payload, isURL: true)
    }

    /// A string claim's pseudonym; nil for small numbers, which count rows of a table and stand in many places, and for what
    /// stands in the log as it is.
    private mutating func redactedClaim(_ value: [UInt8], _ name: Bytes?) -> [UInt8]? {
        if value.count <= 8, value.allSatisfy(\.isDigit) { return nil }
        if book.replacement(of: value) == nil, seen?.contains(value) == true { return nil }
        if let name, People.isField(name) {
            return redactedName(value, Treatment(action: .pseudonymise))
        }
        return pseudonymised(value)
    }

    /// Claims that say what a token is for and what it allows, which a service checks, and not who somebody is.
    private static let openClaims = Set(
        [
            "iss", "aud", "azp", "scope", "scp", "typ", "token_type", "token_use", "role", "roles", "permissions",
            "acr",
            "amr", "alg",
        ].map { Array($0.utf8) })
}
