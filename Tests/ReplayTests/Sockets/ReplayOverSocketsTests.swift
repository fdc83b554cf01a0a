import Measurement
import Plan
import Replay
import Synchronization
import TestSupport
import TestThreads
import Testing
import Traffic

/// Replays on real sockets, against a server of the test.
@Suite(.waits) struct ReplayOverSocketsTests {
    /// Runs a replay and returns the counts of its fates.
    private func replay(
        _ sessions: [RecordedSession], to url: String, plan change: (inout PlanOptions) -> Void = { _ in },
        options adjust: (inout ReplayOptions) -> Void = { _ in }
    ) throws -> [Fate: Int] {
        var planOptions = PlanOptions()
        planOptions.speed = .max
        change(&planOptions)
        var options = ReplayOptions(targets: try TargetMap([ReplayTarget(parsing: url)]))
        options.duration = planOptions.duration
        adjust(&options)
        let run = ReplayRun(
            plan: try ReplayPlan(sessions: sessions, options: planOptions), options: options, live: LiveCounts())
        var fates: [Fate: Int] = [:]
        try run.run { observation in
            for window in observation.windows {
                for fate in Fate.allCases where window.counts.byFate[Int(fate.rawValue)] > 0 {
                    fates[fate, default: 0] += Int(window.counts.byFate[Int(fate.rawValue)])
                }
            }
            return .proceed
        }
        return fates
    }

    /// Four requests with the cookie that the first response set.
    private func cookieSession() -> RecordedSession {
        let cookie = "c0ffee00c0ffee00c0ffee00c0ffee00"
        var exchanges = [Exchange(path: "/enter", begin: 0, end: 1)]
        exchanges[0].response?.head = Array(
            "HTTP/1.1 200 OK\r\nSet-Cookie: sid=\(cookie); Path=/\r\nContent-Length: 0\r\n\r\n".utf8)
        for index in 1...3 {
            exchanges.append(
                Exchange(
                    path: "/page", begin: Int64(index) * 40, end: Int64(index) * 40 + 1,
                    fields: [("Cookie", "sid=\(cookie)")]))
        }
        return RecordedSession(number: 1, exchanges: exchanges)
    }

    @Test func noConnectionEverServesTwoClones() throws {
        let next = Atomic<Int>(1)
        let server = try LoopbackServer { request in
            guard request.target == "/enter" else { return .ok() }
            let number = next.add(1, ordering: .relaxed).newValue
            return .ok(fields: ["Set-Cookie: sid=\(String(number + 0x1000_0000, radix: 16))-\(number)-abcdef; Path=/"])
        }
        defer { server.stop() }
        // Sixty clones pause between requests, so that idle connections exist that others could take.
        let fates = try replay([cookieSession()], to: server.url) {
            $0.speed = .factor(1)
            $0.population = .slots(60)
            $0.ramp = .milliseconds(50)
        }
        #expect(fates == [.answered: 240])
        var cookies: [Int: Set<String>] = [:]
        for request in server.requests {
            guard let cookie = request.first("Cookie") else { continue }
            cookies[request.connection, default: []].insert(cookie)
        }
        #expect(cookies.count == 60, "each clone has a connection of its own, and keeps it")
        #expect(cookies.values.allSatisfy { $0.count == 1 })
        #expect(Set(cookies.values.flatMap { $0 }).count == 60, "each clone carries the cookie it was given")
    }

    @Test func requestsGoOutAsRecorded() throws {
        let server = try LoopbackServer { _ in .ok("{}") }
        defer { server.stop() }
        let session = RecordedSession(
            number: 1,
            exchanges: [
                Exchange(
                    "POST", path: "/a/../b?x=%2f&y=1", begin: 0, end: 1,
                    fields: [("X-Odd", "  kept  inside"), ("accept", "a/b"), ("Content-Length", "5")], body: "hello"),
                Exchange("DELETE", path: "/item", begin: 10, end: 11),
                Exchange("POST", path: "/empty", begin: 20, end: 21, fields: [("Content-Length", "0")]),
            ])
        #expect(try replay([session], to: server.url) == [.answered: 3])
        let heads = server.requests.map(\.head)
        #expect(heads[0].hasPrefix("POST /a/../b?x=%2f&y=1 HTTP/1.1\r\n"))
        #expect(server.requests[0].body == Array("hello".utf8))
        #expect(server.requests[0].first("Host") == "127.0.0.1:\(server.port)")
        #expect(server.requests[0].first("X-Odd") == "kept  inside")
        #expect(heads[1] == "DELETE /item HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n\r\n", "nothing is added")
        #expect(server.requests[2].first("Content-Length") == "0")
        #expect(server.requests[2].first("Content-Type") == nil)
    }

