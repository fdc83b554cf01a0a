import Credentials
import Formats

extension Redactor {
    /// The outcome for a value.
    enum Verdict {
        case unchanged
        /// Removed with its name.
        case removed
        case replaced([UInt8])
    }

    /// Decides on a decoded value.
    ///
    /// - Parameters:
    ///   - isDecoded: whether its source was encoded: then the decoded value must be searched here.
    ///   - treatment: the treatment that a rule gives for its name.
    ///   - name: its name.
    mutating func verdict(
        on value: Bytes, isDecoded: Bool, _ treatment: Treatment?, name: Bytes?, _ side: MessageSide, depth: Int
    ) -> Verdict {
        guard !value.isEmpty else { return .unchanged }
        if let treatment, treatment.action != .keep {
            let secret = Array(value)
            if treatment.action == .drop {
                learn(secret, treatment)
                return .removed
            }
            return .replaced(replacement(for: secret, treatment))
        }
        if let pseudonym = people.pseudonym(of: value, in: name) { return .replaced(pseudonym) }
        if let changed = nested(value, side, depth: depth + 1) { return .replaced(changed) }
        if isDecoded, let changed = redactedContent(value, .opaque, side, depth: depth + 1) {
            return .replaced(changed)
        }
        seen?.note(value, named: name)
        return .unchanged
    }

    /// The replacement of a value to redact. Values that are searched for elsewhere are learned.
    mutating func replacement(for value: [UInt8], _ treatment: Treatment) -> [UInt8] {
        guard !value.isEmpty else { return value }
        if let mark { return shown(value, mark) }
        switch treatment.action {
        case .keep: return value
        case .pseudonymise: return pseudonymised(value)
        case .mask, .drop:
            learn(value, treatment)
            return treatment.action == .drop ? [] : Redactor.masked(value)
        case .cut:
            learn(value, treatment)
            return Array(value.prefix(treatment.keptBytes))
        }
    }

    /// The mark displayed for a value; the name of a scheme before it stays.
    private mutating func shown(_ value: [UInt8], _ mark: SecretMark) -> [UInt8] {
        let scheme = value.withUnsafeBufferPointer { bytes -> Int? in
            guard let end = Redactor.schemeEnd(bytes, 0..<bytes.count), Redactor.isScheme(bytes, end) else {
                return nil
            }
            return end + 1
        }
        let start = scheme ?? 0
        let text = Array(mark.text(for: value[start...]).utf8)
        if value.count - start >= ValueStrength.shortest, !PlainValue.isPlain(value[start...]) {
            book.learn(Array(value[start...]), text)
        }
        return value[..<start] + text
    }

    /// `value` encoded for a URL or form; marks are for display and stay unencoded.
    func percentEncoded(_ value: [UInt8], like bytes: Bytes, _ range: Range<Int>, plusIsSpace: Bool) -> [UInt8] {
        mark == nil ? PercentText.encoded(value, like: bytes, range, plusIsSpace: plusIsSpace) : value
    }

    /// Remembers a value that is masked, cut or dropped, so that it is masked elsewhere.
    mutating func learn(_ value: [UInt8], _ treatment: Treatment) {
        guard ValueStrength(value) == .strong else { return }
        let kept = treatment.action == .cut ? min(treatment.keptBytes, value.count) : 0
        book.learn(value, Array(value[..<kept]) + Redactor.masked(Array(value[kept...])))
    }

    static func masked(_ value: [UInt8]) -> [UInt8] {
        // Punctuation stays, so that the surrounding text still parses the same; non-ASCII letters are masked byte by
        // byte.
        value.map { $0.isAlphanumeric || $0 >= 0x80 ? UInt8(ascii: "*") : $0 }
    }

    /// Redacts the name of a person here, and in fields for names everywhere.
    mutating func redactedName(_ name: [UInt8], _ treatment: Treatment) -> [UInt8] {
        let redacted = replacement(for: name, treatment)
        if ValueStrength(name) == .weak, redacted.count == name.count { people.learn(name, redacted) }
        return redacted
    }

