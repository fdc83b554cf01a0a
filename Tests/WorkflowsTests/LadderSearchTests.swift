import Analysis
import Scenario
import Testing

@testable import Workflows

struct LadderSearchTests {

    private static func ladder(_ text: String) throws -> Ladder {
        let file = try ScenarioFile(parsing: "log: a.rlog\nhold: 1m\n\(text)", name: "test")
        guard case .ladder(let ladder) = file.scenarios[0].load else { throw NoLadder() }
        return ladder
    }

    private struct NoLadder: Error {}

    /// Runs a search against a service that holds levels up to `limit`.
    private static func search(_ text: String, limit: Int, generator: Int = .max) throws -> LadderSearch {
        var search = LadderSearch(try ladder(text))
        var count = 0
        while let step = search.next {
            search.take(step.level > generator ? .inconclusive : step.level <= limit ? .held : .failed)
            count += 1
            #expect(count < 50, "a search ends")
            if count >= 50 { break }
        }
        return search
    }

    @Test func climbsToTheFirstLevelThatFailsAndReturns() throws {
        let search = try Self.search("ladder: [100, 200, 500, 1000]\nback: 100", limit: 300)
        #expect(search.trials.map(\.level) == [100, 200, 500, 100])
        #expect(search.trials.map(\.purpose) == [.climb, .climb, .climb, .back])
        #expect(search.capacity == 200)
        #expect(search.firstFailing == 500)
    }

    @Test(arguments: [101, 199, 333, 777, 4999, 5000]) func searchesWithinItsAccuracy(limit: Int) throws {
        let search = try Self.search("ladder: [100, 1000, 5000, 10000]\nsearch: 10%", limit: limit)
        let capacity = try #require(search.capacity)
        #expect(capacity <= limit && Double(limit - capacity) <= 0.1 * Double(capacity), "\(capacity) for \(limit)")
        #expect(search.trials.last?.purpose == .proof, "what a search finds is proven")
    }

    @Test func searchesBelowTheFirstLevelToo() throws {
        let search = try Self.search("ladder: [1000, 2000]\nsearch: 10%", limit: 60)
        let capacity = try #require(search.capacity)
        #expect(capacity <= 60 && capacity >= 54, "\(capacity)")
    }

    @Test func noLevelMayFail() throws {
        let search = try Self.search("ladder: [100, 200]\nsearch: 10%", limit: 10_000)
        #expect(search.capacity == 200)
        #expect(search.firstFailing == nil)
    }

    @Test func theReturnIsTheEndWhateverWasFound() throws {
        for (limit, generator) in [(10_000, Int.max), (150, .max), (50, .max), (10_000, 150)] {
            let search = try Self.search("ladder: [100, 200, 400]\nback: 10", limit: limit, generator: generator)
            #expect(search.trials.last?.purpose == .back)
            #expect(search.trials.count { $0.purpose == .back } == 1)
            #expect(search.trials.count { $0.purpose == .climb } <= 3)
        }
    }

    @Test func aLevelThatProvesNothingEndsTheSearch() throws {
        let search = try Self.search("ladder: [100, 200, 500]\nsearch: 10%", limit: 10_000, generator: 150)
        #expect(search.trials.map(\.level) == [100, 200, 200])
        #expect(search.capacity == 100)
        #expect(search.unproven == 200)
    }

    /// Outcomes as `h`eld, `f`ailed, failed `c`losely, `i`nconclusive; what is run, and what is found.
    @Test(
        arguments: [
            ("hihf", [100, 200, 200, 400], 200, 400, nil, "what proved nothing once is run once more"),
            ("hii", [100, 200, 200], 100, nil, 200, "what proves nothing twice ends the ladder"),
            ("hif", [100, 200, 200], 100, 200, nil, "a repeat that fails decides"),
            ("hcf", [100, 200, 200], 100, 200, nil, "what fails closely fails if it does so again"),
            ("hcc", [100, 200, 200], 100, 200, nil, "closely again is failed too"),
            ("hchf", [100, 200, 200, 400], 200, 400, nil, "what failed closely by chance holds"),
            ("hci", [100, 200, 200], 100, nil, 200, "a repeat that proves nothing leaves it open"),
            ("hf", [100, 200], 100, 200, nil, "what fails by far is not repeated"),
            ("cchf", [100, 100], nil, 100, nil, "the lowest level too"),
        ] as [(String, [Int], Int?, Int?, Int?, Comment)])
    func chanceIsAskedTwice(
        outcomes: String, levels: [Int], capacity: Int?, failing: Int?, unproven: Int?, reason: Comment
    ) throws {
        var search = LadderSearch(try Self.ladder("ladder: [100, 200, 400]"))
        for outcome in outcomes where search.next != nil {
            search.take(outcome == "h" ? .held : outcome == "i" ? .inconclusive : .failed, isClose: outcome == "c")
        }
        #expect(search.next == nil, reason)
        #expect(search.trials.map(\.level) == levels, reason)
        #expect(search.capacity == capacity, reason)
        #expect(search.firstFailing == failing, reason)
        #expect(search.unproven == unproven, reason)
    }

