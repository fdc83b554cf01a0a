import Credentials

extension Redactor {
    /// The edits to a head, except those to values found by pattern.
    mutating func headEdits(_ head: Bytes, _ facts: HeadFacts, _ side: MessageSide) -> Edits {
        var edits = Edits()
        startLineEdits(head, facts, side, &edits)
        let fields = fieldEdits(head, from: facts.fieldsStart, side)
        for edit in fields.list { edits.replace(edit.range, with: edit.bytes) }
        return edits
    }

    /// Adds the edits to the target of a request, and to everything else in a start line as text.
    private mutating func startLineEdits(
        _ head: Bytes, _ facts: HeadFacts, _ side: MessageSide, _ edits: inout Edits
    ) {
        let line = facts.startLine
        guard !line.isEmpty else { return }
        guard side == .request, !facts.target.isEmpty else { return textEdits(head, line, side, depth: 0, &edits) }
        textEdits(head, line.lowerBound..<facts.target.lowerBound, side, depth: 0, &edits)
        urlEdits(head, facts.target, side, depth: 0, &edits)
        // What is behind a blank is not part of a URL.
        if head[facts.target].contains(0x20) { textEdits(head, facts.target, side, depth: 0, &edits) }
        textEdits(head, facts.target.upperBound..<line.upperBound, side, depth: 0, &edits)
    }

    /// The edits to the fields of a head or trailer section.
    mutating func fieldEdits(_ bytes: Bytes, from start: Int, _ side: MessageSide) -> Edits {
        var edits = Edits()
        var fields = HeadLines(bytes, from: start)
        while let field = fields.next() {
            if !field.value.isEmpty { fieldEdits(bytes, field, side, &edits) }
            let hasName = field.value.lowerBound > field.name.upperBound && Redactor.isFieldName(bytes, field.name)
            if !hasName { brokenLineEdits(bytes, bytes.trimmed(field.lines), side, &edits) }
        }
        return edits
    }

    /// Whether `name` looks like the name of a field: letters, digits, `-`, `_` and `.`. Pseudo-header fields begin with
    /// a colon.
    private static func isFieldName(_ bytes: Bytes, _ name: Range<Int>) -> Bool {
        let start = name.lowerBound + (bytes[name.lowerBound] == UInt8(ascii: ":") ? 1 : 0)
        return bytes[start..<name.upperBound].allSatisfy { byte in
            byte.isAlphanumeric || byte == 0x2d || byte == 0x5f || byte == UInt8(ascii: ".")
        }
    }

    /// Adds the edits to a line that is not a field: `Authorization Bearer …`, `Bearer …`, a URL, or any text.
    private mutating func brokenLineEdits(
        _ bytes: Bytes, _ line: Range<Int>, _ side: MessageSide, _ edits: inout Edits
    ) {
        let blank = bytes.index(of: 0x20, in: line) ?? line.upperBound
        let word = bytes.part(line.lowerBound..<blank)
        let rest = bytes.trimmed(blank..<line.upperBound)
        switch FieldKind(word) {
        case .cookie where !rest.isEmpty:
            pairEdits(bytes, rest, separator: UInt8(ascii: ";"), .cookie, side, plusIsSpace: false, depth: 0, &edits)
        case .setCookie where !rest.isEmpty: setCookieEdits(bytes, rest, side, &edits)
        case _ where !rest.isEmpty:
            let rule = tables.rule(for: word, bytes.part(rest), at: .header, of: side)
            if let treatment = rule?.treatment, treatment.action != .keep {
                credentialEdits(bytes, rest, FieldKind(word), treatment, &edits)
            } else if Redactor.isScheme(word, word.count), let treatment = credentialTreatment() {
                edits.replace(rest, with: replacement(for: Array(bytes[rest]), treatment))
            }
        default: break
        }
        if let changed = nested(bytes.part(line), side, depth: 1) { edits.replace(line, with: changed) }
    }