    /// The pseudonym of a value. Tokens within it, and values already known, get their own pseudonyms.
    mutating func pseudonymised(_ value: [UInt8]) -> [UInt8] {
        if let known = book.replacement(of: value) { return known }
        let result = value.withUnsafeBufferPointer { bytes -> [UInt8] in
            if let scheme = Redactor.schemeEnd(bytes, 0..<bytes.count), Redactor.isScheme(bytes, scheme) {
                return value[...scheme] + pseudonymised(Array(value[(scheme + 1)...]))
            }
            if let token = redactedToken(bytes) { return token }
            return composed(value, bytes)
        }
        if ValueStrength(value) == .strong { book.learn(value, result) }
        return result
    }

    private mutating func composed(_ value: [UInt8], _ bytes: Bytes) -> [UInt8] {
        var result = pseudonyms.pseudonym(of: value)
        guard value.count > ValueStrength.shortest else { return result }
        var edits = Edits()
        tokenEdits(bytes, 0..<bytes.count, &edits)
        if !isCollecting || !book.isEmpty {
            book.forEachPlace(in: bytes, 0..<bytes.count) { range, replacement in
                edits.replace(range, with: replacement)
            }
        }
        edits.settle()
        for edit in edits.list where edit.range.count == edit.bytes.count {
            result.replaceSubrange(edit.range, with: edit.bytes)
        }
        return result
    }

    /// Whether the first `end` bytes are the name of an authentication scheme whose credentials are one token.
    static func isScheme(_ bytes: Bytes, _ end: Int) -> Bool {
        schemes.contains { $0.utf8CodeUnitCount == end && bytes.has($0, at: 0, before: end) }
    }

    private static let schemes: [StaticString] = [
        "bearer", "basic", "token", "digest", "jwt", "apikey", "api-key", "dpop", "oauth", "negotiate", "ntlm",
        "privatetoken",
        "genie", "key", "session", "hmac", "ssws", "zoho-oauthtoken", "bot",
    ]

    /// `value` redacted inside if it is itself structured content: JSON, a URL, a form, or base64 of any of these; nil
    /// if nothing changes.
    mutating func nested(_ value: Bytes, _ side: MessageSide, depth: Int) -> [UInt8]? {
        guard value.count >= (mark == nil ? 8 : 4), depth <= limits.maxDepth, let first = value.first else {
            return nil
        }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            return redactedContent(value, .json, side, depth: depth)
        }
        if first == UInt8(ascii: "<") { return redactedContent(value, .markup, side, depth: depth) }
        if first == UInt8(ascii: "/") && !value.contains(0x20)
            || value.find("://", in: 0..<min(value.count, 16)) != nil && !value.contains(0x20)
        {
            return redactedContent(value, .url, side, depth: depth)
        }
        if let text = Redactor.base64Text(value) {
            let changed = text.bytes.withUnsafeBufferPointer { bytes in
                redactedContent(bytes, ContentKind(bytes, type: nil), side, depth: depth)
            }
            return changed.map { new in mark.map { Array($0.text(for: value).utf8) } ?? text.form.encoded(new) }
        }
        let hasNames =
            value.contains { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }
            || value.contains(0x20)
                && (value.find("--", in: 0..<value.count) != nil || Redactor.mayHavePhrases(value))
        if value.contains(UInt8(ascii: "%")), !hasNames,
            let decoded = PercentText.decodedIfCoded(value, 0..<value.count, plusIsSpace: false)
        {
            let changed = decoded.withUnsafeBufferPointer { nested($0, side, depth: depth + 1) }
            return changed.map { percentEncoded($0, like: value, 0..<value.count, plusIsSpace: false) }
        }
        return hasNames ? redactedContent(value, .text, side, depth: depth) : nil
    }

    /// The text that `value` encodes in base64; nil if it is not base64 or does not encode text.
    static func base64Text(_ value: Bytes) -> (form: Base64, bytes: [UInt8])? {
        guard value.count >= 16, !value.contains(UInt8(ascii: ".")), isText(value.part(0..<4)),
            let text = Base64.parsed(value), text.bytes.withUnsafeBufferPointer(isPlainText)
        else { return nil }
        return text
    }

    /// Whether four base64 characters encode three bytes of text.
    private static func isText(_ start: Bytes) -> Bool {
        Base64.parsed(start).map { $0.bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0.isBlank } } ?? false
    }

    private static func isPlainText(_ bytes: Bytes) -> Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0.isBlank }
    }
}
