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

    @Test func aLevelThatProvesNothingEndsTheSearch() throws {
        let search = try Self.search("ladder: [100, 200, 500]\nsearch: 10%", limit: 10_000, generator: 150)
        #expect(search.trials.map(\.level) == [100, 200])
        #expect(search.capacity == 100)
        #expect(search.unproven == 200)
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
