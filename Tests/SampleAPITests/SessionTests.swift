import HTTPTypes
import Testing

@testable import SampleAPI

@Suite struct SessionTests {
    private func refresh(_ under: ServiceUnderTest, _ token: String) async throws -> Answer {
        try await under.send(.post, "/auth/refresh", json: #"{"refresh_token":"\#(token)"}"#)
    }

    @Test func aRefreshTokenWorksOnce() async throws {
        let under = await ServiceUnderTest()
        let first = try await under.logIn()
        let second = try await refresh(under, first.refreshToken).decoded(as: TokenAnswer.self)
        #expect(second.refreshToken != first.refreshToken)
        #expect(second.accessToken != first.accessToken)
        #expect(try await refresh(under, first.refreshToken).status == 401)
        #expect(try await refresh(under, second.refreshToken).status == 200)
        #expect(try await under.send(.get, "/api/protected", token: second.accessToken).status == 200)
        #expect(try await under.metric("sample_api_refreshes_total") == 2)
        #expect(try await under.metric("sample_api_refreshes_rejected_total") == 1)
    }

    @Test func aRefreshTokenEndsWithItsLifetime() async throws {
        let under = await ServiceUnderTest { $0.refreshLifetime = .seconds(100) }
        let first = try await under.logIn()
        under.clock.advance(by: .seconds(99))
        let second = try await refresh(under, first.refreshToken).decoded(as: TokenAnswer.self)
        under.clock.advance(by: .seconds(99))
        let third = try await refresh(under, second.refreshToken).decoded(as: TokenAnswer.self)
        under.clock.advance(by: .seconds(100))
        #expect(try await refresh(under, third.refreshToken).status == 401)
    }

    @Test func aRefreshedTokenHasANewLifetime() async throws {
        let under = await ServiceUnderTest { $0.tokenLifetime = .seconds(60) }
        let first = try await under.logIn()
        under.clock.advance(by: .seconds(61))
        #expect(try await under.send(.get, "/api/protected", token: first.accessToken).status == 401)
        let second = try await refresh(under, first.refreshToken).decoded(as: TokenAnswer.self)
        #expect(try await under.send(.get, "/api/protected", token: second.accessToken).status == 200)
    }

    @Test func loggingOutRevokesBothTokens() async throws {
        let under = await ServiceUnderTest()
        let tokens = try await under.logIn()
        let other = try await under.logIn()
        let answer = try await under.send(.post, "/auth/logout", token: tokens.accessToken)
        #expect(answer.status == 204)
        #expect(answer.body.isEmpty)
        let refused = try await under.send(.get, "/api/protected", token: tokens.accessToken)
        #expect(refused.status == 401)
        #expect(refused.headers[.wwwAuthenticate]?.contains("revoked") == true)
        #expect(try await refresh(under, tokens.refreshToken).status == 401)
        #expect(try await under.send(.post, "/auth/logout", token: tokens.accessToken).status == 401)
        #expect(try await under.send(.get, "/api/protected", token: other.accessToken).status == 200)
        #expect(try await under.metric("sample_api_logouts_total") == 1)
        #expect(try await under.metric(#"sample_api_tokens_total{result="revoked"}"#) == 2)
    }

    @Test func whatMakesRoomWhileItLivesIsCounted() async throws {
        let under = await ServiceUnderTest { $0.maximumSessions = 2 }
        let first = try await under.logIn()
        _ = try await under.logIn()
        _ = try await under.logIn()
        #expect(try await refresh(under, first.refreshToken).status == 401)
        #expect(try await under.metric(#"sample_api_evicted_total{store="sessions"}"#) == 1)
        #expect(try await under.metric("sample_api_sessions") == 2)
    }
}
