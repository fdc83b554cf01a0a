import Plan
import Redaction
import Testing
import Traffic

/// A redacted recording gives the same plan as the original: the same values are bound, the same tokens minted.
@Suite struct ReplayabilityTests {
    private static let key = Array("a key that only this test has".utf8)

    @Test(arguments: [true, false])
    func bindsTheSameValues(collectsFirst: Bool) throws {
        let sessions = (1...3).map(Self.session)
        let redacted = Self.redacted(sessions, collectsFirst: collectsFirst)
        let before = try ReplayPlan(sessions: sessions, options: PlanOptions()).findings
        let after = try ReplayPlan(sessions: redacted, options: PlanOptions()).findings
        #expect(before.bindings.count >= 5)
        #expect(after.bindings == before.bindings)
        #expect(after.identities == before.identities)
        #expect(after.leftOut == before.leftOut)
        let people = after.identities.reduce(0) { $0 + $1.places }
        #expect(people == 6)
        for secret in Self.secrets(1) {
            #expect(!redacted[0].exchanges.contains { Self.text($0).contains(secret) }, "\(secret)")
        }
    }

    /// Tokens that no response issued keep what minting needs: algorithm, times, structure; users in them stay
    /// distinct.
    @Test func mintsTheSameTokens() throws {
        let sessions = (1...2).map { number in
            let claims =
                #"{"iss":"shop","sub":"user\#(number)@example.org","iat":1700000000,"exp":1700003600,"n":{"a":["b"]}}"#
            let bearer = token(claims, signature: "c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2lnbm")
            return RecordedSession(
                number: UInt32(number),
                exchanges: [Recording.exchange("/a", method: "GET", fields: ["Authorization: Bearer \(bearer)"])])
        }
        var options = PlanOptions()
        options.mintKeys = KeyRing([SigningKey(secret: Array("key".utf8))])
        let redacted = Self.redacted(sessions, collectsFirst: false)
        let before = try ReplayPlan(sessions: sessions, options: options).findings
        let after = try ReplayPlan(sessions: redacted, options: options).findings
        #expect(before.tokens.first?.lifetimeSeconds == 3600)
        #expect(after.tokens == before.tokens)
        #expect(!redacted.contains { Self.text($0.exchanges[0]).contains(base64("user1@exam", isURL: true)) })
    }

    private static func redacted(_ sessions: [RecordedSession], collectsFirst: Bool) -> [RecordedSession] {
        var redactor = Redactor(policy: .default, key: key)
        var batch = ExchangeBatch()
        for exchange in sessions.flatMap(\.exchanges) { batch.append(exchange) }
        if collectsFirst { redactor.collect(batch) }
        return sessions.map { session in
            RecordedSession(number: session.number, exchanges: session.exchanges.map { redactor.redacted($0) })
        }
    }

    private static func text(_ exchange: Exchange) -> String {
        [exchange.request, exchange.response].compactMap(\.self)
            .map { String(decoding: $0.head + $0.body, as: UTF8.self) }.joined()
    }

    private static func secrets(_ number: Int) -> [String] {
        [
            "rT-\(number)-9f8e7d6c5b4a3210", "sEsSiOn\(number)0aB9cD8eF7", "csrf-\(number)-77aa88bb99",
            "pass-word-\(number)-Q7",
        ]
    }

    /// A user who registers, logs in, receives a token, a cookie and a CSRF token, uses them, and refreshes.
    private static func session(_ number: Int) -> RecordedSession {
        let secrets = secrets(number)
        let claims =
            #"{"sub":"person\#(number)@example.org","sid":"s-\#(number)-4f5e6d7c8b","iat":1700000000,"exp":1700000900}"#
        let access = token(claims, signature: "c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlc2ln\(number)A")
        let login = #"{"username":"person\#(number)@example.org","password":"\#(secrets[3])"}"#
        let bearer = ["Authorization: Bearer \(access)", "Cookie: sid=\(secrets[1]); theme=dark"]
        let json = "Content-Type: application/json"
        let exchanges: [Exchange] = [
            Recording.exchange("/auth/register", fields: [json], body: Array(login.utf8), status: 201),
            Recording.exchange(
                "/auth/login", fields: [json], body: Array(login.utf8),
                answer: [json, "Set-Cookie: sid=\(secrets[1]); Path=/; HttpOnly"],
                answerBody: Array(
                    #"{"access_token":"\#(access)","refresh_token":"\#(secrets[0])","token_type":"Bearer"}"#.utf8)),
            Recording.exchange(
                "/form", method: "GET", fields: bearer, answer: ["Content-Type: text/html"],
                answerBody: Array("<input type='hidden' name='csrf_token' value='\(secrets[2])'>".utf8)),
            Recording.exchange(
                "/items?api_token=\(secrets[0])", fields: bearer + ["X-CSRF-Token: \(secrets[2])", json],
                body: Array(#"{"name":"a","csrf":"\#(secrets[2])"}"#.utf8), answer: [json],
                answerBody: Array(#"{"id":"item-\#(number)-5d4c3b2a","name":"a"}"#.utf8)),
            Recording.exchange("/items/item-\(number)-5d4c3b2a", method: "GET", fields: bearer),
            Recording.exchange(
                "/auth/refresh", fields: [json], body: Array(#"{"refresh_token":"\#(secrets[0])"}"#.utf8)),
        ]
        var nowNs: Int64 = 1_700_000_000_000_000_000 + Int64(number)
        return RecordedSession(
            number: UInt32(number),
            exchanges: exchanges.map { exchange in
                var exchange = exchange
                exchange.session = UInt32(number)
                for offset in 0..<2 {
                    nowNs += 1_000_000
                    let time = CaptureTime(nanoseconds: nowNs)
                    if offset == 0 {
                        exchange.request?.firstByte = time
                        exchange.request?.lastByte = time
                    } else {
                        exchange.response?.firstByte = time
                        exchange.response?.lastByte = time
                    }
                }
                return exchange
            })
    }
}
