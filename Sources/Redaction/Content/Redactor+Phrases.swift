import Credentials

/// Values in text that no sign separates from their name: in SQL, netrc and configuration files.
extension Redactor {
    /// Adds the edit to the value after `gap`, a blank, bracket or comma, if the word before it names it.
    ///
    /// - Returns: the end of the value; nil if it is not named.
    mutating func phraseEdits(
        _ bytes: Bytes, gap: Int, _ range: Range<Int>, _ side: MessageSide, _ run: inout BareRun, _ edits: inout Edits
    ) -> Int? {
        guard gap > range.lowerBound, gap + 1 < range.upperBound else { return nil }
        let isPair = bytes[gap] == UInt8(ascii: ",")
        guard isPair ? Redactor.isQuote(bytes[gap - 1]) : Redactor.endsName(bytes[gap - 1]) else { return nil }
        var start = gap + 1
        while isPair, start < range.upperBound, start - gap < 3, bytes[start] == 0x20 { start += 1 }
        guard start < range.upperBound else { return nil }
        let value: Range<Int>
        let isQuoted = bytes[start] == 0x22 || bytes[start] == 0x27
        if isQuoted {
            guard let content = Redactor.quoted(bytes, start, range) else { return nil }
            value = content
        } else {
            guard !isPair, bytes[gap] != UInt8(ascii: "("), bytes[start] > 0x20 else { return nil }
            value = start..<run.end(bytes, from: start, before: range.upperBound)
        }
        guard !value.isEmpty, let name = Redactor.name(bytes, before: gap, range),
            let treatment = phraseTreatment(bytes, name, value, gap: gap, isQuoted: isQuoted, range, side)
        else { return nil }
        edits.replace(value, with: replacement(for: Array(bytes[value]), treatment))
        return value.upperBound
    }

    private mutating func phraseTreatment(
        _ bytes: Bytes, _ name: Range<Int>, _ value: Range<Int>, gap: Int, isQuoted: Bool, _ range: Range<Int>,
        _ side: MessageSide
    ) -> Treatment? {
        let before = max(range.lowerBound, name.lowerBound - Redactor.phraseLength)..<name.lowerBound
        let isPassword = Redactor.isWord(bytes, name, "password")
        if bytes[gap] == UInt8(ascii: "("), !isPassword { return nil }
        // `IDENTIFIED [WITH …] BY '…'`; `BY PASSWORD '…'` continues.
        if Redactor.isWord(bytes, name, "by") || Redactor.isWord(bytes, name, "as") {
            guard bytes.find("identified", in: before) != nil, isQuoted || bytes.index(of: 0x2e, in: value) == nil,
                !["password", "random", "values"].contains(where: { Redactor.isWord(bytes, value, $0) })
            else { return nil }
            return credentialTreatment()
        }
        // `machine … login … password …`
        if isPassword, !isQuoted, bytes.find("login ", in: before) != nil || bytes.find("machine ", in: before) != nil {
            return textTreatment(bytes, name, bytes.part(value), side)
        }
        let secret = bytes.part(value)
        let isMixed = Redactor.isMixed(secret)
        if !isQuoted || bytes[gap] == UInt8(ascii: ",") {
            // A name with digits is a value itself.
            guard isMixed,
                isQuoted || name.count >= Redactor.shortestPhraseName && !bytes[name].contains(where: \.isDigit)
            else { return nil }
        } else {
            guard isMixed || bytes.find("pass", in: name) != nil || bytes.find("pwd", in: name) != nil else {
                return nil
            }
        }
        let rule = tables.rule(for: bytes.part(name), secret, at: .text, of: side)
        return rule.flatMap { $0.treatment.action == .keep ? nil : $0.treatment }
    }

    /// The bytes before a name that are searched for the words of a phrase.
    private static let phraseLength = 96
    /// Shorter names before a bare value are words of a sentence.
    private static let shortestPhraseName = 5
    /// The maximum bytes of a quoted value after a name.
    private static let longestPhraseValue = 256

    private static func isWord(_ bytes: Bytes, _ range: Range<Int>, _ word: StaticString) -> Bool {
        range.count == word.utf8CodeUnitCount && bytes.has(word, at: range.lowerBound, before: range.upperBound)
    }

    private static func endsName(_ byte: UInt8) -> Bool { byte.isAlphanumeric || byte == 0x5f }

