import Foundation
import TestSupport
import TestThreads
import Testing

/// No command shows a recorded secret unless it is asked to.
@Suite(.waits) struct SecretsShownTests {
    private let reprise = BuiltProgram("reprise")
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let secrets = [
        "sess-9f8e7d6c", "kEy42short", "c5rfV4lue", "sid-1a2b3c", "Hunter2x1", "eyJhbGciOiJIUzI1NiJ9", "jid-77ab",
        "Rst9x",
    ]

    private func recording() throws -> String {
        func entry(_ second: Int, _ url: String) -> String {
            """
            {"startedDateTime":"2026-11-30T10:00:0\(second).000Z","time":5,"request":{"method":"POST","url":"https://shop.example\(url)",
            "httpVersion":"HTTP/1.1","headers":[{"name":"X-Session-Id","value":"sess-9f8e7d6c"},{"name":"X-Api-Key","value":"kEy42short"},
            {"name":"X-CSRF","value":"c5rfV4lue"}],"queryString":[],"cookies":[],"headersSize":-1,"bodySize":24,
            "postData":{"mimeType":"application/json","text":"{\\"password\\":\\"Hunter2x1\\"}"}},
            "response":{"status":200,"statusText":"OK","httpVersion":"HTTP/1.1","headers":[],"cookies":[],
            "content":{"size":0,"mimeType":""},"redirectURL":"","headersSize":-1,"bodySize":0},"cache":{},
            "timings":{"send":1,"wait":3,"receive":1}}
            """
        }
        let urls = [
            "/login?sid=sid-1a2b3c", "/cart;jsessionid=jid-77ab/items?sid=sid-1a2b3c", "/reset-password/Rst9x",
            "/a/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl/b",
        ]
        let entries = urls.enumerated().map { entry($0.offset, $0.element) }.joined(separator: ",\n")
        let text = #"{"log":{"version":"1.2","creator":{"name":"t","version":"1"},"entries":[\#(entries)]}}"#
        return try folder.write("a.har", Array(text.utf8))
    }

    private func expectNothing(_ text: String, _ place: String) {
        for secret in Self.secrets { #expect(!text.contains(secret), "\(secret) in \(place)") }
    }

    @Test("HAR: inspect, plan, replay with every file of its run, report")
    func har() throws {
        let log = folder.file("a.rlog")
        let har = try recording()
        #expect(try reprise.run("import", har, "-o", log).code == 0)
        let run = folder.file("run")
        let bindings = folder.file("b.yaml")
        let page = folder.file("page.html")
        let commands = [
            ["inspect", log], ["inspect", log, "--json"], ["inspect", log, "--exchange", "1"],
            ["inspect", log, "--exchange", "2", "--json"], ["inspect", log, "--sessions"],
            ["inspect", log, "--list"], ["inspect", log, "--list", "--json"], ["inspect", log, "--sort", "path"],
            ["plan", log],
            ["plan", log, "--json"],
            ["plan", log, "--bindings"], ["plan", log, "--bindings-out", bindings],
            ["replay", log, "--target", "http://127.0.0.1:1", "--speed", "max", "-o", run], ["report", run],
            ["report", run, "--html", page], ["analyze", log], ["analyze", log, "--json"],
        ]
        for arguments in commands {
            let outcome = try reprise.start(arguments).wait()
            expectNothing(outcome.output, "\(arguments[0]): output of \(arguments)")
            expectNothing(outcome.errors, "\(arguments[0]): errors of \(arguments)")
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: run)
        #expect(files.contains("examples.json") && files.contains("summary.json"))
        for file in files {
            expectNothing(String(decoding: try TemporaryFolder.read("\(run)/\(file)"), as: UTF8.self), "run/\(file)")
        }
        for file in [bindings, page] {
            expectNothing(String(decoding: try TemporaryFolder.read(file), as: UTF8.self), file)
        }
        let shown = try reprise.run("inspect", log, "--exchange", "1", "--show-secrets").output
        for secret in ["sess-9f8e7d6c", "kEy42short", "c5rfV4lue", "sid-1a2b3c", "Hunter2x1"] {
            #expect(shown.contains(secret), "\(secret) is not shown")
        }
        let whole = try reprise.run("inspect", log, "--exchange", "1", "--json", "--show-secrets").output
        #expect(whole.contains("sess-9f8e7d6c"))
    }
}
