import Crypto
import Formats
import Testing
import Traffic

@testable import Plan

/// Tokens signed by the tests.
enum Tokens {
    static let key = Array("a key of thirty-two bytes or more".utf8)
    static let keys = KeyRing([SigningKey(secret: key)])
    static let first = token(#"{"sub":"usr_1","jti":"tok_a1","exp":1700000900}"#)
    static let second = token(#"{"sub":"usr_1","jti":"tok_b2","exp":1700001800}"#)

    static func token(_ payload: String, header: String = #"{"alg":"HS256","typ":"JWT"}"#) -> String {
        let signed = encoded(Array(header.utf8)) + "." + encoded(Array(payload.utf8))
        return signed + "." + signature(signed)
    }

    static func signature(_ signed: String) -> String {
        encoded(Array(HMAC<SHA256>.authenticationCode(for: Array(signed.utf8), using: SymmetricKey(data: key))))
    }

    static func encoded(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        Base64.url.append(bytes, to: &output)
        return output.text
    }

    static func payload(_ token: String) -> String? {
        let parts = token.split(separator: ".")
        return parts.count == 3 ? Base64.url.decoded(parts[1].utf8)?.text : nil
    }
}

@Suite struct TokenTests {
    private static let now: Int64 = 1_800_000_000

    private static func recording(_ token: String) -> Recording {
        var recording = Recording()
        recording.add("GET", "/a", fields: ["Authorization: Bearer \(token)"])
        recording.add("GET", "/b?access_token=\(token)")
        return recording
    }

    @Test(arguments: ["/u/42", "/7", "/a?x=1", "/bearer"]) func shortPlacesAreNotBearerTokens(target: String) throws {
        var recording = Recording()
        recording.add("GET", target, fields: ["X: 9", "Authorization: Key"])
        let plan = try recording.plan {
            $0.tokenEndpoint = TokenEndpoint(path: "/token", kind: .clientCredentials, clientID: "c")
        }
        #expect(plan.scripts.map(\.requests.count) == [1])
    }

    /// The token of clone 5 and its expiry.
    private static func minted(
        _ payload: String, header: String = #"{"alg":"HS256","typ":"JWT"}"#, _ recording: Recording? = nil
    ) throws -> (token: String, expiry: Int64?)? {
        let script = try (recording ?? self.recording(Tokens.token(payload, header: header))).script {
            $0.mintKeys = Tokens.keys
        }
        guard let index = script.values.firstIndex(where: { if case .minted = $0 { true } else { false } }) else {
            return nil
        }
        var values = CloneValues(script: script, clone: 5)
        let expiry = values.mint(index, of: script, now: now)
        #expect(values.expiry(of: index) == expiry)
        let token = try #require(values[index])
        return (token.text, expiry)
    }

    struct Case: CustomTestStringConvertible {
        var reason: String
        var payload: String
        var fresh: String
        var expiry: Int64?
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Case(
            reason: "times move, the rest stays byte for byte",
            payload: #"{ "iat":1699999000, "exp" : 1700002600,"nbf":1699998940,"x":{"exp":1},"f":1.50 }"#,
            fresh: #"{ "iat":1800000000, "exp" : 1800003600,"nbf":1799999940,"x":{"exp":1},"f":1.50 }"#,
            expiry: 1_800_003_600),
        Case(
            reason: "without iat the lifetime counts from the recording", payload: #"{"exp":1700000300}"#,
            fresh: #"{"exp":1800000300}"#, expiry: 1_800_000_300),
        Case(
            reason: "without exp it never expires", payload: #"{"iat":1,"a":2}"#, fresh: #"{"iat":1800000000,"a":2}"#,
            expiry: nil),
        Case(
            reason: "fractions become whole seconds", payload: #"{"iat":1699999000.75,"exp":1699999060.75}"#,
            fresh: #"{"iat":1800000000,"exp":1800000060}"#, expiry: 1_800_000_060),
        Case(
            reason: "a beginning in the future is now", payload: #"{"iat":1699999000,"nbf":1699999500}"#,
            fresh: #"{"iat":1800000000,"nbf":1800000000}"#, expiry: nil),
        Case(
            reason: "one that had expired stays expired", payload: #"{"exp":1699999000}"#,
            fresh: #"{"exp":1799999000}"#,
            expiry: 1_799_999_000),
        Case(
            reason: "an e-mail address as sub is a person", payload: #"{"sub":"eve@corp.example","n":1}"#,
            fresh: #"{"sub":"user_5@example.com","n":1}"#, expiry: nil),
        Case(reason: "another sub is not", payload: #"{"sub":"usr_99"}"#, fresh: #"{"sub":"usr_99"}"#, expiry: nil),
        Case(reason: "a number as sub is not", payload: #"{"sub":99}"#, fresh: #"{"sub":99}"#, expiry: nil),
    ])
    func claimsArePatched(test: Case) throws {
        let (token, expiry) = try #require(try TokenTests.minted(test.payload))
        #expect(Tokens.payload(token) == test.fresh)
        #expect(expiry == test.expiry)
        let parts = token.split(separator: ".")
        #expect(parts[0] == Tokens.token("{}").split(separator: ".")[0])
        #expect(parts[2] == Tokens.signature(parts[0] + "." + parts[1]))
    }

    @Test func theFirstRequestMeansTheSameTokenAsTheSecond() throws {
        let script = try TokenTests.recording(Tokens.first).script { $0.mintKeys = Tokens.keys }
        #expect(script.values.count == 1)
        #expect(script.requests.map(\.neededValues) == [[0], [0]])
        var values = CloneValues(script: script, clone: 0)
        #expect(script.rendered(0, values) == nil, "not minted yet")
        values.mint(0, of: script, now: TokenTests.now)
        let token = try #require(values[0]).text
        #expect(script.rendered(0, values)?.fields["Authorization"] == "Bearer \(token)")
        #expect(script.rendered(1, values)?.target == "/b?access_token=\(token)")
    }

    @Test func identifiersAreFreshAndKeepTheirShape() throws {
        for recorded in [
            "3f2b8c1e-9a4d-4c7b-8e1f-0a1b2c3d4e5f", "tok_a1b2C3D4e5F6g7H8", "short", "aaaaaaaaaaaaaaaaaaaa",
        ] {
            let script = try TokenTests.recording(Tokens.token(#"{"jti":"\#(recorded)"}"#)).script {
                $0.mintKeys = Tokens.keys
            }
            var seen: Set<String> = [recorded]
            for clone in 0..<50 {
                var values = CloneValues(script: script, clone: clone)
                for _ in 0..<2 {
                    values.mint(0, of: script, now: TokenTests.now)
                    let token = try #require(values[0])
                    let payload = try #require(Tokens.payload(token.text))
                    let identifier = String(payload.dropFirst(8).dropLast(2))
                    #expect(seen.insert(identifier).inserted)
                    #expect(identifier.count == (Set(recorded).count > 5 ? recorded.count : 16))
                    if recorded.hasPrefix("tok_") { #expect(identifier.hasPrefix("tok_")) }
                    if recorded.count == 36 { #expect(identifier.dropFirst(14).first == "4") }
                }
            }
        }
    }

    @Test func theSameSeedMintsTheSameTokens() throws {
        let script = try TokenTests.recording(Tokens.token(#"{"jti":"abcdefgh12345678"}"#)).script {
            $0.mintKeys = Tokens.keys
        }
        func token(_ seed: UInt64) -> [UInt8]? {
            var values = CloneValues(script: script, clone: 3, seed: seed)
            values.mint(0, of: script, now: TokenTests.now)
            return values[0]
        }
        #expect(token(1) == token(1))
        #expect(token(1) != token(2))
    }

    @Test func aNameKnownFromALoginIsAPersonInATokenToo() throws {
        var login = Recording(session: 1)
        login.add("POST", "/login", body: #"{"user":"carol","password":"x"}"#)
        let api = TokenTests.recording(Tokens.token(#"{"sub":"carol"}"#))
        var options = PlanOptions()
        options.mintKeys = Tokens.keys
        var second = api.recorded
        second.number = 2
        let plan = try ReplayPlan(sessions: [login.recorded, second], options: options)
        let script = try #require(plan.scripts.first { $0.sessionNumber == 2 })
        var values = CloneValues(script: script, clone: 8)
        values.mint(0, of: script, now: TokenTests.now)
        let token = try #require(values[0])
        #expect(Tokens.payload(token.text) == #"{"sub":"user8"}"#)
    }

    @Test func whoIsNamedInATokenIsNamedElsewhereToo() throws {
        var recording = TokenTests.recording(Tokens.token(#"{"sub":"eve@corp.example"}"#))
        recording.add("GET", "/users/eve%40corp.example/orders")
        let script = try recording.script { $0.mintKeys = Tokens.keys }
        let values = CloneValues(script: script, clone: 2)
        #expect(script.rendered(2, values)?.target == "/users/user_2%40example.com/orders")
    }

    struct Unsigned: CustomTestStringConvertible {
        var reason: UnsignedReason
        var token: String
        var key: [UInt8]?
        var testDescription: String { reason.rawValue }
    }

    @Test(arguments: [
        Unsigned(reason: .noKey, token: Tokens.first, key: nil),
        Unsigned(reason: .otherKey, token: Tokens.token("{}", header: #"{"alg":"RS256"}"#), key: Tokens.key),
        Unsigned(reason: .algorithm, token: Tokens.token("{}", header: #"{"alg":"none"}"#), key: Tokens.key),
        Unsigned(reason: .opaque, token: "not-a-jwt-at-all-1234", key: Tokens.key),
        Unsigned(reason: .opaque, token: "eyJhbGciOiJI.%%%.abc", key: Tokens.key),
    ])
    func tokensThatCannotBeSignedAreSentAsRecordedAndReported(test: Unsigned) throws {
        var recording = Recording()
        recording.add("GET", "/a", fields: ["Authorization: Bearer \(test.token)"])
        let plan = try recording.plan { $0.mintKeys = test.key.map { KeyRing([SigningKey(secret: $0)]) } }
        #expect(plan.scripts[0].values.isEmpty)
        #expect(plan.findings.tokens.map(\.sentAsRecorded) == [test.reason])
        let values = CloneValues(script: plan.scripts[0], clone: 0)
        #expect(plan.scripts[0].rendered(0, values)?.fields["Authorization"] == "Bearer \(test.token)")
    }
}
