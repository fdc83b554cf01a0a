import ContentCodings
import Foundation
import Plan
import SessionLog
import TestSupport
import Testing
import Traffic

@testable import Report

/// The pages of a plan, of an exchange and of a list of exchanges, exactly; of a plan the figures.
@Suite struct ExactTextsTests {
    static func recording() -> [RecordedSession] {
        (1...4).map { session -> RecordedSession in
            let start = Int64(session) * 1700
            let token = "tok_\(session)4f9a8b7c6d5e\(session)1"
            let key = [("Authorization", "Bearer \(token)")]
            var exchanges = [
                Exchange(
                    "POST", path: "/login", session: UInt32(session), begin: start, end: start + 40,
                    body: #"{"user":"user\#(session)@example.com","password":"geheim\#(session)"}"#,
                    responseBody: #"{"token":"\#(token)"}"#)
            ]
            for number in 0..<session {
                let begin = start + 500 * Int64(number + 1)
                exchanges.append(
                    Exchange(
                        path: "/items/\(session)\(number)70?page=\(number)", session: UInt32(session),
                        begin: begin,
                        end: begin + 30, fields: key, status: number == 2 ? 404 : 200,
                        responseBody: #"{"next":"c\#(session)\#(number)f00ba4"}"#))
                exchanges.append(
                    Exchange(
                        "PUT", path: "/items/c\(session)\(number)f00ba4", session: UInt32(session),
                        begin: begin + 200,
                        end: begin + 230, fields: key, body: #"{"id":"c\#(session)\#(number)f00ba4"}"#))
            }
            return RecordedSession(number: UInt32(session), exchanges: exchanges)
        }
    }

    @Test func pagesOfPlansAreExact() throws {
        var entries: [GoldenTable.Entry] = []
        let sessions = Self.recording()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        for population in [.asRecorded, .slots(3), .copies(2)] as [Population] {
            for (speed, pacing) in [(.factor(1), .timeline), (.factor(4), .think), (.max, .timeline)]
                as [(Speed, Pacing)]
            {
                var options = PlanOptions()
                (options.population, options.speed, options.pacing) = (population, speed, pacing)
                if population != .asRecorded { options.duration = .seconds(20) }
                let name = "\(population) \(speed) \(pacing)"
                do {
                    let plan = try ReplayPlan(sessions: sessions, options: options)
                    let document = PlanDocument(plan, log: "a.rlog", first: 7)
                    entries.append(
                        GoldenTable.Entry(
                            name, ExactPagesTests.figures(PlanPage(plan, log: "a.rlog", first: 12).text)))
                    entries.append(
                        GoldenTable.Entry(
                            "\(name), document",
                            fieldLines(document).filter { !$0.hasPrefix("findings") }.joined(separator: "\n")))
                    guard population == .asRecorded, pacing == .timeline, speed != .max else { continue }
                    let page = PlanPage(plan, log: "a.rlog", first: 0, listsBindings: true).text
                    entries.append(GoldenTable.Entry("\(name), bindings", ExactPagesTests.figures(page)))
                    entries.append(
                        GoldenTable.Entry(
                            "\(name), JSON", String(decoding: try encoder.encode(document), as: UTF8.self)))
                } catch let error as PlanError {
                    entries.append(GoldenTable.Entry(name, "\(error)"))
                }
            }
        }
        let differences = GoldenTable("plans.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    private static func bodies() throws -> [(head: String, body: [UInt8], bodyBytes: UInt64?)] {
        let text = Array(#"{"a":[1,{"password":"geheim17"}],"b":"ü"}"#.utf8)
        let gzip = try ContentCoding([.gzip]).encoded(text)
        return [
            ("", [], nil), ("", [], 70), ("Content-Type: application/json\r\n", text, nil),
            ("", text, 9000),
            ("Content-Encoding: gzip\r\n", gzip, nil),
            ("Content-Encoding: gzip\r\n", Array(gzip.dropLast(9)), nil),
            ("Content-Encoding: gzip\r\n", Array(gzip.dropLast(9)), 5000),
            ("Content-Encoding: br\r\n", [1, 2], nil),
            ("Content-Encoding: sdch\r\n", text, nil),
            ("Content-Encoding: identity\r\n", Array("plain\n\n".utf8), nil),
            ("Content-Type: image/png\r\n", [0, 1, 2, 0xff], nil), ("", (0...255).map { $0 } + [1], nil),
            ("", Array("cut at ü".utf8.dropLast()), nil), ("", [0xc3, 0xc3, 0xc3, 0xc3, 0xc3], nil),
            ("Content-Type: text/html\r\n", Array("<p>\u{1b}[31m</p>\r\n".utf8), nil),
        ]
    }

    @Test func pagesOfExchangesAreExact() throws {
        var entries: [GoldenTable.Entry] = []
        let connection = RecordedConnection(
            number: 5, client: SocketAddress(v4: 0xc000_0201, port: 51000),
            server: SocketAddress(v4: 0xc000_0202, port: 80))
        let times = [1_767_225_600_000_001_000, 1_767_225_600_001_500_000, 1_767_225_600_020_000_000]
            .map {
                CaptureTime(nanoseconds: $0)
            }
        for (index, body) in try Self.bodies().enumerated() {
            let request = Exchange.Message(
                head: Array(
                    "POST /x?key=\(index) HTTP/1.1\r\nAuthorization: Bearer abcdef0123456789\r\n\(body.head)\r\n"
                        .utf8),
                body: body.body, bodyBytes: body.bodyBytes, firstByte: times[0], lastByte: times[1],
                isComplete: index % 3 != 1)
            let response = Exchange.Message(
                head: Array("HTTP/1.1 200 OK\r\nSet-Cookie: sid=0123456789abcdef\r\n\(body.head)\r\n".utf8),
                body: body.body, trailers: index % 2 == 1 ? Array("X-Sum: 1\r\n".utf8) : [],
                bodyBytes: body.bodyBytes,
                firstByte: times[2], lastByte: times[2], isComplete: index % 4 != 1)
            let exchange = Exchange(
                connection: 5, session: 6, scheme: index % 2 == 0 ? .http : .https,
                request: index == 3 ? nil : request, response: index == 4 ? nil : response, status: 200)
            for (usesColor, showsSecrets) in [(false, false), (true, false), (false, true)] {
                let page = ExchangePage(
                    exchange, number: UInt64(index) + 1, connection: index % 2 == 0 ? connection : nil,
                    options: ExchangePage.Options(usesColor: usesColor, showsSecrets: showsSecrets))
                entries.append(
                    GoldenTable.Entry(
                        "\(index)\(usesColor ? " in color" : "")\(showsSecrets ? " with secrets" : "")",
                        page.text.utf8.readable.replacing("\\n", with: "\n").replacing("\n\n", with: "\n.\n")))
            }
        }
        let differences = GoldenTable("exchanges.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    @Test func linesOfExchangesAreExact() {
        let day: Int64 = 86_400_000
        let exchanges = [
            Exchange(path: "/a", begin: 0, end: 1),
            Exchange(
                "DELETE", path: "/" + String(repeating: "b", count: 90), session: 1_234_567, begin: 59_999,
                end: 159_999),
            Exchange(
                "PATCH", path: "/c\u{1b}", begin: day - 1, end: day, status: 503,
                responseBody: String(repeating: "x", count: 1234)),
            Exchange(connection: 1, session: 2, request: nil, response: nil, status: nil),
        ]
        let spans: [(String, ClosedRange<CaptureTime>?)] = [
            ("none", nil),
            ("a day", CaptureTime(nanoseconds: 0)...CaptureTime(nanoseconds: (day - 1) * 1_000_000)),
            ("two days", CaptureTime(nanoseconds: 0)...CaptureTime(nanoseconds: day * 1_000_000)),
        ]
        var entries: [GoldenTable.Entry] = []
        for (name, span) in spans {
            for width in [0, 80, 120, 1000] {
                let table = ExchangeTable(span: span, width: width)
                let rows = exchanges.enumerated().map { index, exchange in
                    table.row(
                        ListedExchange(
                            exchange, number: UInt64(index) + 1, grpcStatus: [nil, 0, 14, nil][index]))
                }
                entries.append(
                    GoldenTable.Entry("\(name) \(width)", ([table.head] + rows).joined(separator: "\n")))
            }
        }
        let differences = GoldenTable("lines.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }
}
