import Foundation
import Glibc
import Measurement
import Plan
import Synchronization
import TestSupport
import TestThreads
import Testing
import Threads
import Traffic

@testable import Replay

/// Pages of metrics, read from a server of the test.
@Suite(.waits) struct ScrapingTests {
    @Test(arguments: [
        ("http://127.0.0.1:9", "http://127.0.0.1:9/metrics", "/metrics"),
        ("http://127.0.0.1:9/", "http://127.0.0.1:9/metrics", "/metrics"),
        ("https://127.0.0.1", "https://127.0.0.1/metrics", "/metrics"),
        ("http://127.0.0.1:9/a/b", "http://127.0.0.1:9/a/b", "/a/b"),
        ("http://127.0.0.1:9?x=1", "http://127.0.0.1:9/", "/?x=1"),
        ("http://127.0.0.1:9/a?k=s", "http://127.0.0.1:9/a", "/a?k=s"),
    ]) func pages(url: String, label: String, path: String) throws {
        let page = try MetricsPage(parsing: url)
        #expect(page.label == label && page.path == path)
    }

    @Test(arguments: [
        "", "127.0.0.1:9", "ftp://127.0.0.1:9", "http://127.0.0.1:9/#a", "http://127.0.0.1:9/a b",
        "http://127.0.0.1:9/\u{7f}",
        "http://h=127.0.0.1:9", "http://user@127.0.0.1:9", "http:/127.0.0.1:9", "http://",
    ]) func whatIsNotAPage(url: String) {
        #expect(throws: MetricsPage.Problem.notAURL) { try MetricsPage(parsing: url) }
    }

