import Testing
import Traffic

@testable import Interchange

@Suite("Connections and sessions of imported exchanges")
struct PlacementTests {
    private func imported(
        _ fields: String = "", from began: Int64 = 0, to ended: Int64 = 10, response: String = "", body: String = "",
        method: String = "GET"
    ) -> ImportedExchange {
        ImportedExchange(
            exchange(
                message("\(method) / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n", from: began, to: began),
                message("HTTP/1.1 200 OK\r\n\(response)\r\n", body: Array(body.utf8), from: ended, to: ended)))
    }

    private func sessions(_ all: [ImportedExchange], by sessionBy: ImportSessions = .auto) -> [UInt32] {
        var placement = TrafficPlacement(sessionBy: sessionBy)
        placement.beginFile()
        return all.map { placement.place($0).exchange.session }
    }

    @Test("A token issued in a response and sent later joins exchanges")
    func token() {
        let token = "secret-token-1"
        let found = sessions([
            imported(body: #"{"access_token" : "\#(token)"}"#, method: "POST"),
            imported(body: #"{"access_token":"another-token"}"#, method: "POST"),
            imported("Authorization: Bearer \(token)\r\n"), imported("Authorization: Bearer another-token\r\n"),
            imported("Authorization: Bearer never-seen-before\r\n"),
        ])
        #expect(found == [1, 2, 1, 2, 3])
    }

    @Test("If connections are unknown, a registration and its login are joined by the user name")
    func userNames() {
        func post(_ name: String, _ response: String) -> ImportedExchange {
            var imported = imported(body: response, method: "POST")
            imported.exchange.request?.body = Array(#"{"username":"\#(name)","password":"x"}"#.utf8)
            return imported
        }
        let found = sessions([
            post("ann", "{}"), post("bob", "{}"), post("ann", #"{"token":"token-of-ann"}"#),
            post("bob", #"{"token":"token-of-bob"}"#), imported("Authorization: Bearer token-of-ann\r\n"),
        ])
        #expect(found == [1, 2, 1, 2, 1])
        var named = [post("ann", "{}"), post("ann", "{}")]
        (named[0].connection, named[1].connection) = (.name("1"), .name("2"))
        #expect(sessions(named) == [1, 2], "connections say more than names")
    }

    @Test("A session cookie joins exchanges, other cookies do not")
    func cookie() {
        let found = sessions([
            imported(response: "Set-Cookie: sid=0123456789; Path=/\r\n"),
            imported("Cookie: theme=darkdarkdark\r\n"),
            imported("Cookie: sid=9999999999\r\n"), imported("Cookie: theme=dark; sid=0123456789\r\n"),
        ])
        #expect(found == [1, 1, 2, 1])
    }

    @Test("Clients behind a proxy are distinguished by the address it recorded")
    func clients() {
        let found = sessions([
            imported("X-Forwarded-For: 1.1.1.1\r\n"), imported("X-Forwarded-For: 2.2.2.2\r\n"),
            imported("X-Forwarded-For: 1.1.1.1\r\n"),
        ])
        #expect(found == [1, 2, 1])
    }

    @Test("The session in the file takes precedence, and a whole file can be one session")
    func marks() {
        var first = imported("Authorization: Bearer 0123456789\r\n")
        var second = imported("Authorization: Bearer 9876543210\r\n")
        (first.session, second.session) = (.name("x"), .name("x"))
        #expect(sessions([first, second]) == [1, 1])
        #expect(sessions([imported("Authorization: Bearer 1234567890\r\n"), imported()], by: .file) == [1, 1])
    }

    @Test("Created connections carry one HTTP/1 exchange at a time")
    func lanes() {
        var placement = TrafficPlacement(sessionBy: .auto)
        placement.beginFile()
        let spans: [(Int64, Int64)] = [(0, 10), (5, 15), (10, 20), (16, 17), (18, 30)]
        let connections = spans.map { placement.place(imported(from: $0.0, to: $0.1)).exchange.connection }
        #expect(connections == [1, 2, 1, 2, 2])
    }

    @Test("Batches numbered from 1 are renumbered after existing ones")
    func renumbered() {
        var placement = TrafficPlacement(sessionBy: .auto)
        placement.beginFile()
        _ = placement.place(imported())
        placement.beginFile()
        var batch = ExchangeBatch()
        batch.append(exchange(message(), nil, status: nil, number: 1))
        batch.append(exchange(message(), nil, status: nil, number: 3))
        placement.renumber(&batch)
        #expect(batch.records.map(\.connection) == [2, 4] && batch.records.map(\.session) == [2, 4])
    }

    @Test("Formats are recognised by their content")
    func formats() {
        let files: [(bytes: [UInt8], format: InterchangeFormat?)] = [
            ([0xd4, 0xc3, 0xb2, 0xa1], .pcap), ([0x0a, 0x0d, 0x0d, 0x0a], .pcap),
            ([0x89, 0x52, 0x4c, 0x4f, 0x47], .sessionLog),
            (Array("1 0123456789abcdef01234567 5\nGET /".utf8), .gor), (Array(" {\n \"log\" : {".utf8), .har),
            (Array("{\"connection\":1".utf8), .jsonLines), (Array("hello".utf8), nil), (Array("{}".utf8), nil),
            ([], nil),
        ]
        for file in files { #expect(file.bytes.withUnsafeBytes { InterchangeFormat($0) } == file.format) }
    }
}
