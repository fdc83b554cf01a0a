import HTTPTypes
import Testing

@testable import SampleAPI

@Suite struct AccountTests {
    private let credentials = #"{"username":"alice@example.com","password":"correct horse"}"#

    @Test func aNameIsRegisteredOnce() async throws {
        let under = await ServiceUnderTest()
        let first = try await under.send(.post, "/auth/register", json: credentials)
        #expect(first.status == 201)
        #expect(first.body.hasPrefix(#"{"id":"usr_"#))
        #expect(first.body.hasSuffix(#","username":"alice@example.com"}"#))
        let second = try await under.send(
            .post, "/auth/register", json: #"{"username":"alice@example.com","password":"another"}"#)
        #expect(second.status == 409)
        #expect(try await under.send(.post, "/auth/login", json: credentials).status == 200)
        #expect(try await under.metric("sample_api_registrations_total") == 1)
    }

    @Test func aWrongPasswordIsRefused() async throws {
        let under = await ServiceUnderTest()
        _ = try await under.send(.post, "/auth/register", json: credentials)
        let answer = try await under.send(
            .post, "/auth/login", json: #"{"username":"alice@example.com","password":"wrong"}"#)
        #expect(answer.status == 401)
        #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
        #expect(try await under.metric("sample_api_logins_rejected_total") == 1)
        #expect(try await under.metric("sample_api_logins_total") == 0)
    }

    @Test func aLoginGivesTokensThatWork() async throws {
        let under = await ServiceUnderTest { $0.tokenLifetime = .seconds(90) }
        let tokens = try await under.logIn()
        #expect(tokens.tokenType == "Bearer")
        #expect(tokens.expiresIn == 90)
        let answer = try await under.send(.get, "/api/protected", token: tokens.accessToken)
        #expect(answer.status == 200)
        #expect(answer.body.contains(#""expires_in":90"#))
    }

    @Test func twoPeopleAndTwoLoginsShareNothing() async throws {
        let under = await ServiceUnderTest()
        let tokens = [
            try await under.logIn("alice"), try await under.logIn("alice"), try await under.logIn("bob"),
        ]
        #expect(Set(tokens.map(\.accessToken)).count == 3)
        #expect(Set(tokens.map(\.refreshToken)).count == 3)
    }

    @Test func theOldestRegistrationMakesRoom() async throws {
        let under = await ServiceUnderTest { $0.maximumUsers = 3 }
        for name in ["one", "two", "three", "four"] { _ = try await under.logIn(name) }
        func status(_ name: String) async throws -> Int {
            let json = #"{"username":"\#(name)","password":"correct horse"}"#
            return try await under.send(.post, "/auth/login", json: json).status
        }
        #expect(try await status("one") == 401)
        #expect(try await status("two") == 200)
        #expect(try await status("four") == 200)
        #expect(try await under.metric("sample_api_users") == 3)
    }
}
