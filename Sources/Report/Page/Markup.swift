import Formats

/// A fragment of HTML or SVG that is complete and escaped: plain strings become text, never markup.
///
/// Everything a report shows originally came from a network. Only `trusted` skips the escaping, and it is only used
/// with fixed text of this module, so no label can open a tag or leave an attribute.
struct Markup: Hashable {
    /// The markup itself.
    private(set) var source: String

    /// Text, escaped, with characters that cannot be displayed made visible.
    init(text: String) {
        source = Markup.escaped(text)
    }

    /// Text of several lines, for an element that preserves them.
    init(lines text: String) {
        source = text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
            .map { Markup.escaped(String($0)) }.joined(separator: "\n")
    }

    /// Fixed markup from the program itself.
    init(trusted: StaticString) {
        source = trusted.description
    }

    private init(source: String) { self.source = source }

    /// Empty markup.
    static let empty = Markup(source: "")

    static func += (left: inout Markup, right: Markup) { left.source += right.source }

    /// Text escaped for elements and for quoted attributes.
    private static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.displayable.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension Markup {
    /// Attributes in order; one whose value is nil is left out.
    typealias Attributes = KeyValuePairs<StaticString, String?>

    /// An element with its end tag.
    static func element(
        _ name: StaticString, _ attributes: Attributes = [:], @MarkupBuilder content: () -> Markup = { .empty }
    ) -> Markup {
        Markup(source: opening(name, attributes) + content().source + "</\(name)>")
    }

    /// An HTML element without content and end tag: `meta`, `link`.
    static func void(_ name: StaticString, _ attributes: Attributes) -> Markup {
        Markup(source: opening(name, attributes))
    }

    private static func opening(_ name: StaticString, _ attributes: Attributes) -> String {
        var tag = "<\(name)"
        for (key, value) in attributes {
            guard let value else { continue }
            tag += " \(key)=\"" + escaped(value) + "\""
        }
        return tag + ">"
    }
}

/// Builds markup from nested blocks; strings in them are text.
@resultBuilder
enum MarkupBuilder {
    static func buildExpression(_ markup: Markup) -> Markup { markup }
    static func buildExpression(_ text: String) -> Markup { Markup(text: text) }
    static func buildBlock(_ parts: Markup...) -> Markup { buildArray(parts) }
    static func buildOptional(_ part: Markup?) -> Markup { part ?? .empty }
    static func buildEither(first part: Markup) -> Markup { part }
    static func buildEither(second part: Markup) -> Markup { part }

    static func buildArray(_ parts: [Markup]) -> Markup {
        var whole = Markup.empty
        for part in parts { whole += part }
        return whole
    }
}
