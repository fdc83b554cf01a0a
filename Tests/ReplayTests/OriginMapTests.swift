import Plan
import TestSupport
import Testing
import Traffic

@testable import Replay

/// Origin, Referer and Destination follow the targets, as Host does.
@Suite struct OriginMapTests {
    private func head(
        _ fields: [(String, String)], targets: [String] = ["http://127.0.0.1:81/base"], keepsHost: Bool = false
    ) throws -> (wire: String, curl: [String]) {
        let session = RecordedSession(
            number: 1, exchanges: [Exchange("POST", path: "/a", begin: 0, end: 1, fields: fields, body: "x")])
        let plan = try ReplayPlan(sessions: [session], options: PlanOptions())
        var options = ReplayOptions(targets: try TargetMap(targets.map { try ReplayTarget(parsing: $0) }))
        options.keepsHost = keepsHost
        let row = RequestTable(plan: plan, options: options).row(0, ofScript: 0).pointee
        let message = try #require(row.message)
        let wire = String(
            decoding: UnsafeRawBufferPointer(start: message, count: Int(row.messageBytes)), as: UTF8.self)
        var outgoing = OutgoingRequest()
        try RequestRenderer(plan: plan, targets: options.targets, keepsHost: keepsHost)
            .render(0, ofScript: 0, values: CloneValues(script: plan.scripts[0], clone: 0), into: &outgoing)
        return (wire, outgoing.lines.map { String(decoding: $0, as: UTF8.self) })
    }

    struct Case: CustomTestStringConvertible {
        var field: String
        var recorded: String
        var sent: String
        var targets = ["http://127.0.0.1:81/base"]
        var keepsHost = false
        var testDescription: String { "\(field): \(recorded)" }
    }

    @Test(arguments: [
        Case(field: "Origin", recorded: "http://recorded.example", sent: "http://127.0.0.1:81"),
        Case(field: "origin", recorded: "https://recorded.example", sent: "http://127.0.0.1:81"),
        Case(field: "Referer", recorded: "http://recorded.example/cart?a=1", sent: "http://127.0.0.1:81/base/cart?a=1"),
        Case(field: "Referer", recorded: "http://recorded.example:80/", sent: "http://127.0.0.1:81/base/"),
        Case(field: "Origin", recorded: "null", sent: "null"),
        Case(field: "Referer", recorded: "https://search.example/?q=x", sent: "https://search.example/?q=x"),
        Case(
            field: "Origin", recorded: "https://app.example", sent: "http://127.0.0.1:82",
            targets: ["http://127.0.0.1:81", "app.example=http://127.0.0.1:82"]),
        Case(field: "Origin", recorded: "http://recorded.example", sent: "http://recorded.example", keepsHost: true),
        Case(
            field: "Destination", recorded: "http://recorded.example/files/2", sent: "http://127.0.0.1:81/base/files/2"),
        Case(field: "Destination", recorded: "/files/2", sent: "/files/2"),
        Case(field: "HX-Current-URL", recorded: "http://recorded.example/a", sent: "http://127.0.0.1:81/base/a"),
        Case(field: "X-Forwarded-Host", recorded: "recorded.example", sent: "recorded.example"),
    ])
    func addressesOfTheServiceAreReplaced(test: Case) throws {
        let (wire, curl) = try head(
            [(test.field, test.recorded)], targets: test.targets, keepsHost: test.keepsHost)
        #expect(wire.contains("\r\n\(test.field): \(test.sent)\r\n"), "\(wire)")
        #expect(curl.contains("\(test.field): \(test.sent)"), "\(curl)")
    }

