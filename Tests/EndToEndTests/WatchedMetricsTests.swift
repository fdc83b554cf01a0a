import Foundation
import Synchronization
import TestSupport
import TestThreads
import Testing

/// Pages of metrics that are scraped while a replay runs, from the socket to the verdict.
@Suite(.waits) struct WatchedMetricsTests {
    private let reprise = BuiltProgram("reprise")

    /// A service that answers everything, and whose page of metrics is given by how often it was asked for.
    private func server(_ page: @escaping @Sendable (Int) -> LoopbackServer.Answer) throws -> LoopbackServer {
        final class Counter: Sendable {
            let count = Atomic<Int>(0)
        }
        let scrapes = Counter()
        return try LoopbackServer { request in
            guard request.target.hasPrefix("/metrics") else { return .ok() }
            return page(scrapes.count.wrappingAdd(1, ordering: .relaxed).oldValue)
        }
    }

    @Test func aGrowingGaugeIsALeakAndALevelOneIsNot() throws {
        let folder = try TemporaryFolder()
        let server = try server { scrape in
            if scrape == 5 { return .ok(status: "503 Busy") }
            let ripple = scrape * 7919 % 101 * 10_000
            let lines = [
                "# TYPE leaky_bytes gauge", "leaky_bytes{area=\"heap\"} \(100_000_000 + scrape * 10_000_000 + ripple)",
                "leaky_bytes{area=\"other\"} 1", "# TYPE flat_bytes gauge", "flat_bytes \(200_000_000 + ripple)",
                "# TYPE asked counter", "asked_total \(scrape) # {id=\"1\"} 1", "# EOF",
            ]
            return .ok(lines.joined(separator: "\n") + "\n", fields: ["Content-Type: application/openmetrics-text"])
        }
        defer { server.stop() }
        let run = folder.file("run")
        let outcome = try reprise.run(
            "replay", try reprise.demoLog(in: folder), "--target", server.url, "--for", "4s", "--sessions", "2",
            "--expect", "none",
            "--watch-metrics", "\(server.url)/metrics?x=secret", "--watch-metric", "leaky_bytes{area=\"heap\"}",
            "--watch-metric", "flat_bytes", "--watch-metric", "asked_total", "--watch-interval", "50ms",
            "--gate", "no-leak", "-o", run)
        #expect(outcome.code == 99, "\(outcome.output)\(outcome.errors)")
        let summary = try #require(
            try JSONSerialization.jsonObject(with: Data(TemporaryFolder.read(run + "/summary.json"))) as? [String: Any])
        let findings = try #require(summary["soak"] as? [[String: Any]]).filter { $0["kind"] as? String == "memory" }
        let verdicts = Dictionary(
            uniqueKeysWithValues: findings.map { ($0["subject"] as? String ?? "", $0["verdict"] as? String ?? "") })
        #expect(verdicts == ["leaky_bytes{area=\"heap\"}": "growing", "flat_bytes": "inconclusive"])
        // Beside them the run has what its own machine showed.
        let metrics = try #require(summary["metrics"] as? [[String: Any]]).filter { $0["page"] as? String != "machine" }
        #expect(metrics.count == 3 && metrics.allSatisfy { $0["samples"] as? Int ?? 0 > 12 })
        #expect(summary["warnings"].map { "\($0)".contains("1 scrape of \(server.url)/metrics failed") } == true)
        // What is kept judges the same, and shows neither a query nor what was not watched.
        let judged = try reprise.run("analyze", run, "--gate", "no-leak")
        #expect(judged.code == 99 && judged.output.contains("leaky_bytes{area=\"heap\"}"))
        let table = String(decoding: try TemporaryFolder.read(run + "/metrics.csv"), as: UTF8.self)
        let page = String(decoding: try TemporaryFolder.read(run + "/report.html"), as: UTF8.self)
        #expect(page.contains("Watched metrics") && page.contains("asked_total"))
        #expect([table, page, outcome.output].allSatisfy { !$0.contains("secret") && !$0.contains("area=\"other") })
    }

    @Test(arguments: [
        ("http://192.0.2.1/metrics", 64, "not a loopback address", "a host that is not allowed"),
        ("http://127.0.0.1:1/metrics", 1, "refused", "nobody is there"),
        ("ftp://127.0.0.1/metrics", 64, "not a metrics page", "another scheme"),
        ("http://user:pass@127.0.0.1/", 64, "not a metrics page", "credentials"),
    ])
    func aPageThatCannotBeScrapedAtTheStartIsAnError(
        page: String, code: Int, says: String, reason: Comment
    ) throws {
        let folder = try TemporaryFolder()
        let server = try server { _ in .ok() }
        defer { server.stop() }
        let outcome = try reprise.run(
            "replay", try reprise.demoLog(in: folder), "--target", server.url, "--watch-metrics", page, "-o",
            folder.file("run"))
        #expect(outcome.code == code && outcome.errors.contains(says), reason)
        #expect(!outcome.errors.contains("pass@"))
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: [
        (LoopbackServer.Answer.ok("<html>"), "no metrics in the response", "another kind of page"),
        (.ok(status: "404 Not Found"), "status 404", "no page"), (.reset, "reset", "a connection that is reset"),
        (.ok(String(repeating: "a 1\n", count: 3 << 20)), "larger than 8 MiB", "a page without end"),
        (.ok(status: "302 Found", fields: ["Location: http://192.0.2.1/metrics"]), "status 302", "nobody is followed"),
    ])
    func anInvalidMetricsPageIsReportedBeforeTheRun(
        answer: LoopbackServer.Answer, says: String, reason: Comment
    ) throws {
        let folder = try TemporaryFolder()
        let server = try server { _ in answer }
        defer { server.stop() }
        let outcome = try reprise.run(
            "replay", try reprise.demoLog(in: folder), "--target", server.url, "--watch-metrics", server.url, "-o",
            folder.file("run"))
        #expect(outcome.code == 1 && outcome.errors.contains(says), reason)
    }

    @Test func aPageThatHangsHoldsUpNothing() throws {
        let folder = try TemporaryFolder()
        let server = try server { $0 == 0 ? .ok("other_bytes 1\n") : .hang }
        defer { server.stop() }
        let outcome = try reprise.run(
            "replay", try reprise.demoLog(in: folder), "--target", server.url, "--for", "1s", "--sessions", "2",
            "--expect", "none",
            "--watch-metrics", server.url, "--watch-interval", "100ms", "-o", folder.file("run"), "--json")
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("had none of the watched metrics"))
    }
}