    @Test func hostsMustBeLoopbackOrAllowed() throws {
        #expect(throws: MetricsPage.Problem.target(.notAllowed(host: "192.0.2.1"))) {
            try MetricsPage(parsing: "http://192.0.2.1")
        }
        _ = try MetricsPage(parsing: "http://192.0.2.1", allowedHosts: ["192.0.2.1"])
    }

    private static func scraper(_ url: String, filters: [MetricFilter] = MetricFilter.usual) throws -> MetricsScraper {
        let options = ReplayOptions(targets: try TargetMap([ReplayTarget(parsing: url)]))
        return try MetricsScraper(
            try MetricsPage(parsing: url), filters: filters, interval: .milliseconds(1), options: options)
    }

    private static func page(_ value: Int) -> LoopbackServer.Answer { .ok("process_resident_memory_bytes \(value)\n") }

    @Test func samplesBearTheTimesOfTheirScrapes() throws {
        let number = Atomic<Int>(0)
        let server = try LoopbackServer { _ in Self.page(number.add(1, ordering: .relaxed).newValue) }
        defer { server.stop() }
        let scraper = try Self.scraper(server.url)
        let first = scraper.take(now: RunTime(nanoseconds: 5_000_000_000))
        guard case .sample(let identity, let sample)? = first.first else {
            Issue.record("the first scrape is done before the run: \(first)")
            return
        }
        #expect(first.count == 1 && sample.value == 1 && identity.series == "process_resident_memory_bytes")
        #expect(identity.page == "\(server.url)/metrics")
        #expect(sample.time <= RunTime(nanoseconds: 5_000_000_000) && sample.time.nanoseconds > -60_000_000_000)
        #expect(scraper.take(now: .zero).isEmpty, "what was taken is gone")
        #expect(scraper.warning == nil)
        try scraper.start()
        for _ in 0..<6000 where number.load(ordering: .relaxed) < 4 { usleep(5000) }
        scraper.stop()
        let values = scraper.take(now: .zero).compactMap { reading -> Double? in
            if case .sample(_, let sample) = reading { sample.value } else { nil }
        }
        #expect(values.count >= 2 && values == values.sorted() && values.first == 2)
        #expect(
            server.requests.allSatisfy {
                $0.target == "/metrics" && $0.first("Accept")?.contains("openmetrics") == true
            })
        #expect(Set(server.requests.map(\.connection)).count == 2, "the first scrape's, and the thread's")
    }

    @Test(arguments: [
        (LoopbackServer.Answer.ok("x", status: "404 None"), "status 404"),
        (.ok("no metrics at all\n"), "no metrics in the response"),
        (.ok(""), "no metrics in the response"), (.bytesAndClose(""), "closed"), (.reset, "reset"),
        (.ok(String(repeating: "# a comment\n", count: 720_000)), "larger than 8 MiB"),
    ]) func whatCannotBeHadAtTheStartIsAnError(answer: LoopbackServer.Answer, reason: String) throws {
        let server = try LoopbackServer { _ in answer }
        defer { server.stop() }
        #expect(throws: MetricsPage.Problem.failed(page: "\(server.url)/metrics", reason: reason)) {
            try Self.scraper(server.url)
        }
    }

    @Test func aLaterFailureIsAGap() throws {
        let number = Atomic<Int>(0)
        let server = try LoopbackServer { _ in
            number.add(1, ordering: .relaxed).newValue == 2 ? .ok("x", status: "503 Busy") : Self.page(7)
        }
        defer { server.stop() }
        let scraper = try Self.scraper(server.url)
        try scraper.start()
        for _ in 0..<6000 where number.load(ordering: .relaxed) < 4 { usleep(5000) }
        scraper.stop()
        let readings = scraper.take(now: .zero)
        let gaps = readings.compactMap { reading -> String? in
            if case .gap(_, _, let reason) = reading { reason } else { nil }
        }
        #expect(gaps == ["status 503"])
        #expect(readings.count >= 3)
    }

    @Test func aMissingWatchedSeriesIsReported() throws {
        let server = try LoopbackServer { _ in Self.page(1) }
        defer { server.stop() }
        let scraper = try Self.scraper(server.url, filters: [try #require(MetricFilter(parsing: "heap_*"))])
        #expect(scraper.warning == "\(server.url)/metrics had none of the watched metrics")
        let limit = ScrapedMetrics.seriesLimit
        for (count, left) in [(limit, 0), (limit + 1, 1), (limit + 5, 5)] {
            let many = try LoopbackServer { _ in .ok((0..<count).map { "heap_\($0) 1\n" }.joined()) }
            defer { many.stop() }
            let warning = try Self.scraper(many.url, filters: [try #require(MetricFilter(parsing: "heap_*"))]).warning
            #expect(
                warning
                    == (left > 0
                        ? "\(left) more series of \(many.url)/metrics match the watched metrics; \(limit) are watched"
                        : nil))
        }
    }

    @Test func stoppingTwiceOrBeforeTheStartIsNothing() throws {
        let server = try LoopbackServer { _ in Self.page(1) }
        defer { server.stop() }
        let scraper = try Self.scraper(server.url)
        scraper.stop()
        try scraper.start()
        scraper.stop()
        scraper.stop()
        #expect(scraper.take(now: .zero).count == 1)
    }
}

/// A command that makes values, used directly.
@Suite(.waits) struct MintCommandTests {
    private static func ask(
        _ shell: String, count: Int = 1, timeout: Duration = .seconds(20)
    ) throws -> (answers: [MintAnswer], warning: String?) {
        let inbox = MintInbox(wake: try WakeSignal())
        let command = try MintCommand(shell, timeout: timeout)
        let threads = try command.start()
        for number in 0..<count {
            command.ask(
                MintCommand.Question(
                    slot: number, clone: 10 + number, script: 20, value: 30,
                    members: "\"kind\":\"value\",\"n\":\(number)", inbox: inbox))
        }
        var answers: [MintAnswer] = []
        for _ in 0..<4000 where answers.count < count {
            answers += inbox.take()
            usleep(5000)
        }
        let warning = command.warning
        command.stop()
        for thread in threads { thread.join() }
        return (answers.sorted { $0.slot < $1.slot }, warning)
    }

    private static func text(_ answer: MintAnswer) -> String? {
        answer.token.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    /// Answers every request with its number and the clone's name.
    private static let echo = #"sed -u -e 's/.*"id":\([0-9]*\),.*"n":\([0-9]*\).*/{"id":\1,"value":"v\2"}/'"#

    @Test(arguments: [1, 64, 65, 200]) func everyQuestionIsAnswered(count: Int) throws {
        let (answers, warning) = try Self.ask(Self.echo, count: count)
        #expect(answers.map(Self.text) == (0..<count).map { "v\($0)" })
        #expect(
            answers.map(\.clone) == (0..<count).map { 10 + $0 }
                && answers.allSatisfy { $0.script == 20 && $0.value == 30 })
        #expect(answers.allSatisfy { $0.token?.expiresAt == nil && $0.nanoseconds > 0 })
        #expect(warning == nil)
    }

    @Test func expiriesAreTakenOver() throws {
        let answer = #"read line; echo '{"id":1,"value":"v","expires_in":3600}'; cat >/dev/null"#
        let expiry = try #require(try Self.ask(answer).answers.first?.token?.expiresAt)
        #expect(abs(expiry - Int64(Date().timeIntervalSince1970) - 3600) < 60)
        let past = try Self.ask(#"read line; echo '{"id":1,"value":"v","expires_in":-5}'; cat >/dev/null"#)
        #expect(
            abs((past.answers.first?.token?.expiresAt ?? 0) - Int64(Date().timeIntervalSince1970)) < 60,
            "none is before now")
    }

    @Test func answersMayComeInAnyOrderAndAmongOtherLines() throws {
        let shell =
            #"read a; read b; echo hello; echo '{"id":9,"value":"x"}'; echo '{"id":2,"value":"b"}'; echo '{"id":1,"value":"a"}'; cat >/dev/null"#
        let (answers, warning) = try Self.ask(shell, count: 2)
        #expect(answers.map(Self.text) == ["a", "b"] && warning == nil)
    }

    @Test func whatIsNotAnsweredIsAnsweredWithNothing() throws {
        let (late, lateWarning) = try Self.ask("cat >/dev/null", count: 3, timeout: .milliseconds(1))
        #expect(late.count == 3 && late.allSatisfy { $0.token == nil && $0.nanoseconds == 1_000_000 })
        #expect(lateWarning == "the command that makes values left 3 questions without a value, after 0 values")
        let (empty, emptyWarning) = try Self.ask(#"read a; echo '{"id":1}'; cat >/dev/null"#)
        #expect(empty.count == 1 && empty[0].token == nil)
        #expect(emptyWarning == "the command that makes values left 1 questions without a value, after 0 values")
    }

    @Test func aCommandThatEndsLeavesNoOneWaiting() throws {
        let (answers, warning) = try Self.ask(#"read a; echo '{"id":1,"value":"a"}'"#, count: 3)
        #expect(answers.count == 3 && answers.count { $0.token != nil } <= 1)
        #expect(
            warning
                == "the command that makes values ended before the run, after \(answers.count { $0.token != nil }) values"
        )
        let none = try Self.ask("exit 3", count: 2)
        #expect(none.answers.count == 2 && none.answers.allSatisfy { $0.token == nil })
    }
}
