import Analysis
import Foundation
import Plan
import Replay
import TestSupport
import Testing
import Traffic

@testable import Measurement
@testable import Workflows

/// Whole runs to a server of the test's own: what the folder, the console and the result say of them.
@Suite struct PlannedRunTests {
    private static func plan(
        _ count: Int = 1, gap: Int64 = 1, _ change: (inout PlanOptions) -> Void = { _ in }
    ) throws -> ReplayPlan {
        let exchanges = (0..<count).map { Exchange(path: "/\($0)", begin: Int64($0) * gap, end: Int64($0) * gap + 1) }
        var options = PlanOptions()
        change(&options)
        return try ReplayPlan(sessions: [RecordedSession(number: 1, exchanges: exchanges)], options: options)
    }

    private static func description(of plan: ReplayPlan) -> RunDescription {
        RunDescription(
            startedAt: 0, settings: ["log": "a.rlog"], endpoints: plan.endpoints.map(\.label),
            plannedSessions: plan.plannedClones)
    }

    private static func options(_ url: String) throws -> ReplayOptions {
        ReplayOptions(targets: try TargetMap([ReplayTarget(parsing: url)]))
    }

    /// What a console received.
    private final class ConsoleMessages {
        var warnings: [String] = []
        var notes: [String] = []
        var lines: [String] = []
        var isCleared = false
        var interruptions: (Int) -> Bool = { _ in false }
        private var questions = 0

        var console: JobConsole {
            JobConsole(
                warn: { self.warnings.append($0) }, note: { self.notes.append($0) },
                progress: { self.lines.append($0()) },
                clearProgress: { self.isCleared = true },
                isInterrupted: {
                    self.questions += 1
                    return self.interruptions(self.questions)
                })
        }
    }

