import Analysis
import Formats
import Testing
import Traffic

@testable import Report
@testable import SessionLog

@Suite struct LogReportTests {
    private static let start: Int64 = 1_700_000_000_000_000_000

    /// An exchange of a session, `second` seconds after the start.
    private static func exchange(
        _ number: UInt64, session: UInt32, second: Double, status: UInt16? = 200, ms: Double = 12,
        target: String = "/items"
    ) -> ListedExchange {
        let first = CaptureTime(nanoseconds: start + Int64(second * 1e9))
        let last = CaptureTime(nanoseconds: first.nanoseconds + Int64(ms * 1e6))
        let request = Exchange.Message(
            head: Array("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n".utf8), body: [], firstByte: first, lastByte: first)
        let response = status.map {
            Exchange.Message(head: Array("HTTP/1.1 \($0) X\r\n\r\n".utf8), body: [], firstByte: last, lastByte: last)
        }
        return ListedExchange(
            Exchange(
                connection: 1, session: session, version: .http11, request: request, response: response,
                status: status ?? 0),
            number: number)
    }

    static func content(named name: String = "shop.rlog", target: String = "/items") -> LogReport.Content {
        var picture = RecordingOverview(from: start, to: start + 60_000_000_000)
        var shown: [LogReport.Shown] = []
        for number in 0..<120 as Range<UInt64> {
            let status: UInt16? = number % 40 == 7 ? 503 : number % 40 == 9 ? 404 : number % 40 == 11 ? nil : 200
            let row = exchange(
                number + 1, session: UInt32(number % 5), second: Double(number) / 2, status: status, target: target)
            picture.add(row)
            if number < 20 { shown.append(.init(row, text: "Exchange \(number)\n\nGET \(target)\n\nHTTP/1.1 200")) }
        }
        var summary = LogSummary()
        summary.exchanges = 120
        summary.completeExchanges = 117
        summary.began = start
        summary.ended = start + 60_000_000_000
        summary.sessions = 5
        summary.hosts = [.init(name: name, count: 120)]
        return LogReport.Content(name: name, summary: summary, picture: picture, exchanges: shown, more: "100 more.")
    }

    @Test func everyExchangeIsInThePicture() {
        let picture = Self.content().picture
        #expect(picture.columns.reduce(0) { $0 + $1.requests } == 120)
        #expect(picture.columns.reduce(0) { $0 + $1.errors } == 9)
        #expect(picture.lanes.map(\.exchanges) == [24, 24, 24, 24, 24] && picture.hiddenSessions.isEmpty)
        #expect(picture.heat?.columns.reduce(0) { $0 + $1.total } == 117, "those that were answered")
    }

    @Test func manySessionsAndExchangesStayInBounds() {
        var picture = RecordingOverview(from: Self.start, to: Self.start + 3_600_000_000_000)
        for number in 0..<20_000 as Range<UInt64> {
            picture.add(Self.exchange(number, session: UInt32(number % 100), second: Double(number) / 6))
        }
        #expect(picture.lanes.count == RecordingOverview.laneLimit && picture.hiddenSessions.count == 60)
        #expect(picture.spans == RecordingOverview.spanLimit)
        #expect(picture.columns.reduce(0) { $0 + $1.requests } == 20_000)
    }

    @Test func timesOutsideTheSpanDoNotTrap() {
        var picture = RecordingOverview(from: .min, to: .max)
        for time in [-1e9, 0, 1e9] { picture.add(Self.exchange(1, session: 1, second: time, ms: 1e9)) }
        #expect(picture.columns.reduce(0) { $0 + $1.requests } == 3)
        _ = LogReport(.init(name: "x", summary: LogSummary(), picture: picture, exchanges: [])).text
    }

    @Test func thePageHasAllItsParts() {
        let text = LogReport(Self.content()).text
        let balance = TagBalance(text)
        #expect(balance.fault == nil)
        #expect(Set(balance.ids).count == balance.ids.count)
        #expect(balance.counts["details"] == 20)
        for part in [
            "shop.rlog", "Requests per second", "Errors over time", "Service times over time", "Sessions as timelines",
            "Bindings", "Exchanges", "100 more.", "k-server", "default-src &#39;none&#39;",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test(
        "Nothing recorded becomes markup",
        arguments: [
            "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "\u{0}\u{1B}[2J", "</pre></details><h1>",
            String(repeating: "x", count: 10_000),
        ])
    func hostile(name: String) {
        let target = "/" + name.filter { $0 != " " }
        let balance = TagBalance(LogReport(Self.content(named: name, target: target)).text)
        #expect(balance.fault == nil)
        #expect(balance.counts == TagBalance(LogReport(Self.content()).text).counts)
    }

    @Test func theListHasHeadsAndAPhoneHidesNoColumn() throws {
        let outline = PageOutline(LogReport(Self.content()).text)
        let heads = outline.all("span").filter { $0.path.last == "div" }.map(\.text).suffix(8)
        #expect(Array(heads) == ["No.", "Time (UTC)", "Session", "Method", "Status", "Took", "Bytes", "Path"])
        let row = try #require(outline.all("summary").first)
        #expect(row.text.contains("GET") && row.text.contains("/items"))
        let hidden = PageStyle.sheet.description.split(separator: "}").filter { $0.contains("display:none") }
        #expect(!hidden.isEmpty && !hidden.contains { $0.contains(".exchanges summary") })
    }

    /// The survey that `inspect` prints counts exchanges by whole seconds of the clock.
    @Test(arguments: [0.0, 0.25, 0.7]) func theBusiestSecondIsThatOfTheSummary(lead: Double) throws {
        let begin = Self.start + Int64(lead * 1e9)
        let end = begin + 9_300_000_000
        var picture = RecordingOverview(from: begin, to: end)
        var survey = RateSurvey(from: begin, to: end)
        for number in 0..<200 as Range<UInt64> {
            let second = lead + 9.3 * Double(number * number) / 40_000
            let row = Self.exchange(number + 1, session: 1, second: second)
            picture.add(row)
            survey.add(row.time)
        }
        #expect(picture.requestRates.compactMap(\.known).max() == survey.summary.busiestPerSecond)
        let ends = [picture.requestRates.first, picture.requestRates.last]
        let inner = picture.requestRates.dropFirst().dropLast().compactMap(\.known)
        let least = try #require(inner.min())
        #expect(ends.compactMap { $0?.known }.allSatisfy { $0 >= least }, "a part of a second is no drop")
        var summary = LogSummary()
        summary.rate = survey.summary
        let text = LogReport(.init(name: "x", summary: summary, picture: picture, exchanges: [])).text
        #expect(text.contains("At most \(Quantity.perSecond.text(survey.summary.busiestPerSecond))."))
    }

    @Test func errorsAreCounted() {
        var picture = RecordingOverview(from: Self.start, to: Self.start + 11_000_000_000)
        for (number, second) in [0.5, 8.1, 8.6, 10.9].enumerated() {
            let isError = number == 1 || number == 2
            picture.add(Self.exchange(UInt64(number + 1), session: 1, second: second, status: isError ? 500 : 200))
        }
        let text = LogReport(.init(name: "x", summary: LogSummary(), picture: picture, exchanges: [])).text
        #expect(text.contains("2 in all, at most 2 in one second."))
    }
}
