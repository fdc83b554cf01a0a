import Formats
import SessionLog

/// Exchanges of a recording as linked pages, for a browser that requests one after the other.
public enum ExchangeListReport {
    /// The number of exchanges on one page.
    public static let pageLength: UInt64 = 200

    /// A page with consecutive exchanges.
    ///
    /// - Parameters:
    ///   - first: the number of the first exchange.
    ///   - hasMore: whether more exchanges follow.
    public static func list(
        _ exchanges: [LogReport.Shown], of name: String, from first: UInt64, hasMore: Bool
    ) -> String {
        page(title: "\(name): exchanges from \(first)", name) {
            links([
                first > 1 ? ("Earlier", "/exchanges?from=\(first - min(first - 1, pageLength))") : nil,
                hasMore ? ("Later", "/exchanges?from=\(first + pageLength)") : nil,
            ])
            Markup.element("div", ["class": "panel exchanges after", "id": "exchanges"]) {
                LogReport.heads
                for shown in exchanges { LogReport.row(of: shown) }
            }
        }
    }

    /// One exchange.
    public static func exchange(_ shown: LogReport.Shown, of name: String) -> String {
        let number = shown.row.number
        return page(title: "\(name): exchange \(number)", name) {
            links([
                number > 1 ? ("Exchange \(number - 1)", "/exchange/\(number - 1)") : nil,
                ("Exchange \(number + 1)", "/exchange/\(number + 1)"),
                ("List from here", "/exchanges?from=\(number)"),
            ])
            Markup.element("pre", ["class": "after"]) { Markup(lines: shown.text) }
        }
    }

    private static func links(_ links: [(text: String, target: String)?]) -> Markup {
        .element("p", ["class": "after"]) {
            Markup.element("a", ["href": "/"]) { "Overview" }
            for link in links.compactMap({ $0 }) {
                Markup(text: " · ")
                Markup.element("a", ["href": link.target]) { link.text }
            }
        }
    }

    private static func page(title: String, _ name: String, @MarkupBuilder content: () -> Markup) -> String {
        let document = HTMLReport.document(title: title, script: LogScript.source) {
            Markup.element("header") {
                Markup.element("div") {
                    Markup.element("p", ["class": "kicker"]) { "Reprise recording" }
                    Markup.element("h1") { title }
                }
            }
            content()
        }
        return "<!DOCTYPE html>\n" + document.source + "\n"
    }
}