    @Test func aRunIsKeptWithItsReport() throws {
        let server = try LoopbackServer { _ in .ok("{}") }
        defer { server.stop() }
        let (folder, messages) = (try TemporaryFolder(), ConsoleMessages())
        let plan = try Self.plan(3)
        var run = PlannedRun(plan: plan, options: try Self.options(server.url), description: Self.description(of: plan))
        run.progressPrefix = { _ in "shop  " }
        let path = folder.file("runs/a")
        let conclusion = try run.perform(
            folder: path, overwrites: false, watching: TargetWatch(), console: messages.console
        )
        .concluded(
            gates: [Criterion(parsing: "failures<1%"), Criterion(parsing: "max>1h")], isStrict: false, folder: path)
        #expect(conclusion.summary.requests == 3 && conclusion.summary.failures == 0 && conclusion.failure == nil)
        #expect(conclusion.summary.verdict == .fail && conclusion.summary.gates.map(\.outcome) == [.passed, .failed])
        #expect(messages.isCleared && messages.warnings.isEmpty)
        #expect(messages.lines.allSatisfy { $0.hasPrefix("shop  ") && $0.contains("sessions") })
        let kept = try RunRecord(folder: path)
        #expect(kept.series.totals.requests == 3 && kept.description.settings["log"] == "a.rlog")
        #expect(String(decoding: try TemporaryFolder.read(path + "/report.html"), as: UTF8.self).contains("a.rlog"))
        #expect(FileManager.default.fileExists(atPath: path + "/summary.json"))
        #expect(throws: RunFolderError.exists(path: path)) {
            _ = try run.perform(folder: path, overwrites: false, watching: TargetWatch(), console: messages.console)
                .record
        }
    }

    /// Nothing is left to find out: no failure, no missing requests, and the machine was recorded all the same.
    @Test func aRunThatIsSettledEndsInGoodOrder() throws {
        let server = try LoopbackServer { _ in .ok("{}") }
        defer { server.stop() }
        let (folder, messages) = (try TemporaryFolder(), ConsoleMessages())
        // The second request is due in an hour.
        let plan = try Self.plan(2, gap: 3_600_000_000_000)
        var description = Self.description(of: plan)
        description.plannedRequests = 2
        var run = PlannedRun(plan: plan, options: try Self.options(server.url), description: description)
        run.settling = { elapsed, _ in elapsed.seconds > 0.2 ? "every gate is sure to pass" : nil }
        let conclusion = try run.perform(
            folder: folder.file("a"), overwrites: false, watching: TargetWatch(), console: messages.console
        )
        .concluded(gates: [Criterion(parsing: "failures<1%")], isStrict: true, folder: folder.file("a"))
        #expect(conclusion.summary.ending == .complete && conclusion.summary.verdict == .pass)
        #expect(conclusion.summary.notices?.first?.contains("every gate is sure to pass") == true)
        let kept = try RunRecord(folder: folder.file("a"))
        #expect(kept.description.end?.settled == "every gate is sure to pass")
        #expect(kept.description.end?.stopped == nil && kept.description.plannedRequests == nil)
        #expect(kept.metrics.track(of: .busy) != nil && kept.metrics.track(of: .processors) != nil)
    }

    /// The page of an earlier run does not stay next to the figures of a later, killed run.
    @Test func overwritingRemovesTheOldReport() throws {
        let server = try LoopbackServer { _ in .ok("{}") }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let plan = try Self.plan()
        let run = PlannedRun(plan: plan, options: try Self.options(server.url), description: Self.description(of: plan))
        let path = folder.file("a")
        let first = try run.perform(folder: path, overwrites: false, watching: TargetWatch(), console: JobConsole())
        _ = first.concluded(gates: [], isStrict: false, folder: path)
        #expect(FileManager.default.fileExists(atPath: path + "/report.html"))
        _ = try run.perform(folder: path, overwrites: true, watching: TargetWatch(), console: JobConsole()).record
        #expect(!FileManager.default.fileExists(atPath: path + "/report.html"))
    }

    /// What the recording does not allow to be sent is the first warning of the run, on the console and in its record.
    @Test func whatIsNotSentIsTheFirstWarning() throws {
        let server = try LoopbackServer { _ in .ok("{}") }
        defer { server.stop() }
        let (folder, messages) = (try TemporaryFolder(), ConsoleMessages())
        var exchanges = (0..<4).map { Exchange(path: "/\($0)", begin: Int64($0), end: Int64($0) + 1) }
        for index in 0..<2 { exchanges[index].request?.isComplete = false }
        exchanges[2].request = nil
        let plan = try ReplayPlan(
            sessions: [RecordedSession(number: 1, exchanges: exchanges)], options: PlanOptions())
        let run = PlannedRun(plan: plan, options: try Self.options(server.url), description: Self.description(of: plan))
        let record = try run.perform(
            folder: folder.file("a"), overwrites: false, watching: TargetWatch(), console: messages.console
        ).record
        let expected =
            "3 of 4 recorded exchanges are not sent: 1 without a request, 2 with bytes of the request missing"
        #expect(messages.warnings.first == expected && record.description.end?.warnings.first == expected)
        #expect(RunSummary(of: record).warnings.first == expected && record.series.totals.requests == 1)
        #expect(PlanWarnings.leftOut(of: try Self.plan().findings) == nil)
    }

    @Test func anInterruptionEndsTheRunInGoodOrder() throws {
        let server = try LoopbackServer { _ in .ok("{}") }
        defer { server.stop() }
        let (folder, messages) = (try TemporaryFolder(), ConsoleMessages())
        messages.interruptions = { $0 > 1 }
        // Without an end it would last more than an hour.
        let plan = try Self.plan(1000, gap: 5000)
        let run = PlannedRun(plan: plan, options: try Self.options(server.url), description: Self.description(of: plan))
        let record = try run.perform(
            folder: folder.file("a"), overwrites: false, watching: TargetWatch(), console: messages.console
        ).record
        #expect(record.description.end?.wasInterrupted == true && record.description.end?.stopped == nil)
        #expect(record.series.totals.failures == 0)
    }

    @Test func aReasonEndsTheRunAndIsKept() throws {
        let server = try LoopbackServer { _ in .ok("{}") }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let plan = try Self.plan(1000, gap: 5000)
        var run = PlannedRun(plan: plan, options: try Self.options(server.url), description: Self.description(of: plan))
        run.steering = { _, collector in collector.progress(now: .zero).requests > 0 ? "enough" : nil }
        let record = try run.perform(
            folder: folder.file("a"), overwrites: false, watching: TargetWatch(), console: JobConsole()
        ).record
        #expect(record.description.end?.stopped == "enough" && record.description.end?.wasInterrupted == false)
    }

    @Test func tooManyFailuresEndTheRun() throws {
        let server = try LoopbackServer { _ in .ok(status: "500 Broken") }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let plan = try Self.plan(100_000, gap: 2)
        var run = PlannedRun(plan: plan, options: try Self.options(server.url), description: Self.description(of: plan))
        run.stopping = FailureLimit(ratio: 0.5, advisor: Advisor { $0 == .raiseFailureLimit ? "--the-flag" : nil })
        let record = try run.perform(
            folder: folder.file("a"), overwrites: false, watching: TargetWatch(), console: JobConsole()
        ).record
        #expect(record.description.end?.stopped == "more than 50.0 % of its requests had failed (--the-flag)")
        #expect(record.series.totals.failures >= 100)
    }

    @Test func whatIsElsewhereCannotBeWatched() throws {
        var watch = TargetWatch()
        watch.watchesTargets = true
        let targets = try TargetMap([ReplayTarget(parsing: "http://192.0.2.1")], allowedHosts: ["192.0.2.1"])
        #expect(throws: TargetWatch.Problem.targetIsElsewhere) { _ = try watch.monitor(of: targets) }
        watch.watchesTargets = false
        _ = try watch.monitor(of: targets)
    }

    // MARK: - Limits

    @Test(arguments: [
        (99, 99, 0.5, false, "too few requests to say"), (100, 50, 0.5, false, "as many as may"),
        (100, 51, 0.5, true, "one more"),
        (100, 0, 0, false, "none failed"), (100, 1, 0, true, "one failed"), (1000, 1000, 1, false, "all may fail"),
    ]) func theShareOfFailures(requests: UInt64, failures: UInt64, ratio: Double, isReached: Bool, reason: String) {
        let progress = RunProgress(
            elapsedSeconds: 1, concurrentSessions: 1, openConnections: 1, requests: requests, failures: failures,
            requestsPerSecond: 1, p95Ms: nil)
        #expect(FailureLimit(ratio: ratio).isReached(progress) == isReached, "\(reason)")
    }

    @Test func aRateLimitBelowThePlanIsReportedBeforeTheRun() throws {
        let plan = try Self.plan(100, gap: 10)
        let advisor = Advisor { $0 == .raiseRateLimit ? "--rate" : nil }
        func warnings(_ rate: Double?, _ behind: Duration = .seconds(30)) -> [String] {
            PlanLimits.warnings(plan, plan.outline(), rate: rate, maxBehind: behind, advisor: advisor)
        }
        #expect(warnings(nil).isEmpty && warnings(1000).isEmpty)
        let ten = warnings(10)
        #expect(
            ten.count == 1 && ten[0].hasPrefix("the cap of 10/s is less than the plan needs")
                && ten[0].hasSuffix("(--rate)"))
        #expect(!ten[0].contains("ends sessions"))
        #expect(warnings(10, .seconds(1))[0].contains("and ends sessions that are more than 1.0 s late"))
        #expect(warnings(2.5)[0].contains("the cap of 2.5/s"))
    }

    @Test(arguments: [(10, 1), (25, 3), (100, 5)]) func slotsThatNeverStartAreReportedBeforeTheRun(
        milliseconds: Int, begun: Int
    ) throws {
        let plan = try Self.plan {
            $0.population = .slots(5)
            $0.ramp = .milliseconds(50)
            $0.duration = .milliseconds(milliseconds)
        }
        let warnings = PlanLimits.warnings(plan, plan.outline(), rate: nil, maxBehind: .seconds(30))
        #expect(warnings == (begun < 5 ? ["only \(begun) of 5 slots start within the time of the run"] : []))
    }
}

