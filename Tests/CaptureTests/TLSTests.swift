import Capture
import Formats
import Foundation
import TestSupport
import Testing
import Traffic

/// TLS with the secrets of a key log: encrypted content must be decrypted, and what cannot be decrypted must be
/// counted.
@Suite struct TLSTests {
    /// Calls `body` with the options of a capture that has the secrets.
    static func withKeyLog(_ body: (CaptureOptions) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "/tls-\(UUID().uuidString).keylog"
        defer { unlink(path) }
        let text = TLSKeys.Suite.allCases.map { TLSKeys($0).keyLog }.joined()
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        var options = CaptureOptions()
        options.keyLog = path
        try body(options)
    }

    @Test(arguments: TLSKeys.Suite.allCases) func opens(_ suite: TLSKeys.Suite) throws {
        try TLSTests.withKeyLog { options in
            var talk = SealedTalk(suite)
            talk.visit("/a", "hello")
            talk.visit("/b", "world")
            talk.talk.close()
            let recording = Recording(talk.talk, options: options)
            #expect(recording.lines == ["GET /a → 200 hello", "GET /b → 200 world"])
            #expect(recording.exchanges.allSatisfy { $0.scheme == .https && $0.isComplete })
            #expect(recording.totals.decryptedConnections == 1)
            #expect(recording.losses.isNone)
        }
    }

    /// How a connection ends that carried nothing.
    enum Ending: CaseIterable {
        case announced, finished, reset, none

        func end(_ talk: inout SealedTalk) {
            switch self {
            case .announced:
                // Both say that they are done (RFC 8446 section 6.1).
                talk.talk.client(talk.tls.client.seal(21, [1, 0]))
                talk.talk.server(talk.tls.server.seal(21, [1, 0]))
                talk.talk.close()
            case .finished: talk.talk.close()
            case .reset: talk.talk.send(fromClient: true, flags: TestSegment.reset | TestSegment.ack)
            case .none: break
            }
        }
    }

    /// TLS that could be read and carried nothing is not opaque, as a health check by TLS alone is.
    @Test(arguments: TLSKeys.Suite.allCases, Ending.allCases)
    func whatCarriedNothingIsNotOpaque(_ suite: TLSKeys.Suite, _ ending: Ending) throws {
        try TLSTests.withKeyLog { options in
            var talk = SealedTalk(suite)
            ending.end(&talk)
            let recording = Recording(talk.talk, options: options)
            #expect(recording.exchanges.isEmpty && recording.totals.connections == 1)
            #expect(recording.totals.decryptedConnections == 1)
            #expect(recording.losses.opaqueConnections == 0, "\(recording.totals)")
            var unread = SealedTalk(suite)
            ending.end(&unread)
            let opaque = Recording(unread.talk)
            #expect(opaque.losses.opaqueConnections == 1, "without secrets no one can say")
            #expect(opaque.totals.decryptedConnections == 0)
        }
    }

    /// A connection whose only request was lost is not one that carried nothing: the gap is counted, and where a later
    /// record shows that content is missing, so is the connection.
    @Test(arguments: [Ending.finished, .announced]) func aLostRequestIsNotNothing(_ ending: Ending) throws {
        try TLSTests.withKeyLog { options in
            var talk = SealedTalk(.tls13AES)
            let lost = talk.client(get("/a"))
            talk.talk.acknowledge(fromClient: false)
            ending.end(&talk)
            let order = talk.talk.segments.indices.filter { $0 != lost }
            let losses = Recording(talk.talk, order: Array(order), options: options).losses
            #expect(losses.gaps == 1 && losses.gapBytes > 0, "\(losses)")
            #expect(losses.opaqueConnections == (ending == .announced ? 1 : 0), "\(losses)")
        }
    }

    @Test(arguments: [1, 2, 3, 5, 17, 100]) func recordsMayBeCutAnywhere(_ size: Int) throws {
        try TLSTests.withKeyLog { options in
            var talk = SealedTalk(.tls13AES)
            talk.visit("/a", String(repeating: "x", count: 400))
            talk.visit("/b", "world")
            let cut = Recording(talk.talk.cut(to: size), options: options)
            #expect(cut.exchanges.map(\.response?.bodyBytes) == [400, 5])
            #expect(cut.losses.isNone)
        }
    }

    @Test func keysMayBeUpdated() throws {
        try TLSTests.withKeyLog { options in
            var talk = SealedTalk(.tls13ChaCha)
            talk.visit("/a", "old")
            talk.talk.client(talk.tls.client.seal(22, [24, 0, 0, 1, 1]))
            talk.tls.client.update()
            talk.talk.server(talk.tls.server.seal(22, [24, 0, 0, 1, 0]))
            talk.tls.server.update()
            talk.visit("/b", "new")
            #expect(Recording(talk.talk, options: options).lines == ["GET /a → 200 old", "GET /b → 200 new"])
        }
    }

