import Redaction
import Testing

@Suite struct PolicyTests {
    /// Each error is reported with its line and key.
    @Test(arguments: [
        ("", 1, ""),
        ("rules: [", 2, ""),
        ("hello", 1, ""),
        ("version: 2\nrules: []", 1, "version"),
        ("rules:\n  - header: X-Key\n    action: hide", 3, "rules[0].action"),
        ("rules:\n  - header: X-Key", 2, "rules[0]"),
        ("rules:\n  - action: mask", 2, "rules[0]"),
        ("rules:\n  - heeder: X-Key\n    action: mask", 2, "rules[0].heeder"),
        ("rules:\n  - json: $.a[\n    action: mask", 2, "rules[0].json"),
        ("rules:\n  - json: a\n    action: mask\n  - path: a\n    action: mask", 4, "rules[1].path"),
        ("rules:\n  - pattern: iban\n    action: mask", 2, "rules[0].pattern"),
        ("rules:\n  - regex: '('\n    action: mask", 2, "rules[0].regex"),
        ("rules:\n  - body: /x\n    action: mask", 2, "rules[0].action"),
        ("rules:\n  - json: a\n    keep: 3\n    action: mask", 2, "rules[0].keep"),
        ("extends: strict", 1, "extends"),
        ("unparsable: ignore\nrules: []", 1, "unparsable"),
        ("rules:\n  - json: a\n    json: b\n    action: mask", 2, "json"),
        ("secret: 1\nrules: []", 1, "secret"),
    ])
    func reportsErrors(yaml: String, line: Int, key: String) {
        do {
            _ = try RedactionPolicy(yaml: yaml)
            Issue.record("was taken")
        } catch {
            #expect(error.line == line, "\(error)")
            if !key.isEmpty { #expect(error.key == key, "\(error)") }
        }
    }

    @Test func takesWhatIsRight() throws {
        _ = try RedactionPolicy(yaml: RedactionPolicy.defaultText)
        _ = try RedactionPolicy(
            yaml: """
                version: 1
                extends: default
                unparsable: drop
                rules:
                  - {header: [A, "X-*"], cookie: b, query: c, form: d, json: [$.a.b, "$..c[*]"], action: cut, keep: 2}
                  - {path: "/reset/{token}", of: request, action: mask}
                  - {body: "/upload/**", type: "image/*", action: drop}
                  - {regex: 'acct-(\\d+)', action: pseudonymise}
                """)
    }
}
