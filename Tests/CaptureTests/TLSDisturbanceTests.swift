import Capture
import Foundation
import TestSupport
import Testing
import Traffic

/// TLS after a disturbance: the amount of lost content, and that reading continues.
@Suite struct TLSDisturbanceTests {
    /// Consecutive records, some of which are lost: all other bytes of the content must be present, and the next
    /// message complete.
    @Test(arguments: TLSKeys.Suite.allCases, [1, 2, 5])
    func lostRecordsCostTheirContentAndNoMore(
        _ suite: TLSKeys.Suite, _ count: Int
    ) throws {
        try TLSTests.withKeyLog { options in
            var talk = SealedTalk(suite)
            talk.client(get("/a"))
            talk.server("HTTP/1.1 200 OK\r\nContent-Length: \(200 * (count + 2))\r\n\r\n" + text("a", 200))
            let lost = (0..<count).map { _ in talk.server(text("b", 200)) }
            talk.server(text("c", 200))
            talk.talk.acknowledge(fromClient: true)
            talk.visit("/b", "whole")
            talk.visit("/c", "too")
            talk.talk.close()
            let order = talk.talk.segments.indices.filter { !lost.contains($0) }
            let recording = Recording(talk.talk, order: Array(order), options: options)
            #expect(recording.exchanges.map(\.response?.bodyBytes) == [400, 5, 3])
            #expect(recording.exchanges.map(\.response?.isComplete) == [false, true, true])
            #expect(recording.exchanges.first?.response?.bodyText == text("a", 200) + text("c", 200))
            #expect(recording.losses.gaps == 1)
            #expect(recording.losses.unparsedMessages == 0)
        }
    }

    /// Any number of scattered damaged records is survived: only many consecutive ones end a direction.
    @Test(arguments: [(17, 1), (60, 1), (9, 4)])
    func scatteredDamagedRecordsAreSurvived(_ times: Int, _ inARow: Int) throws {
        try TLSTests.withKeyLog { options in
            var talk = SealedTalk(.tls13AES)
            for number in 0..<times {
                talk.client(get("/\(number)"))
                talk.server("HTTP/1.1 200 OK\r\nContent-Length: \(50 * (inARow + 1))\r\n\r\n" + text("a", 25))
                for _ in 0..<inARow {
                    let bad = talk.server(text("b", 50))
                    talk.talk.segments[bad].payload[20] ^= 0xff
                }
                talk.server(text("c", 25))
                talk.visit("/\(number)/next", "ok")
            }
            talk.talk.close()
            let recording = Recording(talk.talk, options: options)
            let expected = (0..<times).flatMap { _ -> [UInt64?] in [50, 2] }
            #expect(recording.exchanges.map(\.response?.bodyBytes) == expected)
            #expect(recording.totals.completeExchanges == UInt64(times))
            #expect(recording.losses.unparsedMessages == UInt64(times * inARow))
            #expect(recording.losses.opaqueConnections == 0)
        }
    }

    /// Too many consecutive ones: the direction is given up, and that is reported.
    @Test func aRunOfDamagedRecordsEndsTheDirection() throws {
        try TLSTests.withKeyLog { options in
            var talk = SealedTalk(.tls13AES)
            talk.visit("/before", "x")
            talk.client(get("/a"))
            for _ in 0..<20 {
                let bad = talk.server(ok("y"))
                talk.talk.segments[bad].payload[20] ^= 0xff
            }
            talk.talk.close()
            let recording = Recording(talk.talk, options: options)
            #expect(recording.lines == ["GET /before → 200 x", "GET /a → ?"])
            #expect(recording.losses.unparsedMessages == 17)
            #expect(recording.losses.opaqueConnections == 1)
        }
    }

    private func text(_ letter: String, _ count: Int) -> String { String(repeating: letter, count: count) }
}
