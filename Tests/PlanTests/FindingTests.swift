import Formats
import Testing
import Traffic

@testable import Plan

/// Measures the search: how many of the sessions' own values are found, and how many other values.
@Suite struct FindingTests {
    @Test func plantedValuesAreFoundAndDecoysAreNot() throws {
        var random = SplitMix64(seed: 20_240_501)
        var sessions: [RecordedSession] = []
        var places: [[(kind: PlantedValues.Kind, value: String, answer: Int, use: Int)]] = []
        for number in 0..<50 {
            let (recording, found) = PlantedValues.session(number, &random)
            sessions.append(recording.recorded)
            places.append(found)
        }
        let plan = try ReplayPlan(sessions: sessions, options: PlanOptions())
        var rows: [String: (found: Int, all: Int)] = [:]
        var misses: [String] = []
        for (script, places) in zip(plan.scripts, places) {
            for place in places {
                let isRight = FindingTests.isRight(place, script, &random)
                rows[place.kind.name, default: (0, 0)].all += 1
                if isRight { rows[place.kind.name]?.found += 1 }
                if !isRight, misses.count < 20 {
                    let sent = script.rendered(place.use, CloneValues(recorded: script)).map { "\($0)" } ?? ""
                    misses.append("session \(script.sessionNumber), \(place.kind.name): \(sent.prefix(300))")
                }
            }
        }
        print("kind                                          values  bound")
        for kind in PlantedValues.planted + PlantedValues.decoys {
            let row = rows[kind.name] ?? (0, 0)
            let name = (kind.isPlanted ? "" : "decoy: ") + kind.name
            let bound = kind.isPlanted ? row.found : row.all - row.found
            print(name.padded(to: 46) + "\(row.all)".padded(to: 8) + "\(bound)")
        }
        let planted = PlantedValues.planted.compactMap { rows[$0.name] }
        let all = planted.reduce(0) { $0 + $1.all }
        let found = planted.reduce(0) { $0 + $1.found }
        let wrong = PlantedValues.decoys.compactMap { rows[$0.name] }.reduce(0) { $0 + $1.all - $1.found }
        print("recall \(found) of \(all), false bindings \(wrong)")
        for miss in misses { print(miss) }
        #expect(PlantedValues.planted.count >= 20 && all >= 200)
        #expect(Double(found) >= 0.99 * Double(all))
        #expect(wrong == 0)
    }

    /// Whether a clone whose server gives another value sends that value exactly as the recorded client would; for a
    /// decoy, exactly the recorded one.
    private static func isRight(
        _ place: (kind: PlantedValues.Kind, value: String, answer: Int, use: Int), _ script: SessionScript,
        _ random: inout SplitMix64
    ) -> Bool {
        let fresh = place.kind.isPlanted ? place.kind.value(&random) : place.value
        var values = CloneValues(script: script, clone: 1)
        let answer = place.kind.answer(fresh)
        script.take(place.answer, from: answer.body, fields: answer.fields, into: &values)
        let expected = place.kind.use(fresh)
        guard place.kind.isPlanted == !script.requests[place.use].neededValues.isEmpty,
            let rendered = script.rendered(place.use, values)
        else { return false }
        let fields = expected.fields.allSatisfy { line in
            let parts = line.split(separator: ": ", maxSplits: 1)
            return rendered.fields[String(parts[0])] == String(parts[1])
        }
        return rendered.target == expected.target && rendered.body == expected.body && fields
    }
}

extension String {
    fileprivate func padded(to count: Int) -> String {
        self + String(repeating: " ", count: max(1, count - self.count))
    }
}
