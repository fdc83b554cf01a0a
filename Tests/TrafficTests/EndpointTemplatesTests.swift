import Formats
import TestSupport
import Testing

@testable import Traffic

@Suite struct EndpointTemplatesTests {
    static func label(_ target: String, learned: [String] = [], rules: String = "") throws -> String {
        var templates = EndpointTemplates(rules: try EndpointRules(parsing: rules))
        for target in learned { templates.learn(target: target) }
        templates.settle()
        return templates.endpoint(method: "GET", target: target).pathTemplate
    }

    @Test(arguments: [
        ("/", "/", "the root"), ("/users/42", "/users/{id}", "a number"), ("/users/42?x=1#y", "/users/{id}", "a query"),
        ("/u/0b2f0e9e-8c7a-4a52-9c39-2f4b8e6f1d00/posts", "/u/{id}/posts", "a UUID"),
        ("/blobs/9f86d081884c7d659a2feaa0c55ad015", "/blobs/{id}", "a hash"),
        ("/days/2026-01-31", "/days/{id}", "a date"), ("/days/20260131T1200", "/days/{id}", "a date and time"),
        ("http://host/users/7", "/users/{id}", "absolute form"), ("http://host", "/", "absolute form without a path"),
        ("*", "*", "asterisk form"), ("http://host?x=1", "/", "absolute form with a query only"),
        ("/a//b/", "/a//b/", "empty segments"), ("/v2/users", "/v2/users", "a version is a name"),
    ]) func whatLooksLikeAValueIsOne(target: String, template: String, reason: String) throws {
        #expect(try Self.label(target, learned: [target]) == template, "\(reason)")
    }

    @Test func manyNamesInOnePlaceAreValues() throws {
        let people = (0..<200).map { "/users/ann\(letters($0))/posts" }
        #expect(try Self.label("/users/ann\(letters(7))/posts", learned: people) == "/users/{id}/posts")
        #expect(try Self.label("/users/never-seen/posts", learned: people) == "/users/{id}/posts")
        let few = ["/pages/about", "/pages/terms", "/pages/jobs"]
        #expect(try Self.label("/pages/jobs", learned: few) == "/pages/jobs")
    }

    /// A name with the extension of a program is an endpoint, however many there are; a file is one of many.
    @Test(arguments: [
        ("view", "/rest/getUser.view"), ("php", "/rest/getUser.php"), ("do", "/rest/getUser.do"),
        ("ASPX", "/rest/getUser.ASPX"), ("svg", "/rest/{id}"), ("pdf", "/rest/{id}"),
    ])
    func programsAreNotFiles(kind: String, template: String) throws {
        let names = ["ping", "getUser", "createPlaylist", "star", "search", "stream", "scrobble", "getAlbum"]
        #expect(try Self.label("/rest/getUser.\(kind)", learned: names.map { "/rest/\($0).\(kind)" }) == template)
    }

    /// A word for a number.
    private func letters(_ number: Int) -> String {
        String(String(number).map { Character(UnicodeScalar(UInt8(ascii: "k") + UInt8($0.wholeNumberValue ?? 0))) })
    }

    @Test func aNameAskedForOverAndOverStaysOne() throws {
        let targets = (0..<500).flatMap { ["/users/me", "/users/ann\(letters($0))"] }
        #expect(try Self.label("/users/me", learned: targets) == "/users/me")
        #expect(try Self.label("/users/ann\(letters(3))", learned: targets) == "/users/{id}")
    }

    @Test func templatesAreBoundedWhateverThePathsAre() throws {
        var templates = EndpointTemplates()
        var random = SplitMix64(seed: 1)
        var paths: [String] = []
        for _ in 0..<20_000 {
            let path = (0..<4).map { _ in "/" + String(random.next() % 100_000, radix: 36) + "x" }.joined()
            templates.learn(target: path)
            paths.append(path)
        }
        templates.settle()
        #expect(templates.nodeCount <= EndpointTemplates.nodeLimit)
        let labels = Set(paths.map { templates.endpoint(method: "GET", target: $0).pathTemplate })
        #expect(labels.count < 200, "\(labels.count)")
    }

    @Test func deepPathsAreCutShort() throws {
        let deep = String(repeating: "/a", count: 1000)
        #expect(try Self.label(deep, learned: [deep]).hasSuffix("/a/{rest}"))
    }

    @Test(arguments: [
        ("GET /users/{name}", "/users/alice", "/users/{name}", "its method"),
        ("POST /users/{name}", "/users/alice", "/users/alice", "another method"),
        ("/users/{name}", "/users/alice/posts", "/users/alice/posts", "another length"),
        ("# static\n\n/static/*", "/static/a/b.js", "/static/*", "all below"),
        ("/a/b\n/a/{x}", "/a/b", "/a/b", "the first that fits"),
    ]) func rulesComeFirst(rules: String, target: String, template: String, reason: String) throws {
        #expect(try Self.label(target, learned: [target], rules: rules) == template, "\(reason)")
    }

    @Test(arguments: ["GET", "GET users", "GET /a /b"]) func whatIsNotARuleIsRefused(line: String) {
        #expect(throws: EndpointRuleError(line: 2)) { try EndpointRules(parsing: "/ok\n\(line)") }
    }
}
