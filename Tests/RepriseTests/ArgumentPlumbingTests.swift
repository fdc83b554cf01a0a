import Analysis
import ArgumentParser
import Foundation
import Plan
import Replay
import TestSupport
import Testing
import Traffic
import Workflows

@testable import reprise

/// Each argument reaches the option that it names, and no other; what cannot be together is refused.
@Suite struct ArgumentPlumbingTests {
    /// All that the options of a plan say, as text by their names.
    private static func facts(_ options: PlanOptions) -> [String: String] {
        [
            "speed": "\(options.speed)", "pacing": "\(options.pacing)", "think": "\(String(describing: options.think))",
            "population": "\(options.population)", "arrivals": "\(options.arrivals)",
            "connections": "\(options.connections)",
            "ramp": "\(String(describing: options.ramp))", "duration": "\(String(describing: options.duration))",
            "seed": "\(options.seed)",
            "identityTemplate": "\(String(describing: options.identityTemplate))",
            "fits": "\(options.fitsIdentityTemplate)",
            "mintKeys": "\(options.mintKeys == nil)", "awsKeys": "\(options.awsKeys == nil)",
            "claims": "\(options.claims.count)",
            "tokenEndpoint": "\(String(describing: options.tokenEndpoint?.path))",
            "keepsCookies": "\(options.keepsCookies)",
            "rules": "\(options.bindingRules.rules.count)",
            "people": "\(String(describing: options.feeds.people?.columns))",
        ]
    }

    private static func plan(_ arguments: [String]) throws -> [String: String] {
        facts(try PlanArguments.parse(arguments).options())
    }

