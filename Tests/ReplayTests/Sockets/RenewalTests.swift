import Measurement
import Plan
import Replay
import Synchronization
import TestSupport
import TestThreads
import Testing
import Traffic

/// Clones that keep their logins valid, on real sockets.
@Suite(.waits) struct RenewalTests {
    private func timeline(_ options: inout PlanOptions, clones: Int) {
        options.speed = .factor(1)
        options.population = .slots(clones)
        options.ramp = .zero
    }

    @Test func tokensAreRenewedAheadOfTheirExpiryWhereTheRecordingDidNot() throws {
        let service = try TokenService(lifetimeSeconds: 2)
        defer { service.stop() }
        // Half of the two seconds is the margin, so that each read after the first second needs a fresh token first.
        let replay = try Replaying(
            [TokenService.session(reads: 6, gapMs: 450)], to: service.url, plan: { timeline(&$0, clones: 12) })
        let counts = service.counts
        #expect(replay.fates == [.answered: 12 * 8])
        #expect(counts.refused == 0)
        #expect(counts.refusedRefreshes == 0)
        #expect(counts.mixedUp == 0)
        #expect(counts.accepted == 12 * 6)
        #expect(counts.logins == 12)
        #expect(replay.counts.renewalRequests >= 12)
        #expect(replay.counts.renewalFailures == 0)
        #expect(replay.counts.tokensRefreshed == UInt64(counts.refreshes))
        #expect(UInt64(counts.refreshes) == replay.counts.renewalRequests + 12, "each clone's own refresh counts too")
        #expect(replay.counts.held.tokenNs > 0)
        #expect(replay.counts.tokensRejected == 0)
    }

    @Test func aSessionWithoutARefreshLogsInAgain() throws {
        let service = try TokenService(lifetimeSeconds: 2)
        defer { service.stop() }
        let replay = try Replaying(
            [TokenService.session(reads: 4, gapMs: 450, refreshes: false)], to: service.url,
            plan: { timeline(&$0, clones: 4) })
        #expect(replay.fates == [.answered: 4 * 5])
        #expect(service.counts.refused == 0)
        #expect(service.counts.mixedUp == 0)
        #expect(service.counts.logins == 4 + Int(replay.counts.renewalLogins))
        #expect(replay.counts.renewalLogins >= 4)
    }

    @Test func nothingIsRenewedWhereItIsNotWanted() throws {
        let service = try TokenService(lifetimeSeconds: 1)
        defer { service.stop() }
        let replay = try Replaying(
            [TokenService.session(reads: 3, gapMs: 500)], to: service.url, plan: { timeline(&$0, clones: 2) },
            options: { $0.renewalMargin = .never })
        #expect(replay.counts.renewalRequests == 0)
        #expect(service.counts.refreshes == 2)
    }

    @Test(arguments: [
        (Unauthorized.refresh, 6, 0, "the refresh is replayed each time"),
        (.relogin, 0, 6, "the login is"),
        (.count, 0, 0, "the answers count"),
    ])
    func aRefusedRequestIsSentOnceMoreWithAFreshToken(
        policy: Unauthorized, refreshes: Int, logins: Int, reason: String
    ) throws {
        let service = try TokenService(usesAllowed: 2)
        defer { service.stop() }
        // Each token is valid for two of the five reads before the refresh: clones renew theirs twice.
        let replay = try Replaying(
            [TokenService.session(reads: 6, gapMs: 5)], to: service.url, plan: { $0.population = .slots(3) },
            options: { $0.onUnauthorized = policy })
        let counts = service.counts
        #expect(counts.refreshes - 3 == refreshes, "\(reason)")
        #expect(counts.logins - 3 == logins, "\(reason)")
        #expect(counts.mixedUp == 0)
        #expect(replay.counts.tokensRejected == UInt64(counts.refused))
        #expect(replay.counts.requests == 3 * 8, "a request that is sent again is still one request")
        if policy == .count {
            #expect(replay.counts.failures == 9)
        } else {
            #expect(replay.fates == [.answered: 3 * 8])
            #expect(replay.counts.requestsResent == 6)
            #expect(replay.counts.renewalRequests == 6)
        }
    }

    @Test func aTokenThatIsNeverGoodIsGivenUp() throws {
        let service = try TokenService(usesAllowed: 0)
        defer { service.stop() }
        let replay = try Replaying(
            [TokenService.session(reads: 40, gapMs: 5, refreshes: false)], to: service.url,
            options: { $0.onUnauthorized = .relogin })
        // After three attempts the responses count.
        #expect(replay.counts.renewalLogins == 3)
        #expect(replay.counts.requestsResent == 3)
        #expect(replay.counts.failures == 40)
        #expect(replay.counts.tokensRejected == UInt64(service.counts.refused))
    }

    @Test func aRefreshThatIsRefusedFallsBackToTheLogin() throws {
        let service = try TokenService(usesAllowed: 3, refreshing: .refuses)
        defer { service.stop() }
        let replay = try Replaying(
            [TokenService.session(reads: 5, gapMs: 5)], to: service.url, options: { $0.onUnauthorized = .refresh })
        #expect(replay.counts.renewalFailures == 1)
        #expect(replay.counts.renewalLogins == 1)
        #expect(service.counts.logins == 2)
    }

