import Testing
import Traffic

@testable import Replay

@Suite struct ReplayTargetTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080", nil, HTTPScheme.http, "127.0.0.1", 8080, "", "plain"),
        ("HTTPS://Example.com", nil, .https, "example.com", 443, "", "default port, case folded"),
        ("http://localhost/", nil, .http, "localhost", 80, "", "a lone slash is no base path"),
        ("http://localhost:81/base/v1/", nil, .http, "localhost", 81, "/base/v1", "base path without its last slash"),
        ("http://[::1]:9000", nil, .http, "::1", 9000, "", "IPv6"),
        ("api.example.com=http://localhost:1", "api.example.com", .http, "localhost", 1, "", "for one recorded host"),
        ("API:443=https://localhost", "api:443", .https, "localhost", 443, "", "recorded host with a port"),
        ("http://localhost/a=b", nil, .http, "localhost", 80, "/a=b", "an equals sign in the path maps nothing"),
    ])
    func parses(
        text: String, recorded: String?, scheme: HTTPScheme, host: String, port: UInt16, path: String, reason: Comment
    ) throws {
        let target = try ReplayTarget(parsing: text)
        #expect(target.recordedHost == recorded, reason)
        #expect(target.scheme == scheme, reason)
        #expect(target.host == host, reason)
        #expect(target.port == port, reason)
        #expect(target.basePath == path, reason)
    }

    @Test(arguments: [
        "localhost:8080", "ftp://localhost", "http://", "http://:80", "http://h:0", "http://h:70000", "http://h/a b",
        "http://user:pw@h", "http://h/?q", "=http://h", "http://[::1", "http://h\u{1}",
    ])
    func refuses(text: String) {
        #expect(throws: ReplayTarget.Problem.self) { try ReplayTarget(parsing: text) }
    }

    @Test func authorityLeavesOutTheImpliedPort() throws {
        #expect(try ReplayTarget(parsing: "http://localhost:80").authority == "localhost")
        #expect(try ReplayTarget(parsing: "https://localhost:80").authority == "localhost:80")
        #expect(try ReplayTarget(parsing: "http://[::1]:81").authority == "[::1]:81")
    }

    @Test func onlyLoopbackIsAllowedByItself() throws {
        let elsewhere = try ReplayTarget(parsing: "http://192.0.2.1:80")
        #expect(throws: TargetError.notAllowed(host: "192.0.2.1")) { try TargetMap([elsewhere]) }
        #expect(throws: Never.self) { try TargetMap([elsewhere], allowedHosts: ["192.0.2.1"]) }
        #expect(throws: Never.self) { try TargetMap([ReplayTarget(parsing: "http://127.8.9.1:80")]) }
        #expect(throws: Never.self) { try TargetMap([ReplayTarget(parsing: "http://[::1]:80")]) }
    }

    @Test func recordedHostsFindTheirTargets() throws {
        let map = try TargetMap([
            ReplayTarget(parsing: "api.example=http://127.0.0.1:1"),
            ReplayTarget(parsing: "img.example:8080=http://127.0.0.1:2"), ReplayTarget(parsing: "http://127.0.0.1:3"),
        ])
        #expect(map.index(forAuthority: "API.example") == 0)
        #expect(map.index(forAuthority: "api.example:81") == 0, "a host without a port takes every port")
        #expect(map.index(forAuthority: "img.example:8080") == 1)
        #expect(map.index(forAuthority: "img.example") == 2, "a host with a port takes that port only")
        #expect(map.index(forAuthority: nil) == 2)
    }

    @Test func withoutACatchAllUnknownHostsHaveNoTarget() throws {
        let map = try TargetMap([ReplayTarget(parsing: "api.example=http://127.0.0.1:1")])
        #expect(map.index(forAuthority: "other.example") == nil)
    }
}
