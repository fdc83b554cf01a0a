import Mutants
import Testing

struct SwitchedSourceTests {

    /// The file with all its mutants of these changes behind switches, numbered in their order.
    private func switched(_ source: String, _ changes: [String]) -> SwitchedSource {
        let mutants = MutantFinder.mutants(of: source, file: "Sources/Plan/A.swift")
        let chosen = changes.compactMap { change in mutants.first { $0.change == change } }
        return SwitchedSource(
            source: Array(source.utf8), mutants: chosen.enumerated().map { (number: $0.offset, mutant: $0.element) })
    }

    @Test(arguments: [
        ("let x = a < b + 1", ["`<` to `<=`"], "let x = (__mutant(0) ? (a <= b + 1) : (a < b + 1))", "an operation"),
        (
            "let x = a < b + 1", ["`<` to `<=`", "`1` to `2`"],
            "let x = (__mutant(0) ? (a <= b + 1) : (a < b + (__mutant(1) ? (2) : (1))))",
            "one inside the other's source"
        ),
        (
            "let x = a && b", ["`&&` to `||`"], "let x = (__mutant(0) ? (a || b) : (a && b))", "a condition"
        ),
        (
            "for i in a..<b {}", ["`..<` to `...`"],
            "for i in (__mutant(0) ? (Range((a)...(b))) : (a..<b)) {}", "ranges of one type"
        ),
        (
            "for i in a...b {}", ["`...` to `..<`"],
            "for i in (__mutant(0) ? (a ..< b) : Range(a...b)) {}", "ranges of one type"
        ),
        (
            "func f() { g(); try h(1) }", ["removed: try h(1)", "`1` to `0`"],
            "func f() { g(); if !__mutant(0) { try h((__mutant(1) ? (0) : (1))) } }", "a statement around its parts"
        ),
        (
            "func f() { a = 1; g() }", ["begins with `return`"],
            "func f() { if __mutant(0) { return }; a = 1; g() }", "an early return"
        ),
        (
            "let x = f(a, b)", ["`a, b` to `b, a`"],
            "let x = f((__mutant(0) ? (b) : (a)), (__mutant(0) ? (a) : (b)))", "swapped arguments"
        ),
    ]) func `a mutant is written next to its source`(
        source: String, changes: [String], expected: String, reason: Comment
    ) {
        let text = String(decoding: switched(source, changes).text, as: UTF8.self)
        #expect(text == expected, reason)
    }

    @Test func `an error belongs to the mutant whose text it is in, else to those of its lines`() {
        let source = "func f() {\n    let x = a < b\n    let y = c < d ? 1 : 2\n    g()\n}\n"
        let switched = switched(source, ["`<` to `<=`", "`1` to `2`"])
        let lines = String(decoding: switched.text, as: UTF8.self).split(separator: "\n").map(String.init)
        let column = lines[1].utf8.count - lines[1].drop { $0 != "?" }.utf8.count + 4
        #expect(switched.mutants(line: 2, column: column) == [0])
        #expect(switched.mutants(line: 3, column: 1) == [1])
        #expect(switched.mutants(line: 4, column: 5) == [])
        #expect(switched.sourceOffset(ofLine: 4) == source.utf8.count - "    g()\n}\n".utf8.count)
    }

    @Test func `inlinable code has no switch`() throws {
        let source = "@inlinable func f() -> Bool { g(); return a < b }"
        let mutants = MutantFinder.mutants(of: source, file: "Sources/Plan/A.swift")
        let relation = try #require(mutants.first { $0.kind == .relation })
        #expect(relation.sites.isEmpty)
    }

    @Test func `a change elsewhere leaves a sample as it is`() {
        let source = "let a = b < c\nlet d = e == f\nlet g = h && i\n"
        func sample(_ source: String) -> [String] {
            MutantFinder.mutants(of: source, file: "Sources/Plan/A.swift").drawn(seed: 7).map(\.change)
        }
        let before = sample(source)
        let after = sample("let z = y * x\n" + source)
        #expect(after.filter(before.contains) == before)
    }
}
