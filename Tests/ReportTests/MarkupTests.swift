import Testing

@testable import Report

@Suite("Markup escapes by construction")
struct MarkupTests {
    @Test(
        "Text cannot become markup",
        arguments: [
            ("<script>", "&lt;script&gt;"), ("a & b", "a &amp; b"), ("\"'", "&quot;&#39;"), ("&lt;", "&amp;lt;"),
            ("\u{1B}]0;x", "\u{FFFD}]0;x"),
        ])
    func text(text: String, source: String) {
        #expect(Markup(text: text).source == source)
        #expect(Markup.element("p") { text }.source == "<p>\(source)</p>")
    }

    @Test("An attribute cannot be left")
    func attributes() {
        let markup = Markup.element("td", ["class": "n", "data-label": "\" onclick='x' a=\"", "hidden": nil]) { "1" }
        #expect(
            markup.source == "<td class=\"n\" data-label=\"&quot; onclick=&#39;x&#39; a=&quot;\">1</td>")
    }

    @Test("Blocks put parts one after the other")
    func blocks() {
        let isLong = false
        let markup = Markup.element("ul") {
            for name in ["a", "b"] { Markup.element("li") { name } }
            if isLong { "never" } else { "else" }
        }
        #expect(markup.source == "<ul><li>a</li><li>b</li>else</ul>")
    }
}
