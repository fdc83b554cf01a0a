import Foundation
import TestSupport
import TestThreads
import Testing

/// `capture --redact` and `reprise redact` on the recording that ships with the project.
@Suite(.waits) struct RedactCommandTests {
    private let reprise = BuiltProgram("reprise")
    private let folder: TemporaryFolder
    private let recording = ProjectFile.path("captures/demo.pcap")

    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: [String]) throws -> String {
        let outcome = try reprise.start(arguments).wait()
        try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
        return outcome.output
    }

    private func plainLog() throws -> String {
        let log = folder.file("plain.rlog")
        _ = try run(["capture", "-r", recording, "-o", log])
        return log
    }

    /// Every password and token that people of the recording sent or were given.
    private func secrets(of log: String) throws -> Set<String> {
        var secrets: Set<String> = []
        for line in try run(["export", log, "--to", "jsonl", "--full"]).split(separator: "\n") {
            let exchange = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            for name in ["requestBody", "responseBody"] {
                guard let text = exchange?[name] as? String,
                    let body = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
                else { continue }
                for member in ["password", "access_token", "refresh_token"] {
                    if let secret = body[member] as? String { secrets.insert(secret) }
                }
            }
        }
        return secrets
    }

    /// What the plan found, without numbers inside texts: a pseudonym may have one that another response has by chance.
    private func findings(of log: String) throws -> NSDictionary {
        let text = try run(["plan", log, "--json"])
        let plan = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        var findings = try #require(plan?["findings"] as? [String: Any])
        let constants = findings["constants"] as? [[String: Any]] ?? []
        findings["constants"] = constants.filter { ($0["source"] as? String)?.contains("number[") != true }
        return findings as NSDictionary
    }

    /// Redacted while capturing and redacted afterwards: no command shows a secret, and the plan is the same.
    @Test(arguments: [true, false])
    func keepsNoSecretsAndEveryBinding(atCapture: Bool) throws {
        let plain = try plainLog()
        let secrets = try secrets(of: plain)
        try #require(secrets.count > 10)
        let log = folder.file("redacted.rlog")
        if atCapture {
            _ = try run(["capture", "-r", recording, "--redact", "default", "-o", log])
        } else {
            let said = try run(["redact", plain, "-o", log])
            #expect(said.hasPrefix("\(log): ") && said.contains("values replaced"))
        }
        let shown = [
            try run(["export", log, "--to", "jsonl", "--full"]), try run(["inspect", log]),
            try run(["inspect", log, "--json", "--sessions"]), try run(["inspect", log, "--exchange", "2"]),
            try run(["plan", log, "--first", "20"]), try run(["plan", log, "--json", "--first", "20"]),
        ]
        for secret in secrets { #expect(!shown.contains { $0.contains(secret) }, "\(secret)") }
        #expect(try findings(of: log) == findings(of: plain))
        #expect(try run(["verify", log]).contains("is whole"))
    }

    @Test func theSameKeyGivesTheSamePseudonyms() throws {
        let plain = try plainLog()
        let key = try folder.write("key", Array("0123456789abcdef0123456789abcdef".utf8))
        let exports = try (0..<3).map { number in
            let log = folder.file("\(number).rlog")
            _ = try run(["redact", plain, "-o", log] + (number < 2 ? ["--key", key] : []))
            return try run(["export", log, "--to", "jsonl", "--full"])
        }
        #expect(exports[0] == exports[1])
        #expect(exports[0] != exports[2])
    }

    /// Mistakes end before anything is written, with one line that says where.
    @Test(arguments: [
        ("rules:\n  - {header: a, action: hide}\n", 2, "line 2: rules[0].action: must be one of"),
        ("rulez: []\n", 2, "line 1: rulez: is not known"),
    ])
    func wrongPoliciesAreRefused(policy: String, code: Int32, problem: String) throws {
        let file = try folder.write("policy.yaml", Array(policy.utf8))
        let log = folder.file("none.rlog")
        for arguments in [
            ["redact", try plainLog(), "--policy", file, "-o", log],
            ["capture", "-r", recording, "--redact", file, "-o", log],
        ] {
            try? FileManager.default.removeItem(atPath: folder.file("plain.rlog"))
            let outcome = try reprise.start(arguments).wait()
            #expect(outcome.code == code)
            #expect(outcome.errors.contains("\(file): \(problem)"), "\(outcome.errors)")
            #expect(!FileManager.default.fileExists(atPath: log))
        }
    }

    @Test func shortKeysAndMissingFilesAreErrors() throws {
        let plain = try plainLog()
        let short = try folder.write("short", [1, 2, 3])
        let log = folder.file("out.rlog")
        #expect(try reprise.run("redact", plain, "-o", log, "--key", short).code == 2)
        #expect(try reprise.run("redact", plain, "-o", log, "--policy", folder.file("none")).code == 2)
        #expect(try reprise.run("redact", plain, "-o", plain, "--force").code == 64)
        #expect(try reprise.run("redact", plain).code == 64)
        #expect(try reprise.run("redact", "--show-default").output.contains("rules:"))
    }
}
