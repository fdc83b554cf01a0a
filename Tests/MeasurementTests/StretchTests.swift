import Formats
import Foundation
import Testing
import Traffic

@testable import Measurement

struct StretchTests {

    private static let second: Int64 = 1_000_000_000

    private static func stretches() throws -> RunStretches {
        let cuts: [(String, Bool, Int64, Int64)] = [
            ("low", true, 0, 2), ("low", false, 2, 5), ("high", true, 5, 6), ("high", false, 6, 10),
        ]
        return try #require(
            RunStretches(
                cuts.map { phase, isRamp, begin, end in
                    RunStretches.Stretch(
                        phase: phase, isRamp: isRamp, beginNs: begin * second, endNs: end * second)
                }, parts: ["a", "b"]))
    }

    private static func outcome(
        scheduled: Int64, took: Int64, endpoint: Int = 0, part: Int = 0, status: UInt16 = 200, fate: Fate = .answered
    ) -> RequestOutcome {
        let at = RunTime(nanoseconds: scheduled)
        var outcome = RequestOutcome(
            endpoint: endpoint, status: status, fate: fate,
            times: RequestTimes(
                scheduled: at, ready: at, started: at, sent: at, firstByte: nil,
                finished: RunTime(nanoseconds: scheduled + took)))
        outcome.part = part
        return outcome
    }

    @Test func whatTheEndCutOffIsKeptByStretch() throws {
        let record = try Self.record([
            Self.outcome(scheduled: Self.second, took: 2_000_000),
            Self.outcome(scheduled: Self.second, took: 9 * Self.second, status: 0, fate: .cut),
        ])
        let figures = record.stretches.figures { $0.stretch == 0 }
        #expect(figures.requests == 1 && figures.unanswered.totalCount == 1)
        let read = try JSONDecoder().decode(StretchTable.self, from: JSONEncoder().encode(record.stretches))
        #expect(read == record.stretches)
    }

    @Test func theRequestsOfAWindowAreThoseOfItsKey() throws {
        let first = Self.second
        let record = try Self.record([
            Self.outcome(scheduled: first, took: 2_000_000),
            Self.outcome(scheduled: first, took: 3_000_000, endpoint: 1),
            Self.outcome(scheduled: first, took: 4_000_000, status: 500, fate: .unexpectedStatus),
        ])
        var table = StretchTable()
        let key = StretchTable.Key(stretch: 1, part: 0, endpoint: 7)
        for window in record.series.windows { table.add(window, as: key) }
        let figures = try #require(table.rows[key])
        #expect(table.rows.count == 1 && figures.requests == 3 && figures[.unexpectedStatus] == 1)
        #expect(figures.times[.response] == record.stretches.figures { _ in true }.times[.response])
        #expect(figures.times[.service] == record.stretches.figures { _ in true }.times[.service])
    }

    private static func record(_ outcomes: [RequestOutcome]) throws -> RunRecord {
        let live = LiveCounts()
        var description = RunDescription(
            startedAt: 0, settings: [:], endpoints: ["GET /a", "GET /b"], plannedSessions: nil)
        description.stretches = try stretches()
        var recorder = WorkerRecorder(endpointCount: 2, live: live, stretches: description.stretches)
        for outcome in outcomes { recorder.record(outcome) }
        var collector = RunCollector(description, workers: 1, live: live, folder: nil)
        try collector.take(recorder.finish())
        return collector.finish(
            RunDescription.End(
                durationNs: 12 * second, wasInterrupted: false, peakConcurrentSessions: 0,
                peakOpenConnections: 0, generator: GeneratorUse(cpuNs: 0, peakRSSBytes: 0, processors: 1)))
    }

    @Test func aRequestBelongsToTheStretchItWasScheduledIn() throws {
        // Scheduled just before the phase's end, answered four seconds into the next phase.
        let record = try Self.record([
            Self.outcome(scheduled: 5 * Self.second - 1, took: 5 * Self.second),
            Self.outcome(scheduled: 5 * Self.second, took: 1000), Self.outcome(scheduled: 11 * Self.second, took: 1000),
            Self.outcome(scheduled: -1000, took: 1000),
        ])
        let counts = (0..<4).map { stretch in record.stretches.figures { $0.stretch == stretch }.requests }
        #expect(counts == [1, 1, 1, 1], "before the first stretch and after the last a request belongs to those")
    }

    @Test func figuresAreThoseOfTheRawTimes() throws {
        var random = SplitMix64(seed: 7)
        let outcomes = (0..<5000).map { _ in
            Self.outcome(
                scheduled: Int64.random(in: 0..<10 * Self.second, using: &random),
                took: Int64.random(in: 1_000_000...2_000_000_000, using: &random),
                endpoint: Int.random(in: 0...1, using: &random),
                part: Int.random(in: 0...1, using: &random),
                status: [200, 429, 503][Int.random(in: 0...2, using: &random)],
                fate: Bool.random(using: &random) ? .answered : .unexpectedStatus)
        }
        let record = try Self.record(outcomes)
        let stretches = try Self.stretches()
        for stretch in 0..<4 {
            for part in 0..<2 {
                let own = outcomes.filter {
                    stretches.index(ofNs: $0.times.scheduled.nanoseconds) == stretch && $0.part == part
                }
                let figures = record.stretches.figures { $0.stretch == stretch && $0.part == part }
                #expect(figures.requests == UInt64(own.count))
                #expect(figures.failures == UInt64(own.count { $0.fate.isFailure }))
                #expect(figures.endings.byStatus[429] ?? 0 == UInt64(own.count { $0.status == 429 }))
                let times = own.map { UInt64($0.times.responseNs) }.sorted()
                for quantile in [0.5, 0.95, 0.99] {
                    let exact = Double(times[Int((quantile * Double(times.count)).rounded(.up)) - 1])
                    let estimated = Double(try #require(figures.times[.response].nanoseconds(atQuantile: quantile)))
                    #expect(
                        estimated >= exact && estimated <= exact * 1.001,
                        "quantile \(quantile): \(estimated), exactly \(exact)")
                }
            }
        }
    }

    @Test func figuresByStretchAreReadAsTheyWereWritten() throws {
        let record = try Self.record([
            Self.outcome(scheduled: 0, took: 1_000_000), Self.outcome(scheduled: 3 * Self.second, took: 7, part: 1),
            Self.outcome(scheduled: 3 * Self.second, took: 7, endpoint: 1, status: 0, fate: .timeout),
        ])
        let data = try JSONEncoder().encode(record.stretches)
        #expect(try JSONDecoder().decode(StretchTable.self, from: data) == record.stretches)
    }

    @Test(arguments: [
        #"[{"stretch":-1,"part":0,"endpoint":0,"fates":{},"statuses":{},"times":{}}]"#,
        #"[{"stretch":0,"part":0,"endpoint":0,"fates":{"answered":18446744073709551615},"statuses":{},"times":{}}]"#,
        #"[{"stretch":0,"part":0,"endpoint":0,"fates":{"no such":1},"statuses":{},"times":{}}]"#,
        #"[{"stretch":0,"part":0,"endpoint":0,"fates":{},"statuses":{},"times":{"response":{"indices":[2,1],"counts":[1,1]}}}]"#,
    ]) func damagedFiguresAreRefused(text: String) {
        #expect(throws: (any Error).self) { try JSONDecoder().decode(StretchTable.self, from: Data(text.utf8)) }
    }

    @Test func theDescriptionKeepsThem() throws {
        var description = RunDescription(startedAt: 0, settings: [:], endpoints: ["GET /a"], plannedSessions: nil)
        description.stretches = try Self.stretches()
        let data = try JSONEncoder().encode(description)
        let read = try JSONDecoder().decode(RunDescription.self, from: data)
        #expect(read.stretches == description.stretches, "figures by stretch mean nothing without their stretches")
        #expect(read.isPlausible)
    }

    @Test func stretchesThatDoNotFollowOneAnotherAreNone() {
        let one = RunStretches.Stretch(phase: "a", isRamp: false, beginNs: 0, endNs: 5)
        let later = RunStretches.Stretch(phase: "b", isRamp: false, beginNs: 6, endNs: 9)
        #expect(RunStretches([one, later], parts: [""]) == nil)
        #expect(RunStretches([], parts: [""]) == nil)
        #expect(RunStretches([one], parts: []) == nil)
    }

    @Test func theTimelineCountsByTenthsOfTheScheduledTime() throws {
        let record = try Self.record([
            Self.outcome(scheduled: 50_000_000, took: 3_000_000),
            Self.outcome(scheduled: 250_000_000, took: 9 * Self.second, status: 0, fate: .timeout),
        ])
        let slices = record.timeline.slices
        #expect(slices.map(\.requests) == [1, 0, 1])
        #expect(slices.map(\.failures) == [0, 0, 1])
        let time = try #require(LoadTimeline.Slice.milliseconds(atQuantile: 0.95, of: slices))
        #expect(time >= 3 && time <= 3 * 2.0.squareRoot(), "at most √2 too long: \(time) ms for 3 ms")
    }
}