    @Test func aSearchAndItsProofAreRepeatedUnderTheirPurpose() throws {
        var search = LadderSearch(try Self.ladder("ladder: [100, 200]\nsearch: 40%"))
        for (outcome, isClose) in [
            (.held, false), (.failed, false), (.failed, true), (.held, false), (.inconclusive, false), (.held, false),
        ] as [(LadderSearch.Outcome, Bool)] { search.take(outcome, isClose: isClose) }
        #expect(search.trials.map(\.level) == [100, 200, 150, 150, 150, 150])
        #expect(search.trials.map(\.purpose) == [.climb, .climb, .search, .search, .proof, .proof])
        #expect(search.next == nil && search.capacity == 150)
    }

    @Test(
        arguments: [([-0.1], true), ([-0.19, -0.05], true), ([-0.1, -0.3], false), ([nil], false), ([], false)]
            as [([Double?], Bool)])
    func closeIsLessThanAFifthOfTheLimit(margins: [Double?], isClose: Bool) {
        var level = ScenarioResult(name: "l", folder: "l")
        level.gates = margins.map { margin in
            var gate = GateResult(gate: "p95<1s", outcome: .failed, figure: "")
            gate.margin = margin
            return gate
        }
        #expect(level.failsClosely == isClose)
        level.problem = "the disk is full"
        #expect(!level.failsClosely)
    }

    /// Outcomes as `h`eld, `f`ailed, `i`nconclusive of levels 100, 200, a search at 150, its proof, and a proof at 125.
    @Test(
        arguments: [
            ("hfh", 150, nil, "a search that is interrupted before its proof"),
            ("hfhf", 100, nil, "the level below a refuted one has not been run"),
            ("hfhfii", 100, 125, "nor is it proven by runs that prove nothing"),
            ("hfhfh", 125, nil, "it has held"),
            ("hfhff", 100, nil, "it has failed too, and the next one has not been run"),
            ("f", nil, nil, "nothing has held"),
        ] as [(String, Int?, Int?, Comment)])
    func onlyWhatHeldIsACapacity(outcomes: String, capacity: Int?, unproven: Int?, reason: Comment) throws {
        var search = LadderSearch(try Self.ladder("ladder: [100, 200]\nsearch: 40%"))
        for outcome in outcomes { search.take(outcome == "h" ? .held : outcome == "i" ? .inconclusive : .failed) }
        #expect(search.capacity == capacity && search.unproven == unproven, reason)
    }

    @Test func theReturnIsNoLevelThatHeld() throws {
        let search = try Self.search("ladder: [100, 200]\nback: 10", limit: 50)
        #expect(search.trials.map(\.level) == [100, 10] && search.capacity == nil)
    }

    @Test func aLevelThatHeldOnceByLuckIsRefutedByItsProof() throws {
        var search = LadderSearch(try Self.ladder("ladder: [100, 200]\nsearch: 40%"))
        var outcomes: [LadderSearch.Outcome] = [.held, .failed, .held, .failed, .held]
        while search.next != nil, !outcomes.isEmpty { search.take(outcomes.removeFirst()) }
        #expect(search.trials.map(\.level) == [100, 200, 150, 150, 125])
        #expect(search.trials[3].purpose == .proof)
        #expect(search.capacity == 125)
    }
}

/// What a ladder's verdict rests on.
struct LadderVerdictTests {

    struct Case: Sendable, CustomTestStringConvertible {
        var gates: String
        var capacity: Int?
        var failing: Int?
        var unproven: Int?
        var verdict: Verdict
        var strict = Verdict.fail
        /// What the verdict's figure says.
        var figure: String
        var testDescription: String { "\(gates): \(figure)" }
    }

