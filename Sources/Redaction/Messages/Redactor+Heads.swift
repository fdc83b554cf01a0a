import Credentials

extension Redactor {
    /// What changes in a head but for the values found by how they look.
    mutating func headEdits(_ head: Bytes, _ facts: HeadFacts, _ side: MessageSide) -> Edits {
        var edits = Edits()
        if side == .request, !facts.startLine.isEmpty { urlEdits(head, facts.target, side, depth: 0, &edits) }
        let fields = fieldEdits(head, from: facts.fieldsStart, side)
        for edit in fields.list { edits.replace(edit.range, with: edit.bytes) }
        return edits
    }

    /// What changes in the fields of a head or trailer section.
    mutating func fieldEdits(_ bytes: Bytes, from start: Int, _ side: MessageSide) -> Edits {
        var edits = Edits()
        var fields = HeadLines(bytes, from: start)
        while let field = fields.next() {
            if !field.value.isEmpty { fieldEdits(bytes, field, side, &edits) }
        }
        return edits
    }

    /// `bytes` after `edits`, and after what its text shows; nil when nothing changes.
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
        case .url:
            let rule = tables.rule(for: name, at: .header, of: side)
            if let rule, rule.treatment.action != .keep {
                ruledEdits(bytes, field, rule.treatment, &edits)
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

    /// The URLs between angle brackets (RFC 8288 section 3).
    private mutating func linkEdits(_ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, _ edits: inout Edits) {
        var position = range.lowerBound
        while let open = bytes.index(of: UInt8(ascii: "<"), in: position..<range.upperBound) {
            let close = bytes.index(of: UInt8(ascii: ">"), in: open..<range.upperBound) ?? range.upperBound
            urlEdits(bytes, (open + 1)..<close, side, depth: 0, &edits)
            position = close
        }
    }

    /// A field that a rule means as a whole.
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

    /// The first pair is the cookie; of the attributes those that RFC 6265 does not know may hold anything.
    private mutating func setCookieEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, _ edits: inout Edits
    ) {
        let end = bytes.index(of: UInt8(ascii: ";"), in: range) ?? range.upperBound
        let pair = range.lowerBound..<end
        pairEdits(bytes, pair, separator: 0, .cookie, side, plusIsSpace: false, depth: 0, &edits)
        var start = end
        while start < range.upperBound {
            let next = bytes.index(of: UInt8(ascii: ";"), in: (start + 1)..<range.upperBound) ?? range.upperBound
            let attribute = bytes.trimmed((start + 1)..<next)
            start = next
            let equals = bytes.index(of: UInt8(ascii: "="), in: attribute) ?? attribute.upperBound
            let name = bytes[attribute.lowerBound..<equals].map(\.lowercased)
            guard !Redactor.cookieAttributes.contains(name) else { continue }
            pairEdits(bytes, attribute, separator: 0, .cookie, side, plusIsSpace: false, depth: 0, &edits)
        }
    }

    private static let cookieAttributes = Set(
        [
            "path", "domain", "expires", "max-age", "secure", "httponly", "samesite", "priority", "partitioned",
            "version",
        ]
        .map { Array($0.utf8) })
}

/// What a field holds, as far as its name says.
enum FieldKind {
    case cookie
    case setCookie
    case credentials
    case challenge
    case protocols
    case url
    /// URLs between angle brackets.
    case links
    /// A host, perhaps after user information.
    case authority
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
            case 25: isAny("proxy-authentication-info") ? .challenge : .other
            default: .other
            }
    }
}
