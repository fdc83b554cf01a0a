/// Just enough XML for documents that this program writes: elements, double-quoted attributes, text, the five entities.
struct XMLText {
    /// An element.
    final class Element {
        let name: String
        let attributes: [String: String]
        fileprivate(set) var children: [Element] = []
        fileprivate(set) var text = ""

        init(name: String, attributes: [String: String]) {
            self.name = name
            self.attributes = attributes
        }
    }

    struct Fault: Error {
        var reason: String
    }

    let root: Element

    /// - Throws: what is not well-formed.
    init(_ source: String) throws {
        for scalar in source.unicodeScalars {
            let isAllowed =
                scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                || "\n\t\r".unicodeScalars.contains(scalar)
            guard isAllowed else { throw Fault(reason: "character \(scalar.value)") }
        }
        var rest = source[...]
        guard rest.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") else {
            throw Fault(reason: "no declaration")
        }
        rest = rest[(rest.firstIndex(of: ">") ?? rest.startIndex)...].dropFirst()
        var open: [Element] = []
        var root: Element?
        while let start = rest.firstIndex(of: "<") {
            let text = try XMLText.unescaped(rest[..<start])
            open.last?.text += text
            guard open.last != nil || text.allSatisfy(\.isWhitespace) else { throw Fault(reason: "text outside") }
            guard let end = rest[start...].firstIndex(of: ">") else { throw Fault(reason: "an unfinished tag") }
            var tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.first == "/" {
                guard let last = open.popLast(), last.name == tag.dropFirst() else { throw Fault(reason: "</\(tag)>") }
                if open.isEmpty { root = last }
                continue
            }
            let isEmpty = tag.last == "/"
            if isEmpty { tag = tag.dropLast() }
            let element = try XMLText.element(tag)
            open.last?.children.append(element)
            if !isEmpty { open.append(element) } else if open.isEmpty { root = element }
        }
        guard let root, open.isEmpty, rest.allSatisfy(\.isWhitespace) else { throw Fault(reason: "not closed") }
        self.root = root
    }

    /// All elements of a name, in the order of the document.
    func all(_ name: String) -> [Element] {
        func found(in element: Element) -> [Element] {
            (element.name == name ? [element] : []) + element.children.flatMap(found)
        }
        return found(in: root)
    }

    private static func element(_ tag: Substring) throws -> Element {
        let name = tag.prefix { $0 != " " }
        var attributes: [String: String] = [:]
        var rest = tag.dropFirst(name.count)
        while let equals = rest.firstIndex(of: "=") {
            let key = String(rest[..<equals].drop { $0 == " " })
            let value = rest[rest.index(after: equals)...]
            guard value.first == "\"", let close = value.dropFirst().firstIndex(of: "\""),
                key.allSatisfy(\.isLetter), !key.isEmpty, attributes[key] == nil
            else { throw Fault(reason: "attribute \(key)") }
            let text = value[value.index(after: value.startIndex)..<close]
            guard !text.contains("<") else { throw Fault(reason: "< in \(key)") }
            attributes[key] = try unescaped(text)
            rest = value[value.index(after: close)...]
        }
        guard rest.allSatisfy(\.isWhitespace) else { throw Fault(reason: "<\(tag)>") }
        return Element(name: String(name), attributes: attributes)
    }

    private static func unescaped(_ text: Substring) throws -> String {
        var result = ""
        // An entity ends at its semicolon, also before a combining mark.
        var rest = text.unicodeScalars
        while let start = rest.firstIndex(of: "&") {
            result.unicodeScalars += rest[..<start]
            guard let end = rest[start...].firstIndex(of: ";") else { throw Fault(reason: "a bare &") }
            switch String(rest[start...end]) {
            case "&amp;": result += "&"
            case "&lt;": result += "<"
            case "&gt;": result += ">"
            case "&quot;": result += "\""
            default: throw Fault(reason: "entity \(rest[start...end])")
            }
            rest = rest[rest.index(after: end)...]
        }
        result.unicodeScalars += rest
        return result
    }
}
