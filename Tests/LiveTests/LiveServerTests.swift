import Formats
import Foundation
import Glibc
import Measurement
import Report
import TestThreads
import Testing

@testable import Live

/// The page over real sockets on the loopback.
@Suite(.serialized, .waits)
struct LiveServerTests {
    /// A plain HTTP client: one connection, bytes as they come.
    final class Client {
        struct Refused: Error {}

        private var descriptor: Int32
        private(set) var received = ""

        init(port: Int) throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            // A server that does not answer fails the test, and does not hang it.
            var limit = timeval(tv_sec: 20, tv_usec: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
            let isConnected = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            guard isConnected else { throw Refused() }
        }

        deinit { close() }

        /// Closes it once: by the second time, the number may be that of another file of this process.
        func close() {
            if descriptor >= 0 { _ = Glibc.close(descriptor) }
            descriptor = -1
        }

        func send(_ text: String) {
            var text = text
            text.withUTF8 { _ = Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        }

        /// Reads until `isEnough`, or the server closes.
        ///
        /// - Returns: false where the connection ended before.
        @discardableResult
        func read(until isEnough: (String) -> Bool) -> Bool {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let end = ContinuousClock.now + .seconds(20)
            while !isEnough(received), .now < end {
                let count = recv(descriptor, &buffer, buffer.count, 0)
                guard count > 0 else { return false }
                received += String(decoding: buffer[..<count], as: UTF8.self)
            }
            return isEnough(received)
        }
    }

    /// A hub with a run, and its server.
    struct Served {
        let hub: LiveHub
        let server: LiveServer
        var port: Int { server.address.port }

        init(token: String? = nil) throws {
            hub = LiveHub(title: "shop", epoch: "e", control: "control")
            server = try LiveServer(
                hub, at: ListenAddress(host: "127.0.0.1", port: 0), token: token, control: "control")
            try hub.start()
        }

        func begin() throws {
            var run = MeasuredRun()
            hub.begin(run.liveRun)
            run.request(at: 0.5, ms: 20)
            hub.take(try run.look(at: 4), cpuRatio: 0.1)
            hub.nudge()
        }

        func note(_ text: String) {
            hub.note(text)
            hub.nudge()
        }

        func stop() {
            hub.finish()
            server.stop()
        }

        func get(_ path: String, _ fields: String = "", method: String = "GET", body: String = "") throws -> String {
            let client = try Client(port: port)
            client.send(
                "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\(fields)Content-Length: \(body.utf8.count)\r\n"
                    + "Connection: close\r\n\r\n\(body)")
            client.read { _ in false }
            return client.received
        }

        func open(id: String? = nil) throws -> Client {
            let client = try Client(port: port)
            let known = id.map { "Last-Event-ID: \($0)\r\n" } ?? ""
            client.send("GET /events HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAccept: text/event-stream\r\n\(known)\r\n")
            return client
        }
    }

    @Test("The page, its files and its metrics are served, under a policy that lets no other script run")
    func pages() throws {
        let served = try Served()
        defer { served.stop() }
        try served.begin()
        let reader = try served.open()
        #expect(reader.read { $0.contains("event: snapshot") && $0.contains("shop") })
        let page = try served.get("/")
        #expect(page.hasPrefix("HTTP/1.1 200"))
        #expect(page.contains("script-src 'self'"))
        #expect(!page.contains("unsafe-inline"))
        #expect(page.contains("<title>shop · live</title>"))
        #expect(!page.contains(" style="), "no styles in the markup: the policy forbids them")
        #expect(try served.get("/live.js").contains("text/javascript"))
        #expect(try served.get("/live.css").contains("text/css"))
        let metrics = try served.get("/metrics")
        #expect(metrics.contains("text/plain; version=0.0.4"))
        #expect(
            metrics.contains(
                "reprise_requests_total{scenario=\"shop\",phase=\"shop\",endpoint=\"GET /items\",outcome=\"answered\"} 1"
            ))
        let open = try served.get("/metrics", "Accept: application/openmetrics-text\r\n")
        #expect(open.contains("application/openmetrics-text"))
        #expect(open.contains("# EOF"))
        #expect(try served.get("/nothing").hasPrefix("HTTP/1.1 404"))
    }

    @Test("A stream continues where a connection was lost")
    func reconnecting() throws {
        let served = try Served()
        defer { served.stop() }
        try served.begin()
        let first = try served.open()
        #expect(first.read { $0.contains("event: snapshot") && $0.hasSuffix("\n\n\r\n") })
        served.note("one")
        #expect(first.read { $0.contains("event: delta") && $0.contains("one") && $0.hasSuffix("\n\n\r\n") })
        first.close()
        let id = try #require(first.received.components(separatedBy: "id: ").last?.prefix { $0 != "\n" })
        let second = try served.open(id: String(id))
        served.note("two")
        #expect(second.read { $0.contains("two") })
        #expect(!second.received.contains("event: snapshot"), "what changed is enough")
    }

    @Test("What is left before is in the metrics when the hub has caught up")
    func catchingUp() throws {
        let served = try Served()
        defer { served.stop() }
        var run = MeasuredRun()
        served.hub.begin(run.liveRun)
        for index in 0..<7 { run.request(at: Double(index) / 10, ms: 20) }
        served.hub.take(try run.look(at: 4), cpuRatio: nil)
        served.hub.catchUp()
        let counted = served.hub.families.first { $0.name == "reprise_requests_total" }?.samples.map(\.value)
        #expect(counted == [7])
    }

