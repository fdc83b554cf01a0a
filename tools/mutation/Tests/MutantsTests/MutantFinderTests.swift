import Mutants
import Testing

struct MutantFinderTests {

    private func changes(_ source: String) -> [String] {
        MutantFinder.mutants(of: source, file: "Sources/Plan/A.swift").map(\.change)
    }

    @Test(arguments: [
        ("func f() { if a < b { g() } }", ["`a < b` to `false`", "`a < b` to `true`", "`<` to `<=`", "`<` to `>=`"]),
        ("let x = a && !b", ["`&&` to `||`", "`!b` to `b`"]),
        ("let x = 0x10", ["`0x10` to `17`"]),
        ("let x = f(a, b)", ["`a, b` to `b, a`"]),
        (
            "func f() { a = 1; g() }",
            ["begins with `return`", "`1` to `0`", "`1` to `2`", "removed: a = 1", "removed: g()"]
        ),
        (
            "func f() -> Bool { g(); return h() }",
            ["begins with `return false`", "begins with `return true`", "removed: g()"]
        ),
    ]) func findsEachKind(source: String, expected: [String]) {
        #expect(Set(changes(source)) == Set(expected))
    }

    @Test(arguments: [
        ("let m = a < b ? a : b", "`<` to `<=`", "the smaller of two equal values is either"),
        ("let m = list.sorted { $0.x < $1.x }", "`<` to `<=`", "equal keys may be in any order"),
        ("func f() { precondition(a < b); g() }", "`<` to `<=`", "an assertion is not behaviour"),
        ("func f() -> Bool { if a != b { return a < b }; return c }", "`<` to `<=`", "they are not equal there"),
        ("let m = max(a, b)", "`a, b` to `b, a`", "the order does not matter"),
        ("var description: String { count == 1 ? \"a\" : \"b\" }", "`==` to `!=`", "a text for people"),
    ]) func leavesOut(source: String, change: String, reason: Comment) {
        #expect(!changes(source).contains(change), reason)
    }

    @Test func givesPlaceAndTarget() throws {
        let source = "struct A {\n    let b = c < d\n}\n"
        let mutant = try #require(MutantFinder.mutants(of: source, file: "Sources/Plan/A.swift").first)
        #expect(mutant.line == 2)
        #expect(mutant.target == "Plan")
        #expect(mutant.sourceLine == "let b = c < d")
        #expect(Array(source.utf8)[mutant.range].elementsEqual(mutant.original.utf8))
    }

    @Test func keepsToTheLinesAskedFor() {
        let source = "let a = b < c\nlet d = e < f\n"
        let found = MutantFinder.mutants(of: source, file: "A.swift", lines: [2])
        #expect(!found.isEmpty && found.allSatisfy { $0.line == 2 })
    }
}
