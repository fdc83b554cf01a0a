import Crypto
import CryptoExtras
import Formats
import Testing

@testable import Plan

/// Every algorithm for minting tokens, with keys in users' formats.
@Suite struct SigningTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var reason: String
        var algorithm: String
        var keys: [UInt8]
        /// Verifies a signature of these bytes.
        var verifies: @Sendable (_ signature: [UInt8], _ signed: [UInt8]) -> Bool
        var header = ""
        var testDescription: String { reason }
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> String {
        var output: [UInt8] = []
        Base64.url.append(bytes, to: &output)
        return output.text
    }

    private static func rsa(_ algorithm: String, padding: _RSA.Signing.Padding) -> Case {
        let key = rsaKey
        return Case(
            reason: "\(algorithm), PEM", algorithm: algorithm, keys: Array(key.pemRepresentation.utf8),
            verifies: { signature, signed in
                let signature = _RSA.Signing.RSASignature(rawRepresentation: signature)
                let isRight =
                    switch algorithm.suffix(3) {
                    case "256":
                        key.publicKey.isValidSignature(signature, for: SHA256.hash(data: signed), padding: padding)
                    case "384":
                        key.publicKey.isValidSignature(signature, for: SHA384.hash(data: signed), padding: padding)
                    default:
                        key.publicKey.isValidSignature(signature, for: SHA512.hash(data: signed), padding: padding)
                    }
                return isRight
            })
    }

    private static let rsaKey: _RSA.Signing.PrivateKey = {
        guard let key = try? _RSA.Signing.PrivateKey(keySize: .bits2048) else {
            preconditionFailure("keys can be made")
        }
        return key
    }()

    private static func edwards(_ reason: String, _ keys: (Curve25519.Signing.PrivateKey) -> String) -> Case {
        let key = Curve25519.Signing.PrivateKey()
        return Case(
            reason: reason, algorithm: "EdDSA", keys: Array(keys(key).utf8),
            verifies: { key.publicKey.isValidSignature($0, for: $1) })
    }

    static let cases: [Case] = {
        var cases = ["256", "384", "512"].flatMap { bits in
            [rsa("RS\(bits)", padding: .insecurePKCS1v1_5), rsa("PS\(bits)", padding: .PSS)]
        }
        let (p256, p384, p521) = (P256.Signing.PrivateKey(), P384.Signing.PrivateKey(), P521.Signing.PrivateKey())
        cases.append(
            Case(reason: "ES256, PEM", algorithm: "ES256", keys: Array(p256.pemRepresentation.utf8)) {
                signature, signed in
                (try? P256.Signing.ECDSASignature(rawRepresentation: signature)).map {
                    p256.publicKey.isValidSignature($0, for: signed)
                } ?? false
            })
        cases.append(
            Case(
                reason: "ES384, JWK", algorithm: "ES384",
                keys: Array(#"{"kty":"EC","crv":"P-384","d":"\#(number(p384.rawRepresentation))"}"#.utf8)
            ) { signature, signed in
                (try? P384.Signing.ECDSASignature(rawRepresentation: signature)).map {
                    p384.publicKey.isValidSignature($0, for: signed)
                } ?? false
            })
        let set =
            #"{"keys":[{"kty":"oct","kid":"a","k":"AAAA"},{"kty":"EC","kid":"b","crv":"P-521","alg":"ES512","d":"\#(number(p521.rawRepresentation))"}]}"#
        cases.append(
            Case(reason: "ES512, JWKS", algorithm: "ES512", keys: Array(set.utf8)) { signature, signed in
                (try? P521.Signing.ECDSASignature(rawRepresentation: signature)).map {
                    p521.publicKey.isValidSignature($0, for: signed)
                } ?? false
            })
        cases.append(
            edwards("EdDSA, JWK") { #"{"kty":"OKP","crv":"Ed25519","d":"\#(number($0.rawRepresentation))"}"# })
        cases.append(
            edwards("EdDSA, PEM") { key in
                var der: [UInt8] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]
                der += key.rawRepresentation
                return "-----BEGIN PRIVATE KEY-----\n\(PlantedValues.base64(der))\n-----END PRIVATE KEY-----\n"
            })
        for bits in ["256", "384", "512"] {
            cases.append(
                Case(reason: "HS\(bits), a secret", algorithm: "HS\(bits)", keys: Tokens.key) { signature, signed in
                    let key = SymmetricKey(data: Tokens.key)
                    return switch bits {
                    case "256": HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: signed, using: key)
                    case "384": HMAC<SHA384>.isValidAuthenticationCode(signature, authenticating: signed, using: key)
                    default: HMAC<SHA512>.isValidAuthenticationCode(signature, authenticating: signed, using: key)
                    }
                })
        }
        return cases
    }()

    @Test(arguments: cases)
    func freshTokensVerify(test: Case) throws {
        var recording = Recording()
        let token = Tokens.token(
            #"{"sub":"a","iat":1700000000,"exp":1700000060}"#, header: #"{"alg":"\#(test.algorithm)"}"#)
        recording.add("GET", "/a", fields: ["Authorization: Bearer \(token)"])
        let keys = try KeyRing(reading: test.keys)
        let script = try recording.script { $0.mintKeys = keys }
        var values = CloneValues(script: script, clone: 3)
        values.mint(0, of: script, now: 1_800_000_000)
        let fresh = try #require(values[0]).text
        #expect(Tokens.payload(fresh) == #"{"sub":"a","iat":1800000000,"exp":1800000060}"#)
        let parts = fresh.split(separator: ".")
        let signature = try #require(Base64.url.decoded(parts[2].utf8))
        #expect(test.verifies(signature, Array((parts[0] + "." + parts[1]).utf8)))
    }

    @Test func theKeyOfTheTokensNameIsTaken() throws {
        let set = #"{"keys":[{"kty":"oct","kid":"one","k":"QUFB"},{"kty":"oct","kid":"two","k":"QkJC"}]}"#
        let keys = try KeyRing(reading: Array(set.utf8))
        #expect(keys.keys.map(\.identifier) == ["one", "two"])
        #expect(keys.key(identifier: "two", algorithm: .hs256)?.identifier == "two")
        #expect(keys.key(identifier: nil, algorithm: .hs256)?.identifier == "one")
        #expect(keys.key(identifier: "two", algorithm: .es256) == nil)
    }

    @Test(arguments: [
        ("", KeyRing.Problem.empty), ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", .noPrivateKey),
        ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", .encrypted),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", .unknownKind),
        (#"{"kty":"EC","crv":"P-256","x":"a","y":"b"}"#, .badJWK(kind: "EC")),
    ])
    func anInvalidKeyIsReported(text: String, problem: KeyRing.Problem) {
        #expect(throws: problem) { try KeyRing(reading: Array(text.utf8)) }
    }

    struct ClaimCase: CustomTestStringConvertible {
        var reason: String
        var payload: String
        var claims: [String]
        var fresh: String
        var testDescription: String { reason }
    }

    @Test(arguments: [
        ClaimCase(
            reason: "in place of the recorded one", payload: #"{"sub":"bob","a":[1]}"#, claims: ["sub=user-{clone}"],
            fresh: #"{"sub":"user-5","a":[1]}"#),
        ClaimCase(
            reason: "added", payload: #"{"a":{"b":1}}"#, claims: ["sub=u{clone}", "role=admin"],
            fresh: #"{"a":{"b":1},"sub":"u5","role":"admin"}"#),
        ClaimCase(reason: "to nothing", payload: "{ }", claims: ["sub=\"{counter}"], fresh: #"{ "sub":"\"6"}"#),
        ClaimCase(
            reason: "a number stays one", payload: #"{"uid":17,"n":"x"}"#, claims: ["uid={counter}"],
            fresh: #"{"uid":6,"n":"x"}"#),
        ClaimCase(
            reason: "a text in place of a number becomes a string", payload: #"{"uid":17}"#, claims: ["uid=u{clone}"],
            fresh: #"{"uid":"u5"}"#),
        ClaimCase(
            reason: "an object stays", payload: #"{"realm":{"x":1}}"#, claims: ["realm=a"], fresh: #"{"realm":{"x":1}}"#
        ),
        ClaimCase(
            reason: "times of the user's", payload: #"{"exp":1700000060}"#, claims: ["exp=99"], fresh: #"{"exp":99}"#),
    ])
    func claimsOfTheUser(test: ClaimCase) throws {
        var recording = Recording()
        recording.add("GET", "/a?t=\(Tokens.token(test.payload))")
        let claims = test.claims.compactMap { ClaimTemplate(text: $0) }
        let script = try recording.script {
            $0.mintKeys = Tokens.keys
            $0.claims = claims
        }
        var values = CloneValues(script: script, clone: 5)
        values.mint(0, of: script, now: 1_800_000_000)
        #expect(Tokens.payload(try #require(values[0]).text) == test.fresh)
    }

    @Test func templatesAreUniqueAndLastTheCloneThrough() throws {
        let template = try #require(IdentityTemplate("{uuid}/{counter}/{now}/{other}"))
        let names = (0..<100).map { template.name(ofClone: $0, seed: 7, now: 42).text }
        #expect(Set(names).count == 100)
        #expect(names[4].hasSuffix("/5/42/{other}"))
        #expect(names[4] == template.name(ofClone: 4, seed: 7, now: 42).text)
        #expect(names[4] != template.name(ofClone: 4, seed: 8, now: 42).text)
        #expect(names[0].split(separator: "/")[0].count == 36)
        #expect(IdentityTemplate("bob-{now}") == nil)
        #expect(ClaimTemplate(text: "=x") == nil)
        #expect(ClaimTemplate(text: "x") == nil)
    }
}