    /// `bytes` after `edits` and the edits found by searching its text; nil if nothing changes.
    mutating func applied(_ edits: Edits, to bytes: Bytes, _ side: MessageSide) -> [UInt8]? {
        var edits = edits
        edits.settle()
        scan(bytes, 0..<bytes.count, side, &edits)
        return edits.isEmpty ? nil : edits.applied(to: bytes)
    }

    private mutating func fieldEdits(
        _ bytes: Bytes, _ field: HeadLines.Field, _ side: MessageSide, _ edits: inout Edits
    ) {
        let name = bytes.part(field.name)
        switch FieldKind(name) {
        case .cookie:
            pairEdits(
                bytes, field.value, separator: UInt8(ascii: ";"), .cookie, side, plusIsSpace: false, depth: 0, &edits)
        case .setCookie: setCookieEdits(bytes, field.value, side, &edits)
        case .url, .contentPolicy, .timing:
            let rule = tables.rule(for: name, at: .header, of: side)
            if let rule, rule.treatment.action != .keep {
                ruledEdits(bytes, field, rule.treatment, &edits)
            } else if FieldKind(name) == .contentPolicy {
                nonceEdits(bytes, field.value, side, &edits)
                textEdits(bytes, field.value, side, depth: 1, &edits)
            } else if FieldKind(name) == .timing {
                timingEdits(bytes, field.value, side, &edits)
            } else {
                urlEdits(bytes, field.value, side, depth: 0, &edits)
            }
        case .authority: userInfoEdits(bytes, field.value, &edits)
        case .links: linkEdits(bytes, field.value, side, &edits)
        case .credentials, .challenge, .protocols, .other:
            let rule = tables.rule(for: name, bytes.part(field.value), at: .header, of: side)
            if let rule, rule.treatment.action != .keep {
                if rule.treatment.action == .pseudonymise {
                    credentialEdits(bytes, field.value, FieldKind(name), rule.treatment, &edits)
                } else {
                    ruledEdits(bytes, field, rule.treatment, &edits)
                }
            } else if let nested = nested(bytes.part(field.value), side, depth: 1) {
                edits.replace(field.value, with: nested)
            }
        }
    }

    /// Adds the edits to URLs between angle brackets (RFC 8288 section 3), and to the parameters as text.
    private mutating func linkEdits(_ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, _ edits: inout Edits) {
        var position = range.lowerBound
        while let open = bytes.index(of: UInt8(ascii: "<"), in: position..<range.upperBound) {
            textEdits(bytes, position..<open, side, depth: 1, &edits)
            let close = bytes.index(of: UInt8(ascii: ">"), in: open..<range.upperBound) ?? range.upperBound
            urlEdits(bytes, (open + 1)..<close, side, depth: 0, &edits)
            position = close
        }
        textEdits(bytes, position..<range.upperBound, side, depth: 1, &edits)
    }

    /// Adds the edits to the nonces of a content security policy: `'nonce-…'` (Content Security Policy Level 3, section
    /// 2.3.1).
    private mutating func nonceEdits(_ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, _ edits: inout Edits) {
        let name: StaticString = "nonce"
        let rule = name.withUTF8Buffer { tables.rule(for: $0, at: .json, of: side) }
        guard let treatment = rule?.treatment, treatment.action != .keep else { return }
        var position = range.lowerBound
        while let found = bytes.find("'nonce-", in: position..<range.upperBound) {
            let start = found + 7
            let end = bytes.index(of: UInt8(ascii: "'"), in: start..<range.upperBound) ?? range.upperBound
            if start < end { edits.replace(start..<end, with: replacement(for: Array(bytes[start..<end]), treatment)) }
            position = end
        }
    }

