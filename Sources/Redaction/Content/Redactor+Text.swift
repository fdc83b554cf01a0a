import Credentials

extension Redactor {
    /// Adds the edits to named values in text: `name: value`, `name=value`, with bare or quoted values; and to user
    /// information in URLs.
    ///
    /// - Parameter start: where to begin; names may precede it. Nil for all of `range`.
    mutating func textEdits(
        _ bytes: Bytes, _ range: Range<Int>, from start: Int? = nil, _ side: MessageSide, depth: Int,
        _ edits: inout Edits
    ) {
        var position = start ?? range.lowerBound
        var pathEnd = position
        var run = BareRun()
        // A value that may name the next value: `name: password`, and `value: …` in the next line.
        var label: Range<Int>?
        while position < range.upperBound {
            let byte = bytes[position]
            if byte == UInt8(ascii: "/"), position >= pathEnd {
                let path = path(in: bytes, from: position, range)
                if path.slashes > 1 {
                    pathEdits(bytes, position..<path.end, side, depth: depth, &edits)
                    if bytes.has("//", at: position, before: range.upperBound) {
                        urlInfoEdits(bytes, position + 2, range, &edits)
                    }
                }
                pathEnd = path.end
                position += 1
                continue
            }
            if byte == UInt8(ascii: "-"), position == range.lowerBound || bytes[position - 1] <= 0x20 {
                position = optionEdits(bytes, position, range, side, &run, &edits)
                continue
            }
            guard byte == UInt8(ascii: ":") || byte == UInt8(ascii: "=") else {
                let isGap =
                    byte == 0x20 || byte == 0x09 || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ",")
                position =
                    (isGap ? phraseEdits(bytes, gap: position, range, side, &run, &edits) : nil) ?? position + 1
                continue
            }
            let sign = position
            position += 1
            if byte == UInt8(ascii: ":"), let end = dataURLEdits(bytes, colon: sign, range, side, depth, &edits) {
                position = end
                continue
            }
            if byte == UInt8(ascii: ":"), bytes.has("//", at: position, before: range.upperBound) {
                urlInfoEdits(bytes, position + 2, range, &edits)
                continue
            }
            guard let name = Redactor.name(bytes, before: sign, range) else { continue }
            guard let value = value(bytes, behind: position, range, &run) else {
                position = spreadEdits(bytes, name, behind: position, range, side, &edits) ?? position
                continue
            }
            let secret = bytes.part(value)
            var treatment = textTreatment(bytes, name, secret, side)
            if treatment == nil {
                if Redactor.isLabel(bytes.part(name)) {
                    label = value
                } else if Redactor.isLabelled(bytes.part(name)), let naming = label,
                    naming.count <= Redactor.longestName, sign - naming.upperBound <= Redactor.labelDistance
                {
                    treatment = rule(forLabel: bytes.part(naming), secret, side)?.treatment
                }
            }
            guard let treatment else {
                sourceEdits(bytes, value, range, &edits)
                hostEdits(bytes, name, sign: sign, value, &edits)
                if let changed = decodedEdit(bytes, value, side, depth: depth) {
                    edits.replace(value, with: changed)
                    position = value.upperBound
                }
                continue
            }
            edits.replace(value, with: replacement(for: Array(secret), treatment))
            position = value.upperBound
        }
    }

    /// The treatment of a name in text, or of its part after the last dot, or after the last non-ASCII letter.
    mutating func textTreatment(
        _ bytes: Bytes, _ name: Range<Int>, _ value: Bytes, _ side: MessageSide
    ) -> Treatment? {
        func found(_ name: Range<Int>) -> Treatment? {
            let own = bytes.part(name)
            let rule =
                tables.rule(for: own, value, at: .text, of: side) ?? tables.rule(for: own, value, at: .form, of: side)
            return rule.flatMap { $0.treatment.action == .keep ? nil : $0.treatment }
        }
        if let treatment = found(name) { return treatment }
        let last = bytes[name].lastIndex { $0 >= 0x80 || $0 == UInt8(ascii: ".") }
        guard let other = last, other + 1 < name.upperBound else { return nil }
        return found((other + 1)..<name.upperBound)
    }

    /// A value redacted inside, if it is base64 of text with names in it; nil if nothing changes.
    private mutating func decodedEdit(
        _ bytes: Bytes, _ value: Range<Int>, _ side: MessageSide, depth: Int
    ) -> [UInt8]? {
        // Values that contain separators overlap: each byte must not be examined once for each of them.
        let separator = bytes[value].firstIndex { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=") }
        guard separator ?? value.upperBound >= value.upperBound - 2, depth < limits.maxDepth,
            Redactor.base64Text(bytes.part(value)) != nil
        else { return nil }
        return nested(bytes.part(value), side, depth: depth + 1)
    }

    /// Adds the edits to a `data:` URL in text, whose colon is at `colon`. Returns its end; nil if there is none.
    private mutating func dataURLEdits(
        _ bytes: Bytes, colon: Int, _ range: Range<Int>, _ side: MessageSide, _ depth: Int, _ edits: inout Edits
    ) -> Int? {
        let start = colon - 4
        guard start >= range.lowerBound, start == range.lowerBound || !bytes[start - 1].isAlphanumeric,
            let comma = Redactor.endOfMediaType(bytes, start..<range.upperBound)
        else { return nil }
        var end = comma + 1
        while end < range.upperBound, bytes[end] > 0x20, !Redactor.isQuote(bytes[end]), bytes[end] != UInt8(ascii: "<"),
            bytes[end] != UInt8(ascii: ">"), bytes[end] != UInt8(ascii: ")")
        {
            end += 1
        }
        return dataURLEdits(bytes, start..<end, side, depth: depth, &edits) ? end : nil
    }

    /// The maximum number of bytes between a name and the value it names.
    private static let labelDistance = 64

    /// Adds the edit to the password in a database address in Go's format: `user:password@tcp(host:3306)/name`, where
    /// `value` begins with the password.
    private mutating func sourceEdits(
        _ bytes: Bytes, _ value: Range<Int>, _ range: Range<Int>, _ edits: inout Edits
    ) {
        guard value.upperBound < range.upperBound, bytes[value.upperBound] == UInt8(ascii: "("),
            let treatment = credentialTreatment()
        else { return }
        let ends: [StaticString] = ["@tcp", "@unix", "@udp", "@tcp6", "@"]
        for end in ends {
            let at = value.upperBound - end.utf8CodeUnitCount
            guard at > value.lowerBound, bytes.has(end, at: at, before: value.upperBound) else { continue }
            let password = value.lowerBound..<at
            edits.replace(password, with: replacement(for: Array(bytes[password]), treatment))
            return
        }
    }

    /// Adds the edits to the value of a command-line option: `--password …`, `-u user:password`. Returns where to
    /// continue.
    private mutating func optionEdits(
        _ bytes: Bytes, _ start: Int, _ range: Range<Int>, _ side: MessageSide, _ run: inout BareRun,
        _ edits: inout Edits
    ) -> Int {
        var end = start
        while end < range.upperBound, end - start <= Redactor.longestName,
            bytes[end].isAlphanumeric || bytes[end] == 0x2d || bytes[end] == 0x5f
        {
            end += 1
        }
        guard end - start >= 2, end + 1 < range.upperBound, bytes[end] == 0x20,
            let value = value(bytes, behind: end, range, &run), bytes[value.lowerBound] != UInt8(ascii: "-")
        else { return max(end, start + 1) }
        if bytes.has("-u", at: start, before: end) && end - start == 2
            || bytes.has("--user", at: start, before: end) && end - start == 6
            || bytes.has("--proxy-user", at: start, before: end) && end - start == 12
        {
            let colon = bytes.index(of: UInt8(ascii: ":"), in: value) ?? value.upperBound
            let password = min(colon + 1, value.upperBound)..<value.upperBound
            // Numbers are user and group IDs.
            if !password.isEmpty, !bytes[password].allSatisfy(\.isDigit), let treatment = credentialTreatment() {
                edits.replace(password, with: replacement(for: Array(bytes[password]), treatment))
                return value.upperBound
            }
            return end
        }
        guard bytes[start + 1] == 0x2d, let treatment = textTreatment(bytes, start..<end, bytes.part(value), side)
        else { return end }
        edits.replace(value, with: replacement(for: Array(bytes[value]), treatment))
        return value.upperBound
    }

    /// Adds the edits to `user:password@` after `://`.
    private mutating func urlInfoEdits(_ bytes: Bytes, _ start: Int, _ range: Range<Int>, _ edits: inout Edits) {
        var end = start
        while end < range.upperBound, bytes[end] > 0x20, !Redactor.endsAuthority(bytes[end]),
            !Redactor.isQuote(bytes[end]),
            bytes[end] != UInt8(ascii: "<")
        {
            end += 1
        }
        userInfoEdits(bytes, start..<end, &edits)
    }

    /// The end of the path that begins at `start`, and its number of slashes: `/verify/…` is a path, `and/or` is not.
    private func path(in bytes: Bytes, from start: Int, _ range: Range<Int>) -> (end: Int, slashes: Int) {
        var (end, slashes) = (start, 0)
        while end < range.upperBound, bytes[end] > 0x20, !Redactor.isQuote(bytes[end]), bytes[end] != UInt8(ascii: "?"),
            bytes[end] != UInt8(ascii: "#"), bytes[end] != UInt8(ascii: "<"), bytes[end] != UInt8(ascii: ",")
        {
            if bytes[end] == UInt8(ascii: "/") { slashes += 1 }
            end += 1
        }
        return (end, slashes)
    }

    /// The maximum length of a name in text.
    static let longestName = 48

    static func name(_ bytes: Bytes, before sign: Int, _ range: Range<Int>) -> Range<Int>? {
        var end = sign
        // `[name] => value`, `user[name]=value`
        while end > range.lowerBound,
            bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 || isQuote(bytes[end - 1])
                || bytes[end - 1] == UInt8(ascii: "]")
        {
            end -= 1
        }
        var start = end
        while start > range.lowerBound, end - start <= longestName,
            bytes[start - 1].isAlphanumeric || bytes[start - 1] == 0x5f || bytes[start - 1] == 0x2d
                || bytes[start - 1] == UInt8(ascii: ".") || bytes[start - 1] >= 0x80
        {
            start -= 1
        }
        return start < end && end - start <= longestName ? start..<end : nil
    }

    private func value(_ bytes: Bytes, behind position: Int, _ range: Range<Int>, _ run: inout BareRun) -> Range<Int>? {
        var start = position
        // `name => value`
        if start < range.upperBound, bytes[start] == UInt8(ascii: ">") { start += 1 }
        while start < range.upperBound,
            bytes[start] == 0x20 || bytes[start] == 0x09 || bytes[start] == UInt8(ascii: "=")
        {
            start += 1
        }
        start = Redactor.afterMarks(bytes, start, range)
        guard start < range.upperBound else { return nil }
        var quote: UInt8?
        while start < range.upperBound, Redactor.isQuote(bytes[start]) {
            if bytes[start] != UInt8(ascii: "\\") { quote = bytes[start] }
            start += 1
        }
        var end = start
        if let quote {
            while end < range.upperBound, bytes[end] != quote, bytes[end] != UInt8(ascii: "\\"), bytes[end] != 0x0a {
                end += 1
            }
        } else {
            // `PWD={…}`
            if start + 1 < range.upperBound, bytes[start] == UInt8(ascii: "{"), start > range.lowerBound,
                bytes[start - 1] == UInt8(ascii: "="), bytes[start + 1].isAlphanumeric
            {
                start += 1
            }
            end = run.end(bytes, from: start, before: range.upperBound)
            // A scheme is followed by its credentials.
            if end - start <= 10, end < range.upperBound, bytes[end] == 0x20,
                Redactor.isScheme(bytes.part(start..<end), end - start)
            {
                end = run.end(bytes, from: end + 1, before: range.upperBound)
            }
            if end - start < (mark == nil ? 4 : 1) || Redactor.isBlockSign(bytes, start..<end) { return nil }
        }
        return start < end ? start..<end : nil
    }

    /// The position after what may be between a sign and a value: a type, the end of bold text, the letter before a
    /// Python string.
    private static func afterMarks(_ bytes: Bytes, _ start: Int, _ range: Range<Int>) -> Int {
        var index = afterLength(bytes, start, range)
        // `!!str value` (YAML 1.2.2 section 2.4)
        if bytes.has("!!", at: index, before: range.upperBound) {
            while index < range.upperBound, bytes[index].isAlphanumeric || bytes[index] == UInt8(ascii: "!") {
                index += 1
            }
            while index < range.upperBound, bytes[index] == 0x20 { index += 1 }
        }
        // `&anchor value` (YAML 1.2.2 section 6.9.2)
        if index + 1 < range.upperBound, bytes[index] == UInt8(ascii: "&"), bytes[index + 1].isLetter {
            let limit = min(range.upperBound, index + longestName)
            let end = bytes[(index + 1)..<limit].firstIndex { !$0.isAlphanumeric && $0 != 0x5f && $0 != 0x2d }
            if let end, bytes[end] == 0x20 { index = end + 1 }
        }
        // `**name:** value`
        if bytes.has("** ", at: index, before: range.upperBound) { index += 3 }
        if index + 1 < range.upperBound, bytes[index].isLetter, bytes[index + 1] == 0x22 || bytes[index + 1] == 0x27 {
            index += 1
        }
        return index
    }

    /// The position after the type and length that PHP writes before a string: `string(16) "…"`.
    private static func afterLength(_ bytes: Bytes, _ start: Int, _ range: Range<Int>) -> Int {
        guard bytes.has("string(", at: start, before: range.upperBound) else { return start }
        var index = start + 7
        while index < range.upperBound, bytes[index].isDigit, index - start < 24 { index += 1 }
        return bytes.has(") \"", at: index, before: range.upperBound) ? index + 2 : start
    }

    static func isQuote(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\")
            || byte == UInt8(ascii: "`")
    }
}

/// Finds the ends of bare values. Caches the last one, so that each byte is examined once, however many separators a
/// value contains.
struct BareRun {
    private var last = 0..<0

    /// The end of the value that begins at `start`.
    mutating func end(_ bytes: Bytes, from start: Int, before limit: Int) -> Int {
        if last.contains(start) { return last.upperBound }
        var end = start
        while end < limit, bytes[end] > 0x20, !BareRun.isEnd(bytes[end]) { end += 1 }
        last = start..<end
        return end
    }

    private static func isEnd(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: ")"), UInt8(ascii: "}"),
            UInt8(ascii: "]"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"),
            UInt8(ascii: "\\"), UInt8(ascii: "("), UInt8(ascii: "{"), UInt8(ascii: "["):
            true
        default: false
        }
    }
}
