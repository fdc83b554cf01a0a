import Analysis
import Formats
import Testing

@testable import Report

/// Names from the network, from files and from users are text in every form of a campaign, a comparison and a history.
@Suite struct HostileNamesTests {
    /// A name, and what it attacks.
    static let names = [
        ("<script>alert(1)</script>", "elements"), ("\"><img src=x onerror=alert(1)>", "attributes"),
        ("<\u{301}b>", "elements after a combining mark"), ("' onmouseover='x", "attributes in single quotes"),
        ("\u{1B}[2J\u{1B}]0;x\u{7}", "a terminal"), ("\u{9B}31m\u{90}q\u{9C}", "a terminal with 8-bit controls"),
        ("\u{202E}txt.exe\u{2066}", "the direction of text"), ("\u{0}\r\n\u{85}\u{2028}x", "lines"),
        ("\u{FEFF}\u{200B}\u{E000}\u{FFFE}", "invisible"), ("=HYPERLINK(\"x\")", "a spreadsheet"),
        ("]]>--><!--", "comments"), (String(repeating: "<b>&", count: 2500), "10 kB"),
    ]

    private static func comparison(_ name: String) throws -> RunComparison {
        var comparison = try ComparisonReportTests.comparison(1.2)
        for index in comparison.findings.indices { comparison.findings[index].endpoint = name }
        comparison.notCompared = [UncomparedEndpoint(endpoint: name, requests: 8, reason: .tooFewRequests)]
        comparison.warnings = [name]
        return comparison
    }

    private static func pages(_ name: String) throws -> [(String, String)] {
        let content = CampaignReportTests.content(named: name)
        let history = HistoryReportTests.history(named: name)
        return [
            ("campaign", CampaignReport(content).text), ("executive", ExecutiveReport(content).text),
            ("comparison", ComparisonReport(try comparison(name), margin: 0.05, title: name).text),
            ("history", HistoryReport([history], title: name).text),
        ]
    }

    private static func terminals(_ name: String) throws -> [(String, String)] {
        [
            ("campaign", CampaignPage(CampaignReportTests.content(named: name).result, width: 80).text),
            ("comparison", ComparisonPage(try comparison(name), margin: 0.05).text),
            ("history", HistoryPage([HistoryReportTests.history(named: name)], width: 80).text),
        ]
    }

    /// Characters that steer a terminal, a browser's layout or an editor; the form's own line feeds are allowed.
    private static func steering(_ text: String) -> Unicode.Scalar? {
        text.unicodeScalars.first { scalar in
            switch scalar.properties.generalCategory {
            case .control: scalar != "\n"
            case .format, .lineSeparator, .paragraphSeparator, .privateUse: true
            default: false
            }
        }
    }

    @Test("Pages have the elements that they have with a harmless name", arguments: names)
    func pages(name: String, target: String) throws {
        for ((page, text), other) in zip(try Self.pages(name), try Self.pages("harmless")) {
            let balance = TagBalance(text)
            #expect(balance.fault == nil, "\(page), \(target)")
            #expect(balance.counts == TagBalance(other.1).counts, "\(page), \(target)")
            #expect(Self.steering(text) == nil, "\(page), \(target)")
        }
    }

    @Test("No name steers a terminal", arguments: names)
    func terminals(name: String, target: String) throws {
        for (page, text) in try Self.terminals(name) {
            #expect(Self.steering(text) == nil, "\(page), \(target)")
            let widest = text.split(separator: "\n").map { String($0).displayWidth }.max() ?? 0
            #expect(widest <= 160, "\(page), \(target): a long name does not fill the screen")
        }
    }
}
