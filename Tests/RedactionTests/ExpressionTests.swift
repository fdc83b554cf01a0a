import Redaction
import Testing
import Traffic

/// Regular expressions, paths and globs of policies: what they match, and what they may cost.
@Suite struct ExpressionTests {
    private static let key = Array("a key that only this test has".utf8)

    private static func masked(_ text: String, _ rule: String) throws -> String {
        var redactor = Redactor(policy: try RedactionPolicy(yaml: "rules:\n  - \(rule)"), key: key)
        let exchange = Recording.exchange(fields: ["Content-Type: text/plain"], body: Array(text.utf8))
        return String(decoding: redactor.redacted(exchange).request?.body ?? [], as: UTF8.self)
    }

    @Test(
        "What an expression matches",
        arguments: [
            ("acct-(\\d+)", "acct-123 acct-x acct-4", "acct-*** acct-x acct-*"), ("a|ab", "xab", "x**"),
            ("(a|ab)(c|bcd)", "abcd", "*bcd"), ("[[:digit:]]{3}", "12 123 1234", "12 *** ***4"),
            ("[^ ]+@", "to me@x", "to **@x"), ("x{2,3}", "x xx xxx xxxx", "x ** *** ***x"), ("a+?b", "aab b", "*** *"),
            ("^ab", "ab ab", "** ab"), ("ab$", "ab ab", "ab **"), ("(x)y|z", "xyz", "*y*"),
            ("a.c", "abc a c", "*** * *"),
            ("[]a]b", "]b ab cb", "]* ** cb"), ("[a\\d]x", "1x ax bx", "** ** bx"), ("\\.x", "a.x bx", "a.* bx"),
            ("(a*)*b", "aaab", "***b"), ("q*", "abc", "abc"), ("\\w+-\\w+", "a_1-b c", "*_*-* c"),
            ("[a-]z", "-z az", "-* **"), ("()k", "k", "k"),
        ])
    func matches(expression: String, text: String, masked: String) throws {
        #expect(try Self.masked(text, "{regex: '\(expression)', action: mask}") == masked)
    }

    /// Classes and escapes, and what IEEE Std 1003.1 chapter 7.3.1 has in them for the C locale.
    private static let letters = Set(("a"..."z").unicode + ("A"..."Z").unicode)
    private static let digits = Set(("0"..."9").unicode)
    private static let spaces = Set(" \t\n\u{b}\u{c}\r".unicodeScalars)
    private static let words = letters.union(digits).union(["_"])
    private static let ascii = Set((UInt8(1)..<128).map { Unicode.Scalar($0) })
    static let characterClasses: [(expression: String, holds: Set<Unicode.Scalar>)] = [
        ("[[:alpha:]]", letters), ("[[:digit:]]", digits), ("[[:alnum:]]", letters.union(digits)),
        ("[[:lower:]]", Set(("a"..."z").unicode)), ("[[:upper:]]", Set(("A"..."Z").unicode)),
        ("[[:xdigit:]]", digits.union(("a"..."f").unicode + ("A"..."F").unicode)), ("[[:space:]]", spaces),
        ("[[:blank:]]", [" ", "\t"]), ("[[:print:]]", Set((" "..."~").unicode)),
        ("[[:graph:]]", Set(("!"..."~").unicode)),
        ("[[:punct:]]", Set(("!"..."~").unicode).subtracting(letters).subtracting(digits)),
        ("[[:cntrl:]]", ascii.subtracting((" "..."~").unicode)), ("\\d", digits), ("\\D", ascii.subtracting(digits)),
        ("\\s", spaces), ("\\S", ascii.subtracting(spaces)), ("\\w", words), ("\\W", ascii.subtracting(words)),
        ("\\n", ["\n"]), ("\\r", ["\r"]), ("\\t", ["\t"]), ("[b-d]", ["b", "c", "d"]),
        ("[^b-d]", ascii.subtracting(["b", "c", "d"])), (".", ascii),
    ]

    /// Each character between non-ASCII letters: it is dropped or not.
    @Test("The members of a character class", arguments: characterClasses)
    func classes(expression: String, holds: Set<Unicode.Scalar>) throws {
        let scalars = Self.ascii.sorted()
        let text = scalars.map { "é\(Character($0))é" }.joined()
        let expected = scalars.map { holds.contains($0) ? "éé" : "é\(Character($0))é" }.joined()
        #expect(try Self.masked(text, "{regex: 'é(\(expression))é', action: drop}") == expected)
    }

