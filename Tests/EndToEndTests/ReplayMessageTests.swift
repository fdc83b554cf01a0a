import Foundation
import TestSupport
import TestThreads
import Testing

/// What a replay reports when things go wrong: the cause, and correct figures.
@Suite(.waits) struct ReplayMessageTests {
    private let reprise = BuiltProgram("reprise")

    private struct Told {
        var outcome: BuiltProgram.Outcome
        var summary: [String: Any]
        var run: String
        /// What is printed, as one line, whatever its width.
        var text: String { outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

        func figure(_ path: String...) -> Any? {
            path.reduce(summary as Any?) { ($0 as? [String: Any])?[$1] }
        }
    }

    private func replay(_ url: String, _ arguments: String..., in folder: TemporaryFolder) throws -> Told {
        let log = try reprise.demoLog(in: folder)
        let run = folder.file("run")
        let outcome = try reprise.start(["replay", log, "--target", url, "-o", run] + arguments).wait()
        let bytes = try? TemporaryFolder.read(run + "/summary.json")
        let summary = try bytes.flatMap { try JSONSerialization.jsonObject(with: Data($0)) as? [String: Any] }
        return Told(outcome: outcome, summary: summary ?? [:], run: run)
    }

    /// A port that no one listens on.
    private func closedPort() throws -> UInt16 {
        let server = try LoopbackServer { _ in .ok() }
        server.stop()
        return server.port
    }

    @Test(arguments: ["wire", "curl"]) func aServiceThatIsDownPassesNoGate(transport: String) throws {
        let result = try replay(
            "http://127.0.0.1:\(closedPort())", "--speed", "max", "--gate", "p95<500ms", "--transport", transport,
            in: TemporaryFolder())
        #expect(result.outcome.code == 99)
        #expect(result.text.contains("FAIL Nothing was answered: 216 of 216 requests failed"), "\(result.text)")
        #expect(result.figure("verdict") as? String == "FAIL")
        #expect(result.figure("throughputRps") as? Double == 0)
        #expect(result.figure("tokens", "bound") as? Int == 0, "what is not sent has nothing bound into it")
        #expect(result.figure("connections", "opened") as? Int == 0, "a refused connection is none")
    }

    @Test func aServiceThatIsDownIsAFailureWithoutGates() throws {
        let result = try replay("http://127.0.0.1:\(closedPort())", "--speed", "max", in: TemporaryFolder())
        #expect(result.outcome.code == 1)
        #expect(result.text.hasPrefix("NONE Nothing was answered: "), "\(result.text)")
    }

    @Test func aGateOnAnEndpointThatIsNotThereIsAnErrorBeforeAnythingIsSent() throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let result = try replay(
            server.url, "--speed", "max", "--gate", "p95(GET /api/v1/itemz)<500ms", in: TemporaryFolder())
        #expect(result.outcome.code == 64)
        #expect(
            result.outcome.errors.contains("there is no endpoint 'GET /api/v1/itemz'; the nearest: 'GET /api/v1/items'")
        )
        #expect(server.requests.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: result.run))
    }

    @Test func aCapBelowThePlanIsNamedAsTheCause() throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let result = try replay(
            server.url, "--sessions", "20", "--speed", "20", "--rate", "20", "--for", "4s", "--max-behind", "1s",
            "--expect", "none", "--on-missing", "send", in: TemporaryFolder())
        let warnings = result.outcome.errors.split(separator: "\n").filter { $0.contains("--rate") }
        #expect(warnings.count == 1, "\(warnings)")
        #expect(warnings.first?.contains("it makes requests up to") == true)
        #expect(warnings.first?.contains("late, not the target") == true)
        #expect(!result.text.contains("the target was slower than the plan"), "\(result.text)")
        #expect(!result.text.contains("could not keep up"), "\(result.text)")
        // What is reported as not sent was due in this run: at most what the plan contains.
        let requests = try #require(result.figure("requests") as? Int)
        #expect((1...90).contains(requests))
    }

    @Test func slotsThatNeverBeginAreReported() throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let result = try replay(
            server.url, "--sessions", "5", "--ramp", "10s", "--for", "2s", "--expect", "none", in: TemporaryFolder())
        #expect(
            result.outcome.errors.contains("only 1 of 5 slots start within the time of the run"),
            "\(result.outcome.errors)"
        )
    }

    @Test func clonesThatFailedAreOutOfThoseThatEnded() throws {
        let server = try LoopbackServer { request in
            request.target == "/api/protected" ? .ok(status: "500 Broken") : .ok()
        }
        defer { server.stop() }
        let result = try replay(server.url, "--speed", "max", "--on-missing", "send", in: TemporaryFolder())
        #expect(
            result.text.contains("all 12 finished sessions had failed requests"), "\(result.text)")
    }

    /// The response that lacks a value is listed above all failures that follow from it, with what it has instead, in
    /// every report.
    @Test func theRootOfMissingValuesIsReportedEverywhere() throws {
        let folder = try TemporaryFolder()
        let server = try LoopbackServer { request in
            request.target == "/auth/login" ? .ok(#"{"token":"live","expires_in":3600}"#) : .ok("{}")
        }
        defer { server.stop() }
        let result = try replay(
            server.url, "--speed", "max", "--expect", "2xx", in: folder)
        let root = "POST /auth/login answered 200 without $.access_token (its keys: token, expires_in)"
        let causes = try #require(result.figure("failureCauses") as? [[String: Any]])
        let own = causes.filter { ($0["root"] as? String)?.hasPrefix(root) == true }
        let sum = own.reduce(0) { $0 + ($1["count"] as? Int ?? 0) }
        #expect(sum > 100, "\(causes)")
        let sentence = "\(root): \(sum) later requests were not sent (see --bindings)"
        #expect(own.allSatisfy { $0["root"] as? String == sentence })
        #expect(own.allSatisfy { $0["expectedStatus"] as? Int != nil }, "recorded → live, also of what was not sent")
        #expect(result.text.contains(sentence), "\(result.text)")
        let page = String(decoding: try TemporaryFolder.read(result.run + "/report.html"), as: UTF8.self)
        #expect(page.contains("answered 200 without $.access_token (its keys: token, expires_in)"))
        let junit = folder.file("junit.xml")
        let csv = folder.file("figures")
        #expect(try reprise.run("report", result.run, "--junit", junit, "--csv", csv).code == 0)
        #expect(
            String(decoding: try TemporaryFolder.read(junit), as: UTF8.self).contains("without $.access_token"))
        let tables = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("figures") }
        #expect(
            try tables.contains {
                String(decoding: try TemporaryFolder.read(folder.file($0)), as: UTF8.self).contains(
                    "without $.access_token")
            })
    }

    /// Every failed response is reported with the recorded status next to the live one.
    @Test func failuresShowRecordedAndLiveStatus() throws {
        let server = try LoopbackServer { request in
            request.target == "/api/protected" ? .ok(status: "503 Busy") : .ok()
        }
        defer { server.stop() }
        let result = try replay(server.url, "--speed", "max", "--on-missing", "send", in: TemporaryFolder())
        let causes = try #require(result.figure("failureCauses") as? [[String: Any]])
        let own = try #require(causes.first { $0["receivedStatus"] as? Int == 503 })
        #expect(own["endpoint"] as? String == "GET /api/protected" && own["expectedStatus"] as? Int == 200)
    }
}