    @Test(arguments: [
        Case(
            gates: "[p95<1s]", capacity: 100, failing: 200, verdict: .pass, strict: .pass,
            figure: "holds 100 sessions, fails at 200"),
        Case(gates: "[p95<1s]", failing: 100, verdict: .fail, figure: "holds none of the levels"),
        Case(gates: "[p95<1s]", capacity: 200, verdict: .inconclusive, figure: "its limit was not found"),
        Case(gates: "[p95<1s]", unproven: 100, verdict: .inconclusive, figure: "nothing is proven at 100: too slow"),
        Case(
            gates: "[p95<1s]", capacity: 100, unproven: 200, verdict: .inconclusive, figure: "nothing is proven at 200"),
        Case(
            gates: "[p95<1s]", capacity: 100, failing: 200, unproven: 150, verdict: .pass, strict: .pass,
            figure: "fails at 200; nothing is proven at 150"),
        Case(gates: "[p95<1s]", verdict: .inconclusive, figure: "none was run to its end"),
        Case(gates: "[capacity>=150]", capacity: 200, verdict: .pass, strict: .pass, figure: "holds 200"),
        Case(gates: "[capacity>=150]", capacity: 100, failing: 200, verdict: .fail, figure: "fails at 200"),
        Case(
            gates: "[capacity>=150]", capacity: 100, unproven: 200, verdict: .inconclusive,
            figure: "nothing is proven at 200"),
        Case(gates: "[capacity>=150]", unproven: 100, verdict: .inconclusive, figure: "nothing is proven at 100"),
        Case(gates: "[capacity<=150]", capacity: 100, unproven: 200, verdict: .inconclusive, figure: "holds 100"),
        Case(
            gates: "[capacity>=160]", capacity: 100, failing: 200, unproven: 150, verdict: .inconclusive,
            figure: "nothing is proven at 150"),
        Case(
            gates: "[capacity<=160]", capacity: 100, failing: 200, unproven: 150, verdict: .inconclusive,
            figure: "nothing is proven at 150"),
        Case(
            gates: "[capacity>=200]", capacity: 100, failing: 200, unproven: 150, verdict: .fail,
            figure: "fails at 200"),
        Case(
            gates: "[capacity>=100]", capacity: 100, failing: 200, unproven: 150, verdict: .pass, strict: .pass,
            figure: "holds 100"),
    ]) func aLadderThatDecidesNothingIsNotASuccess(item: Case) throws {
        let file = try ScenarioFile(
            parsing: "log: a.rlog\nladder: [100, 200]\nhold: 1m\ngates: \(item.gates)", name: "test")
        var found = LadderResult(
            capacity: item.capacity, firstFailing: item.failing, unproven: item.unproven, trials: [])
        found.unprovenReason = "too slow"
        for isStrict in [false, true] {
            var result = ScenarioResult(name: "s", folder: "s")
            result.take(found, of: file.scenarios[0], isStrict: isStrict)
            #expect(result.verdict == (isStrict ? item.strict : item.verdict))
            #expect(result.gates[0].figure.contains(item.figure), "\(result.gates[0].figure)")
            #expect(result.warnings.isEmpty == (result.verdict != .inconclusive))
        }
    }

    @Test func aLevelOfWhichNoGateIsDecidedProvesNothing() {
        let gate = { (outcome: GateResult.Outcome) in GateResult(gate: "p95<1s", outcome: outcome, figure: "no data") }
        let cases: [([GateResult.Outcome], Bool, LadderResult.Outcome)] = [
            ([.passed], false, .held), ([.passed, .inconclusive], false, .held),
            ([.inconclusive], false, .inconclusive),
            ([.failed], false, .failed), ([.failed], true, .inconclusive), ([], false, .held),
        ]
        for (outcomes, isSaturated, expected) in cases {
            var level = ScenarioResult(name: "l", folder: "l")
            level.gates = outcomes.map(gate)
            level.verdict = level.gates.verdict(isStrict: false)
            let (outcome, reason) = level.outcomeOfLevel(isSaturated: isSaturated)
            #expect(outcome == expected, "\(outcomes)")
            #expect((reason != nil) == (outcome == .inconclusive))
        }
    }
}
