import Analysis
import Scenario
import Traffic

@testable import Measurement
@testable import Workflows

/// The first scenario of a file, and the record of a run of it that lasts 40 s.
struct JudgedCampaign {
    let file: ScenarioFile
    let record: RunRecord
    var scenario: ScenarioDefinition { file.scenarios[0] }

    /// - Parameters:
    ///   - text: a scenario file; its endpoints are `GET /a` and `GET /b`.
    ///   - outcomes: the requests of the run.
    ///   - metrics: the readings of its watches.
    init(_ text: String, _ outcomes: [RequestOutcome], _ metrics: [MetricReading]) throws {
        file = try ScenarioFile(parsing: text, name: "test")
        let load = try CampaignLoad(file.scenarios[0], in: file)
        var description = RunDescription(
            startedAt: 0, settings: [:], endpoints: ["GET /a", "GET /b"], plannedSessions: nil)
        description.stretches = load.stretches
        let live = LiveCounts()
        var recorder = WorkerRecorder(endpointCount: 2, live: live, stretches: load.stretches)
        for outcome in outcomes { recorder.record(outcome) }
        var collector = RunCollector(description, workers: 1, live: live, folder: nil)
        try collector.take(recorder.finish())
        try collector.take(metrics)
        record = collector.finish(
            RunDescription.End(
                durationNs: 40_000_000_000, wasInterrupted: false, peakConcurrentSessions: 0, peakOpenConnections: 0,
                generator: GeneratorUse(cpuNs: 0, peakRSSBytes: 0, processors: 1)))
    }
}
