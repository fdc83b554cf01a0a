import Foundation
import Measurement
import TestSupport
import TestThreads
import Testing
import Traffic

/// `reprise compare`, `merge` and the files of `report`, as a user runs them.
@Suite(.waits) struct CompareCommandTests {
    private let reprise = BuiltProgram("reprise")

    /// A run of forty seconds, fifty requests each, of that many milliseconds.
    private func run(_ name: String, in folder: TemporaryFolder, milliseconds: Double) throws -> String {
        let path = folder.file(name)
        var description = RunDescription(
            startedAt: 1_700_000_000, settings: [:], endpoints: ["GET /a"], plannedSessions: 1)
        var run = try RunFolder(creating: path, description)
        for second in 0..<40 {
            var window = RunWindow(startNs: Int64(second) * 1_000_000_000, lengthNs: 1_000_000_000)
            let indices = (0..<10).map {
                TimeBuckets.index(ofNs: Int64(milliseconds * (1 + Double($0) / 10) * 1e6))
            }
            let times = try #require(SparseHistogram(indices: indices, counts: indices.map { _ in 5 }))
            window.counts.byFate[Int(Fate.answered.rawValue)] = 50
            window.times[.response] = times
            window.endpoints = [
                EndpointWindow(endpoint: 0, requests: 50, failures: 0, times: [.turnaround: times, .service: times])
            ]
            window.lastFinishNs = window.endNs
            try run.append(window)
        }
        description.end = RunDescription.End(
            durationNs: 40_000_000_000, wasInterrupted: false, peakConcurrentSessions: 1,
            peakOpenConnections: 1, generator: GeneratorUse(cpuNs: 1, peakRSSBytes: 1, processors: 1))
        try run.write(description)
        return path
    }

    @Test func aMuchSlowerRunFailsItsGateAndOnePairWarns() throws {
        let folder = try TemporaryFolder()
        let old = try run("old", in: folder, milliseconds: 10)
        let new = try run("new", in: folder, milliseconds: 15)
        let outcome = try reprise.run("compare", old, new, "--gate", "no-regression")
        #expect(outcome.code == 99)
        #expect(outcome.output.hasPrefix("regressed: ") && outcome.output.contains("one run per side"))
        #expect(try reprise.run("compare", old, old, "--gate", "no-regression").code == 0)
    }

    @Test func theComparisonIsAPageToo() throws {
        let folder = try TemporaryFolder()
        let old = try run("old", in: folder, milliseconds: 10)
        let new = try run("new", in: folder, milliseconds: 15)
        let page = folder.file("page.html")
        let outcome = try reprise.run("compare", old, new, "--html", page)
        #expect(outcome.code == 0 && outcome.output.hasPrefix("regressed: "))
        let text = String(decoding: try TemporaryFolder.read(page), as: UTF8.self)
        #expect(text.hasPrefix("<!DOCTYPE html>") && text.contains("regressed"))
        let again = try reprise.run("compare", old, new, "--html", page)
        #expect(again.code == 1 && again.errors.contains("already exists; --force overwrites it"))
        #expect(try reprise.run("compare", old, new, "--html", page, "--force").code == 0)
        #expect(try reprise.run("compare", old, new, "--html", "\(new)/run.json", "--force").code == 64)
        #expect(try reprise.run("compare", old, new, "--html", "-").output.hasPrefix("<!DOCTYPE html>"))
    }

    @Test func aPageThatCannotBeWrittenIsNotLeftInPart() throws {
        let folder = try TemporaryFolder()
        let old = try run("old", in: folder, milliseconds: 10)
        let page = folder.file("page.html")
        let script = "trap '' XFSZ; ulimit -f 1; exec '\(reprise.path)' compare '\(old)' '\(old)' --html '\(page)'"
        let outcome = try BuiltProgram.shell(script)
        #expect(outcome.code == 1 && outcome.errors.contains("cannot write \(page): File too large"))
        #expect(!FileManager.default.fileExists(atPath: page))
    }

    @Test func pairsAreRunsThatTookTurns() throws {
        let folder = try TemporaryFolder()
        let runs = try (0..<6).map {
            try run("run\($0)", in: folder, milliseconds: ($0 % 2 == 0 ? 10 : 11) + Double($0) / 50)
        }
        let outcome = try reprise.start(["compare", "--pairs"] + runs + ["--json"]).wait()
        #expect(outcome.code == 0 && outcome.output.contains("\"verdict\":\"regressed\""))
        #expect(outcome.output.contains("\"pairs\":3"))
    }

    @Test func runsOfSeveralGeneratorsBecomeOne() throws {
        let folder = try TemporaryFolder()
        let parts = [
            try run("one", in: folder, milliseconds: 10), try run("two", in: folder, milliseconds: 20),
        ]
        let whole = folder.file("whole")
        #expect(try reprise.start(["merge"] + parts + ["-o", whole]).wait().code == 0)
        let outcome = try reprise.run("report", whole, "--json")
        #expect(outcome.code == 0 && outcome.output.contains("\"requests\" : 4000"))
    }

    @Test func aReportIsWrittenForOtherTools() throws {
        let folder = try TemporaryFolder()
        let path = try run("run", in: folder, milliseconds: 10)
        let prefix = folder.file("table")
        let outcome = try reprise.run(
            "report", path, "--csv", prefix, "--junit", "-", "--hlog", folder.file("times.hlog"))
        #expect(outcome.code == 0 && outcome.output.hasPrefix("<?xml"))
        #expect(try reprise.run("report", path, "--csv", prefix).code == 1, "the tables exist already")
    }

    @Test(
        arguments: [
            (["compare"], 64, "nothing named"), (["compare", "a"], 64, "one run"),
            (["compare", "--pairs", "a", "b", "c"], 64, "an odd number"),
            (["compare", "/nonexistent/a", "/nonexistent/b"], 2, "no such runs"),
            (["compare", "--latency", "a.csv"], 64, "no candidate"),
            (["compare", "--latency", "/nonexistent", "--against", "/nonexistent"], 2, "no such tables"),
            (["compare", "a", "b", "--gate", "p95<5ms"], 64, "another gate"),
            (["merge", "/nonexistent", "-o", "/nonexistent/x"], 2, "no such run"),
        ] as [([String], Int32, String)])
    func whatCannotBeComparedHasItsExitCode(arguments: [String], code: Int32, reason: String) throws {
        let outcome = try reprise.start(arguments).wait()
        #expect(outcome.code == code, "\(reason): \(outcome.errors)")
    }
}