    /// Whether a value has letters and digits, cannot occur by chance, and is neither a pair nor an address.
    private static func isMixed(_ value: Bytes) -> Bool {
        guard value.count >= ValueStrength.shortest, value.contains(where: \.isDigit), value.contains(where: \.isLetter)
        else { return false }
        let hasSign = value.indices.contains { index in
            // Base64 ends with up to two signs.
            value[index] == UInt8(ascii: ":") || value[index] == UInt8(ascii: "=") && index < value.count - 2
        }
        if hasSign { return false }
        return ValueStrength(Array(value)) == .strong
    }

    /// The content of the string that begins with the quote at `start`; nil if it contains blanks, except after a
    /// scheme, or does not end.
    private static func quoted(_ bytes: Bytes, _ start: Int, _ range: Range<Int>) -> Range<Int>? {
        let limit = min(range.upperBound, start + longestPhraseValue)
        var content = start + 1
        var end = content
        while end < limit, bytes[end] != bytes[start] {
            if bytes[end] <= 0x20 {
                guard bytes[end] == 0x20, content == start + 1, isScheme(bytes.part(content..<end), end - content)
                else {
                    return nil
                }
                content = end + 1
            }
            end += 1
        }
        return end < limit && content < end ? content..<end : nil
    }

    /// Whether text may contain such a value: a quick search, which is right where it says no.
    static func mayHavePhrases(_ text: Bytes) -> Bool {
        var start = 0
        var (digits, letters) = (false, false)
        for index in 0...text.count {
            let byte = index < text.count ? text[index] : 0x20
            if byte.isDigit {
                digits = true
            } else if byte.isLetter {
                letters = true
            } else if byte == 0x20 || byte == 0x09 || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ",") {
                if digits, letters, start > 0, index - start >= ValueStrength.shortest { return true }
                if index + 1 < text.count, text[index + 1] == 0x22 || text[index + 1] == 0x27 { return true }
                (start, digits, letters) = (index + 1, false, false)
            }
        }
        let words = 0..<text.count
        return text.find("identified by ", in: words) != nil || text.find(" password ", in: words) != nil
    }
}

/// User information before a host without a scheme: `user:password@db.example:5432/name`.
extension Redactor {
    /// Adds the edit to the password that `value` begins with, right after the colon at `sign` and the user `name`.
    mutating func hostEdits(
        _ bytes: Bytes, _ name: Range<Int>, sign: Int, _ value: Range<Int>, _ edits: inout Edits
    ) {
        // The values of several colons overlap: each must not be examined to its end.
        guard value.count <= Redactor.longestUserInfo, bytes[sign] == UInt8(ascii: ":"), name.upperBound == sign,
            value.lowerBound == sign + 1,
            let at = bytes[value].lastIndex(of: UInt8(ascii: "@")), at > value.lowerBound, at + 1 < value.upperBound
        else { return }
        let password = value.lowerBound..<at
        guard bytes.index(of: UInt8(ascii: "/"), in: password) == nil, !Redactor.namesAddress(bytes.part(name)) else {
            return
        }
        let hostEnd =
            bytes[(at + 1)..<value.upperBound].firstIndex {
                !$0.isAlphanumeric && $0 != 0x2d && $0 != UInt8(ascii: ".")
            } ?? value.upperBound
        let host = bytes.part((at + 1)..<hostEnd)
        let hasMore =
            hostEnd < value.upperBound && (bytes[hostEnd] == UInt8(ascii: ":") || bytes[hostEnd] == UInt8(ascii: "/"))
        let isNumeric = host.allSatisfy { $0.isDigit || $0 == 0x2e } && host.count(where: { $0 == 0x2e }) == 3
        let isLocal = host.count == 9 && host.has("localhost", at: 0, before: 9)
        // Without more after it, a word before a domain is an e-mail address.
        let isDistinct = host.contains(0x2e) && Redactor.isMixed(bytes.part(password))
        guard !host.isEmpty, hasMore || isNumeric || isLocal || isDistinct, let treatment = credentialTreatment() else {
            return
        }
        edits.replace(password, with: replacement(for: Array(bytes[password]), treatment))
    }

    /// The maximum bytes of a password and its host.
    private static let longestUserInfo = 512

    /// Whether what follows this name and a colon is an address of a person.
    private static func namesAddress(_ name: Bytes) -> Bool {
        name.count <= 12 && addressNames.contains(NormalisedName(name).bytes)
    }

    private static let addressNames = Set(
        [
            "mailto", "sip", "sips", "xmpp", "acct", "im", "email", "mail", "user", "username", "login", "from", "to",
            "cc", "bcc", "sender", "recipient", "contact", "owner", "author", "account", "by", "id", "name", "uid",
            "upn", "sub", "replyto", "member", "assignee", "via",
        ].map { Array($0.utf8) })
}