    @Test func aRunEndsInGoodOrderWhileTokensAreRenewed() throws {
        let service = try TokenService(usesAllowed: 1, refreshing: .hangs)
        defer { service.stop() }
        let replay = try Replaying(
            [TokenService.session(reads: 5, gapMs: 5)], to: service.url,
            plan: {
                $0.population = .slots(4)
                $0.ramp = .zero
                $0.duration = .milliseconds(300)
            },
            options: {
                $0.onUnauthorized = .refresh
                $0.drain = .milliseconds(100)
            })
        #expect(replay.counts.sessionsCut == 4)
        #expect(replay.fates[.cut] == 4)
        #expect(replay.live.openConnections == 0)
    }

    @Test func aRefreshThatTimesOutEndsNoClone() throws {
        let service = try TokenService(usesAllowed: 2, refreshing: .hangs)
        defer { service.stop() }
        let replay = try Replaying(
            [TokenService.session(reads: 4, gapMs: 5, refreshes: true)], to: service.url,
            options: {
                $0.onUnauthorized = .refresh
                $0.timeout = .milliseconds(200)
            })
        // The login takes over; the session's own refresh times out too.
        #expect(replay.counts.renewalFailures == 1)
        #expect(replay.counts.renewalLogins == 1)
        #expect(replay.counts.sessionsStarted == replay.counts.sessionsCompleted + replay.counts.sessionsFailed)
        #expect(replay.fates[.timeout] == 1)
    }
}

/// Tokens from an endpoint that the recording does not contain.
@Suite(.waits) struct TokenEndpointTests {
    /// Two reads with a token whose origin was not recorded.
    private var session: RecordedSession {
        RecordedSession(
            number: 1,
            exchanges: (0..<4).map { index in
                Exchange(
                    path: "/me", begin: Int64(index) * 400, end: Int64(index) * 400 + 1,
                    fields: [("Authorization", "Bearer 0paque-T0ken-000001")])
            })
    }

    private func endpoint(_ kind: TokenEndpoint.GrantKind) -> TokenEndpoint {
        var endpoint = TokenEndpoint(path: "/login", kind: kind, clientID: "bench", clientSecret: Array("s3cret".utf8))
        endpoint.userName = "user_{clone}"
        endpoint.password = Array("pass".utf8)
        return endpoint
    }

    private func replay(
        _ service: LoopbackServer, _ endpoint: TokenEndpoint, clones: Int,
        options: (inout ReplayOptions) -> Void = { _ in }
    ) throws -> Replaying {
        try Replaying(
            [session], to: service.url,
            plan: {
                $0.speed = .factor(1)
                $0.population = .slots(clones)
                $0.ramp = .zero
                $0.tokenEndpoint = endpoint
            }, options: options)
    }

    /// Issues `token-NUMBER` for each POST, and accepts no other.
    private func server(lifetimeSeconds: Int) throws -> LoopbackServer {
        let issued = Atomic<Int>(0)
        return try LoopbackServer { request in
            if request.target == "/login" {
                let number = issued.add(1, ordering: .relaxed).newValue
                return .ok(
                    #"{"access_token":"token-\#(number)","refresh_token":"more-\#(number)","expires_in":\#(lifetimeSeconds)}"#
                )
            }
            let isGood = request.first("Authorization")?.hasPrefix("Bearer token-") == true
            return isGood ? .ok() : .ok(status: "401 Unauthorized")
        }
    }

    @Test func aTokenIsFetchedOnceAClone() throws {
        let server = try server(lifetimeSeconds: 3600)
        defer { server.stop() }
        let replay = try replay(server, endpoint(.clientCredentials), clones: 5)
        #expect(replay.fates == [.answered: 20])
        #expect(replay.counts.tokensMinted == 5)
        #expect(replay.counts.renewalRequests == 5)
        let fetches = server.requests.filter { $0.target == "/login" }
        #expect(fetches.count == 5)
        #expect(fetches.allSatisfy { $0.first("Authorization") == "Basic YmVuY2g6czNjcmV0" })
        #expect(fetches.allSatisfy { String(decoding: $0.body, as: UTF8.self) == "grant_type=client_credentials" })
        let tokens = Set(server.requests.filter { $0.target == "/me" }.compactMap { $0.first("Authorization") })
        #expect(tokens.count == 5, "no clone uses another's")
    }

    @Test func aTokenOfAPersonIsRefreshedAheadOfItsExpiry() throws {
        let server = try server(lifetimeSeconds: 2)
        defer { server.stop() }
        let replay = try replay(server, endpoint(.password), clones: 2)
        #expect(replay.fates == [.answered: 8])
        #expect(replay.counts.tokensMinted == 2)
        #expect(replay.counts.tokensRefreshed >= 2)
        let bodies = server.requests.filter { $0.target == "/login" }.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies.contains("grant_type=password&username=user_1&password=pass"))
        #expect(bodies.contains { $0.hasPrefix("grant_type=refresh_token&refresh_token=more-") })
    }

    @Test func anEndpointThatRefusesIsCountedAndHangsNothing() throws {
        let server = try LoopbackServer { request in
            .ok(status: request.target == "/login" ? "401 Unauthorized" : "200 OK")
        }
        defer { server.stop() }
        let replay = try replay(server, endpoint(.clientCredentials), clones: 1)
        #expect(replay.fates == [.missingBinding: 4])
        #expect(replay.counts.renewalFailures == 1)
        #expect(replay.counts.tokensRejected == 1)
    }
}
