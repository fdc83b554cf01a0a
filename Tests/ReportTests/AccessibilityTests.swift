import Analysis
import Foundation
import Testing

@testable import Report

/// What automatic checkers of accessibility look for (WCAG 2.2, by number): names, order, language, contrast.
@Suite struct AccessibilityTests {
    static let pages: [(name: String, text: String)] = [
        (
            "run",
            HTMLReport(
                SampleRun.summary(), series: SampleCampaign.series(), caption: SampleRun.caption,
                apdex: nil
            ).text
        ),
        ("campaign", CampaignReport(SampleCampaign.content(earlier: SampleCampaign.result())).text),
        ("executive", ExecutiveReport(SampleCampaign.content(), pageOfAll: "index.html").text),
        ("recording", LogReport(LogReportTests.content()).text),
        ("plan", PlanReportTests.page()),
        ("history", HistoryReport([HistoryReportTests.history()], title: "runs").text),
    ]

    @Test("Headings go down one level at a time, from a single first one (1.3.1)", arguments: pages.map(\.name))
    func headings(name: String) throws {
        let page = PageOutline(try #require(Self.pages.first { $0.name == name }).text)
        let levels = page.all("h1", "h2", "h3", "h4").map { Int($0.name.dropFirst()) ?? 0 }
        #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
        for (level, next) in zip(levels, levels.dropFirst()) {
            #expect(next <= level + 1, "\(name): h\(level) is followed by h\(next)")
        }
        #expect(page.all("h1", "h2", "h3", "h4").allSatisfy { !$0.text.isEmpty })
    }

    @Test(
        "What is seen has a name: pictures, links, tables, the page (1.1.1, 2.4.2, 2.4.4, 3.1.1)",
        arguments: pages.map(\.name))
    func names(name: String) throws {
        let page = PageOutline(try #require(Self.pages.first { $0.name == name }).text)
        #expect(page.all("html").first?.attributes["lang"] == "en")
        #expect(page.elements.contains { $0.name == "title" && $0.path == ["html", "head"] && !$0.text.isEmpty })
        let ids = Set(page.elements.compactMap { $0.attributes["id"] })
        for picture in page.all("svg") where picture.attributes["role"] == "img" {
            let names = (picture.attributes["aria-labelledby"] ?? "").split(separator: " ").map(String.init)
            #expect(names.count == 2 && names.allSatisfy(ids.contains), "\(name): \(names)")
        }
        for link in page.all("a") { #expect(!link.text.isEmpty && link.attributes["href"] != nil) }
        for link in page.all("a") {
            guard let target = link.attributes["href"], target.hasPrefix("#") else { continue }
            #expect(ids.contains(String(target.dropFirst())), "\(name): \(target) leads nowhere")
        }
        for head in page.all("th") { #expect(head.attributes["scope"] != nil, "\(name): \(head.text)") }
        for detail in page.all("details") { #expect(!detail.text.isEmpty) }
        #expect(page.all("main").count == 1 && page.all("meta").contains { $0.attributes["name"] == "viewport" })
    }

    @Test("Lists hold items only, and a picture's text is not read twice (1.3.1)", arguments: pages.map(\.name))
    func structure(name: String) throws {
        let page = PageOutline(try #require(Self.pages.first { $0.name == name }).text)
        for element in page.elements where element.path.last == "ul" { #expect(element.name == "li", "\(name)") }
        for item in page.all("li") { #expect(item.path.last == "ul", "\(name)") }
        for sign in page.all("span") where sign.attributes["class"]?.hasPrefix("sign") == true {
            #expect(sign.attributes["aria-hidden"] == "true", "\(name): \(sign.text)")
        }
    }

    /// Colours of the style sheet by their names.
    private static func colours(isDark: Bool) -> [String: (Double, Double, Double)] {
        let sheet = PageStyle.sheet.description
        let blocks = sheet.components(separatedBy: ":root{").dropFirst().map { $0.prefix { $0 != "}" } }
        var colours: [String: (Double, Double, Double)] = [:]
        for block in isDark ? blocks.prefix(2) : blocks.prefix(1) {
            for entry in block.replacing("\n", with: "").split(separator: ";") {
                let parts = entry.split(separator: ":")
                guard parts.count == 2, let value = rgb(parts[1].trimmingCharacters(in: .whitespaces)) else { continue }
                colours[parts[0].trimmingCharacters(in: .whitespaces)] = value
            }
        }
        return colours
    }

    private static func rgb(_ text: String) -> (Double, Double, Double)? {
        guard text.hasPrefix("#") else { return nil }
        var digits = String(text.dropFirst())
        if digits.count == 3 { digits = digits.map { "\($0)\($0)" }.joined() }
        guard digits.count == 6, let number = Int(digits, radix: 16) else { return nil }
        return (Double(number >> 16) / 255, Double(number >> 8 & 255) / 255, Double(number & 255) / 255)
    }

    /// The ratio of WCAG 2.2, 1 to 21.
    private static func contrast(_ one: (Double, Double, Double), _ other: (Double, Double, Double)) -> Double {
        let luminance = { (colour: (Double, Double, Double)) in
            let linear = [colour.0, colour.1, colour.2].map {
                $0 <= 0.04045 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        }
        let (a, b) = (luminance(one), luminance(other))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    @Test("Text stands out by 4.5 to 1, marks by 3 to 1 (1.4.3, 1.4.11)", arguments: [false, true])
    func contrasts(isDark: Bool) throws {
        let colours = Self.colours(isDark: isDark)
        #expect(colours.count > 20, "\(colours.keys)")
        let text: [(String, String)] =
            ["ink", "soft", "good", "bad", "unsure", "rate"].flatMap {
                [("--\($0)", "--page"), ("--\($0)", "--panel")]
            }
            + ["good-back", "bad-back", "unsure-back", "none-back"].flatMap {
                [("--ink", "--\($0)"), ("--soft", "--\($0)")]
            }
            + ["p50", "p95", "p99", "sessions", "memory", "cpu", "files"].map { ("--\($0)", "--panel") }
        for (front, back) in text {
            let ratio = Self.contrast(try #require(colours[front]), try #require(colours[back]))
            // Names of the lightest line are large and bold enough to be marks.
            #expect(ratio >= (front == "--p50" ? 3 : 4.5), "\(front) on \(back): \(ratio)")
        }
        let badge = isDark ? (15.0 / 255, 18.0 / 255, 22.0 / 255) : (1.0, 1.0, 1.0)
        for back in ["--good", "--bad", "--none"] {
            #expect(Self.contrast(badge, try #require(colours[back])) >= 4.5, "badge on \(back)")
        }
        for mark in ["--bar", "--p50", "--p95", "--bad", "--unsure", "--soft"] {
            #expect(Self.contrast(try #require(colours[mark]), try #require(colours["--panel"])) >= 3, "\(mark)")
        }
    }
}