/// Replays to two targets in turns.
@Suite struct PairedReplayTests {
    @Test func everySecondPairBeginsWithTheCandidate() {
        let turns = (0..<8).map(PairedReplay.Turn.init)
        #expect(
            turns.map(\.name) == [
                "baseline-1", "candidate-1", "candidate-2", "baseline-2", "baseline-3", "candidate-3", "candidate-4",
                "baseline-4",
            ])
    }

    /// The pairs that plans were asked for.
    private final class PlanNumbers {
        var numbers: [Int] = []
    }

    private static func pairs(_ baseline: String, _ candidate: String, plans: PlanNumbers? = nil) throws
        -> PairedReplay
    {
        let plan = try ReplayPlan(
            sessions: [RecordedSession(number: 1, exchanges: [Exchange(path: "/", begin: 0, end: 1)])],
            options: PlanOptions())
        let options = try [baseline, candidate].map {
            ReplayOptions(targets: try TargetMap([ReplayTarget(parsing: $0)]))
        }
        var pairs = PairedReplay(
            plan: { pair in
                plans?.numbers.append(pair)
                return plan
            }, options: { $0 == .baseline ? options[0] : options[1] },
            describe: { plan, side in
                RunDescription(
                    startedAt: 0, settings: ["side": side.rawValue], endpoints: plan.endpoints.map(\.label),
                    plannedSessions: 1)
            })
        pairs.pairs = 2
        return pairs
    }

    @Test func eachTurnHasItsFolderAndTheComparisonItsPage() throws {
        let servers = try (0..<2).map { _ in try LoopbackServer { _ in .ok() } }
        defer { for server in servers { server.stop() } }
        let (folder, plans) = (try TemporaryFolder(), PlanNumbers())
        var notes: [String] = []
        let path = folder.file("runs/pairs")
        var pairs = try Self.pairs(servers[0].url, servers[1].url, plans: plans)
        pairs.gates = [try Criterion(parsing: "max>1h"), try Criterion(parsing: "no-regression")]
        let outcome = try pairs.perform(
            folder: path, overwrites: false, console: JobConsole(note: { notes.append($0) }))
        #expect(
            outcome.comparison?.pairs == 2 && outcome.hasFailedGate && !outcome.isInterrupted
                && outcome.withoutSuccess == nil)
        #expect(plans.numbers == [0, 1], "a plan a pair")
        #expect(servers.map(\.requests.count) == [2, 2])
        #expect(
            notes.contains { $0.hasPrefix("candidate-1: gate failed: max>1h") }
                && !notes.contains { $0.hasPrefix("baseline-1: ") })
        let runs = try PairsFolder.runs(in: path)
        #expect(runs.baseline.map { $0.description.settings["side"] } == ["baseline", "baseline"])
        #expect(runs.candidate.map { $0.description.settings["side"] } == ["candidate", "candidate"])
        #expect(FileManager.default.fileExists(atPath: path + "/report.html"))
        // Again with one pair: what the longer comparison left is none of it.
        #expect(throws: RunFolderError.exists(path: path)) {
            try pairs.perform(folder: path, overwrites: false, console: JobConsole())
        }
        pairs.pairs = 1
        _ = try pairs.perform(folder: path, overwrites: true, console: JobConsole())
        #expect(try PairsFolder.runs(in: path).baseline.count == 1)
    }

    @Test func aTurnWithoutSuccessEndsIt() throws {
        let servers = [try LoopbackServer { _ in .ok() }, try LoopbackServer { _ in .ok(status: "500 Broken") }]
        defer { for server in servers { server.stop() } }
        let folder = try TemporaryFolder()
        let outcome = try Self.pairs(servers[0].url, servers[1].url)
            .perform(folder: folder.file("pairs"), overwrites: false, console: JobConsole())
        #expect(outcome.withoutSuccess?.turn.name == "candidate-1" && outcome.comparison == nil)
        #expect(servers[0].requests.count == 1)
    }

    @Test func anInterruptionBeginsNoOtherTurn() throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let outcome = try Self.pairs(server.url, server.url)
            .perform(folder: folder.file("pairs"), overwrites: false, console: JobConsole(isInterrupted: { true }))
        #expect(outcome.isInterrupted && outcome.comparison == nil && server.requests.isEmpty)
    }

    @Test func gatesOnUnknownEndpointsAreRefusedBeforeAnythingIsSent() throws {
        let server = try LoopbackServer { _ in .ok() }
        defer { server.stop() }
        let folder = try TemporaryFolder()
        var pairs = try Self.pairs(server.url, server.url)
        pairs.gates = [try Criterion(parsing: "p95(GET /other)<1s")]
        #expect(throws: UnknownEndpoint.self) {
            try pairs.perform(folder: folder.file("pairs"), overwrites: false, console: JobConsole())
        }
        #expect(server.requests.isEmpty)
    }
}
