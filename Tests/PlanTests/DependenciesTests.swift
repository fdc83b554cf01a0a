import Formats
import Testing

@testable import Plan

@Suite struct DependenciesTests {
    struct Case: CustomTestStringConvertible {
        var reason: String
        /// Start and end of each exchange.
        var spans: [(Int64, Int64?)]
        var predecessors: [[Int]]
        var ready: [Int64?]
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Case(
            reason: "one after the other", spans: [(0, 5), (10, 15), (20, 25)], predecessors: [[], [0], [1]],
            ready: [nil, 5, 15]),
        Case(
            reason: "at once", spans: [(0, 10), (1, 11), (2, 12)], predecessors: [[], [], []], ready: [nil, nil, nil]),
        Case(
            reason: "two branches meet", spans: [(0, 5), (6, 20), (7, 15), (25, 30)],
            predecessors: [[], [0], [0], [1, 2]],
            ready: [nil, 5, 5, 20]),
        Case(
            reason: "a slow one next to a quick chain", spans: [(0, 100), (1, 5), (6, 9), (101, 105)],
            predecessors: [[], [], [1], [0, 2]], ready: [nil, nil, 5, 100]),
        Case(
            reason: "an end at the next begin had ended", spans: [(0, 5), (5, 8)], predecessors: [[], [0]],
            ready: [nil, 5]),
        Case(
            reason: "no end seen holds nothing up", spans: [(0, nil), (5, 8), (9, 10)], predecessors: [[], [], [1]],
            ready: [nil, nil, 8]),
        Case(
            reason: "no extent and one instant: none waits for the other", spans: [(3, 3), (3, 3), (4, 5)],
            predecessors: [[], [], [0, 1]], ready: [nil, nil, 4]),
    ])
    func whoEndedBeforeIsWaitedFor(test: Case) {
        let found = Dependencies(begins: test.spans.map(\.0), ends: test.spans.map(\.1))
        #expect(found.predecessors == test.predecessors)
        #expect(found.readyNs == test.ready)
    }

    @Test func reductionKeepsExactlyWhatTheFullOrderSays() {
        var random = SplitMix64(seed: 3)
        for _ in 0..<300 {
            let count = Int.random(in: 1...20, using: &random)
            let begins = (0..<count).map { _ in Int64.random(in: 0...60, using: &random) }.sorted()
            let ends = begins.map { $0 + Int64.random(in: 1...15, using: &random) }
            let found = Dependencies(begins: begins, ends: ends.map(Optional.some)).predecessors
            var reached: [Set<Int>] = []
            for index in 0..<count {
                let all = Set((0..<count).filter { ends[$0] <= begins[index] })
                let own = Set(found[index])
                reached.append(own.union(own.flatMap { reached[$0] }))
                #expect(reached[index] == all)
                for one in own { #expect(!own.contains { $0 != one && reached[$0].contains(one) }) }
            }
        }
    }

    @Test(arguments: [
        ([(0, 5), (5, 8), (9, 12)], 1, "one after the other"), ([(0, 10), (1, 11), (2, 12)], 3, "at once"),
        ([(0, 100), (1, 5), (6, 9), (7, 20)], 3, "a slow one next to others"),
        ([(0, nil), (5, 8), (9, nil), (20, 30)], 3, "ends unseen"),
        ([], 0, "nothing"),
    ])
    func overlapsAreCounted(spans: [(Int64, Int64?)], peak: Int, reason: String) {
        #expect(Concurrency.peak(begins: spans.map(\.0), ends: spans.map(\.1)) == peak, "\(reason)")
    }

    @Test func eachOriginHasItsOwnConnections() throws {
        var recording = Recording()
        for (index, authority) in ["a.example", "b.example", "A.example", "b.example"].enumerated() {
            recording.authority = authority
            recording.add("GET", "/", beganNs: Int64(index / 3), endedNs: 10)
        }
        let script = try recording.script()
        #expect(script.peakConnections == 4)
    }

    @Test func manyAtOnceAreBounded() {
        let count = 4 * Dependencies.limit
        let found = Dependencies(
            begins: Array(repeating: 0, count: count) + [100], ends: (1...Int64(count)).map { min($0, 99) } + [101])
        #expect(found.predecessors[count].count == Dependencies.limit)
        #expect(found.predecessors[count].contains(count - 1))
    }
}