    @Test func hostCanBeKept() throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        _ = try replay([RecordedSession(number: 1, exchanges: [Exchange(path: "/", begin: 0, end: 1)])], to: server.url)
        {
            _ in
        } options: {
            $0.keepsHost = true
        }
        #expect(server.requests.first?.first("Host") == "recorded.example")
    }

    @Test(arguments: [
        (
            LoopbackServer.Answer.ok(status: "500 Broken"), Fate.unexpectedStatus,
            Comment("another status than recorded")
        ),
        (.reset, .reset, "reset"), (.bytesAndClose(""), .closed, "closed without a response"),
        (.bytesAndClose("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), .closed, "closed within the body"),
        (.bytesAndClose("SSH-2.0-OpenSSH\r\n"), .badFraming, "no HTTP"), (.hang, .timeout, "no response in time"),
    ])
    func whatTheServerDoesIsData(answer: LoopbackServer.Answer, fate: Fate, reason: Comment) throws {
        let server = try LoopbackServer { _ in answer }
        defer { server.stop() }
        let session = RecordedSession(number: 1, exchanges: [Exchange(path: "/", begin: 0, end: 1)])
        let fates = try replay([session], to: server.url) { _ in
        } options: {
            // Short only where it is what ends the run: on a busy machine, the server answers late.
            $0.timeout = .milliseconds(fate == .timeout ? 300 : 20_000)
        }
        #expect(fates == [fate: 1], reason)
    }

    @Test func refusedConnectionIsData() throws {
        let server = try LoopbackServer { _ in .ok() }
        let url = server.url
        server.stop()
        let session = RecordedSession(number: 1, exchanges: [Exchange(path: "/", begin: 0, end: 1)])
        #expect(try replay([session], to: url) == [.refused: 1])
    }

    @Test func runEndsAtItsDurationAndGivesUpWhatHangs() throws {
        let server = try LoopbackServer { request in request.target == "/slow" ? .hang : .ok() }
        defer { server.stop() }
        let session = RecordedSession(
            number: 1,
            exchanges: [Exchange(path: "/slow", begin: 0, end: 1), Exchange(path: "/next", begin: 2, end: 3)])
        let fates = try replay([session], to: server.url) {
            $0.duration = .milliseconds(300)
        } options: {
            $0.drain = .milliseconds(100)
        }
        #expect(fates == [.cut: 1])
        #expect(server.requests.map(\.target) == ["/slow"], "nothing new starts after the end")
    }

    /// Idle connections are closed when their worker ends, after everything that watched them.
    @Test(arguments: 1...5) func endOfTheRunClosesEveryConnection(round: Int) throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        // The second request is never due within the run, so every connection is idle at its end.
        let session = RecordedSession(
            number: 1,
            exchanges: [Exchange(path: "/", begin: 0, end: 1), Exchange(path: "/", begin: 60_000, end: 60_001)])
        let fates = try replay([session], to: server.url) {
            $0.speed = .factor(1)
            $0.population = .slots(300)
            $0.ramp = .zero
            $0.duration = .milliseconds(500)
        }
        #expect(fates == [.answered: 300])
        let deadline = ContinuousClock.now + .seconds(5)
        while server.openConnections > 0, ContinuousClock.now < deadline {}
        #expect(server.openConnections == 0)
    }

    @Test func tooFewOpenFilesAreReportedWithTheNumberNeeded() {
        let problem = #expect(throws: ReplayRun.Failure.self) {
            try ReplayRun.checkDescriptors(connections: 500_000_000)
        }
        #expect(problem?.description.contains("500000064") == true)
    }
}