    @Test func carriesHTTP2() throws {
        try TLSTests.withKeyLog { options in
            var talk = SealedTalk(.tls12AES)
            var (client, server) = (Frames(), Frames())
            talk.talk.client(talk.tls.client.seal(23, Frames.preface + Frames.settings() + client.get(1, "/a")))
            talk.talk.server(talk.tls.server.seal(23, Frames.settings() + server.ok(1, "two")))
            let recording = Recording(talk.talk, options: options)
            #expect(recording.exchanges.map(\.version) == [.http2])
            #expect(recording.exchanges.first?.response?.bodyText == "two")
        }
    }

    @Test func secretsMayComeAfterThePackets() throws {
        let path = NSTemporaryDirectory() + "/tls-\(UUID().uuidString).keylog"
        defer { unlink(path) }
        var options = CaptureOptions()
        options.keyLog = path
        var talk = SealedTalk(.tls13AES)
        talk.visit("/late", "but there")
        talk.talk.close()
        var assembler = TrafficAssembler(options: options)
        for segment in talk.talk.segments { assembler.process(segment, of: talk.talk) }
        #expect(assembler.totals.exchanges == 0)
        try TLSKeys(.tls13AES).keyLog.write(toFile: path, atomically: true, encoding: .utf8)
        assembler.finish()
        #expect(assembler.totals.completeExchanges == 1)
        #expect(assembler.totals.losses.isNone)
    }

    @Test func withoutSecretsItIsOpaque() {
        var talk = SealedTalk(.tls12ChaCha)
        talk.visit("/a", "hello")
        let recording = Recording(talk.talk)
        #expect(recording.exchanges.isEmpty)
        #expect(recording.losses.opaqueConnections == 1)
        #expect(recording.losses.unparsedMessages == 0)
    }

    @Test func aLostRecordCostsTheMessageItWasIn() throws {
        try TLSTests.withKeyLog { options in
            var talk = SealedTalk(.tls13AES)
            talk.client(get("/a"))
            talk.server("HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n" + String(repeating: "a", count: 200))
            let lost = talk.server(String(repeating: "b", count: 200))
            talk.server(String(repeating: "c", count: 200))
            talk.talk.acknowledge(fromClient: true)
            talk.visit("/b", "whole")
            talk.talk.close()
            let order = talk.talk.segments.indices.filter { $0 != lost }
            let recording = Recording(talk.talk, order: Array(order), options: options)
            #expect(recording.exchanges.map(\.response?.isComplete) == [false, true])
            #expect(recording.lines.last == "GET /b → 200 whole")
            #expect(recording.losses.gaps == 1)
        }
    }

    /// Bytes that are not a record are not treated as the beginning of a long one.
    @Test(arguments: [1, 3, 4, 5, 9]) func bytesBetweenRecordsArePassedOver(_ cut: Int) throws {
        try TLSTests.withKeyLog { options in
            var talk = SealedTalk(.tls13AES)
            talk.visit("/a", "one")
            let stray: [UInt8] = [193, 0xbf, 0xd8, 0xff, 0xff, 1, 2, 3, 4, 5]
            talk.talk.server(Array(stray[..<cut]))
            talk.talk.server(Array(stray[cut...]))
            talk.visit("/b", "two")
            let recording = Recording(talk.talk, options: options)
            #expect(recording.exchanges.map(\.status) == [200, 200])
            #expect(recording.losses.unparsedMessages >= 1)
        }
    }

    /// Segments held behind a hole are released once, not twice, when the hole makes the connection unreadable.
    @Test(arguments: Array(stride(from: 100, to: 1500, by: 50))) func aHoleMayMakeItOpaque(_ bound: Int) {
        var options = CaptureOptions()
        options.keyLog = "/nonexistent"
        options.limits.maxAwaitedBytesPerConnection = bound
        options.limits.holePatiencePackets = 0
        var talk = SealedTalk(.tls13AES)
        talk.server("before")
        var lost: Set<Int> = []
        for _ in 0..<4 {
            lost.insert(talk.server("lost"))
            talk.server(String(repeating: "h", count: 100))
            talk.server("behind")
            talk.talk.acknowledge(fromClient: true)
        }
        talk.talk.close()
        let order = talk.talk.segments.indices.filter { !lost.contains($0) }
        let recording = Recording(talk.talk, order: Array(order), options: options)
        #expect(recording.exchanges.isEmpty)
        #expect(recording.losses.opaqueConnections == 1)
    }
}