    static let refused: [(reason: String, expression: String)] = [
        ("too long", String(repeating: "a", count: 1001)),
        ("too deep", String(repeating: "(", count: 33) + "a" + String(repeating: ")", count: 33)),
        ("20,000 groups", String(repeating: "(", count: 20_000) + String(repeating: ")", count: 20_000)),
        ("repeats too much", "((a{1,100}){1,100}){1,100}"), ("repeats too much in a row", "(a{255}){8}"),
        ("a back-reference", "(a)\\1"), ("a count that is too high", "a{256}"),
        ("counts the wrong way round", "a{3,2}"),
        ("no end of a group", "(a"), ("no beginning of a group", "a)"), ("no end of brackets", "[a"),
        ("nothing to repeat", "*a"),
        ("a range the wrong way round", "[z-a]"), ("a class that is none", "[[:foo:]]"), ("an open end", "a\\"),
        ("no end of a count", "a{2"),
    ]

    @Test("Invalid and too expensive expressions are refused", arguments: refused)
    func refuses(reason: String, expression: String) {
        #expect(throws: PolicyError.self, "\(reason)") {
            try RedactionPolicy(yaml: "rules:\n  - {regex: '\(expression)', action: mask}")
        }
    }

    @Test("The longest, deepest and most repeated expressions that are accepted")
    func taken() throws {
        for expression in [
            String(repeating: "a", count: 1000),
            String(repeating: "(", count: 32) + "a" + String(repeating: ")", count: 32),
            "(a{255}){7}", "a{255}", String(repeating: "(a)", count: 40),
            "(a)(b)(" + String(repeating: "(", count: 31) + "c"
                + String(repeating: ")", count: 32),
        ] {
            _ = try RedactionPolicy(yaml: "rules:\n  - {regex: '\(expression)', action: mask}")
        }
    }

    /// Each takes exponential or quadratic time with backtracking.
    @Test(
        "Expressions that lead others astray end",
        arguments: ["(x+x+)+y", "(a|aa)+b", "(.*)*b", "x*y", "(x|x|x)*y", "(x{1,20}){1,20}y"])
    func hostile(expression: String) throws {
        let text = String(repeating: "x", count: 20_000)
        #expect(try Self.masked(text, "{regex: '\(expression)', action: mask}") == text)
    }

    @Test("Paths with many descents into a deep body end")
    func deepPaths() throws {
        var redactor = Redactor(
            policy: try RedactionPolicy(yaml: "rules:\n  - {json: \"$..a..a..a..a..a..a..a..a.zz\", action: mask}"),
            key: Self.key)
        let body = String(repeating: #"{"a":"#, count: 250) + #"{"b":"kept"}"# + String(repeating: "}", count: 250)
        let exchange = Recording.json(body)
        #expect(redactor.redacted(exchange) == exchange)
    }

    @Test(
        "What a path matches",
        arguments: [
            ("$..a..b", #"{"a":{"c":{"b":"v1"}},"b":"v2"}"#, [1]), ("$..a", #"{"x":{"a":{"b":"v1"}},"b":"v2"}"#, [1]),
            ("$.a..[0]", #"{"a":{"b":["v1","v2"]}}"#, [1]), ("$..[*].b", #"[{"b":"v1"},{"c":"v2"}]"#, [1]),
        ])
    func paths(path: String, body: String, meant: [Int]) throws {
        var redactor = Redactor(
            policy: try RedactionPolicy(yaml: "rules:\n  - {json: \"\(path)\", action: mask}"), key: Self.key)
        let redacted = String(decoding: redactor.redacted(Recording.json(body)).request?.body ?? [], as: UTF8.self)
        for number in 1...2 { #expect(redacted.contains("v\(number)") != meant.contains(number), "\(number)") }
    }

    @Test("A path of too many steps is refused")
    func longPaths() {
        #expect(throws: PolicyError.self) {
            try RedactionPolicy(yaml: "rules:\n  - {json: $\(String(repeating: ".a", count: 63)), action: mask}")
        }
    }

    @Test(
        "Globs for bodies",
        arguments: [
            ("/a/*", "/a/b", true), ("/a/*", "/a/b/c", false), ("/a/**", "/a/b/c", true), ("/a/**/z", "/a/b/c/z", true),
            ("/*/*/*/*/*/*/*/*/*/*b", "/" + String(repeating: "a/", count: 200) + "a", false), ("/a*", "/a", true),
        ])
    func globs(glob: String, path: String, matches: Bool) throws {
        var redactor = Redactor(
            policy: try RedactionPolicy(yaml: "rules:\n  - {body: \"\(glob)\", action: drop}"), key: Self.key)
        let redacted = redactor.redacted(Recording.exchange(path, body: [120]))
        #expect(redacted.request?.body.isEmpty == matches)
    }
}

extension ClosedRange<Unicode.Scalar> {
    /// All of them.
    fileprivate var unicode: [Unicode.Scalar] { (lowerBound.value...upperBound.value).compactMap(Unicode.Scalar.init) }
}
