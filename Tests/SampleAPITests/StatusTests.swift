import HTTPTypes
import Testing

@testable import SampleAPI

@Suite struct StatusTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var reason: String
        var method: HTTPRequest.Method
        var path: String
        var json: String?
        var hasToken = false
        var status: Int

        var testDescription: String { reason }
    }

    @Test(arguments: [
        Case(reason: "health needs nobody", method: .get, path: "/health", status: 200),
        Case(reason: "metrics need nobody", method: .get, path: "/metrics", status: 200),
        Case(reason: "HEAD follows GET", method: .head, path: "/health", status: 200),
        Case(reason: "nothing is there", method: .get, path: "/nowhere", status: 404),
        Case(reason: "register is no page", method: .get, path: "/auth/register", status: 405),
        Case(reason: "items are not deleted", method: .delete, path: "/api/v1/items", status: 405),
        Case(reason: "a body that is no JSON", method: .post, path: "/auth/login", json: "nope", status: 400),
        Case(reason: "an empty body", method: .post, path: "/auth/login", json: "", status: 400),
        Case(reason: "a missing field", method: .post, path: "/auth/register", json: #"{"username":"a"}"#, status: 400),
        Case(
            reason: "a field of another type", method: .post, path: "/auth/register",
            json: #"{"username":7,"password":"x"}"#, status: 400),
        Case(
            reason: "an empty name", method: .post, path: "/auth/register", json: #"{"username":"","password":"x"}"#,
            status: 422),
        Case(
            reason: "a body past 64 KiB", method: .post, path: "/auth/register",
            json: #"{"username":"a","password":"\#(String(repeating: "x", count: 70_000))"}"#, status: 413),
        Case(
            reason: "a person nobody knows", method: .post, path: "/auth/login",
            json: #"{"username":"nobody","password":"x"}"#, status: 401),
        Case(
            reason: "a refresh token nobody gave", method: .post, path: "/auth/refresh",
            json: #"{"refresh_token":"rt_x"}"#, status: 401),
        Case(reason: "no token to protected", method: .get, path: "/api/protected", status: 401),
        Case(reason: "no token to items", method: .get, path: "/api/v1/items", status: 401),
        Case(reason: "no token to an item", method: .get, path: "/api/v1/items/itm_1", status: 401),
        Case(reason: "no token to post", method: .post, path: "/api/v1/items", json: #"{"name":"x"}"#, status: 401),
        Case(reason: "no token to log out", method: .post, path: "/auth/logout", status: 401),
        Case(reason: "protected", method: .get, path: "/api/protected", hasToken: true, status: 200),
        Case(reason: "a list", method: .get, path: "/api/v1/items", hasToken: true, status: 200),
        Case(reason: "an item of no such id", method: .get, path: "/api/v1/items/itm_1", hasToken: true, status: 404),
        Case(
            reason: "an item that is not there", method: .get,
            path: "/api/v1/items/itm_00000000000000000000000000000000", hasToken: true, status: 404),
        Case(reason: "a limit of 0", method: .get, path: "/api/v1/items?limit=0", hasToken: true, status: 400),
        Case(reason: "a limit past 100", method: .get, path: "/api/v1/items?limit=101", hasToken: true, status: 400),
        Case(reason: "an offset below 0", method: .get, path: "/api/v1/items?offset=-1", hasToken: true, status: 400),
        Case(
            reason: "a posted item", method: .post, path: "/api/v1/items", json: #"{"name":"lamp"}"#, hasToken: true,
            status: 201),
        Case(
            reason: "an item with no name", method: .post, path: "/api/v1/items", json: #"{"name":""}"#,
            hasToken: true, status: 422),
        Case(
            reason: "a quantity past 32 bits", method: .post, path: "/api/v1/items",
            json: #"{"name":"x","quantity":3000000000}"#, hasToken: true, status: 400),
    ])
    func everyPathHasItsStatus(_ example: Case) async throws {
        let under = await ServiceUnderTest()
        let token = example.hasToken ? try await under.logIn().accessToken : nil
        let answer = try await under.send(example.method, example.path, token: token, json: example.json)
        #expect(answer.status == example.status)
    }

    @Test func refusalsNameTheirReason() async throws {
        let under = await ServiceUnderTest()
        let refused = try await under.send(.delete, "/api/v1/items")
        #expect(refused.headers[.allow] == "GET, POST")
        #expect(refused.headers[.contentType] == "application/json; charset=utf-8")
        #expect(refused.body == #"{"error":"method_not_allowed","error_description":"Allowed here: GET, POST."}"#)
    }

    @Test func aConnectionThatEndsIsAnnounced() async throws {
        let under = await ServiceUnderTest()
        let last = try await under.send(.get, "/health", headers: [.connection: "close"])
        #expect(last.headers[.connection] == "close")
        #expect(try await under.send(.get, "/health").headers[.connection] == nil)
    }
}
