import ArgumentParser
import Foundation
import Glibc
import Measurement
import Replay
import TestSupport
import Testing

@testable import reprise

@Suite("Messages and default names of the command line")
struct CommandLineTextsTests {
    @Test(
        "A run folder stays in runs/, whatever the name",
        arguments: [
            ("shop", "shop"), ("../../etc", "etc"), ("/etc/passwd", "etc-passwd"), ("..", "run"), ("", "run"),
            (".hidden", "hidden"), ("a/../b", "a-..-b"), ("naïve shop\n", "na-ve-shop-"),
            (String(repeating: "x", count: 300), String(repeating: "x", count: 100)),
        ])
    func folders(_ name: String, _ expected: String) throws {
        let path = RunFolderName.unused(name, at: Date(timeIntervalSince1970: 1_796_051_207)) { _ in false }
        #expect(path.hasPrefix("runs/\(expected)-20261") && path.split(separator: "/").count == 2, "\(path)")
        let stamp = try #require(path.wholeMatch(of: /.*-(\d{8}-\d{6})/))
        #expect(stamp.1.count == 15)
    }

    @Test("A folder that exists is not taken again, and logs name their runs")
    func takenFolders() {
        let time = Date(timeIntervalSince1970: 1_796_051_207)
        let first = RunFolderName.unused("shop", at: time) { _ in false }
        let taken: Set = [first, "\(first)-2"]
        #expect(RunFolderName.unused("shop", at: time) { taken.contains($0) } == "\(first)-3")
        #expect(RunFolderName.name(ofLogs: ["logs/shop.rlog", "b.rlog"]) == "shop")
        #expect(RunFolderName.name(ofLogs: ["day"]) == "day")
    }

    @Test("A file or folder of another kind is named, with the command that takes it")
    func otherKinds() throws {
        let folder = try TemporaryFolder()
        let har = try folder.write("shop.har", Array(#"{"log": {"version": "1.2", "entries": []}}"#.utf8))
        let scenario = try folder.write("shop.yaml", Array("scenarios: []\n".utf8))
        #expect(ForeignFile.hintForScenario(har)?.contains("HAR") == true)
        #expect(ForeignFile.hintForScenario(scenario) == nil)
        let runs = folder.file("runs")
        for name in ["a", "b", "c", "d"] {
            let description = RunDescription(startedAt: 0, settings: [:], endpoints: [], plannedSessions: 1)
            _ = try RunFolder(creating: "\(runs)/\(name)", description)
        }
        let hint = try #require(ForeignFile.hintForRun(runs))
        #expect(hint.contains("\(runs)/") && hint.contains("and 1 more") && hint.contains("reprise history"))
    }

    @Test(
        "A target without a scheme is completed",
        arguments: [
            ("localhost:5000", "did you mean http://localhost:5000?"),
            ("api.example.com/v1", "did you mean http://api.example.com/v1?"),
            (":8080", "did you mean http://localhost:8080?"), ("8080/v1", "did you mean http://localhost:8080/v1?"),
            ("ftp://a", "give [HOST=]http://HOST"), ("a b", "give [HOST=]http://HOST"), ("", "give [HOST=]http://HOST"),
            ("localhost:70000", "give [HOST=]http://HOST"),
        ])
    func targets(_ text: String, _ expected: String) {
        let error = #expect(throws: ReplayTarget.Problem.self) { try ReplayTarget(parsing: text) }
        #expect(error?.description.contains(expected) == true, "\(text): \(error?.description ?? "")")
    }

    @Test(
        "A command that finds nothing says why",
        arguments: [
            (["a.rlog"], [], "a.rlog has no exchange"),
            (["a.rlog", "--from", "5m"], [], "in the part that --from, --until and --session choose"),
            (["a.rlog", "--session", "99"], [], "in the part that --from, --until and --session choose"),
            (["a.rlog", "--from", "5m"], ["--status", "599"], "passes the filters"),
        ] as [([String], [String], String)])
    func nothing(_ log: [String], _ filters: [String], _ expected: String) throws {
        let input = try LogInput.parse(log)
        let text = input.choice.reasonForNothing(to: input.to, try FilterArguments.parse(filters))
        #expect(text.contains(expected) && text.contains("a.rlog"), "\(text)")
    }

    @Test("A folder that cannot be created names the parent that is the reason")
    func unwritableFolders() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("file", [1])
        let error = #expect(throws: RunFolderError.self) { _ = try RunFolder.createFolder("\(file)/runs/a") }
        #expect(error == .system(operation: "create", path: "\(file)/runs", code: ENOTDIR))
        #expect(error?.advised.contains("-o FOLDER") == true && error?.description.hasPrefix("cannot create ") == true)
        #expect(try RunFolder.createFolder(folder.file("x/y/z")))
        #expect(try !RunFolder.createFolder(folder.file("x/y/z")))
        #expect(try RunFolder.createFolder(folder.file("x/new/")), "a slash at the end is no name")
    }
}
