import Foundation
import Measurement
import Plan
import Replay
import Synchronization
import TestSupport
import TestThreads
import Testing
import Traffic

/// Tokens that are minted and refused, on real sockets.
@Suite(.waits) struct MintedRefusalTests {
    /// The signing of a token.
    struct Kind: CustomTestStringConvertible, Sendable {
        var algorithm: String
        var key: String
        var testDescription: String { algorithm }
    }

    private static let kinds = [
        Kind(algorithm: "HS256", key: "a secret for tests"), Kind(algorithm: "ES384", key: SlowKey.pem),
    ]

    private static func base64(_ text: String) -> String {
        Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
    }

    private func session(_ kind: Kind, requests: Int64) -> RecordedSession {
        let payload =
            #"{"sub":"ann@corp.example","jti":"a81bc81b-dead-4e5d-abff-90865d1e13b1","iat":1700000000,"exp":1700000900}"#
        let token = [#"{"alg":"\#(kind.algorithm)"}"#, payload].map(Self.base64).joined(separator: ".") + ".AAAA"
        return RecordedSession(
            number: 1,
            exchanges: (0..<requests).map { index in
                Exchange(
                    path: "/items", begin: index * 10, end: index * 10 + 1,
                    fields: [("Authorization", "Bearer \(token)")])
            })
    }

    private func replay(
        _ kind: Kind, requests: Int64, to server: LoopbackServer, policy: Unauthorized = .refresh
    ) throws -> Replaying {
        let keys = try KeyRing(reading: Array(kind.key.utf8))
        return try Replaying([session(kind, requests: requests)], to: server.url) { options in
            options.mintKeys = keys
            options.population = .slots(3)
            options.ramp = .zero
        } options: { options in
            options.onUnauthorized = policy
        }
    }

    /// The person whose token a request carries.
    private static func subject(_ request: LoopbackServer.Request) -> String {
        let parts = request.first("Authorization")?.split(separator: ".") ?? []
        guard parts.count == 3 else { return "" }
        var text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
        while text.utf8.count % 4 != 0 { text += "=" }
        let object = Data(base64Encoded: text).flatMap { try? JSONSerialization.jsonObject(with: $0) } as? [String: Any]
        return object?["sub"] as? String ?? ""
    }

    @Test(arguments: kinds, [Unauthorized.refresh, .relogin])
    func aRefusedTokenIsMintedAgainOnce(kind: Kind, policy: Unauthorized) throws {
        /// Each person's token that is refused.
        let first = Mutex<[String: String]>([:])
        let server = try LoopbackServer { request in
            let token = request.first("Authorization") ?? ""
            let isRefused = first.withLock { first in
                let subject = MintedRefusalTests.subject(request)
                if first[subject] == nil { first[subject] = token }
                return first[subject] == token
            }
            return isRefused ? .ok(status: "401 Unauthorized") : .ok()
        }
        defer { server.stop() }
        let result = try replay(kind, requests: 5, to: server, policy: policy)
        #expect(result.fates == [.answered: 15])
        #expect(server.requests.count == 15 + 3)
        #expect(first.withLock { $0.keys.sorted() } == (0..<3).map { "user_\($0)@example.com" })
        #expect(Set(server.requests.map { $0.first("Authorization") }).count == 6, "two tokens a clone")
        #expect(result.counts.tokensMinted == 3)
        #expect(result.counts.tokensRefreshed == 3)
        #expect(result.counts.requestsResent == 3)
        #expect(result.counts.tokensRejected == 3)
        #expect(result.counts.requests == 15, "a request that is sent again is still one request")
        #expect(result.counts.renewalRequests == 0)
    }

    @Test(arguments: kinds)
    func tokensThatAreNeverGoodAreGivenUp(kind: Kind) throws {
        let server = try LoopbackServer { _ in .ok(status: "401 Unauthorized") }
        defer { server.stop() }
        let result = try replay(kind, requests: 10, to: server)
        #expect(result.fates == [.unexpectedStatus: 30])
        #expect(result.counts.requestsResent == 9, "three tries a clone, and then the answers count")
        #expect(result.counts.tokensRefreshed == 9)
        #expect(server.requests.count == 39)
        #expect(result.counts.tokensRejected == 39)
        #expect(result.counts.sessionsFailed == 3)
    }

    @Test func answersCountUnlessTheyAreToBeActedUpon() throws {
        let server = try LoopbackServer { _ in .ok(status: "401 Unauthorized") }
        defer { server.stop() }
        let result = try replay(Self.kinds[0], requests: 4, to: server, policy: .count)
        #expect(result.fates == [.unexpectedStatus: 12])
        #expect(server.requests.count == 12)
        #expect(result.counts.tokensRejected == 12)
        #expect(result.counts.requestsResent == 0)
    }
}
