import Formats

/// Describes what a response has where a value was expected, by names only, so that the user can see a renamed member.
extension ValueSource.Locator {
    /// The most names shown.
    private static let shownNames = 8
    /// The longest name shown.
    private static let longestName = 40
    /// The most names examined.
    private static let searchedNames = 10_000

    /// What a response has instead of a value here: `its keys: access_token, expires_in`, `its body is text/html`.
    ///
    /// Names that may be ids or addresses are not shown.
    ///
    /// - Parameters:
    ///   - head: start line and header section.
    ///   - body: the body after transfer and content decoding.
    /// - Returns: nil if there is nothing to report.
    public func neighbours(head: [UInt8], body: [UInt8]) -> String? {
        head.withUnsafeBufferPointer { head in
            body.withUnsafeBufferPointer { body in
                switch self {
                case .json(let path): ValueSource.Locator.keys(along: path, head, body)
                case .header, .trailer, .challenge: ValueSource.Locator.list("its fields", fieldNames(head))
                case .cookie: ValueSource.Locator.cookies(setBy: head)
                case .form:
                    ValueSource.Locator.list("its parameters", parameterNames(body))
                        ?? ValueSource.Locator.type(head, body)
                case .inside(let outer, _):
                    outer.value(in: ResponseBytes(head: head, trailers: .init(start: nil, count: 0), body: body)) == nil
                        ? outer.neighbours(head: Array(head), body: Array(body)) : nil
                case .jsonLine, .jsonName, .html, .option, .choice, .link, .xml, .protobuf, .body:
                    ValueSource.Locator.type(head, body)
                }
            }
        }
    }

    /// The cookies that a response sets: `it set: sid, csrf`, or a text that it sets none.
    public static func cookies(setBy head: [UInt8]) -> String {
        head.withUnsafeBufferPointer { cookies(setBy: $0) }
    }

    private static func cookies(setBy head: UnsafeBufferPointer<UInt8>) -> String {
        var names: [ArraySlice<UInt8>] = []
        var fields = HeadFields(head)
        while let field = fields.next(), names.count < searchedNames {
            guard fields.isNamed(field, "set-cookie") else { continue }
            var pairs = ParameterList(head, field.value, separator: UInt8(ascii: ";"))
            if let pair = pairs.next() { names.append(ArraySlice(head[pair.name])) }
        }
        return list("it set", names) ?? "it set no cookie"
    }

    /// The members of the innermost object that exists on the path to a JSON value.
    private static func keys(
        along path: JSONPath, _ head: UnsafeBufferPointer<UInt8>, _ body: UnsafeBufferPointer<UInt8>
    ) -> String? {
        let text = UnsafeBufferPointer(rebasing: body[JSONTexts.prefixCount(of: body)...])
        var names = JSONNames(text)
        var found: [ArraySlice<UInt8>] = []
        var depth = -1
        var left = searchedNames
        while let name = names.next(), left > 0 {
            left -= 1
            let count = name.path.steps.count
            guard count >= depth, count < max(1, path.steps.count),
                name.path.steps.elementsEqual(path.steps.prefix(count))
            else { continue }
            if count > depth { (depth, found) = (count, []) }
            found.append(ArraySlice(text[name.range]))
        }
        guard depth >= 0 else {
            let empty = ["{}", "[]", "null"].first { text.prefix(64).filter { $0 > 0x20 }.elementsEqual($0.utf8) }
            return empty.map { "its body is \($0)" } ?? type(head, body)
        }
        let place = JSONPath(Array(path.steps.prefix(depth))).descriptionWithoutPositions
        return list(depth == 0 ? "its keys" : "the keys of \(place)", found)
    }

    private func fieldNames(_ head: UnsafeBufferPointer<UInt8>) -> [ArraySlice<UInt8>] {
        var names: [ArraySlice<UInt8>] = []
        var fields = HeadFields(head)
        while let field = fields.next(), names.count < ValueSource.Locator.searchedNames {
            guard !SourceScanner.isWithoutValues(head, field.name) else { continue }
            names.append(ArraySlice(head[field.name]))
        }
        return names
    }

    private func parameterNames(_ body: UnsafeBufferPointer<UInt8>) -> [ArraySlice<UInt8>] {
        var names: [ArraySlice<UInt8>] = []
        var pairs = ParameterList(body, 0..<body.count)
        while let pair = pairs.next(), names.count < ValueSource.Locator.searchedNames {
            if !pair.name.isEmpty { names.append(ArraySlice(body[pair.name])) }
        }
        return names
    }

    /// The body's media type.
    private static func type(_ head: UnsafeBufferPointer<UInt8>, _ body: UnsafeBufferPointer<UInt8>) -> String {
        guard !body.isEmpty else { return "its body is empty" }
        var fields = HeadFields(head)
        while let field = fields.next() {
            guard fields.isNamed(field, "content-type") else { continue }
            let type = head[field.value].prefix { $0 != UInt8(ascii: ";") && $0 > 0x20 }
            return "its body is \(shown(ArraySlice(type)) ?? "of a type that cannot be shown")"
        }
        return "its body has no type"
    }

    /// `LABEL: a, b and 3 more`; nil if there are no names.
    private static func list(_ label: String, _ names: [ArraySlice<UInt8>]) -> String? {
        var listed: Set<String> = []
        var texts: [String] = []
        var hidden = 0
        for name in names {
            guard let text = shown(name) else {
                hidden += 1
                continue
            }
            if listed.insert(text).inserted { texts.append(text) }
        }
        guard !names.isEmpty else { return nil }
        let rest = max(0, texts.count - shownNames) + hidden
        let shown = texts.prefix(shownNames).joined(separator: ", ")
        if shown.isEmpty { return "\(label): \(rest) that are not shown" }
        return "\(label): \(shown)" + (rest > 0 ? " and \(rest) more" : "")
    }

    /// A name that can be shown; nil for one that may be an id.
    private static func shown(_ name: ArraySlice<UInt8>) -> String? {
        guard !name.isEmpty, name.count <= longestName,
            name.allSatisfy({ PercentStyle.isUnreserved($0) || "$/+:[]".utf8.contains($0) }),
            !Array(name).withUnsafeBufferPointer({ JSONNames.mayBeID($0, 0..<$0.count) })
        else { return nil }
        return String(decoding: name, as: UTF8.self)
    }
}
