import Analysis
import Foundation
import Report
import Testing

@testable import Live

struct HostileNamesTests {
    static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "</tbody><script>x</script>",
        "\u{1B}]0;x\u{7}\u{0}\n\ndata: x\n\nevent: end", "\u{202E}txt.exe", "=HYPERLINK(\"x\")", "&lt;b&gt;",
        String(repeating: "<b>", count: 4000),
    ]

    @Test("Names from the network are text in the page and in the stream", arguments: hostile)
    func inert(name: String) {
        var view = LiveView(title: name, target: name)
        view.state = .running
        view.elapsed = 5
        view.phases = [.init(name: name, isRamp: false, begin: 0, end: 60)]
        view.gates = [.init(text: name, standing: .broken, since: 1, figure: name)]
        view.soak = [.init(subject: name, verdict: .growing, text: name)]
        view.faults = [.init(name: name, begin: 1, end: nil, isActive: true)]
        view.events = [.init(time: 1, text: name)]
        view.endpoints = [.init(label: name, requests: 1, failures: 1, rate: 1)]
        view.failureKinds = [
            .init(endpoint: name, expected: name, received: name, cause: name, count: 1, first: 0, last: 1)
        ]
        view.watches = [.init(name: name, unit: .count, seconds: [1, 2], values: [1, 2])]
        let page = LivePage(view, controls: .buttons(token: "t", canEndPhase: true)).document
        #expect(page.components(separatedBy: "<script").count == 2, "the page's own script only")
        #expect(!page.contains("<img") && !page.contains("<b>"), "no element of a name")
        #expect(!page.contains(" onerror=alert(1)>") || page.contains("&lt;img"), "no attribute of a name")
        #expect(page.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
        #expect(!page.contains("\u{202E}"))
        var stream = LiveStream(epoch: "a")
        stream.take(LivePage(view).parts)
        let events = String(decoding: stream.events(after: nil), as: UTF8.self)
        #expect(events.split(separator: "\n").count == 3, "one event of three lines")
        #expect(events.hasPrefix("id: a-1\nevent: snapshot\ndata: {"))
    }
}