    /// Adds the edits to descriptions of metrics with the name of a secret: `token;desc="…"` (Server Timing).
    private mutating func timingEdits(_ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, _ edits: inout Edits) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = bytes.index(of: UInt8(ascii: ","), in: start..<range.upperBound) ?? range.upperBound
            let metric = bytes.trimmed(start..<end)
            start = end + 1
            let nameEnd = bytes.index(of: UInt8(ascii: ";"), in: metric) ?? metric.upperBound
            let name = bytes.part(bytes.trimmed(metric.lowerBound..<nameEnd))
            guard let found = bytes.find("desc=", in: nameEnd..<metric.upperBound) else { continue }
            let semicolon = bytes.index(of: UInt8(ascii: ";"), in: found..<metric.upperBound)
            var value = (found + 5)..<(semicolon ?? metric.upperBound)
            if value.count >= 2, bytes[value.lowerBound] == 0x22, bytes[value.upperBound - 1] == 0x22 {
                value = (value.lowerBound + 1)..<(value.upperBound - 1)
            }
            let rule = tables.rule(for: name, bytes.part(value), at: .header, of: side)
            if !value.isEmpty, let treatment = rule?.treatment, treatment.action != .keep {
                edits.replace(value, with: replacement(for: Array(bytes[value]), treatment))
            } else if let nested = nested(bytes.part(value), side, depth: 1) {
                edits.replace(value, with: nested)
            }
        }
    }

    /// Adds the edits to a field that a rule selects as a whole.
    private mutating func ruledEdits(
        _ bytes: Bytes, _ field: HeadLines.Field, _ treatment: Treatment, _ edits: inout Edits
    ) {
        let value = Array(bytes[field.value])
        if treatment.action == .drop {
            learn(value, treatment)
            edits.replace(field.lines, with: [])
        } else {
            edits.replace(field.value, with: replacement(for: value, treatment))
        }
    }
}

/// The content of a field, by its name.
enum FieldKind {
    case cookie
    case setCookie
    case credentials
    case challenge
    case protocols
    case url
    /// URLs between angle brackets.
    case links
    /// A host, optionally after user information.
    case authority
    /// A content security policy, with nonces.
    case contentPolicy
    /// Server-Timing metrics, with descriptions.
    case timing
    case other

    init(_ name: Bytes) {
        func isAny(_ texts: StaticString...) -> Bool {
            texts.contains { $0.utf8CodeUnitCount == name.count && name.has($0, at: 0, before: name.count) }
        }
        self =
            switch name.count {
            case 4: isAny("host") ? .authority : isAny("link") ? .links : .other
            case 5: isAny(":path") ? .url : .other
            case 6: isAny("cookie") ? .cookie : isAny("origin") ? .url : .other
            case 7: isAny("cookie2") ? .cookie : isAny("referer") ? .url : .other
            case 8: isAny("location") ? .url : .other
            case 10: isAny(":authority") ? .authority : isAny("set-cookie") ? .setCookie : .other
            case 11: isAny("set-cookie2") ? .setCookie : isAny("destination") ? .url : .other
            case 13 where isAny("server-timing"): .timing
            case 13: isAny("authorization") ? .credentials : isAny("x-rewrite-url") ? .url : .other
            case 14: isAny("x-original-url") ? .url : .other
            case 15: isAny("x-forwarded-uri") ? .url : .other
            case 16:
                isAny("x-forwarded-host")
                    ? .authority : isAny("www-authenticate") ? .challenge : isAny("content-location") ? .url : .other
            case 18: isAny("proxy-authenticate") ? .challenge : .other
            case 19:
                isAny("proxy-authorization")
                    ? .credentials : isAny("authentication-info") ? .challenge : .other
            case 22: isAny("sec-websocket-protocol") ? .protocols : .other
            case 23: isAny("content-security-policy") ? .contentPolicy : .other
            case 25: isAny("proxy-authentication-info") ? .challenge : .other
            case 35: isAny("content-security-policy-report-only") ? .contentPolicy : .other
            default: .other
            }
    }
}
