import Foundation
import JWTKit
import Plan
import TestSupport
import Testing
import Traffic

/// Tokens that a plan mints, read by the library that services read them with.
@Suite struct MintedTokenTests {
    struct Claims: JWTPayload {
        var sub: SubjectClaim
        var iat: IssuedAtClaim
        var exp: ExpirationClaim

        func verify(using algorithm: some JWTAlgorithm) throws { try exp.verifyNotExpired() }
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var algorithm: String
        /// How the key is given.
        var form: String
        var key: String
        /// What the service verifies with, if it has the right key.
        var service: @Sendable (JWTKeyCollection) async throws -> Void
        /// The same with a key of someone else.
        var stranger: @Sendable (JWTKeyCollection) async throws -> Void
        var keyIdentifier: String?
        var testDescription: String { "\(algorithm), \(form)" }
    }

    private static let secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    private static let digests: [(String, DigestAlgorithm)] = [("256", .sha256), ("384", .sha384), ("512", .sha512)]

    private static func hmac(_ bits: String, _ digest: DigestAlgorithm, form: String, key: String) -> Case {
        Case(
            algorithm: "HS\(bits)", form: form, key: key,
            service: { await $0.add(hmac: HMACKey(from: secret), digestAlgorithm: digest) },
            stranger: {
                await $0.add(hmac: HMACKey(from: secret.reversed().map(String.init).joined()), digestAlgorithm: digest)
            })
    }

    private static func rsa(_ bits: String, _ digest: DigestAlgorithm, isPSS: Bool, form: String, key: String) -> Case {
        func add(_ pem: String) -> @Sendable (JWTKeyCollection) async throws -> Void {
            { keys in
                let key = try Insecure.RSA.PublicKey(pem: pem)
                if isPSS {
                    await keys.add(pss: key, digestAlgorithm: digest)
                } else {
                    await keys.add(rsa: key, digestAlgorithm: digest)
                }
            }
        }
        return Case(
            algorithm: "\(isPSS ? "PS" : "RS")\(bits)", form: form, key: key, service: add(ThrowawayKeys.rsaPublicPEM),
            stranger: add(ThrowawayKeys.otherRSAPublicPEM))
    }

    private static let ed25519: [Case] = [("PEM", ThrowawayKeys.ed25519PEM), ("JWK", ThrowawayKeys.ed25519JWK)].map {
        form, key in
        Case(
            algorithm: "EdDSA", form: form, key: key,
            service: { try await $0.add(eddsa: EdDSA.PublicKey(x: ThrowawayKeys.ed25519PublicX, curve: .ed25519)) },
            stranger: { try await $0.add(eddsa: EdDSA.PrivateKey(curve: .ed25519)) })
    }

    static let cases: [Case] = {
        var cases = digests.map { hmac($0.0, $0.1, form: "secret", key: secret) }
        let octets = Data(secret.utf8).base64EncodedString().replacing("=", with: "")
        cases.append(hmac("256", .sha256, form: "JWK", key: #"{"kty":"oct","k":"\#(octets)"}"#))
        for (isPSS, forms) in [
            (
                false,
                [("PEM", ThrowawayKeys.rsaPEM), ("PKCS #1", ThrowawayKeys.rsaPKCS1), ("JWK", ThrowawayKeys.rsaJWK)]
            ),
            (true, [("JWK", ThrowawayKeys.rsaJWK), ("PEM", ThrowawayKeys.rsaPEM), ("PEM", ThrowawayKeys.rsaPEM)]),
        ] {
            cases += zip(digests, forms).map { rsa($0.0, $0.1, isPSS: isPSS, form: $1.0, key: $1.1) }
        }
        for (form, key) in [("PEM", ThrowawayKeys.p256PEM), ("SEC 1", ThrowawayKeys.p256SEC1)] {
            cases.append(
                Case(
                    algorithm: "ES256", form: form, key: key,
                    service: { try await $0.add(ecdsa: ES256PublicKey(pem: ThrowawayKeys.p256PublicPEM)) },
                    stranger: { await $0.add(ecdsa: ES256PrivateKey()) }))
        }
        cases.append(
            Case(
                algorithm: "ES384", form: "JWK", key: ThrowawayKeys.p384JWK,
                service: { try await $0.add(ecdsa: ES384PublicKey(pem: ThrowawayKeys.p384PublicPEM)) },
                stranger: { await $0.add(ecdsa: ES384PrivateKey()) }))
        cases.append(
            Case(
                algorithm: "ES512", form: "JWKS", key: ThrowawayKeys.p521JWKS,
                service: { try await $0.add(ecdsa: ES512PublicKey(pem: ThrowawayKeys.p521PublicPEM), kid: "fifth") },
                stranger: { await $0.add(ecdsa: ES512PrivateKey(), kid: "fifth") }, keyIdentifier: "fifth"))
        return cases + ed25519
    }()

    /// A fresh token of clone 5, of one that was recorded without a source.
    private static func mint(_ test: Case, now: Int64) throws -> String {
        func part(_ text: String) -> String {
            Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
                .replacing("=", with: "")
        }
        let identifier = test.keyIdentifier.map { #","kid":"\#($0)""# } ?? ""
        let header = #"{"alg":"\#(test.algorithm)","typ":"JWT"\#(identifier)}"#
        let recorded = [header, #"{"sub":"dora@corp.example","iat":1700000000,"exp":1700000900}"#].map(part)
        let token = recorded.joined(separator: ".") + ".AAAA"
        let session = RecordedSession(
            number: 1,
            exchanges: [Exchange(path: "/items", begin: 0, end: 1, fields: [("Authorization", "Bearer \(token)")])])
        var options = PlanOptions()
        options.mintKeys = try KeyRing(reading: Array(test.key.utf8))
        let plan = try ReplayPlan(sessions: [session], options: options)
        var values = CloneValues(script: plan.scripts[0], clone: 5)
        values.mint(0, of: plan.scripts[0], now: now)
        return String(decoding: try #require(values[0]), as: UTF8.self)
    }

    @Test(arguments: cases)
    func serviceWithTheKeyTakesWhatIsMinted(test: Case) async throws {
        let now = Int64(Date().timeIntervalSince1970)
        let token = try Self.mint(test, now: now)
        let keys = JWTKeyCollection()
        try await test.service(keys)
        let claims = try await keys.verify(token, as: Claims.self)
        #expect(claims.sub.value == "user_5@example.com")
        #expect(claims.iat.value.timeIntervalSince1970 == Double(now))
        #expect(claims.exp.value.timeIntervalSince1970 == Double(now + 900))
    }

    @Test(arguments: cases)
    func serviceWithAnotherKeyDoesNot(test: Case) async throws {
        let token = try Self.mint(test, now: Int64(Date().timeIntervalSince1970))
        let keys = JWTKeyCollection()
        try await test.stranger(keys)
        await #expect(throws: JWTError.self) { try await keys.verify(token, as: Claims.self) }
    }

    @Test func recordedTokenIsNoLongerGood() async throws {
        let test = Self.cases[0]
        let keys = JWTKeyCollection()
        try await test.service(keys)
        let old = try Self.mint(test, now: 1_700_000_000)
        await #expect(throws: JWTError.self) { try await keys.verify(old, as: Claims.self) }
    }
}
