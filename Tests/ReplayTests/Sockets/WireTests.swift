import Measurement
import Plan
import Replay
import Synchronization
import TestSupport
import TestThreads
import Testing
import Traffic

/// HTTP/1.1 on our own sockets: the bytes of requests, the framing of responses, and connections.
@Suite(.waits) struct WireTests {
    private func session(_ heads: [String], bodies: [String] = []) -> RecordedSession {
        var session = RecordedSession(heads.indices.map { (Int64($0) * 10, Int64($0) * 10 + 1) })
        for (index, head) in heads.enumerated() {
            session.exchanges[index].request?.head = Array(head.utf8)
            guard index < bodies.count else { continue }
            session.exchanges[index].request?.body = Array(bodies[index].utf8)
            session.exchanges[index].request?.bodyBytes = UInt64(bodies[index].utf8.count)
        }
        return session
    }

    @Test func headsKeepTheirOrderTheirCaseAndTheirBlanks() throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let head =
            "POST /a?b=1 HTTP/1.1\r\nx-FIRST:no blank\r\nhost:  recorded.example\r\nContent-length: 4\r\nx-last:  two  \r\n\r\n"
        #expect(try Replaying([session([head], bodies: ["body"])], to: server.url).fates == [.answered: 1])
        #expect(
            server.requests[0].head == head.replacing("recorded.example", with: "127.0.0.1:\(server.port)"))
        #expect(server.requests[0].body == Array("body".utf8))
    }

    @Test(arguments: [
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n",
            "chunks and a trailer"
        ),
        (
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            "interim responses"
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "no body"),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", "a length that counts nothing"),
    ])
    func responsesEndWhereTheirFramingSays(response: String, reason: String) throws {
        let server = try LoopbackServer { _ in .bytes(response) }
        defer { server.stop() }
        let result = try Replaying([.steady(count: 3, gap: 10)], to: server.url) { _ in
        } options: {
            $0.expectation = .any
        }
        #expect(result.fates == [.answered: 3], "\(reason)")
        #expect(result.counts.connectionsOpened == 1, "\(reason)")
    }

    @Test func responseInSmallPiecesIsOne() throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Y: z\r\n\r\nhello"
        let pieces = text.map(String.init)
        let server = try LoopbackServer { _ in .pieces(pieces, pause: 1) }
        defer { server.stop() }
        let result = try Replaying([.steady(count: 2, gap: 10)], to: server.url)
        #expect(result.fates == [.answered: 2])
        #expect(result.counts.responseBytes == UInt64(2 * text.utf8.count))
    }

    @Test func headIsAnsweredWithoutABody() throws {
        let server = try LoopbackServer { _ in .bytes("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n") }
        defer { server.stop() }
        let head = "HEAD / HTTP/1.1\r\nHost: recorded.example\r\n\r\n"
        let result = try Replaying([session([head, head])], to: server.url)
        #expect(result.fates == [.answered: 2])
        #expect(result.counts.connectionsOpened == 1)
    }

    @Test func responseWithoutALengthEndsWithItsConnection() throws {
        let server = try LoopbackServer { _ in .bytesAndClose("HTTP/1.1 200 OK\r\n\r\nto the end") }
        defer { server.stop() }
        let result = try Replaying([.steady(count: 3, gap: 10)], to: server.url)
        #expect(result.fates == [.answered: 3])
        #expect(result.counts.connectionsOpened == 3)
    }

    @Test func recordedChunksGoOutInChunks() throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let head = "GET / HTTP/1.1\r\nHost: recorded.example\r\nTransfer-Encoding: chunked\r\n\r\n"
        _ = try Replaying([session([head], bodies: ["hello"])], to: server.url)
        let deadline = ContinuousClock.now + .seconds(2)
        while server.requests.isEmpty, ContinuousClock.now < deadline {}
        #expect(server.requests.first?.head.contains("Transfer-Encoding: chunked\r\n") == true)
        #expect(server.requests.first?.first("Content-Length") == nil)
    }

    /// A server that closes each connection after its first response without announcing it: the second request finds it
    /// closed.
    @Test func connectionClosedBetweenRequestsIsOpenedAgainQuietly() throws {
        let server = try LoopbackServer { _ in .bytesAndClose("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        defer { server.stop() }
        let result = try Replaying((1...20).map { .steady(number: $0, count: 10, gap: 1) }, to: server.url)
        #expect(result.fates == [.answered: 200])
        #expect(result.counts.connectionsOpened >= 200)
    }

    /// A request that the server may have seen is not sent again unless it is idempotent.
    @Test(arguments: [("GET", Fate.answered), ("POST", Fate.closed)])
    func onlyHarmlessRequestsAreSentAgain(method: String, fate: Fate) throws {
        let seen = Mutex<[Int: Int]>([:])
        let server = try LoopbackServer { request in
            let count = seen.withLock { seen -> Int in
                seen[request.connection, default: 0] += 1
                return seen[request.connection] ?? 0
            }
            return request.connection == 0 && count == 2 ? .bytesAndClose("") : .ok()
        }
        defer { server.stop() }
        let head = "\(method) / HTTP/1.1\r\nHost: recorded.example\r\nContent-Length: 0\r\n\r\n"
        let result = try Replaying([session([head, head, head])], to: server.url)
        #expect(result.fates == (fate == .answered ? [.answered: 3] : [.answered: 2, fate: 1]))
    }

    private func twoConnections(closing: Bool = false) -> RecordedSession {
        var session = RecordedSession([(0, 50), (10, 20), (60, 70), (80, 90)])
        for (index, connection) in [1, 2, 1, 3].enumerated() {
            session.exchanges[index].connection = UInt32(connection)
            guard closing else { continue }
            session.exchanges[index].request?.head = Array(
                "GET /\(index) HTTP/1.1\r\nHost: recorded.example\r\nConnection: close\r\n\r\n".utf8)
        }
        return session
    }

    @Test func connectionsAreThoseOfTheRecording() throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let result = try Replaying([twoConnections()], to: server.url)
        #expect(result.fates == [.answered: 4])
        let used = Dictionary(grouping: server.requests, by: \.connection).values
            .map { $0.map(\.target).sorted() }.sorted { $0[0] < $1[0] }
        #expect(used == [["/0", "/2"], ["/1"], ["/3"]])
        #expect(result.counts.connectionsOpened == 3)
    }

    @Test func oneConnectionHoldsWhatOverlapped() throws {
        let server = try LoopbackServer { request in
            request.target == "/0" ? .late("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", milliseconds: 60) : .ok()
        }
        defer { server.stop() }
        let result = try Replaying([twoConnections(closing: true)], to: server.url) { $0.connections = .one }
        #expect(result.fates == [.answered: 4])
        #expect(result.counts.connectionsOpened == 1)
        #expect(server.requests.allSatisfy { $0.first("Connection") == nil })
        #expect(result.counts.held.connectionNs > 40_000_000, "the second waited for the first")
    }

    @Test func recordedConnectionCloseIsSent() throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let result = try Replaying([twoConnections(closing: true)], to: server.url)
        #expect(result.fates == [.answered: 4])
        #expect(server.requests.allSatisfy { $0.first("Connection") == "close" })
        #expect(result.counts.connectionsOpened == 4)
    }

    @Test func noCloneHasMoreThanSixConnections() throws {
        let server = try LoopbackServer { _ in .late("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", milliseconds: 30) }
        defer { server.stop() }
        var session = RecordedSession((0..<12).map { (Int64($0), 1000) })
        for index in 0..<12 { session.exchanges[index].connection = UInt32(index) }
        let result = try Replaying([session], to: server.url) {
            $0.speed = .factor(1)
        }
        #expect(result.fates == [.answered: 12])
        #expect(result.live.peakOpenConnections == 6)
        #expect(result.counts.held.connectionNs > 0)
    }

    @Test func bodyUnlikeTheRecordedOneIsAFailureWhenAskedFor() throws {
        let server = try LoopbackServer { request in .ok(request.target == "/same" ? "as it was" : "as it wos") }
        defer { server.stop() }
        let exchanges = ["/same", "/other"].enumerated().map { index, path in
            Exchange(path: path, begin: Int64(index) * 10, end: Int64(index) * 10 + 1, responseBody: "as it was")
        }
        let session = RecordedSession(number: 1, exchanges: exchanges)
        #expect(try Replaying([session], to: server.url).fates == [.answered: 2])
        let compared = try Replaying([session], to: server.url) { _ in
        } options: {
            $0.comparesBodies = true
        }
        #expect(compared.fates == [.answered: 1, .bodyDiffers: 1])
    }

    @Test func failuresAreKeptAsExamplesWithoutSecrets() throws {
        let server = try LoopbackServer { _ in .ok(status: "500 Broken", fields: ["Set-Cookie: sid=s3cr3tc00kie"]) }
        defer { server.stop() }
        let head =
            "GET /a HTTP/1.1\r\nHost: recorded.example\r\nAuthorization: Bearer topsecret\r\nX-Key: 0123456789abcdef0123\r\n\r\n"
        let result = try Replaying([session([head])], to: server.url)
        let example = try #require(result.examples.first { $0.kind == .failure(.unexpectedStatus) })
        #expect(example.sent.hasPrefix("GET {…}/a HTTP/1.1\r\n"))
        #expect(example.received.hasPrefix("HTTP/1.1 500 Broken\r\n"))
        for secret in ["topsecret", "0123456789abcdef", "s3cr3tc00kie"] {
            #expect(!"\(example)".contains(secret))
        }
    }
}
