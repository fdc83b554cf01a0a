import Credentials
import Formats

extension Redactor {
    /// Adds the edits to HTML or XML: to attributes and elements that a rule names, and to `value` or `content` next to
    /// such a `name`.
    mutating func markupEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ side: MessageSide, depth: Int, _ edits: inout Edits
    ) {
        var position = range.lowerBound
        var label = MarkupLabel()
        // Everything before was already searched as text.
        var searched = range.lowerBound
        if let first = bytes.index(of: UInt8(ascii: "<"), in: range) {
            textEdits(bytes, range.lowerBound..<first, side, depth: depth, &edits)
        } else {
            textEdits(bytes, range, side, depth: depth, &edits)
        }
        while let open = bytes.index(of: UInt8(ascii: "<"), in: position..<range.upperBound) {
            position = open + 1
            guard position < range.upperBound, bytes[position].isLetter || bytes[position] == 0x5f else {
                otherEdits(bytes, position..<range.upperBound, &searched, side, depth, &edits)
                continue
            }
            let name = takeName(bytes, &position, range.upperBound)
            let attributes = takeAttributes(bytes, &position, range.upperBound)
            let names = attributeEdits(bytes, attributes, side, depth, &edits)
            contentEdit(bytes, element: name, names, &label, &position, range.upperBound, side, depth, &edits)
        }
    }

    /// Adds the edits to everything that is not an element and its text: comments, instructions, and what follows the
    /// end of an element are searched as text. Elements within a comment are also parsed.
    private mutating func otherEdits(
        _ bytes: Bytes, _ range: Range<Int>, _ searched: inout Int, _ side: MessageSide, _ depth: Int,
        _ edits: inout Edits
    ) {
        guard range.lowerBound >= searched else { return }
        let isComment = bytes.has("!--", at: range.lowerBound, before: range.upperBound)
        let end =
            isComment
            ? bytes.find("-->", in: range) : bytes.index(of: UInt8(ascii: "<"), in: range)
        searched = end ?? range.upperBound
        textEdits(bytes, range.lowerBound..<searched, side, depth: depth, &edits)
    }

    /// A label of an element. It is the text of the previous element, as in XML-RPC and property lists:
    /// `<name>password</name><value>…`; or an attribute or the name of the enclosing element: `<property
    /// name="password"><value>…`, `<password><value>…`.
    private struct MarkupLabel {
        var name: Range<Int>?
        /// Whether the label is an attribute of the enclosing element, so that only an element with a name for values
        /// can be the value.
        var isAttribute = false
        /// How many of the next elements may be the value.
        var distance = 0
    }

    private struct Attribute {
        var name: Range<Int>
        var value: Range<Int>
    }

    private func takeName(_ bytes: Bytes, _ position: inout Int, _ end: Int) -> Range<Int> {
        let start = position
        while position < end, !bytes[position].isBlank, bytes[position] != UInt8(ascii: ">"),
            bytes[position] != UInt8(ascii: "="), bytes[position] != UInt8(ascii: "/")
        {
            position += 1
        }
        return start..<position
    }

    /// Reads the attributes of a tag and skips its end.
    private func takeAttributes(_ bytes: Bytes, _ position: inout Int, _ end: Int) -> [Attribute] {
        var attributes: [Attribute] = []
        while position < end, bytes[position] != UInt8(ascii: ">"), bytes[position] != UInt8(ascii: "<") {
            guard !bytes[position].isBlank, bytes[position] != UInt8(ascii: "/"), bytes[position] != 0x3d else {
                position += 1
                continue
            }
            let name = takeName(bytes, &position, end)
            while position < end, bytes[position].isBlank { position += 1 }
            guard position < end, bytes[position] == UInt8(ascii: "=") else { continue }
            position += 1
            while position < end, bytes[position].isBlank { position += 1 }
            guard position < end else { break }
            let quote = bytes[position]
            var value: Range<Int>
            if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                let close = bytes.index(of: quote, in: (position + 1)..<end) ?? end
                value = (position + 1)..<close
                position = min(close + 1, end)
            } else {
                let start = position
                while position < end, !bytes[position].isBlank, bytes[position] != UInt8(ascii: ">") { position += 1 }
                value = start..<position
            }
            attributes.append(Attribute(name: name, value: value))
        }
        if position < end, bytes[position] == UInt8(ascii: ">") { position += 1 }
        return attributes
    }

    /// - Returns: the values of attributes that may label the element's content: `<property name="password">…`.
    private mutating func attributeEdits(
        _ bytes: Bytes, _ attributes: [Attribute], _ side: MessageSide, _ depth: Int, _ edits: inout Edits
    ) -> [Range<Int>] {
        var labels: [Range<Int>] = []
        for attribute in attributes {
            let name = bytes.part(attribute.name)
            if name.count <= 8, labels.count < Redactor.mostLabels, Redactor.labels.contains(name.map(\.lowercased)) {
                labels.append(attribute.value)
            }
        }
        for attribute in attributes where !attribute.value.isEmpty {
            let name = bytes.part(attribute.name)
            let isValue = name.count <= 7 && Redactor.labelled.contains(name.map(\.lowercased))
            let naming = isValue ? labels : [attribute.name]
            markupEdit(bytes, attribute.value, naming.isEmpty ? [attribute.name] : naming, side, depth, &edits)
        }
        return labels
    }

    private static let labels = Set(["name", "id", "property", "key", "type", "field"].map { Array($0.utf8) })
    private static let labelled = Set(["value", "content"].map { Array($0.utf8) })

    /// Adds the edits to the text after a tag, up to the next.
    private mutating func contentEdit(
        _ bytes: Bytes, element: Range<Int>, _ names: [Range<Int>], _ label: inout MarkupLabel, _ position: inout Int,
        _ end: Int, _ side: MessageSide, _ depth: Int, _ edits: inout Edits
    ) {
        var next = bytes.index(of: UInt8(ascii: "<"), in: position..<end) ?? end
        var text = bytes.trimmed(position..<next)
        if bytes.has("<![cdata[", at: next, before: end) {
            let start = next + 9
            next = bytes.find("]]>", in: start..<end) ?? end
            text = start..<next
        } else if bytes.part(element).has("script", at: 0, before: element.count) {
            // A script may contain angle brackets.
            next = bytes.find("</script", in: position..<end) ?? end
            textEdits(bytes, position..<next, side, depth: depth, &edits)
            position = next
            return
        }
        position = max(position, next)
        guard !text.isEmpty else {
            let isNamed = tables.rule(for: bytes.part(element), at: .text, of: side) != nil
            if let name = names.first ?? (isNamed ? element : nil) {
                label = MarkupLabel(name: name, isAttribute: true, distance: 1)
            }
            return
        }
        // In a name with a namespace, the last part counts.
        let colon = bytes[element].lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? element.lowerBound
        let own = bytes.part(colon..<element.upperBound)
        if names.isEmpty, own.count <= 9, Redactor.labels.contains(own.map(\.lowercased)) {
            label = MarkupLabel(name: text, distance: 3)
            textEdits(bytes, text, side, depth: depth, &edits)
            return
        }
        var naming = [colon..<element.upperBound] + names
        let isMeant = !label.isAttribute || Redactor.labelled.contains(own.map(\.lowercased))
        if let name = label.name, label.distance > 0, isMeant { naming.append(name) }
        label.distance -= 1
        markupEdit(bytes, text, naming, side, depth, &edits)
    }

    /// - Parameter names: possible names of the value; the first with a rule decides.
    private mutating func markupEdit(
        _ bytes: Bytes, _ value: Range<Int>, _ names: [Range<Int>], _ side: MessageSide, _ depth: Int,
        _ edits: inout Edits
    ) {
        let decoded = MarkupText.decodedIfCoded(bytes, value)
        let verdict = (decoded ?? Array(bytes[value])).withUnsafeBufferPointer { text in
            var rule: PolicyTables.NameRule?
            for name in names where rule.map({ $0.treatment.action == .keep }) ?? true {
                let name = bytes.part(name)
                let found =
                    tables.rule(for: name, text, at: .text, of: side)
                    ?? tables.rule(for: name, text, at: .form, of: side)
                rule = found ?? rule
            }
            return self.verdict(
                on: text, isDecoded: decoded != nil, rule?.treatment, name: names.first.map { bytes.part($0) }, side,
                depth: depth)
        }
        switch verdict {
        case .unchanged: break
        case .removed: edits.replace(value, with: [])
        case .replaced(let new):
            edits.replace(value, with: decoded == nil || mark != nil ? new : MarkupText.encoded(new))
        }
    }
}