    @Test func noArgumentsAreTheDefaults() throws { #expect(try Self.plan([]) == Self.facts(PlanOptions())) }

    /// Arguments, and what they change.
    struct PlanChange: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var change: @Sendable (inout PlanOptions) -> Void
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ arguments: [String], _ change: @escaping @Sendable (inout PlanOptions) -> Void) {
            (self.arguments, self.change) = (arguments, change)
        }
    }

    static let planChanges = [
        PlanChange(["--speed", "4"]) { $0.speed = .factor(4) }, PlanChange(["--speed", "max"]) { $0.speed = .max },
        PlanChange(["--sessions", "7"]) { $0.population = .slots(7) },
        PlanChange(["--copies", "3"]) { $0.population = .copies(3) },
        PlanChange(["--pacing", "think"]) { $0.pacing = .think },
        PlanChange(["--think", "2s"]) { ($0.pacing, $0.think) = (.think, ThinkTime(text: "2s")) },
        PlanChange(["--sessions", "7", "--ramp", "3s"]) { ($0.population, $0.ramp) = (.slots(7), .seconds(3)) },
        PlanChange(["--copies", "2", "--ramp", "0"]) { ($0.population, $0.ramp) = (.copies(2), .zero) },
        PlanChange(["--for", "90s"]) { $0.duration = .seconds(90) },
        PlanChange(["--connections", "one"]) { $0.connections = .one },
        PlanChange(["--arrivals", "rate:5/s"]) { $0.arrivals = Arrivals(argument: "rate:5/s") ?? .recorded },
        PlanChange(["--seed", "9"]) { $0.seed = 9 },
        PlanChange(["--identity", "p{clone}"]) { ($0.identityTemplate, $0.fitsIdentityTemplate) = ("p{clone}", false) },
        PlanChange(["--identity", "recorded"]) { ($0.identityTemplate, $0.fitsIdentityTemplate) = (nil, false) },
        PlanChange(["--keep-cookies"]) { $0.keepsCookies = true }, PlanChange(["--no-prelude"]) { _ in },
    ]

    @Test(arguments: planChanges) func anArgumentChangesItsOption(_ test: PlanChange) throws {
        var expected = PlanOptions()
        test.change(&expected)
        #expect(try Self.plan(test.arguments) == Self.facts(expected))
    }

    @Test(arguments: [
        (["--sessions", "1", "--copies", "1"], "exclude each other"), (["--sessions", "0"], "--sessions takes"),
        (["--copies", "0"], "--copies takes"), (["--ramp", "1s"], "--ramp needs"), (["--for", "0s"], "above 0"),
        (["--arrivals", "rate:5/s", "--sessions", "2"], "cannot be combined"),
        (["--identity", "same"], "needs {clone}"),
        (["--think", "1s", "--speed", "max"], "exclude"), (["--claim", "sub=u{clone}"], "--mint-key"),
        (["--think", "soon"], "soon"),
        (["--ramp", "soon", "--sessions", "1"], "soon"), (["--claim", "nothing", "--mint-key", "k"], "nothing"),
    ]) func whatCannotBeTogetherIsRefused(arguments: [String], message: String) {
        #expect("\(Self.refusal { _ = try PlanArguments.parse(arguments) })".contains(message), "\(arguments)")
    }

    private static func refusal(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "accepted"
        } catch let error as any ReportedError {
            return error.advised
        } catch {
            return PlanArguments.message(for: error)
        }
    }

    @Test(arguments: [(1, true), (ReplayPlan.slotLimit, true), (ReplayPlan.slotLimit + 1, false)])
    func theMostSessions(count: Int, isTaken: Bool) {
        for name in ["--sessions", "--copies"] {
            #expect(((try? PlanArguments.parse([name, "\(count)"])) != nil) == isTaken, "\(name)")
        }
    }

    // MARK: - Token endpoints

    private static let all = [
        "--oauth-client-id", "--oauth-client-secret", "--oauth-scope", "--oauth-user", "--oauth-password",
        "--oauth-refresh-token",
    ]

    @Test(arguments: all) func anOptionOfATokenEndpointNeedsOne(name: String) {
        #expect(
            Self.refusal { _ = try TokenEndpointArguments.parse([name, "x"]) }.contains("need --oauth-token-url"),
            "\(name)")
    }

    @Test(arguments: [
        ([], "needs --oauth-client-id"),
        (["--oauth-client-id", "c"], "client_credentials needs --oauth-client-secret"),
        (["--oauth-client-id", "c", "--oauth-grant", "password", "--oauth-user", "u"], "password needs"),
        (["--oauth-client-id", "c", "--oauth-grant", "password", "--oauth-password", "p"], "password needs"),
        (["--oauth-client-id", "c", "--oauth-grant", "refresh_token"], "refresh_token needs"),
    ]) func aGrantNeedsItsOwn(arguments: [String], message: String) {
        let refusal = Self.refusal {
            _ = try TokenEndpointArguments.parse(["--oauth-token-url", "http://h/t"] + arguments)
        }
        #expect(refusal.contains(message), "\(arguments): \(refusal)")
    }

    @Test func theEndpointHasWhatItWasGiven() throws {
        let folder = try TemporaryFolder()
        let secret = try folder.write("secret", Array("s3cret\r\n".utf8))
        let password = try folder.write("password", Array("pass word\n\n".utf8))
        let refresh = try folder.write("refresh", Array("r1".utf8))
        let arguments = try TokenEndpointArguments.parse([
            "--oauth-token-url", "http://127.0.0.1:9/tok?x=1", "--oauth-client-id", "c", "--oauth-client-secret",
            secret, "--oauth-grant",
            "password", "--oauth-user", "u{clone}", "--oauth-password", password, "--oauth-refresh-token", refresh,
            "--oauth-scope", "a b",
            "--oauth-client-in-body",
        ])
        let endpoint = try #require(try arguments.endpoint())
        #expect(endpoint.path == "/tok?x=1" && endpoint.clientID == "c" && endpoint.kind == .password)
        #expect(endpoint.clientSecret == Array("s3cret".utf8) && endpoint.password == Array("pass word".utf8))
        #expect(endpoint.refreshToken == Array("r1".utf8) && endpoint.scope == "a b" && endpoint.userName == "u{clone}")
        #expect(endpoint.namesClientInBody)
        #expect(try arguments.target() != nil)
        let none = try TokenEndpointArguments.parse([])
        #expect(try none.endpoint() == nil && none.target() == nil)
    }

    @Test(arguments: [
        ("http://h", "/"), ("http://h/", "/"), ("http://h?x=1", "/?x=1"), ("https://h:1/a/b", "/a/b"), ("h/a", nil),
        ("http://h/a b", nil),
        ("http://h/a#b", nil), ("http://h/\u{7f}", nil),
    ]) func pathsOfTheEndpoint(url: String, path: String?) throws {
        let arguments = try TokenEndpointArguments.parse([
            "--oauth-token-url", url, "--oauth-client-id", "c", "--oauth-client-secret", "env:HOME",
        ])
        if let path {
            #expect(try arguments.endpoint()?.path == path)
        } else {
            #expect(throws: CommandFailure.self) { try arguments.endpoint() }
        }
    }

    // MARK: - Sending

    private static func sending(_ arguments: [String], plan: [String] = []) throws -> ReplayOptions {
        try SendingArguments.parse(["--target", "http://127.0.0.1:9"] + arguments).options(
            plan: PlanArguments.parse(plan))
    }

    /// All that the options of a replay say, as text by their names.
    private static func facts(_ options: ReplayOptions) -> [String: String] {
        [
            "workers": "\(String(describing: options.workers))", "duration": "\(String(describing: options.duration))",
            "drain": "\(options.drain)", "maxBehind": "\(options.maxBehind)", "timeout": "\(options.timeout)",
            "connectTimeout": "\(options.connectTimeout)",
            "firstByteTimeout": "\(String(describing: options.firstByteTimeout))",
            "order": "\(options.order)", "rate": "\(String(describing: options.requestsPerSecond))",
            "connections": "\(options.connections)", "transport": "\(options.transport)",
            "expectation": "\(options.expectation)",
            "onMissing": "\(options.onMissing)", "margin": "\(options.renewalMargin)",
            "on401": "\(options.onUnauthorized)",
            "mintCommand": "\(String(describing: options.mintCommand))", "mintTimeout": "\(options.mintTimeout)",
            "comparesBodies": "\(options.comparesBodies)", "keepsHost": "\(options.keepsHost)",
            "proxy": "\(options.proxy == nil)",
            "verifies": "\(options.verifiesCertificates)",
            "authorities": "\(String(describing: options.certificateAuthorities))",
            "certificate": "\(String(describing: options.clientCertificate))",
            "key": "\(String(describing: options.clientKey))",
        ]
    }

    /// Arguments of sending and of the plan, and what they change.
    struct SendingChange: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var plan: [String]
        var change: @Sendable (inout ReplayOptions) -> Void
        var testDescription: String { (arguments + plan).joined(separator: " ") }

        init(
            _ arguments: [String], plan: [String] = [], _ change: @escaping @Sendable (inout ReplayOptions) -> Void
        ) {
            (self.arguments, self.plan, self.change) = (arguments, plan, change)
        }
    }

    static let sendingChanges = [
        SendingChange([]) { _ in }, SendingChange(["--workers", "3"]) { $0.workers = 3 },
        SendingChange([], plan: ["--for", "7s"]) { $0.duration = .seconds(7) },
        SendingChange(["--drain", "2s"]) { $0.drain = .seconds(2) },
        SendingChange(["--max-behind", "2s"]) { $0.maxBehind = .seconds(2) },
        SendingChange(["--timeout", "2s"]) { $0.timeout = .seconds(2) },
        SendingChange(["--timeout-connect", "2s"]) { $0.connectTimeout = .seconds(2) },
        SendingChange(["--timeout-first-byte", "2s"]) { $0.firstByteTimeout = .seconds(2) },
        SendingChange(["--order", "values"]) { $0.order = .values },
        SendingChange(["--rate", "500/s"]) { $0.requestsPerSecond = 500 },
        SendingChange([], plan: ["--connections", "one"]) { $0.connections = .one },
        SendingChange(["--transport", "curl"]) { $0.transport = .curl },
        SendingChange(["--expect", "2xx"]) { $0.expectation = .success },
        SendingChange(["--on-missing", "abort-session"]) { $0.onMissing = .abortSession },
        SendingChange(["--renew-before", "never"]) { $0.renewalMargin = .never },
        SendingChange(["--renew-before", "5s"]) { $0.renewalMargin = .ahead(.seconds(5)) },
        SendingChange(["--on-401", "relogin"]) { $0.onUnauthorized = .relogin },
        SendingChange(["--mint-with", "cat"]) { $0.mintCommand = "cat" },
        SendingChange(["--mint-timeout", "2s"]) { $0.mintTimeout = .seconds(2) },
        SendingChange(["--compare-bodies"]) { $0.comparesBodies = true },
        SendingChange(["--keep-host"]) { $0.keepsHost = true },
        SendingChange(["--insecure"]) { $0.verifiesCertificates = false },
        SendingChange(["--cacert", "/dev/null"]) { $0.certificateAuthorities = "/dev/null" },
        SendingChange(["--cert", "/dev/null"]) { $0.clientCertificate = "/dev/null" },
        SendingChange(["--key", "/dev/null"]) { $0.clientKey = "/dev/null" },
    ]

    @Test(arguments: sendingChanges) func anArgumentOfSendingChangesItsOption(_ test: SendingChange) throws {
        var expected = ReplayOptions(targets: try TargetMap([ReplayTarget(parsing: "http://127.0.0.1:9")]))
        test.change(&expected)
        #expect(Self.facts(try Self.sending(test.arguments, plan: test.plan)) == Self.facts(expected))
    }

    @Test(arguments: [
        (["--transport", "wire", "--proxy", "http://127.0.0.1:1"], "--proxy needs"),
        (["--source", "localhost"], "numeric address"), (["--source", "127.0.0.2-"], "numeric address"),
        (["--source", "::1-::2"], "numeric address"), (["--source", "127.0.0.9-127.0.0.2"], "ends before it begins"),
        (["--source", "127.0.0.0/8"], "more than 65,536"),
        (["--source", "192.0.2.0/30"], "192.0.2.1 is not an address"),
        (["--source", "127.0.0.2", "--transport", "curl"], "--source cannot"),
        (["--max-failure-ratio", "1.1"], "0 to 1"),
        (["--source", "127.0.0.2", "--proxy", "http://127.0.0.1:1"], "--source cannot"),
        (["--max-failure-ratio=-0.1"], "0 to 1"),
        (["--sni", "a b"], "--sni"), (["--sni", "a/b"], "--sni"), (["--sni", "a:b"], "--sni"),
        (["--sni", ""], "--sni"),
        (["--workers", "0"], "1 to 1,024"), (["--workers", "1025"], "1 to 1,024"),
        (["--timeout", "0s"], "--timeout must be"),
        (["--timeout", "86401s"], "--timeout must be"), (["--timeout-connect", "0s"], "--timeout-connect"),
        (["--timeout-first-byte", "0s"], "--timeout-first-byte"), (["--mint-timeout", "0s"], "--mint-timeout"),
        (["--rate", "0"], "--rate"), (["--rate", "0.0009"], "--rate"), (["--rate", "1e10"], "--rate"),
        (["--rate", "nan"], "--rate"),
        (["--resolve", "a"], "HOST:PORT:ADDRESS"), (["--connect-to", "a"], "HOST1"),
        (["--cacert", "/nowhere"], "cannot read /nowhere of --cacert: No such file or directory"),
        (["--renew-before", "999ms"], "--renew-before"), (["--proxy-insecure"], "need --proxy"),
        (["--proxy", "http://192.0.2.1:1"], "--allow-host 192.0.2.1"),
    ]) func whatSendingCannotDoIsRefused(arguments: [String], message: String) {
        let refusal = Self.refusal { _ = try Self.sending(arguments) }
        #expect(refusal.contains(message), "\(arguments): \(refusal)")
    }

    @Test(arguments: [
        ["--workers", "1024"], ["--timeout", "1ms"], ["--timeout", "1d"], ["--rate", "0.001"], ["--rate", "1e9"],
        ["--rate", "7"],
        ["--max-failure-ratio", "0"], ["--max-failure-ratio", "1"], ["--sni", "a.example"], ["--source", "::1"],
        ["--renew-before", "1s"],
        ["--source", "127.0.0.2", "--transport", "wire"], ["--source", "127.0.0.2-127.0.0.50"],
        ["--source", "127.0.1.0/24"],
    ]) func theEdgesAreTaken(arguments: [String]) throws { _ = try Self.sending(arguments) }

    @Test(arguments: [["--speed", "max"], ["--pacing", "think"], ["--think", "1s"]])
    func orderByValuesNeedsRecordedTimes(plan: [String]) {
        #expect(
            Self.refusal { _ = try Self.sending(["--order", "values"], plan: plan) }.contains("--order values"),
            "\(plan)")
        #expect(Self.refusal { _ = try Self.sending([], plan: plan) } == "accepted")
    }

    // MARK: - Watching

    @Test func watchingHasWhatItWasGiven() throws {
        let none = try WatchArguments.parse([]).watch
        #expect(
            none.processes.isEmpty && !none.watchesTargets && none.pages.isEmpty && none.filters.isEmpty
                && none.interval == .seconds(1))
        let all = try WatchArguments.parse([
            "--watch-pid", "7", "--watch-pid", "8", "--watch-target", "--watch-metrics", "http://127.0.0.1:1",
            "--watch-metric", "go_*",
            "--watch-interval", "2s",
        ]).watch
        #expect(all.processes == [7, 8] && all.watchesTargets && all.pages == ["http://127.0.0.1:1"])
        #expect(all.filters.count == 1 && all.interval == .seconds(2))
        let other = all.ofAnotherTarget
        #expect(other.processes.isEmpty && other.pages.isEmpty && other.watchesTargets && other.interval == .seconds(2))
    }

    @Test(arguments: [
        ["--watch-pid", "1"], ["--watch-metrics", "u", "--watch-interval", "50ms"],
        ["--watch-metrics", "u", "--watch-interval", "1h"],
        Array(repeating: ["--watch-metrics", "u"], count: 16).flatMap { $0 },
    ]) func theEdgesOfWatchingAreTaken(arguments: [String]) throws { _ = try WatchArguments.parse(arguments) }

    // MARK: - Files of gates and values

    @Test func gatesOfAFileTakeItsPlace() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("gates", Array("# the goals\n\n  p95<500ms \nfailures<1%\r\n".utf8))
        let gates = try GateArguments.parse(["--gate", "max<1s", "--gate", "@\(path)", "--gate", "no-leak"]).parsed()
        #expect(gates.map(\.text) == ["max<1s", "p95<500ms", "failures<1%", "no-leak"])
        for (bytes, isTaken) in [(1 << 20, true), ((1 << 20) + 1, false)] {
            let comment = "#" + String(repeating: "x", count: bytes - 1)
            let file = try folder.write("\(bytes)", Array(comment.utf8))
            #expect(((try? GateArguments.parse(["--gate", "@\(file)"])) != nil) == isTaken, "\(bytes) bytes")
        }
        #expect(
            Self.refusal { _ = try GateArguments.parse(["--gate", "@\(folder.file("none"))"]) }.contains(
                "cannot read the gates in"))
        #expect(Self.refusal { _ = try GateArguments.parse(["--gate", "p95"]) } != "accepted")
    }

    @Test(arguments: ["=f", "k=", "k", "="]) func aFeedIsANameAndAFile(text: String) {
        #expect(Self.refusal { _ = try FeedArguments.parse(["--feed", text]) } != "accepted")
    }

    @Test func feedsAreRead() throws {
        let folder = try TemporaryFolder()
        let people = try folder.write("people.CSV", Array("user,password\nann,a\nbob,b\n".utf8))
        let lines = try folder.write("people.NDJSON", Array("{\"user\":\"eve\"}\n".utf8))
        let keys = try folder.write("keys=1", Array("k1\nk2\n".utf8))
        let arguments = try FeedArguments.parse(["--identities", people, "--feed", "key=\(keys)"])
        #expect(arguments.files == [people, keys])
        #expect(try arguments.feeds().people?.columns == ["user", "password"])
        #expect(try FeedArguments.parse(["--identities", lines]).feeds().people?.columns == ["user"])
        let none = try FeedArguments.parse([])
        #expect(try none.files.isEmpty && none.feeds().people == nil)
    }

    @Test(arguments: [
        ["--watch-metric", "go_*"], ["--watch-interval", "49ms"], ["--watch-interval", "3601s"], ["--watch-pid", "0"],
        ["--watch-pid=-1"],
        ["--watch-metrics", "u", "--watch-metric", "{"],
        Array(repeating: ["--watch-metrics", "u"], count: 17).flatMap { $0 },
    ]) func whatCannotBeWatchedIsRefused(arguments: [String]) {
        #expect(Self.refusal { _ = try WatchArguments.parse(arguments) } != "accepted", "\(arguments)")
    }
}
