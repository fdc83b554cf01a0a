import Scenario
import Testing

/// Files that are made to take the reader's time and memory are refused before they do.
struct HostileFileTests {

    private static func refusal(_ text: String) -> String {
        do throws(ScenarioError) {
            _ = try ScenarioFile(parsing: text, name: "hostile")
            return "taken"
        } catch {
            return error.description
        }
    }

    /// Ten levels, each ten times the one before: 10^10 values in a few lines.
    private static let laughs =
        "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        + (1...10).map { level in
            "b\(level): &a\(level) [" + [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
        }.joined()

    @Test func aBillionLaughsAreCountedNotLaughed() {
        #expect(Self.refusal(Self.laughs).contains("contains more than 50000 values"))
    }

    @Test(arguments: ["? *a10\n: x\n", "*a10 : x\n", "c: {[*a10]: x}\n", "? {k: *a10}\n: x\n"])
    func norAreThoseInKeys(_ tail: String) {
        #expect(Self.refusal(Self.laughs + tail) != "taken")
    }

    @Test func mergesThatGrowAreCounted() {
        let text =
            "m0: &m0 {a: 1, b: 2, c: 3}\n"
            + (1...40).map { "m\($0): &m\($0) {x: *m\($0 - 1), y: *m\($0 - 1), <<: *m\($0 - 1)}\n" }.joined()
        #expect(Self.refusal(text).contains("values"))
    }

    /// Named, as a failure would show all of it.
    enum Nesting: CaseIterable {
        case flow, compact, maps, indented, justPastTheBound

        var text: String {
            switch self {
            case .flow: String(repeating: "[", count: 500_000)
            case .compact: String(repeating: "- ", count: 400_000) + "x"
            case .maps: String(repeating: "{a: ", count: 200_000)
            case .indented: (0..<1200).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
            case .justPastTheBound: String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
            }
        }
    }

    @Test(arguments: Nesting.allCases) func deepNestingIsRefused(_ nesting: Nesting) {
        #expect(Self.refusal(nesting.text) != "taken")
    }

    @Test func whatIsLargerThanAMebibyteIsNotEvenParsed() {
        #expect(Self.refusal(String(repeating: "a", count: 100 << 20)) == "the file is larger than 1 MiB")
    }

    @Test func aMapOfManyKeysIsReadInOneGo() {
        let text = (0..<49_000).map { "k\($0): 1\n" }.joined()
        #expect(Self.refusal(text).contains("needs a load level"))
    }

    @Test func anAliasOfItselfNamesNothing() {
        #expect(Self.refusal("a: &a [*a]\n").contains("refers to no anchor"))
        #expect(Self.refusal("a: *b\n").contains("the alias '*b' refers to no anchor before it"))
    }

    @Test func starsThatAreNotAliasesStay() throws {
        let file = try ScenarioFile(
            parsing: """
                log: a.rlog
                before: [rm -f *.log, "*quoted*", 'ls */*']
                sessions: 1
                hold: 1s
                """, name: "stars")
        #expect(file.scenarios[0].before.map(\.command) == ["rm -f *.log", "*quoted*", "ls */*"])
    }
}
