import Credentials
import Formats

extension Redactor {
    /// What changes in JSON: strings and numbers that a rule names, and content within strings.
    mutating func jsonEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, depth: Int, _ edits: inout Edits
    ) {
        let labels = labels(bytes, range, side)
        var leaves = JSONFragments(bytes, range)
        while let leaf = leaves.next() {
            guard !leaf.range.isEmpty else { continue }
            let treatment = self.treatment(of: leaf, leaves, labels, bytes, side)
            if leaf.isString {
                stringEdit(bytes, leaf.range, leaves.key, treatment, side, depth: depth, &edits)
            } else if let treatment, treatment.action != .keep {
                edits.replace(leaf.range, with: redactedNumber(Array(bytes[leaf.range]), treatment))
            }
        }
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
            // With the quotes around it, of which the last is missing in a text that is cut off.
            let end = min(range.upperBound + 1, bytes.count)
            edits.replace((range.lowerBound - 1)..<end, with: Array("null".utf8))
        case .replaced(let new):
            edits.replace(
                range, with: mark == nil ? JSONText.encoded(new, like: bytes, range) : JSONText.escaped(new))
        }
    }

    private mutating func redactedNumber(_ value: [UInt8], _ treatment: Treatment) -> [UInt8] {
        // For a page a string does.
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

    /// What rules say about the leaf that was visited last: the first of them, by name or by path.
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

    /// What a rule says about the member called `name`, which may be written with escapes.
    private mutating func rule(
        forMember name: Range<Int>, _ value: Bytes, _ bytes: Bytes, _ side: MessageSide
    ) -> PolicyTables.NameRule? {
        guard let decoded = JSONText.decodedIfCoded(bytes, name) else {
            return tables.rule(for: bytes.part(name), value, at: .json, of: side)
        }
        return decoded.withUnsafeBufferPointer { tables.rule(for: $0, value, at: .json, of: side) }
    }

    /// The names that are values beside the values they name, by where their objects begin:
    /// `{"name": "password", "value": …}`. Only those that a rule knows.
    private mutating func labels(_ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide) -> [Int: [Range<Int>]] {
        var labels: [Int: [Range<Int>]] = [:]
        var leaves = JSONFragments(bytes, range)
        while let leaf = leaves.next() {
            guard leaf.isString, (2...Redactor.longestLabel).contains(leaf.range.count), let key = leaves.key,
                let object = leaves.objectStart, Redactor.isLabel(bytes.part(key))
            else { continue }
            guard rule(forLabel: bytes.part(leaf.range), nil, side) != nil else { continue }
            labels[object, default: []].append(leaf.range)
        }
        return labels
    }

    /// What a rule says about values beside this name, which may be that of a field, too: `{"name": "Authorization", …}`.
    private mutating func rule(forLabel name: Bytes, _ value: Bytes?, _ side: MessageSide) -> PolicyTables.NameRule? {
        for place in [SecretPlace.json, .form, .header] {
            if let rule = tables.rule(for: name, value, at: place, of: side), rule.treatment.action != .keep {
                return rule
            }
        }
        return nil
    }

    /// Whether a member of this name tells what the member beside it is.
    private static func isLabel(_ name: Bytes) -> Bool {
        name.count <= 10 && labelNames.contains(NormalisedName(name).bytes)
    }

    /// Whether a member of this name is what the member beside it tells.
    private static func isLabelled(_ name: Bytes) -> Bool {
        name.count <= 12 && labelledNames.contains(NormalisedName(name).bytes)
    }

    private static let longestLabel = 64
    private static let labelNames = Set(
        [
            "name", "key", "type", "id", "field", "label", "kind", "property", "param", "parameter", "header",
            "attribute",
            "n", "k", "variable", "setting", "option", "claim", "fieldname",
        ].map { Array($0.utf8) })
    private static let labelledNames = Set(
        [
            "value", "val", "values", "v", "data", "content", "text", "default", "current", "newvalue", "oldvalue",
            "stringvalue", "input", "answer", "#text",
        ].map { Array($0.utf8) })

    /// Whether a member of this name says nothing about its value, but the member around it does: `{"token": {"value": …}}`.
    private static func isValueName(_ name: Bytes) -> Bool {
        guard name.count <= 8 else { return false }
        return valueNames.contains(NormalisedName(name).bytes)
    }

    private static let valueNames = Set(
        ["value", "id", "key", "data", "raw", "string", "text", "plain", "content", "hash", "#text", ""]
            .map { Array($0.utf8) })
}
