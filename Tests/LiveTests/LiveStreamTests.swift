import Foundation
import Report
import Testing

@testable import Live

struct LiveStreamTests {
    /// A browser's side of the stream.
    private struct Browser {
        var parts: [String: String] = [:]
        var id: String?
        var names: [String] = []

        mutating func read(_ bytes: [UInt8]) throws {
            for event in String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n\n") where !event.isEmpty {
                guard !event.hasPrefix(":") else { continue }
                let lines = event.split(separator: "\n").map { $0.split(separator: ":", maxSplits: 1).map(String.init) }
                #expect(lines.map { $0[0] } == ["id", "event", "data"], "an event is three lines")
                id = lines[0][1].trimmingCharacters(in: .whitespaces)
                let name = lines[1][1].trimmingCharacters(in: .whitespaces)
                names.append(name)
                let json = try #require(
                    try JSONSerialization.jsonObject(with: Data(lines[2][1].utf8)) as? [String: Any])
                guard let changed = json["parts"] as? [String: Any] else { continue }
                if name == "snapshot" { parts = [:] }
                for (id, value) in changed {
                    if let text = value as? String {
                        parts[id] = text
                        continue
                    }
                    let pieces = try #require(value as? [[Any]]).map { piece in
                        PartChange.Piece(
                            index: try #require(piece[0] as? Int), kept: try #require(piece[1] as? Int),
                            keptAtEnd: try #require(piece[2] as? Int), text: try #require(piece[3] as? String))
                    }
                    parts[id] = PartChange.pieces(pieces).applied(to: parts[id] ?? "")
                }
            }
        }
    }

    private func state(_ second: Int) -> [LivePage.Part] {
        var view = LiveView(title: "shop", target: "http://127.0.0.1")
        view.state = .running
        view.elapsed = Double(second)
        view.requests = UInt64(10 * second)
        view.course.seconds = (0..<second).map(Double.init)
        view.course.requests = (0..<second).map { Double(10 + $0 % 3) }
        view.course.failures = view.course.seconds.map { _ in 0 }
        view.course.sessions = view.course.seconds.map { _ in 5 }
        view.course.p50 = view.course.seconds.map { _ in 3 }
        view.course.p95 = view.course.seconds.map { _ in 5 }
        view.course.p99 = view.course.seconds.map { _ in 9 }
        view.course.lag = view.course.seconds.map { _ in 0.1 }
        view.planned = 60
        return LivePage(view).parts
    }

    private func texts(_ parts: [LivePage.Part]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: parts.map { ($0.id, $0.html) })
    }

    @Test("A reader that follows has the state of now after each event")
    func following() throws {
        var stream = LiveStream(epoch: "a")
        var browser = Browser()
        for second in 1...20 {
            stream.take(state(second))
            try browser.read(stream.events(after: browser.id))
            #expect(browser.parts == texts(state(second)), "the page at \(second) s")
            #expect(browser.id == stream.id)
        }
        #expect(browser.names.first == "snapshot")
        #expect(browser.names.dropFirst().allSatisfy { $0 == "delta" }, "only the first is whole")
    }

    @Test("A state without changes is not sent")
    func unchanged() {
        var stream = LiveStream(epoch: "a")
        stream.take(state(3))
        let id = stream.id
        let hasChanged = stream.take(state(3))
        #expect(!hasChanged)
        #expect(stream.id == id)
        #expect(stream.events(after: id).isEmpty)
    }

    @Test(
        "A reader that comes again is told what it missed, or all where that is too much",
        arguments: [
            (1, "delta", "missed one"), (LiveStream.memory, "delta", "missed as many as are kept"),
            (LiveStream.memory + 1, "snapshot", "missed more"),
        ])
    func reconnecting(missed: Int, name: String, reason: String) throws {
        var stream = LiveStream(epoch: "a")
        var browser = Browser()
        stream.take(state(1))
        try browser.read(stream.events(after: nil))
        for second in 2..<(2 + missed) { stream.take(state(second)) }
        browser.names = []
        try browser.read(stream.events(after: browser.id))
        #expect(browser.names.first == name, "\(reason)")
        #expect(browser.parts == texts(state(1 + missed)), "\(reason)")
    }

    @Test(
        "An id of another run, of the future, or that is none, gets the state as a whole",
        arguments: ["b-1", "a-99", "a-", "x", ""])
    func foreignID(id: String) throws {
        var stream = LiveStream(epoch: "a")
        stream.take(state(1))
        stream.take(state(2))
        var browser = Browser()
        try browser.read(stream.events(after: id))
        #expect(browser.names == ["snapshot"])
        #expect(browser.parts == texts(state(2)))
    }

    @Test("The end is sent to followers and to later readers")
    func ending() throws {
        var stream = LiveStream(epoch: "a")
        stream.take(state(1))
        let id = stream.id
        stream.finish()
        for known in [id, nil] {
            var browser = Browser()
            try browser.read(stream.events(after: known))
            #expect(browser.names.last == "end")
        }
    }
}
