import Credentials
import Testing

/// Keys that are recognised by their format.
///
/// The texts are assembled here, so that secret scanners do not report this file as a leak.
@Suite struct IssuedKeyTests {
    /// `count` letters and digits of both cases.
    private static func letters(_ count: Int) -> String {
        String(String(repeating: "aB3dE6gH9", count: 20).prefix(count))
    }
    private static func digits(_ count: Int) -> String {
        String(String(repeating: "0a1b2c3d", count: 20).prefix(count))
    }
    private static func capitals(_ count: Int) -> String {
        String(String(repeating: "AB3DE6GH", count: 20).prefix(count))
    }

    private static func found(in text: String) -> [String] {
        var text = text
        return text.withUTF8 { bytes in
            var found: [String] = []
            IssuedKey.forEach(in: UnsafeRawBufferPointer(bytes), 0..<bytes.count) { range in
                found.append(String(decoding: bytes[range], as: UTF8.self))
            }
            return found
        }
    }

    static let keys: [(prefix: String, secret: String)] = [
        ("ghp_", letters(36)), ("gho_", letters(36)), ("ghu_", letters(36)), ("ghs_", letters(40)),
        ("ghr_", letters(76)), ("github_pat_", letters(22) + "_" + letters(59)), ("glpat-", letters(20)),
        ("npm_", letters(36)), ("sk_live_", letters(24)), ("rk_test_", letters(24)), ("whsec_", letters(32)),
        ("xoxb-", "1234567890-" + letters(24)), ("xoxp-", letters(30)), ("AKIA", capitals(16)), ("ASIA", capitals(16)),
        ("AIza", letters(35)), ("GOCSPX-", letters(28)), ("ya29.", letters(40) + "." + letters(9)),
        ("SG.", letters(22) + "." + letters(43)), ("sk-ant-", "api03-" + letters(60)), ("sk-proj-", letters(48)),
        ("sk-", letters(48)), ("hf_", letters(34)), ("hvs.", letters(95)), ("shpat_", digits(32)),
        ("dop_v1_", digits(64)), ("pypi-", letters(80)), ("AGE-SECRET-KEY-1", capitals(58)),
    ]

    @Test("What follows the prefix of a service is found, wherever the key is in a text", arguments: keys)
    func issued(prefix: String, secret: String) {
        let key = prefix + secret
        for text in [
            key, "use \(key) now", "\"\(key)\"", "k=\(key)&x=1", "(\(key))", #"a\n\#(key)\n"#, "Bearer \(key),",
        ] {
            #expect(Self.found(in: text) == [secret], "in \(text)")
        }
        #expect(Self.found(in: "\(key) \(key)") == [secret, secret])
    }

    @Test(
        "What only looks like a key is left",
        arguments: [
            "sk-learn", "sk_live_short", "xsk_live_\(letters(24))", "AKIA\(capitals(15))",
            "AKIA\(letters(16))", "SG.1", "key-of-the-house", "npm_\(letters(35))", "hf_model", "ya29.", "ghp_",
            "-----",
            "-----BEGIN CERTIFICATE-----\n\(letters(64))\n-----END CERTIFICATE-----",
            "-----BEGIN PUBLIC KEY-----\n\(letters(64))\n-----END PUBLIC KEY-----",
        ])
    func words(text: String) { #expect(Self.found(in: text) == []) }

    @Test(
        "The lines of a private key are found, with line ends or their escapes, and without an end",
        arguments: [
            "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK",
        ],
        ["\n", "\r\n", #"\n"#, #"\r\n"#])
    func privateKeys(label: String, lineEnd: String) {
        let lines = [Self.letters(64), String(Self.letters(63)) + "=", "nRtB" + Self.letters(20)]
        let block = (["-----BEGIN \(label)-----"] + lines).joined(separator: lineEnd)
        let secret = lines.map { $0 }
        #expect(Self.found(in: "{\"key\":\"\(block)\(lineEnd)-----END \(label)-----\(lineEnd)\"}") == secret)
        #expect(Self.found(in: block) == secret, "a truncated one")
    }

    @Test("Every text, truncated at any position, is read within its bounds")
    func cut() {
        let block = #"-----BEGIN RSA PRIVATE KEY-----\n\#(Self.letters(64))\n-----END RSA PRIVATE KEY-----"#
        let text = "\(block) ghp_\(Self.letters(36))"
        for count in 0...text.utf8.count {
            for secret in Self.found(in: String(text.prefix(count))) { #expect(text.contains(secret)) }
        }
    }
}
