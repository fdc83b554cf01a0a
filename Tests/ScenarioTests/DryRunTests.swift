import Scenario
import Testing

struct DryRunTests {

    private func findings(_ text: String) throws -> [String] {
        DryRun(try ScenarioFile(parsing: text, name: "c")).findings.map(\.text)
    }

    @Test func pausesBoundTheRate() throws {
        let text = "think: 1s..3s\nsessions: 100\nramp: 1m\nfor: 5m\ngates: [rps>100, rps>=50]\n"
        #expect(
            try findings(text) == [
                "'rps>100' cannot be met in c: 100 sessions that pause 1s to 3s between requests send at most 50 requests per second"
            ])
    }

    @Test func sharesThatDoNotAddUpAreTold() throws {
        let text = "traffic: {a: {endpoint: GET /}, g: {mix: {a: 120%}}}\ntraffic2: x\n"
        #expect(throws: ScenarioError.self) { try findings(text) }
        let good =
            "traffic: {a: {endpoint: GET /}, b: {endpoint: GET /b}, g: {mix: {a: 70%, b: 50%}}}\nscenarios: {s: {traffic: g, sessions: 1, hold: 1h}}\n"
        #expect(try findings(good) == ["the shares of 'g' add up to 120 %; they are scaled to 100 %"])
    }

    @Test func shortLeakTestsAndCutSpikesAreTold() throws {
        let load = "sessions: 100\nfor: 10m\nspikes: {sessions: 500, for: 2m, every: 3m}\n"
        let text = load + "gates: [no-leak]\nwatch: {a: {port: 80}}\n"
        #expect(
            try findings(text) == [
                "the last spike is cut to 1m by the end of the scenario",
                "'no-leak' is often inconclusive in 10m; it needs 15m or more",
            ])
    }

    @Test func aLongRampIsTold() throws {
        #expect(
            try findings("sessions: 10\nramp: 200s\nfor: 300s\n") == [
                "c is at its level for 1m40s of 5m; its figures are those of the level"
            ])
    }
}

struct LoadCurveTests {

    @Test func movesLinearlyFromThePhaseBefore() throws {
        let file = try ScenarioFile(
            parsing: "phases: [{sessions: 100, ramp: 10s, hold: 10s}, {sessions: 50, ramp: 10s, hold: 5s}]", name: "c")
        let curve = LoadCurve(file.scenarios[0].phases)
        let levels = [0, 5, 10, 19, 25, 30, 34, 35].map { curve.level(at: .seconds($0)) }
        #expect(levels == [0, 50, 100, 100, 75, 50, 50, 0])
        #expect(curve.length == .seconds(35))
        #expect(curve.peak == 100)
    }
}
