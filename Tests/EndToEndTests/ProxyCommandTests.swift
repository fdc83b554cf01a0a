import Foundation
import TestSupport
import TestThreads
import Testing

/// Proxies on the command line, and in the environment.
@Suite(.waits) struct ProxyCommandTests {
    private let reprise = BuiltProgram("reprise")

    @Test func proxiesOfTheEnvironmentAreNotTaken() throws {
        let folder = try TemporaryFolder()
        let log = try reprise.demoLog(in: folder)
        let target = try LoopbackServer { _ in .ok() }
        defer { target.stop() }
        let proxy = try LoopbackServer.proxy(to: target.port)
        defer { proxy.stop() }
        let url = "http://127.0.0.1:\(proxy.port)"
        let outcome = try reprise.run(
            [
                "replay", log, "--target", target.url, "--speed", "max", "--transport", "curl", "--expect", "none",
                "-o",
                folder.file("run"),
            ],
            environment: ["http_proxy": url, "HTTP_PROXY": url, "ALL_PROXY": url, "https_proxy": url])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(!target.requests.isEmpty)
        #expect(proxy.requests.isEmpty)
    }

    @Test func aNamedProxyIsUsedForEveryHostAndItsPasswordIsNotShown() throws {
        let folder = try TemporaryFolder()
        let log = try reprise.demoLog(in: folder)
        let target = try LoopbackServer { _ in .ok() }
        defer { target.stop() }
        let proxy = try LoopbackServer.proxy(to: target.port)
        defer { proxy.stop() }
        let run = folder.file("run")
        let outcome = try reprise.run(
            [
                "replay", log, "--target", target.url, "--speed", "max", "--expect", "none", "-o", run,
                "--proxy", "http://someone:s3cr3tw0rd@127.0.0.1:\(proxy.port)",
            ], environment: ["no_proxy": "*", "NO_PROXY": "127.0.0.1"])
        #expect(outcome.code == 0, "\(outcome.errors)")
        #expect(!target.requests.isEmpty)
        #expect(target.requests.allSatisfy { $0.target.hasPrefix("http://127.0.0.1:\(target.port)/") })
        let settings = String(decoding: try TemporaryFolder.read(run + "/run.json"), as: UTF8.self)
        #expect(settings.contains("127.0.0.1:\(proxy.port)"))
        var shown = outcome.output + outcome.errors
        for name in try FileManager.default.contentsOfDirectory(atPath: run) {
            shown += String(decoding: try TemporaryFolder.read(run + "/" + name), as: UTF8.self)
        }
        #expect(!shown.contains("s3cr3tw0rd"))
        #expect(!shown.contains("someone"))
    }

    @Test(arguments: [
        (
            ["--proxy", "http://127.0.0.1:1", "--transport", "wire"], "--proxy needs --transport curl or auto",
            "our sockets have none"
        ),
        (["--proxy", "ftp://u:s3cr3tw0rd@127.0.0.1:1"], "a proxy is given as", "no proxy of ours"),
        (["--proxy", "http://u:s3cr3tw0rd@h:x"], "a proxy is given as", "no port"),
        (["--proxy", "http://192.0.2.1:1"], "--allow-host 192.0.2.1", "not loopback"),
        (["--proxy-insecure"], "need --proxy", "no proxy to trust"),
    ])
    func whatCannotBeIsAUsageError(arguments: [String], message: String, reason: String) throws {
        let folder = try TemporaryFolder()
        let log = try folder.write("none.rlog", [])
        let outcome = try reprise.run(
            ["replay", log, "--target", "http://127.0.0.1:1", "-o", folder.file("run")] + arguments, environment: [:])
        #expect(outcome.code == 64, "\(reason)")
        #expect(outcome.errors.contains(message), "\(reason)")
        #expect(!outcome.errors.contains("s3cr3tw0rd"))
    }
}