    @Test("Two hundred pages at once all follow")
    func manyPages() throws {
        let served = try Served()
        defer { served.stop() }
        try served.begin()
        let clients = try (0..<200).map { _ in try served.open() }
        for client in clients { #expect(client.read { $0.contains("event: snapshot") && $0.hasSuffix("\n\n\r\n") }) }
        #expect(served.hub.readerCount == 200)
        served.note("to all")
        #expect(clients.allSatisfy { client in client.read { $0.contains("to all") } })
    }

    @Test("The end is sent, the streams close, and an open page keeps nothing alive")
    func ending() throws {
        let served = try Served()
        try served.begin()
        let reader = try served.open()
        #expect(reader.read { $0.contains("event: snapshot") })
        served.hub.end(LiveEnd(verdict: "PASS", text: "All held.", gates: [], soak: [], update: nil))
        served.stop()
        #expect(!reader.read { _ in false }, "the server closes the stream")
        #expect(reader.received.contains("PASS"))
        #expect(reader.received.contains("event: end"))
        #expect(throws: Client.Refused.self, "nothing listens any more") { try Client(port: served.port) }
    }

    @Test("A button's order reaches the run, from the page itself only")
    func orders() throws {
        let served = try Served()
        defer { served.stop() }
        try served.begin()
        let reader = try served.open()
        #expect(reader.read { $0.contains("event: snapshot") })
        let origin = "Origin: http://127.0.0.1:\(served.port)\r\n"
        let token = "X-Reprise-Token: control\r\n"
        #expect(try served.get("/stop", token, method: "POST").hasPrefix("HTTP/1.1 403"))
        #expect(try served.get("/stop", origin, method: "POST").hasPrefix("HTTP/1.1 403"))
        #expect(
            try served.get("/stop", "Origin: http://evil.example\r\n" + token, method: "POST").hasPrefix("HTTP/1.1 403")
        )
        #expect(try served.get("/stop", origin + token).hasPrefix("HTTP/1.1 40"), "GET changes nothing")
        #expect(served.hub.takeCommands().isEmpty)
        #expect(
            try served.get("/undo", origin + token, method: "POST", body: "fault=a%20%26+b").hasPrefix("HTTP/1.1 202"))
        #expect(try served.get("/stop", origin, method: "POST", body: "token=control").hasPrefix("HTTP/1.1 303"))
        #expect(served.hub.takeCommands() == [.undo(fault: "a & b"), .stop])
        let long = String(repeating: "x", count: 100_000)
        #expect(try served.get("/stop", origin + token, method: "POST", body: long).hasPrefix("HTTP/1.1 413"))
    }

    @Test("A fault has a button while it is in effect, and its order is taken once")
    func undoButton() throws {
        let served = try Served()
        defer { served.stop() }
        try served.begin()
        let reader = try served.open()
        #expect(reader.read { $0.contains("event: snapshot") })
        let button = "Undo fault a &amp; b"
        #expect(!(try served.get("/").contains(button)))
        served.hub.faultBegan("a & b", at: 5, canBeUndone: true)
        served.hub.faultBegan("for good", at: 6, canBeUndone: false)
        served.hub.nudge()
        #expect(reader.read { $0.contains("Undo fault") }, "open pages get the button")
        let page = try served.get("/")
        #expect(page.contains(button) && page.contains("value=\"a &amp; b\""))
        #expect(!page.contains("Undo fault for good"), "what has no undo has no button")
        // The button's own form: a page without scripts sends it so.
        let answer = try served.get(
            "/undo", "Origin: http://127.0.0.1:\(served.port)\r\n", method: "POST", body: "token=control&fault=a+%26+b")
        #expect(answer.hasPrefix("HTTP/1.1 303"))
        #expect(served.hub.takeCommands() == [.undo(fault: "a & b")])
        #expect(served.hub.takeCommands().isEmpty)
        served.hub.faultUndone("a & b", at: 9)
        served.hub.nudge()
        #expect(reader.read { $0.contains("is undone") })
        #expect(!(try served.get("/").contains(button)))
    }

    @Test("With a token, none of it is served without")
    func token() throws {
        let served = try Served(token: "a-token-of-sixteen")
        defer { served.stop() }
        for path in ["/", "/events", "/metrics", "/live.js", "/live.css"] {
            #expect(try served.get(path).hasPrefix("HTTP/1.1 401"), "\(path)")
        }
        #expect(try served.get("/metrics", "Authorization: Bearer a-token-of-sixteen\r\n").hasPrefix("HTTP/1.1 200"))
        let opened = try served.get("/?token=a-token-of-sixteen")
        #expect(opened.hasPrefix("HTTP/1.1 303"), "the token leaves the address")
        #expect(opened.contains("HttpOnly; SameSite=Strict"))
        #expect(try served.get("/", "Cookie: reprise-live=a-token-of-sixteen\r\n").hasPrefix("HTTP/1.1 200"))
    }

    @Test("A page that has its own name point here is refused")
    func rebinding() throws {
        let served = try Served()
        defer { served.stop() }
        let client = try Client(port: served.port)
        client.send("GET / HTTP/1.1\r\nHost: evil.example:\(served.port)\r\nConnection: close\r\n\r\n")
        client.read { _ in false }
        #expect(client.received.hasPrefix("HTTP/1.1 403"))
    }

    @Test("An address in use is an error in words, and one that others reach needs a token")
    func addresses() throws {
        let served = try Served()
        defer { served.stop() }
        let hub = LiveHub(title: "", epoch: "e", control: nil)
        #expect {
            try LiveServer(hub, at: ListenAddress(host: "127.0.0.1", port: served.port), token: nil, control: "c")
        } throws: { "\($0)".contains("in use") }
        #expect {
            try LiveServer(hub, at: ListenAddress(host: "0.0.0.0", port: 0), token: nil, control: "c")
        } throws: { "\($0)".hasSuffix("a page there needs a token") }
    }
}