    @Test(arguments: [
        ("http://recorded.example/a", "http://127.0.0.1:81/base/a", false),
        ("https://recorded.example", "http://127.0.0.1:81", false),
        ("wss://recorded.example/live", "ws://127.0.0.1:81/base/live", false),
        ("http://other.example/a", "http://other.example/a", false),
        ("http://recorded.example/a", "http://recorded.example/a", true),
    ])
    func addressesInOtherPlacesFollowTheTargetsToo(recorded: String, sent: String, keepsHost: Bool) throws {
        let session = RecordedSession(
            number: 1,
            exchanges: [
                Exchange(
                    "POST", path: "/a?next=\(recorded)", begin: 0, end: 1,
                    fields: [("X-Back", recorded), ("Content-Type", "application/json")],
                    body: #"{"next":"\#(recorded)"}"#)
            ])
        let plan = try ReplayPlan(sessions: [session], options: PlanOptions())
        var options = ReplayOptions(targets: try TargetMap([ReplayTarget(parsing: "http://127.0.0.1:81/base")]))
        options.keepsHost = keepsHost
        let table = RequestTable(plan: plan, options: options)
        var values = CloneValues(script: plan.scripts[0], clone: 0)
        table.setOrigins(in: &values, ofScript: 0)
        let body = #"{"next":"\#(sent)"}"#
        var outgoing = OutgoingRequest()
        try RequestRenderer(plan: plan, targets: options.targets, keepsHost: keepsHost)
            .render(0, ofScript: 0, values: values, into: &outgoing)
        #expect(String(decoding: outgoing.path, as: UTF8.self) == "/base/a?next=\(sent)")
        #expect(outgoing.lines.contains(Array("X-Back: \(sent)".utf8)))
        #expect(String(decoding: outgoing.body, as: UTF8.self) == body)
        let row = table.row(0, ofScript: 0).pointee
        guard row.template >= 0 else {
            #expect(recorded == sent, "only what differs is left open")
            return
        }
        var renderer = MessageRenderer()
        #expect(renderer.render(table.templates[Int(row.template)], values: values) == nil)
        let wire = String(decoding: renderer.bytes, as: UTF8.self)
        #expect(wire.hasPrefix("POST /base/a?next=\(sent) HTTP/1.1\r\n"), "\(wire)")
        #expect(wire.contains("\r\nX-Back: \(sent)\r\n") && wire.hasSuffix("\r\n\r\n" + body))
        #expect(wire.contains("Content-Length: \(body.utf8.count)\r\n"))
    }

    @Test func trailersOfARequestAreSentAfterItsChunks() throws {
        var exchange = Exchange(
            "POST", path: "/a", begin: 0, end: 1,
            fields: [("Transfer-Encoding", "chunked"), ("Trailer", "X-Sum")], body: "abc")
        exchange.request?.trailers = Array("X-Sum: 1\r\n\r\n".utf8)
        let plan = try ReplayPlan(
            sessions: [RecordedSession(number: 1, exchanges: [exchange])], options: PlanOptions())
        let options = ReplayOptions(targets: try TargetMap([ReplayTarget(parsing: "http://127.0.0.1:81")]))
        let row = RequestTable(plan: plan, options: options).row(0, ofScript: 0).pointee
        let message = try #require(row.message)
        let wire = String(
            decoding: UnsafeRawBufferPointer(start: message, count: Int(row.messageBytes)), as: UTF8.self)
        #expect(wire.contains("\r\nTrailer: X-Sum\r\n"))
        #expect(wire.hasSuffix("\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n"), "\(wire)")
    }

    @Test func theTEFieldOfHTTP2IsSentAndNoOther() throws {
        var exchange = Exchange("POST", path: "/a", begin: 0, end: 1, body: "x")
        exchange.request?.head = Array(
            ":method: POST\r\n:scheme: http\r\n:path: /a\r\n:authority: recorded.example\r\nte: trailers\r\n\r\n".utf8)
        exchange.version = .http2
        let plan = try ReplayPlan(
            sessions: [RecordedSession(number: 1, exchanges: [exchange])], options: PlanOptions())
        #expect(plan.scripts[0].requests[0].fields.map(\.name) == ["te"])
        let fitted = plan.scripts[0].requests[0].head.fitted(
            basePath: [], host: [], bodyBytes: 1, keepsClosing: true)
        #expect(!String(decoding: fitted.start.literalBytes, as: UTF8.self).contains("te:"))
    }
}
