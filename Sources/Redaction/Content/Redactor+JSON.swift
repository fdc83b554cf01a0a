import Credentials
import Formats

extension Redactor {
    /// Adds the edits to JSON: to strings and numbers that a rule names, and to content within strings. From where it
    /// is no longer JSON, it is also searched as text.
    mutating func jsonEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, depth: Int, _ edits: inout Edits
    ) {
        let labels = labels(bytes, range, side)
        var leaves = JSONFragments(bytes, range)
        // The last string at an even index of a list, which may name the next.
        var first: (list: Int, index: Int, range: Range<Int>)?
        while let leaf = leaves.next() {
            let place = leaves.listPlace
            defer {
                let isName = leaf.isString && place.map { $0.index % 2 == 0 } ?? false
                first = isName ? place.map { ($0.list, $0.index, leaf.range) } : nil
            }
            guard !leaf.range.isEmpty else { continue }
            var treatment = self.treatment(of: leaf, leaves, labels, bytes, side)
            if treatment == nil, let first, let place, place.list == first.list, place.index == first.index + 1 {
                treatment = pairTreatment(bytes, first.range, leaf, side)
            }
            if leaf.isString {
                stringEdit(bytes, leaf.range, leaves.key, treatment, side, depth: depth, &edits)
            } else if let treatment, treatment.action != .keep {
                edits.replace(leaf.range, with: redactedNumber(Array(bytes[leaf.range]), treatment))
            }
        }
        if let fault = JSONFault(bytes, range) {
            textEdits(bytes, range, from: fault.position, side, depth: depth, &edits)
        }
    }

    /// The treatment of the second element of a pair by the name in the first: `["password", "…"]`. A word may itself
    /// be a name.
    private mutating func pairTreatment(
        _ bytes: Bytes, _ name: Range<Int>, _ leaf: JSONFragments.Leaf, _ side: MessageSide
    ) -> Treatment? {
        let value = bytes.part(leaf.range)
        guard (2...Redactor.longestLabel).contains(name.count), !PlainValue.isPlain(value) else { return nil }
        return rule(forLabel: bytes.part(name), value, side)?.treatment
    }

    private mutating func stringEdit(
        _ bytes: Bytes, _ range: Range<Int>, _ key: Range<Int>?, _ treatment: Treatment?, _ side: MessageSide,
        depth: Int, _ edits: inout Edits
    ) {
        let decoded = JSONText.decodedIfCoded(bytes, range)
        let name = key.map { bytes.part($0) }
        let verdict: Verdict
        if let decoded {
            verdict = decoded.withUnsafeBufferPointer {
                self.verdict(on: $0, isDecoded: true, treatment, name: name, side, depth: depth)
            }
        } else {
            verdict = self.verdict(
                on: bytes.part(range), isDecoded: false, treatment, name: name, side, depth: depth)
        }
        switch verdict {
        case .unchanged: break
        case .removed:
            // Includes the quotes around it, of which the last is missing in a truncated text.
            let end = min(range.upperBound + 1, bytes.count)
            edits.replace((range.lowerBound - 1)..<end, with: Array("null".utf8))
        case .replaced(let new):
            edits.replace(
                range, with: mark == nil ? JSONText.encoded(new, like: bytes, range) : JSONText.escaped(new))
        }
    }

    private mutating func redactedNumber(_ value: [UInt8], _ treatment: Treatment) -> [UInt8] {
        // For display, a string is enough.
        if mark != nil { return [0x22] + replacement(for: value, treatment) + [0x22] }
        switch treatment.action {
        case .drop:
            learn(value, treatment)
            return Array("null".utf8)
        case .pseudonymise:
            let pseudonym = pseudonymised(value)
            return JSONText.isNumber(pseudonym) ? pseudonym : [UInt8(ascii: "0")]
        case .mask, .cut:
            learn(value, treatment)
            let kept = treatment.action == .cut ? value.prefix(treatment.keptBytes) : []
            let masked = Array(kept) + value.dropFirst(kept.count).map { $0.isDigit ? UInt8(ascii: "1") : $0 }
            return JSONText.isNumber(masked) ? masked : [UInt8(ascii: "0")]
        case .keep: return value
        }
    }

    /// The treatment of the last visited leaf by the first rule that applies, by name or by path.
    private mutating func treatment(
        of leaf: JSONFragments.Leaf, _ leaves: JSONFragments, _ labels: [Int: [Range<Int>]], _ bytes: Bytes,
        _ side: MessageSide
    ) -> Treatment? {
        let value = bytes.part(leaf.range)
        var found: PolicyTables.NameRule?
        if let key = leaves.key {
            found = rule(forMember: key, value, bytes, side)
            if found == nil, let parent = leaves.parentKey, Redactor.isValueName(bytes.part(key)) {
                found = rule(forMember: parent, value, bytes, side)
            }
            if found == nil, let own = leaves.objectStart.flatMap({ labels[$0] }), Redactor.isLabelled(bytes.part(key))
            {
                for label in own where found == nil { found = self.rule(forLabel: bytes.part(label), value, side) }
            }
        }
        guard !tables.jsonPaths.isEmpty else { return found?.treatment }
        let path = leaves.path
        let byPath = tables.jsonPaths.first { $0.side.covers(side) && $0.pattern.matches(path) }
        guard let byPath, byPath.rule < found?.rule ?? .max else { return found?.treatment }
        return byPath.treatment
    }

    /// The rule for the member `name`, which may be written with escapes.
    private mutating func rule(
        forMember name: Range<Int>, _ value: Bytes, _ bytes: Bytes, _ side: MessageSide
    ) -> PolicyTables.NameRule? {
        guard let decoded = JSONText.decodedIfCoded(bytes, name) else {
            return tables.rule(for: bytes.part(name), value, at: .json, of: side)
        }
        return decoded.withUnsafeBufferPointer { tables.rule(for: $0, value, at: .json, of: side) }
    }

    /// The labels by the start of their objects: names that are values next to the values they name, as in `{"name":
    /// "password", "value": …}`. Only labels with a rule are included.
    private mutating func labels(_ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide) -> [Int: [Range<Int>]] {
        var labels: [Int: [Range<Int>]] = [:]
        var leaves = JSONFragments(bytes, range)
        while let leaf = leaves.next() {
            guard leaf.isString, (2...Redactor.longestLabel).contains(leaf.range.count), let key = leaves.key,
                let object = leaves.objectStart, Redactor.isLabel(bytes.part(key))
            else { continue }
            guard labels[object, default: []].count < Redactor.mostLabels,
                rule(forLabel: bytes.part(leaf.range), nil, side) != nil
            else { continue }
            labels[object, default: []].append(leaf.range)
        }
        return labels
    }

    /// The rule for values next to this label, which may also be the name of a header field: `{"name": "Authorization",
    /// …}`.
    mutating func rule(forLabel name: Bytes, _ value: Bytes?, _ side: MessageSide) -> PolicyTables.NameRule? {
        // The last step of a JSON pointer (RFC 6901).
        let slash = name.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        let name = name.part(slash..<name.count)
        for place in [SecretPlace.json, .form, .header] {
            if let rule = tables.rule(for: name, value, at: place, of: side), rule.treatment.action != .keep {
                return rule
            }
        }
        return nil
    }

    /// Whether a member with this name labels the member next to it.
    static func isLabel(_ name: Bytes) -> Bool {
        name.count <= 10 && labelNames.contains(NormalisedName(name).bytes)
    }

    /// Whether a member with this name is labelled by the member next to it.
    static func isLabelled(_ name: Bytes) -> Bool {
        name.count <= 12 && labelledNames.contains(NormalisedName(name).bytes)
    }

    private static let longestLabel = 64
    /// Maximum labels per object or element.
    static let mostLabels = 8
    private static let labelNames = Set(
        [
            "name", "key", "type", "id", "field", "label", "kind", "property", "param", "parameter", "header",
            "attribute", "path", "pointer",
            "n", "k", "variable", "setting", "option", "claim", "fieldname",
        ].map { Array($0.utf8) })
    private static let labelledNames = Set(
        [
            "value", "val", "values", "v", "data", "content", "text", "default", "current", "newvalue", "oldvalue",
            "stringvalue", "input", "answer", "#text",
            "fieldvalue",
        ].map { Array($0.utf8) })

    /// Whether the name of a member says nothing about its value, but that of the enclosing member does: `{"token":
    /// {"value": …}}`.
    static func isValueName(_ name: Bytes) -> Bool {
        guard name.count <= 8 else { return false }
        return valueNames.contains(NormalisedName(name).bytes)
    }

    private static let valueNames = Set(
        ["value", "id", "key", "data", "raw", "string", "text", "plain", "content", "hash", "#text", ""]
            .map { Array($0.utf8) })
}
