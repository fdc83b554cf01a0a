import HTTPTypes
import JWTKit
import Testing

@testable import SampleAPI

@Suite struct TokenTests {
    private static func signed(_ claims: AccessClaims, key: [UInt8]) async throws -> String {
        try await JWTKeyCollection().add(hmac: HMACKey(from: key), digestAlgorithm: .sha256).sign(claims)
    }

    private static func claims(_ under: ServiceUnderTest, lifetime: Double = 60) -> AccessClaims {
        AccessClaims(
            subject: "somebody@example.com", issuedAt: under.clock.epochSeconds,
            expiresAt: under.clock.epochSeconds + lifetime)
    }

    @Test func aTokenIsGoodUntilItExpires() async throws {
        let under = await ServiceUnderTest { $0.tokenLifetime = .seconds(60) }
        let token = try await under.logIn().accessToken
        under.clock.advance(by: .seconds(59))
        #expect(try await under.send(.get, "/api/protected", token: token).status == 200)
        under.clock.advance(by: .seconds(1))
        let refused = try await under.send(.get, "/api/protected", token: token)
        #expect(refused.status == 401)
        #expect(
            refused.headers[.wwwAuthenticate]
                == #"Bearer error="invalid_token", error_description="The access token expired""#)
        #expect(try await under.metric(#"sample_api_tokens_total{result="accepted"}"#) == 1)
        #expect(try await under.metric(#"sample_api_tokens_total{result="expired"}"#) == 1)
    }

    @Test func aTokenOfAnEarlierProcessIsForged() async throws {
        let earlier = await ServiceUnderTest { $0.signingKey = nil }
        let token = try await earlier.logIn().accessToken
        let restarted = await ServiceUnderTest { $0.signingKey = nil }
        _ = try await restarted.logIn()
        let refused = try await restarted.send(.get, "/api/protected", token: token)
        #expect(refused.status == 401)
        #expect(refused.headers[.wwwAuthenticate]?.hasPrefix(#"Bearer error="invalid_token""#) == true)
        #expect(try await restarted.metric(#"sample_api_tokens_total{result="forged"}"#) == 1)
    }

    struct Forgery: CustomTestStringConvertible, Sendable {
        var reason: String
        var change: @Sendable (String) -> String

        var testDescription: String { reason }
    }

    @Test(arguments: [
        Forgery(reason: "no JWT at all", change: { _ in "rubbish" }),
        Forgery(
            reason: "an empty signature", change: { $0.split(separator: ".").prefix(2).joined(separator: ".") + "." }),
        Forgery(reason: "a part is missing", change: { $0.split(separator: ".").prefix(2).joined(separator: ".") }),
        Forgery(
            reason: "the payload was changed",
            change: { token in
                var parts = token.split(separator: ".").map(String.init)
                // {"sub":"mallory","exp":99999999999}
                parts[1] = "eyJzdWIiOiJtYWxsb3J5IiwiZXhwIjo5OTk5OTk5OTk5OX0"
                return parts.joined(separator: ".")
            }),
        Forgery(
            reason: "an unsigned token (alg none)",
            change: { _ in "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtYWxsb3J5IiwiZXhwIjo5OTk5OTk5OTk5OX0." }),
    ])
    func aForgedTokenIsRefused(_ forgery: Forgery) async throws {
        let under = await ServiceUnderTest()
        let token = forgery.change(try await under.logIn().accessToken)
        #expect(try await under.send(.get, "/api/protected", token: token).status == 401)
        #expect(try await under.metric(#"sample_api_tokens_total{result="forged"}"#) == 1)
        #expect(try await under.metric(#"sample_api_tokens_total{result="accepted"}"#) == 0)
    }

    @Test func aTokenSignedElsewhereWithTheSameKeyIsGood() async throws {
        let under = await ServiceUnderTest()
        let token = try await Self.signed(Self.claims(under), key: ServiceUnderTest.key)
        let answer = try await under.send(.get, "/api/protected", token: token)
        #expect(answer.status == 200)
        #expect(answer.body.contains(#""subject":"somebody@example.com""#))
    }

    @Test func aTokenWithoutANameIsRevokedAnyway() async throws {
        let under = await ServiceUnderTest()
        let token = try await Self.signed(Self.claims(under), key: ServiceUnderTest.key)
        let other = try await Self.signed(Self.claims(under, lifetime: 61), key: ServiceUnderTest.key)
        #expect(try await under.send(.post, "/auth/logout", token: token).status == 204)
        #expect(try await under.send(.get, "/api/protected", token: token).status == 401)
        #expect(try await under.send(.get, "/api/protected", token: other).status == 200)
    }

    @Test func aTokenIsNotGoodBeforeItsTime() async throws {
        let under = await ServiceUnderTest()
        var claims = Self.claims(under)
        claims.notBefore = under.clock.epochSeconds + 10
        let token = try await Self.signed(claims, key: ServiceUnderTest.key)
        #expect(try await under.send(.get, "/api/protected", token: token).status == 401)
        under.clock.advance(by: .seconds(10))
        #expect(try await under.send(.get, "/api/protected", token: token).status == 200)
        #expect(try await under.metric(#"sample_api_tokens_total{result="early"}"#) == 1)
    }

    @Test func withoutATokenTheChallengeNamesNoError() async throws {
        let under = await ServiceUnderTest()
        let refused = try await under.send(.get, "/api/protected")
        #expect(refused.headers[.wwwAuthenticate] == #"Bearer realm="sample-api""#)
        #expect(try await under.metric(#"sample_api_tokens_total{result="missing"}"#) == 1)
    }

    @Test func distinctTokensAreCountedOnce() async throws {
        let under = await ServiceUnderTest()
        let tokens = [try await under.logIn().accessToken, try await under.logIn().accessToken]
        for token in tokens + tokens { _ = try await under.send(.get, "/api/protected", token: token) }
        #expect(try await under.metric("sample_api_distinct_tokens_accepted") == 2)
        #expect(try await under.metric(#"sample_api_tokens_total{result="accepted"}"#) == 4)
    }

    @Test(
        arguments: [
            ("Bearer abc", "abc"), ("bearer abc", "abc"), ("BEARER abc", "abc"), ("Basic abc", nil), ("abc", nil),
            ("Bearer", nil), (nil, nil),
        ] as [(String?, String?)])
    func theSchemeHasNoCase(_ header: String?, _ token: String?) {
        #expect(BearerMiddleware.token(in: header) == token)
    }
}
