/// Whether a page's tags are well nested and their attributes quoted. Knows just enough HTML for pages this program
/// writes.
struct TagBalance {
    /// The first thing found wrong, with some text around it; nil when nothing is.
    private(set) var fault: String?
    /// How often each element occurs.
    private(set) var counts: [String: Int] = [:]
    /// The values of all `id` attributes.
    private(set) var ids: [String] = []

    private static let void: Set<String> = ["meta", "link", "!DOCTYPE"]

    init(_ page: String) {
        var open: [String] = []
        var rest = Substring(page)
        while fault == nil, let start = rest.firstIndex(of: "<") {
            rest = rest[start...]
            guard let end = TagBalance.endOfTag(rest) else {
                fault = "unfinished tag: \(rest.prefix(60))"
                return
            }
            let tag = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.first == "/" {
                if open.popLast() != String(tag.dropFirst()) {
                    fault = "</\(tag.dropFirst())> closes another: \(rest.prefix(60))"
                }
                continue
            }
            let name = String(tag.prefix { $0 != " " })
            counts[name, default: 0] += 1
            fault = readAttributes(tag.dropFirst(name.count))
            if TagBalance.void.contains(name) { continue }
            open.append(name)
            if name == "script" || name == "style" {
                guard let close = rest.firstRange(of: "</\(name)>") else {
                    fault = "\(name) is not closed"
                    return
                }
                rest = rest[close.lowerBound...]
            }
        }
        if fault == nil, !open.isEmpty { fault = "left open: \(open)" }
    }

    /// The `>` that ends the tag at the start of `text`: not one within quotes.
    private static func endOfTag(_ text: Substring) -> Substring.Index? {
        var isQuoted = false
        for index in text.indices {
            if text[index] == "\"" { isQuoted.toggle() }
            if text[index] == ">", !isQuoted { return index }
        }
        return nil
    }

    private mutating func readAttributes(_ text: Substring) -> String? {
        var rest = text
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].drop { $0 == " " }
            let value = rest[rest.index(after: equals)...]
            guard value.first == "\"", let close = value.dropFirst().firstIndex(of: "\"") else {
                return "unquoted attribute: \(text.prefix(60))"
            }
            if name.contains(where: { "\"'<>".contains($0) }) { return "attribute name: \(name)" }
            if name == "id" { ids.append(String(value.dropFirst()[..<close])) }
            rest = value[value.index(after: close)...]
        }
        return nil
    }
}
