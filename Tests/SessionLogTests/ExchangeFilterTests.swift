import HTTPWire
import Testing
import Traffic

@testable import SessionLog

@Suite("Which exchanges pass a filter")
struct ExchangeFilterTests {
    static let endpoints: [(pattern: String, request: String, matches: Bool)] = [
        ("GET /users/{id}", "GET /users/17?x=1", true), ("GET /users/{id}", "GET /users/me", false),
        ("GET /users/{id}", "POST /users/17", false), ("get /users/{user}", "GET /users/17", true),
        ("/users/{id}", "DELETE /users/17", true), ("* /users/{id}", "DELETE /users/17", true),
        ("/users/*", "GET /users/me", true), ("/users/*", "GET /users/17", true), ("/users/*", "GET /users/1/x", false),
        ("/users/**", "GET /users/1/x", true), ("/users/**", "GET /userx/1", false),
        ("/v*/users", "GET /v2/users", true),
        ("/", "GET /", true), ("/", "GET /a", false), ("/a", "GET http://h.test/a", true),
    ]

    @Test("Endpoints", arguments: endpoints)
    func endpoint(pattern: String, request: String, matches: Bool) throws {
        let parts = request.split(separator: " ").map(String.init)
        let pattern = try #require(EndpointPattern(text: pattern))
        #expect(pattern.matches(Endpoint(method: parts[0], target: parts[1])) == matches)
    }

    static let statuses: [(pattern: String, status: UInt16?, matches: Bool)] = [
        ("404", 404, true), ("404", 405, false), ("5XX", 503, true), ("5xx", 499, false), ("200-299", 299, true),
        ("200-299", 300, false), ("none", nil, true), ("none", 200, false), ("200", nil, false),
    ]

    @Test("Statuses", arguments: statuses)
    func status(pattern: String, status: UInt16?, matches: Bool) throws {
        #expect(try #require(StatusPattern(text: pattern)).matches(status) == matches)
    }

    static let hosts: [(pattern: String, authority: String, matches: Bool)] = [
        ("api.test", "API.test:8080", true), ("api.test", "xapi.test", false), ("*.test", "a.b.test", true),
        ("api.test:80", "api.test:8080", false), ("api.test:8*", "api.test:8080", true), ("[::1]", "[::1]:80", true),
        ("api.test", "", false), ("*", "", true),
    ]

    @Test("Hosts", arguments: hosts)
    func host(pattern: String, authority: String, matches: Bool) throws {
        #expect(try #require(HostPattern(text: pattern)).matches(authority) == matches)
    }

    static let conditions: [(condition: String, matches: Bool)] = [
        ("x-tenant: acme", true), ("X-Tenant=acme", true), ("X-Tenant = acm", false), ("X-Tenant!=acme", false),
        ("X-Other!=acme", true), ("X-Tenant~^ac", true), ("X-Tenant~b", false), ("X-Tenant", true), ("X-Other", false),
        ("X-Empty:", true),
    ]

    @Test("Conditions on header fields", arguments: conditions)
    func condition(condition: String, matches: Bool) throws {
        let fields = [HeaderField(name: "X-Tenant", value: "acme"), HeaderField(name: "x-empty", value: "")]
        #expect(try #require(FieldCondition(text: condition)).isMet(by: fields) == matches)
    }

    @Test("Invalid input is refused")
    func refused() {
        for text in ["", "users", "GET", "GET x /y"] { #expect(EndpointPattern(text: text) == nil, "\(text)") }
        for text in ["", "99", "1000", "300-200", "xx", "0xx", "2-", "a"] {
            #expect(StatusPattern(text: text) == nil, "\(text)")
        }
        for text in ["", ": x", "a b: c", "a~(", "a!b"] { #expect(FieldCondition(text: text) == nil, "\(text)") }
        for share in [0, -0.1, 1.1, .nan] { #expect(SessionSample(share: share) == nil) }
    }

    @Test("A sample has about the requested size, is reproducible, and differs with another seed")
    func sample() throws {
        let sample = try #require(SessionSample(share: 0.1))
        let chosen = (0..<10_000).filter { sample.includes($0) }
        #expect((850...1150).contains(chosen.count))
        #expect(chosen == (0..<10_000).filter { SessionSample(share: 0.1)?.includes($0) ?? false })
        #expect(chosen != (0..<10_000).filter { SessionSample(share: 0.1, seed: 2)?.includes($0) ?? false })
        #expect((0..<100).allSatisfy { SessionSample(share: 1)?.includes($0) ?? false })
    }

    @Test("Each kind of condition must be met, by one of its values")
    func together() throws {
        var batch = ExchangeBatch()
        for (method, path, status) in [("GET", "/a", 200), ("POST", "/a", 200), ("GET", "/b", 500), ("PUT", "/a", 404)]
        {
            batch.append(
                RoundTripTests.exchange(
                    RoundTripTests.message(Array("\(method) \(path) HTTP/1.1\r\nHost: h\r\n\r\n".utf8)),
                    RoundTripTests.message(), status: UInt16(status)))
        }
        batch.append(RoundTripTests.exchange(nil, RoundTripTests.message()))
        var filter = ExchangeFilter()
        #expect(filter.isEmpty && filter.apply(to: &batch) == 0)
        filter.methods = ["get", "PUT"]
        filter.statuses = [try #require(StatusPattern(text: "200")), try #require(StatusPattern(text: "404"))]
        let passing = batch.records.indices.filter { filter.includes(batch, $0) }
        #expect(passing == [0, 3])
        #expect(filter.apply(to: &batch) == 3 && batch.records.map(\.status) == [200, 404])
    }
}
