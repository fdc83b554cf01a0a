import Measurement
import TestSupport
import TestThreads
import Testing
import Traffic

/// `reprise analyze` as a user runs it.
@Suite(.waits) struct AnalyzeCommandTests {
    private let reprise = BuiltProgram("reprise")

    /// A table of a minute at four samples a second that grows by that many bytes a second.
    private func table(in folder: TemporaryFolder, growing bytes: Int) throws -> String {
        let lines = (0..<240).map { "\(Double($0) / 4),\(200_000_000 + $0 * bytes / 4 + $0 % 7 * 4096)" }
        return try folder.write("memory.csv", Array(("seconds,rss_bytes\n" + lines.joined(separator: "\n")).utf8))
    }

    @Test func aLeakInATableIsFoundAndFailsItsGate() throws {
        let folder = try TemporaryFolder()
        let table = try table(in: folder, growing: 4_000_000)
        let outcome = try reprise.run("analyze", "--memory", table, "--gate", "no-leak")
        #expect(outcome.code == 99)
        #expect(outcome.output.hasPrefix("leak: ") && outcome.output.contains(" GiB per hour"))
        #expect(try reprise.run("analyze", "--memory", table).code == 0)
    }

    @Test func aTableThatStaysIsStable() throws {
        let folder = try TemporaryFolder()
        let outcome = try reprise.run("analyze", "--memory", try table(in: folder, growing: 0), "--gate", "no-leak")
        #expect(outcome.code == 0 && outcome.output.hasPrefix("no leak: "))
    }

    @Test func tablesAreJudgedOneByOne() throws {
        let folder = try TemporaryFolder()
        let table = try table(in: folder, growing: 4_000_000)
        let broken = try folder.write("broken.csv", Array("seconds,bytes\n1,5\n0,5\n".utf8))
        let outcome = try reprise.run("analyze", "--memory", broken, table, "--json")
        #expect(outcome.code == 2, "one of them is no table")
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.contains("\"growthBytesPerHour\":null") == true)
        #expect(lines.first?.contains("\"verdict\":\"inconclusive\"") == true)
        #expect(lines.last?.contains("\"verdict\":\"leak\"") == true)
    }

    @Test func tablesOfRequestsAreJudgedAndCompared() throws {
        let folder = try TemporaryFolder()
        let table = { (name: String, factor: Double) in
            let lines = (0..<24_000).map { "\(Double($0) / 20),\((10 + Double($0 * 7919 % 101) / 10) * factor)" }
            return try folder.write(name, Array(("seconds,milliseconds\n" + lines.joined(separator: "\n")).utf8))
        }
        let old = try table("old.csv", 1)
        let new = try table("new.csv", 1.5)
        #expect(try reprise.run("analyze", "--latency", old, "--gate", "no-drift").output.hasPrefix("stable: "))
        let outcome = try reprise.run("compare", "--latency", old, "--against", new, "--json")
        #expect(outcome.code == 0 && outcome.output.contains("\"verdict\":\"regressed\""))
        #expect(outcome.output.contains("repeat them alternately"), "one run per side shows little")
    }

    @Test func aRunThatWasKilledIsJudgedAsFarAsItWasKept() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("run")
        let description = RunDescription(
            startedAt: 1_700_000_000, settings: [:], endpoints: ["GET /a"], plannedSessions: 1)
        var run = try RunFolder(creating: path, description)
        var window = RunWindow(startNs: 0, lengthNs: 1_000_000_000)
        window.counts.byFate[Int(Fate.answered.rawValue)] = 40
        window.counts.byFate[Int(Fate.timeout.rawValue)] = 10
        window.lastFinishNs = 1_000_000_000
        try run.append(window)
        let outcome = try reprise.run("analyze", path, "--gate", "failures<30%", "--json")
        #expect(outcome.code == 2, "part of the run is missing")
        #expect(outcome.output.contains("\"requests\" : 50"))
        #expect(outcome.output.contains("\"verdict\" : \"INCONCLUSIVE\""))
        #expect(try reprise.run("analyze", path, "--gate", "failures<10%").code == 99)
    }

    @Test(
        arguments: [
            (["analyze"], 64, "nothing named"), (["analyze", "/nonexistent"], 2, "no such folder"),
            (["analyze", "--memory", "/nonexistent"], 2, "no such table"),
            (["analyze", "x", "--gate", "p95<5"], 64, "no gate"),
            (["analyze", "--memory", "x", "--gate", "p95<5ms"], 64, "a gate that tables do not know"),
        ] as [([String], Int32, String)])
    func whatCannotBeJudgedHasItsExitCode(arguments: [String], code: Int32, reason: String) throws {
        let outcome = try reprise.start(arguments).wait()
        #expect(outcome.code == code, "\(reason)")
        #expect(outcome.output.isEmpty && !outcome.errors.isEmpty, "\(reason)")
    }
}
