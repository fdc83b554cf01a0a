import Credentials
import Formats

extension Redactor {
    /// Adds the edits to a URL or request target in `range`: to user information, path, query, and a fragment that
    /// looks like a query.
    mutating func urlEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, depth: Int, _ edits: inout Edits
    ) {
        var start = range.lowerBound
        if dataURLEdits(bytes, range, side, depth: depth, &edits) { return }
        if bytes.has("//", at: start, before: range.upperBound) {
            // A URL without its scheme (RFC 3986 section 4.2).
            var end = start + 2
            while end < range.upperBound, !Redactor.endsAuthority(bytes[end]) { end += 1 }
            userInfoEdits(bytes, (start + 2)..<end, &edits)
        } else if let mark = Redactor.endOfScheme(bytes, range) {
            let authority = mark + 3
            start = authority
            while start < range.upperBound, !Redactor.endsAuthority(bytes[start]) { start += 1 }
            userInfoEdits(bytes, authority..<start, &edits)
        } else if start < range.upperBound, bytes[start] != UInt8(ascii: "/") {
            // The target of CONNECT (RFC 9112 section 3.2.3), or a URL without its scheme.
            var end = start
            while end < range.upperBound, !Redactor.endsAuthority(bytes[end]) { end += 1 }
            userInfoEdits(bytes, start..<end, &edits)
        }
        let fragment = bytes.index(of: UInt8(ascii: "#"), in: start..<range.upperBound) ?? range.upperBound
        let query = bytes.index(of: UInt8(ascii: "?"), in: start..<fragment) ?? fragment
        pathEdits(bytes, start..<query, side, depth: depth, &edits)
        let ampersand = UInt8(ascii: "&")
        if query < fragment {
            pairEdits(
                bytes, (query + 1)..<fragment, separator: ampersand, .query, side, plusIsSpace: true, depth: depth,
                &edits)
        }
        if fragment < range.upperBound {
            var inside = (fragment + 1)..<range.upperBound
            // Some pages have another path in the fragment.
            if let mark = bytes.index(of: UInt8(ascii: "?"), in: inside) { inside = (mark + 1)..<range.upperBound }
            pairEdits(
                bytes, inside, separator: ampersand, .query, side, plusIsSpace: true, depth: depth, &edits)
        }
    }

    /// The position of the `://` after the scheme that `range` begins with (RFC 3986 section 3.1); nil if there is none.
    private static func endOfScheme(_ bytes: Bytes, _ range: Range<Int>) -> Int? {
        let end = bytes[range].firstIndex { byte in
            !byte.isAlphanumeric && byte != UInt8(ascii: "+") && byte != 0x2d && byte != UInt8(ascii: ".")
        }
        return end.flatMap { bytes.has("://", at: $0, before: range.upperBound) ? $0 : nil }
    }

    /// Adds the edits to the content of a `data:` URL (RFC 2397).
    ///
    /// - Returns: whether `range` is one.
    mutating func dataURLEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, depth: Int, _ edits: inout Edits
    ) -> Bool {
        guard let comma = Redactor.endOfMediaType(bytes, range) else { return false }
        let content = (comma + 1)..<range.upperBound
        let type = bytes.part((range.lowerBound + 5)..<comma)
        if bytes.has(";base64", at: comma - 7, before: comma) {
            let coded = PercentText.decodedIfCoded(bytes, content, plusIsSpace: false) ?? Array(bytes[content])
            guard let text = coded.withUnsafeBufferPointer({ Base64.parsed($0) }) else { return true }
            let changed = text.bytes.withUnsafeBufferPointer {
                redactedContent($0, ContentKind($0, type: type), side, depth: depth + 1)
            }
            if let changed {
                let new = mark.map { Array($0.text(for: coded).utf8) } ?? text.form.encoded(changed)
                edits.replace(content, with: percentEncoded(new, like: bytes, content, plusIsSpace: false))
            }
            return true
        }
        let text = PercentText.decodedIfCoded(bytes, content, plusIsSpace: false) ?? Array(bytes[content])
        let changed = text.withUnsafeBufferPointer {
            redactedContent($0, ContentKind($0, type: type), side, depth: depth + 1)
        }
        if let changed {
            edits.replace(content, with: percentEncoded(changed, like: bytes, content, plusIsSpace: false))
        }
        return true
    }

    /// The position of the comma after the media type of a `data:` URL; nil if `range` does not begin with one.
    static func endOfMediaType(_ bytes: Bytes, _ range: Range<Int>) -> Int? {
        guard bytes.has("data:", at: range.lowerBound, before: range.upperBound) else { return nil }
        var index = range.lowerBound + 5
        while index < range.upperBound, isOfMediaType(bytes[index]) { index += 1 }
        return index < range.upperBound && bytes[index] == UInt8(ascii: ",") ? index : nil
    }

    private static func isOfMediaType(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: ";"), UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: byte.isAlphanumeric
        }
    }

    static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    /// Adds the edits to `user:password@` before a host, as the policy treats Authorization.
    mutating func userInfoEdits(_ bytes: Bytes, _ authority: Range<Int>, _ edits: inout Edits) {
        guard let at = bytes[authority].lastIndex(of: UInt8(ascii: "@")) else { return }
        guard let treatment = credentialTreatment() else { return }
        let info = authority.lowerBound..<at
        let colon = bytes.index(of: UInt8(ascii: ":"), in: info) ?? at
        edits.replace(info.lowerBound..<colon, with: redactedName(Array(bytes[info.lowerBound..<colon]), treatment))
        guard colon < at else { return }
        let password = (colon + 1)..<at
        let raw = PercentText.decodedIfCoded(bytes, password, plusIsSpace: false) ?? Array(bytes[password])
        let redacted = replacement(for: raw, treatment)
        edits.replace(password, with: percentEncoded(redacted, like: bytes, password, plusIsSpace: false))
    }

    /// The policy's treatment of Authorization, which also applies to passwords next to user names.
    mutating func credentialTreatment() -> Treatment? {
        let name: StaticString = "authorization"
        let rule = name.withUTF8Buffer { tables.rule(for: $0, at: .header, of: .request) }
        return rule.flatMap { $0.treatment.action == .keep ? nil : $0.treatment }
    }

    mutating func pathEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, depth: Int, _ edits: inout Edits
    ) {
        guard !range.isEmpty else { return }
        var segments: [Range<Int>] = []
        var start = range.lowerBound + (bytes[range.lowerBound] == UInt8(ascii: "/") ? 1 : 0)
        while start <= range.upperBound {
            let end = bytes.index(of: UInt8(ascii: "/"), in: start..<range.upperBound) ?? range.upperBound
            segments.append(start..<end)
            start = end + 1
        }
        var treatments: [Int: Treatment] = [:]
        for rule in tables.segments where rule.side.covers(side) {
            for index in rule.template.selected(in: segments.map { Array(bytes[$0])[...] }) {
                treatments[index] = treatments[index] ?? rule.treatment
            }
        }
        for (index, segment) in segments.enumerated() where !segment.isEmpty {
            segmentEdits(
                bytes, segment, treatments[index], before: segments[max(0, index - 3)..<index], side, depth: depth,
                &edits)
        }
    }

    private mutating func segmentEdits(
        _ bytes: Bytes, _ segment: Range<Int>, _ treatment: Treatment?, before: ArraySlice<Range<Int>>,
        _ side: MessageSide, depth: Int, _ edits: inout Edits
    ) {
        // Parameters of a segment (`;jsessionid=…`) have the same rules as query parameters.
        let end = bytes.index(of: UInt8(ascii: ";"), in: segment) ?? segment.upperBound
        if end < segment.upperBound {
            pairEdits(
                bytes, (end + 1)..<segment.upperBound, separator: UInt8(ascii: ";"), .query, side, plusIsSpace: false,
                depth: depth, &edits)
        }
        let own = segment.lowerBound..<end
        let decoded = PercentText.decodedIfCoded(bytes, own, plusIsSpace: false)
        let value = decoded ?? Array(bytes[own])
        var redacted: [UInt8]?
        if let treatment {
            redacted = treatment.action == .keep ? nil : replacement(for: value, treatment)
        } else if let secret = secret(in: value, after: before.map { bytes.part($0) }),
            let treatment = pathTreatment(side)
        {
            redacted = value[..<secret.lowerBound] + replacement(for: Array(value[secret]), treatment)
        } else if let name = people.pseudonym(ofSegment: value) {
            redacted = name
        } else if decoded != nil {
            redacted = value.withUnsafeBufferPointer { redactedContent($0, .text, side, depth: depth + 2) }
        }
        guard let redacted else {
            value.withUnsafeBufferPointer { seen?.note($0, named: nil) }
            guard treatment == nil else { return }
            if bytes.index(of: UInt8(ascii: "="), in: own) != nil {
                // `/token=…/`
                pairEdits(
                    bytes, own, separator: UInt8(ascii: ";"), .query, side, plusIsSpace: false, depth: depth, &edits)
            } else if let colon = bytes.index(of: UInt8(ascii: ":"), in: own) {
                // `/token:…/`; a word may be a verb instead: `/password:reset`.
                let name = bytes.part(own.lowerBound..<colon)
                let value = (colon + 1)..<own.upperBound
                guard ValueStrength(Array(bytes[value])) == .strong,
                    let treatment = tables.rule(for: name, bytes.part(value), at: .query, of: side)?.treatment,
                    treatment.action != .keep
                else { return }
                edits.replace(value, with: replacement(for: Array(bytes[value]), treatment))
            }
            return
        }
        edits.replace(own, with: percentEncoded(redacted, like: bytes, own, plusIsSpace: false))
    }

    /// The range of the secret in a segment; nil if there is none, or if it is found by its pattern.
    private func secret(in segment: [UInt8], after before: [Bytes]) -> Range<Int>? {
        segment.withUnsafeBytes { bytes -> Range<Int>? in
            if mark == nil, WebToken(bytes) != nil { return nil }
            var preceding = PathSecret.Preceding()
            for part in before { preceding.append(UnsafeRawBufferPointer(part)) }
            return PathSecret.range(in: bytes, after: preceding)
        }
    }

    /// The treatment of secrets in a path: that of tokens in a query.
    private mutating func pathTreatment(_ side: MessageSide) -> Treatment? {
        let token: StaticString = "token"
        let rule = token.withUTF8Buffer { tables.rule(for: $0, at: .query, of: side) }
        guard let treatment = rule?.treatment, treatment.action != .keep else { return nil }
        return treatment
    }

    /// Adds the edits to `name=value` pairs: a query, a form, cookies.
    mutating func pairEdits(
        _ bytes: Bytes, _ range: Range<Int>, separator: UInt8, _ place: SecretPlace, _ side: MessageSide,
        plusIsSpace: Bool, depth: Int, _ edits: inout Edits
    ) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = bytes.index(of: separator, in: start..<range.upperBound) ?? range.upperBound
            let pair = bytes.trimmed(start..<end)
            if let equals = bytes.index(of: UInt8(ascii: "="), in: pair), equals + 1 < pair.upperBound {
                var value = (equals + 1)..<pair.upperBound
                if value.count >= 2, bytes[value.lowerBound] == 0x22, bytes[value.upperBound - 1] == 0x22 {
                    value = (value.lowerBound + 1)..<(value.upperBound - 1)
                }
                let whole = start..<min(end + 1, range.upperBound)
                pairEdit(
                    bytes, name: pair.lowerBound..<equals, value, whole, place, side, plusIsSpace, depth, &edits)
            } else if !pair.isEmpty, place == .cookie, bytes.index(of: UInt8(ascii: "="), in: pair) == nil {
                // A cookie without a name, which browsers keep and send (RFC 6265 section 5.2).
                pairEdit(
                    bytes, name: pair.lowerBound..<pair.lowerBound, pair, start..<min(end + 1, range.upperBound), place,
                    side, plusIsSpace, depth, &edits)
            } else if !pair.isEmpty, place == .query || place == .form, pair.count >= (mark == nil ? 16 : 4) {
                // A query without names may be a single value.
                let decoded = PercentText.decodedIfCoded(bytes, pair, plusIsSpace: plusIsSpace)
                if let changed = (decoded ?? Array(bytes[pair])).withUnsafeBufferPointer({
                    nested($0, side, depth: depth + 1)
                }) {
                    edits.replace(
                        pair, with: percentEncoded(changed, like: bytes, pair, plusIsSpace: plusIsSpace))
                }
            }
            start = end + 1
        }
    }

    private mutating func pairEdit(
        _ bytes: Bytes, name: Range<Int>, _ value: Range<Int>, _ whole: Range<Int>, _ place: SecretPlace,
        _ side: MessageSide, _ plusIsSpace: Bool, _ depth: Int, _ edits: inout Edits
    ) {
        let decodedName = PercentText.decodedIfCoded(bytes, name, plusIsSpace: plusIsSpace)
        let decoded = PercentText.decodedIfCoded(bytes, value, plusIsSpace: plusIsSpace)
        let verdict = (decodedName ?? Array(bytes[name])).withUnsafeBufferPointer { name in
            (decoded ?? Array(bytes[value])).withUnsafeBufferPointer { text in
                let rule = tables.rule(for: name, text, at: place, of: side)
                return self.verdict(
                    on: text, isDecoded: decoded != nil, rule?.treatment, name: name, side, depth: depth)
            }
        }
        switch verdict {
        case .unchanged: break
        case .removed: edits.replace(whole, with: [])
        case .replaced(let new):
            edits.replace(value, with: percentEncoded(new, like: bytes, value, plusIsSpace: plusIsSpace))
        }
    }
}
