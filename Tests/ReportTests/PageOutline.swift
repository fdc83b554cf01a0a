/// The elements of a page in their order, with their attributes and the text directly in them. For pages that are
/// balanced.
struct PageOutline {
    struct Element {
        var name: String
        var attributes: [String: String]
        /// All text in it, its children's too.
        var text = ""
        /// Names of the elements around it, the outermost first.
        var path: [String]
    }

    private(set) var elements: [Element] = []

    private static let void: Set<String> = ["meta", "link", "!DOCTYPE"]

    init(_ page: String) {
        var open: [Int] = []
        var rest = Substring(page)
        while let start = rest.firstIndex(of: "<") {
            for place in open { elements[place].text += rest[..<start] }
            rest = rest[start...].dropFirst()
            var isQuoted = false
            let end =
                rest.indices.first { index in
                    if rest[index] == "\"" { isQuoted.toggle() }
                    return rest[index] == ">" && !isQuoted
                } ?? rest.endIndex
            let tag = rest[..<end]
            rest = rest[end...].dropFirst()
            if tag.first == "/" {
                _ = open.popLast()
                continue
            }
            let name = String(tag.prefix { $0 != " " })
            elements.append(
                Element(
                    name: name, attributes: PageOutline.attributes(tag.dropFirst(name.count)),
                    path: open.map { elements[$0].name }))
            if PageOutline.void.contains(name) { continue }
            open.append(elements.count - 1)
            if name == "script" || name == "style", let close = rest.firstRange(of: "</\(name)>") {
                rest = rest[close.lowerBound...]
            }
        }
    }

    func all(_ names: String...) -> [Element] { elements.filter { names.contains($0.name) } }

    private static func attributes(_ text: Substring) -> [String: String] {
        var result: [String: String] = [:]
        var rest = text
        while let equals = rest.firstIndex(of: "=") {
            let value = rest[rest.index(after: equals)...].dropFirst()
            guard let close = value.firstIndex(of: "\"") else { break }
            result[String(rest[..<equals].drop { $0 == " " })] = String(value[..<close])
            rest = value[value.index(after: close)...]
        }
        return result
    }
}
