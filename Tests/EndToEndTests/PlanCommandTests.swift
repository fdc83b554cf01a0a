import Foundation
import TestSupport
import TestThreads
import Testing

/// `reprise plan` on the recording that ships with the project.
@Suite(.waits) struct PlanCommandTests {
    private let reprise = BuiltProgram("reprise")

    @Test func planSaysWhatAReplayWouldSendAndShowsNoValue() throws {
        let folder = try TemporaryFolder()
        let log = try reprise.demoLog(in: folder)
        let outcome = try reprise.run("plan", log, "--sessions", "100", "--speed", "10", "--json", "--first", "3")
        #expect(outcome.code == 0)
        #expect(!outcome.output.contains("eyJ"), "no token is shown")
        let plan = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
        let planned = try #require(plan["planned"] as? [String: Any])
        #expect(planned["slots"] as? Int == 100)
        #expect(planned["clones"] as? Int == 100)
        #expect((plan["needs"] as? [String: Any])?["sockets"] as? Int == 100)
        let first = try #require(plan["first"] as? [[String: Any]])
        #expect(first.count == 3)
        for request in first {
            let number = try #require(request["exchange"] as? Int)
            let shown = try reprise.run("inspect", log, "--exchange", "\(number)")
            let words = try #require(request["endpoint"] as? String).split(separator: " ")
            #expect(shown.output.contains("\(words[0]) \(words[1].prefix { $0 != "{" })"), "exchange \(number)")
        }
        let findings = try #require(plan["findings"] as? [String: Any])
        let bindings = try #require(findings["bindings"] as? [[String: Any]])
        #expect(bindings.contains { $0["source"] as? String == "$.access_token" })
        #expect(findings["loginsWithoutRegistration"] as? Int == 0)
        let page = try reprise.run("plan", log)
        #expect(page.output.contains("POST /auth/login  $.access_token"))
        #expect(page.errors.isEmpty)
    }

    @Test func impossibleArgumentsAreUsageErrors() throws {
        let folder = try TemporaryFolder()
        let log = try reprise.demoLog(in: folder)
        for arguments in [
            ["--sessions", "1", "--copies", "1"], ["--ramp", "1s"], ["--speed", "0"], ["--identity", "bob"],
        ] {
            #expect(try reprise.start(["plan", log] + arguments).wait().code == 64)
        }
        let missing = try reprise.run("plan", folder.file("none.rlog"))
        #expect(missing.code == 2)
        #expect(try reprise.run("plan", log, "--mint-key", folder.file("none")).code == 2)
    }
}
