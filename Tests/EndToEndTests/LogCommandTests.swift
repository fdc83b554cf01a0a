import Foundation
import TestSupport
import TestThreads
import Testing

/// What `inspect`, `verify` and `export` say of whole, damaged and missing logs.
@Suite(.waits) struct LogCommandTests {
    private let reprise = BuiltProgram("reprise")
    private let golden = ProjectFile.path("Tests/SessionLogTests/Golden/version2.rlog")
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The golden log with one byte in the first block's payload turned.
    private func damagedLog() throws -> String {
        var bytes = try TemporaryFolder.read(golden)
        bytes[200] ^= 0x10
        return try folder.write("damaged.rlog", bytes)
    }

    @Test func wholeLogIsCalledWhole() throws {
        let outcome = try reprise.run("verify", golden)
        #expect(outcome.code == 0)
        #expect(
            outcome.output == "\(golden) is whole: 7 exchanges in 2 blocks, 2.07 KiB; lost in capture: 3 kernel drops, "
                + "1 gap, 1,448 bytes in gaps\n")
        #expect(outcome.errors == "")
    }

    @Test func damageIsListedByItsBytesAndEndsWith2() throws {
        let outcome = try reprise.run("verify", damagedLog())
        #expect(outcome.code == 2)
        #expect(outcome.output.hasPrefix("bytes 72-"))
        #expect(outcome.output.hasSuffix(": block checksum does not match, 2 exchanges lost\n"))
        #expect(outcome.errors.contains("is damaged in 1 place, at least 2 exchanges lost; readable: 5 exchanges"))
        #expect(outcome.errors.hasSuffix("\n") && outcome.errors.dropLast().allSatisfy { $0 != "\n" })
    }

    @Test func otherCommandsReadAroundDamageAndCountIt() throws {
        let log = try damagedLog()
        let exported = try reprise.run("export", log, "--to", "jsonl")
        #expect(exported.code == 0)
        #expect(exported.output.split(separator: "\n").count == 5)
        #expect(exported.errors.hasPrefix("reprise: warning: \(log): 1 damaged place, at least 2 exchanges lost"))
        let inspected = try reprise.run("inspect", log)
        #expect(inspected.code == 0)
        #expect(inspected.output.contains("5 exchanges"))
        #expect(inspected.output.contains("2 exchanges in damaged blocks"))
    }

    @Test func logWithNothingReadableEndsWith2() throws {
        let bytes = try TemporaryFolder.read(golden)
        let log = try folder.write("cut.rlog", Array(bytes[..<100]))
        for arguments in [["inspect", log], ["export", log, "--to", "jsonl"], ["inspect", log, "--json"]] {
            let outcome = try reprise.start(arguments).wait()
            #expect(outcome.code == 2, "\(arguments)")
            #expect(outcome.output == "")
        }
    }

    /// A script must not go on with the log of a capture that saw no packet; other commands name the reason too.
    @Test func aCaptureWithoutAPacketFails() throws {
        let header: [UInt8] = [
            0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0,
        ]
        let (pcap, log) = (try folder.write("empty.pcap", header), folder.file("empty.rlog"))
        let capture = try reprise.run("capture", "-r", pcap, "-o", log)
        #expect(capture.code == 1 && capture.errors.contains("no packet was captured"), "\(capture.errors)")
        let replay = try reprise.run("replay", log, "--target", "http://127.0.0.1:9")
        #expect(replay.code == 2 && replay.errors.contains("empty.rlog has no exchange"), "\(replay.errors)")
    }

    @Test func whatMatchesNothingIsAWarning() throws {
        let filter = ["--endpoint", "GET /nothing/like/it"]
        for arguments in [["inspect", golden], ["export", golden, "--to", "har"]] {
            let outcome = try reprise.start(arguments + filter).wait()
            #expect(outcome.code == 0 && outcome.errors.contains("passes the filters"), "\(outcome.errors)")
        }
    }

    @Test func missingLogEndsWith2() throws {
        let log = folder.file("none.rlog")
        let outcome = try reprise.run("inspect", log)
        #expect(outcome.code == 2)
        #expect(outcome.errors == "reprise: cannot open \(log): No such file or directory\n")
    }

    @Test func inspectShowsAPageAndTheSameAsJSON() throws {
        let page = try reprise.run("inspect", golden).output
        for expected in [
            "7 exchanges in 3 sessions on 3 connections", "71.42%", "3 kernel drops, 1 gap, 1,448 bytes in gaps",
            "HTTP/2 over TLS (2)", "bearer JWT HS256 (1)", "GET /items/{id}",
        ] {
            #expect(page.contains(expected), "\(expected)")
        }
        #expect(!page.contains("eyJ") && !page.contains("gehei"), "no values of credentials")
        let json = try JSONSerialization.jsonObject(with: Data(reprise.run("inspect", golden, "--json").output.utf8))
        let summary = try #require(json as? [String: Any])
        #expect(summary["exchanges"] as? Int == 7)
        #expect((summary["endpoints"] as? [Any])?.count == 7)
        #expect(summary["sessionList"] == nil)
    }

    @Test func oneExchangeIsShownWhole() throws {
        let first = try reprise.run("inspect", golden, "--exchange", "1").output
        #expect(first.contains("192.0.2.1:51000 to 192.0.2.2:80"))
        #expect(first.contains("\nPOST /auth/login HTTP/1.1\nHost: shop.test\n"))
        #expect(first.contains("{\n  \"user\": \"ann\",\n  \"password\": \"‹5 bytes›\"\n}"))
        #expect(!first.contains("eyJ") && first.contains("\"token\": \"‹JWT HS256, "))
        let open = try reprise.run("inspect", golden, "--exchange", "1", "--show-secrets").output
        #expect(open.contains("\"password\": \"gehei\"") && open.contains("eyJ"))
        let json = try reprise.run("inspect", golden, "--exchange", "1", "--json", "--show-secrets").output
        let lines = String(
            decoding: try TemporaryFolder.read(ProjectFile.path("Tests/SessionLogTests/Golden/version2-full.jsonl")),
            as: UTF8.self)
        #expect(lines.hasPrefix(json))
        let beyond = try reprise.run("inspect", golden, "--exchange", "8")
        #expect(beyond.code == 1)
        #expect(beyond.errors.contains("has 7 exchanges"))
        #expect(try reprise.run("inspect", golden, "--exchange", "0").code == 64)
    }

    @Test("Lists: every row has the number that --exchange takes, under every filter and order")
    func exchangesAreListed() throws {
        func list(_ arguments: String...) throws -> [[String]] {
            let outcome = try reprise.start(["inspect", golden] + arguments).wait()
            #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
            return outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        }
        let all = try list("--list")
        #expect(all.first == ["Number", "Time", "(UTC)", "Session", "Method", "Status", "ms", "Bytes", "Path"])
        #expect(all.dropFirst().map(\.[0]) == ["1", "2", "3", "4", "5", "6", "7"])
        #expect(all[1][1...] == ["22:13:20.000", "1", "POST", "200", "21.0", "127", "/auth/login"])
        #expect(all[2][3...] == ["-", "204", "-", "0", "(no", "request", "seen)"])
        #expect(try list("--failed").dropFirst().map(\.[0]) == ["3", "6", "7"], "503, 404, and no response")
        #expect(try list("--status", "5xx", "--list").dropFirst().map(\.[0]) == ["3"])
        let slowest = try list("--slowest", "2").dropFirst()
        #expect(slowest.map(\.[0]) == ["4", "3"])
        #expect(slowest.allSatisfy { row in all.contains { $0 == row } }, "the same rows")
        #expect(try list("--sort", "bytes", "--limit", "1").dropFirst().map(\.[0]) == ["4"])
        #expect(try list("--limit", "2").count == 3)
        let json = try reprise.run("inspect", golden, "--failed", "--json").output.split(separator: "\n")
        #expect(json.count == 3 && json.allSatisfy { $0.hasPrefix("{") && $0.contains("\"number\":") })
        let found = try reprise.run("inspect", golden, "--exchange", slowest.first?[0] ?? "").output
        #expect(found.contains("/v2/files"))
        for wrong in [
            ["--exchange", "1", "--list"], ["--slowest", "2", "--sort", "ms"], ["--limit", "0"],
            ["--exchange", "1", "--status", "404"],
        ] {
            #expect(try reprise.start(["inspect", golden] + wrong).wait().code == 64, "\(wrong)")
        }
        let none = try reprise.run("inspect", golden, "--list", "--method", "PATCH")
        #expect(none.code == 0 && none.errors.contains("no exchange matches (7 read)"))
    }

    @Test("What is given in the place of a log or a run is called by its name, with the command that takes it")
    func otherFilesAreNamed() throws {
        let har = try folder.write("m.har", Array(#"{"log":{"version":"1.2","entries":[]}}"#.utf8))
        let capture = ProjectFile.path("captures/demo.pcap")
        let rows: [([String], Int32, String)] = [
            (["replay", har, "--target", "http://127.0.0.1:1"], 2, "HAR file, import it first: 'reprise import"),
            (["inspect", capture], 2, "pcap file, import it first: 'reprise import"),
            (["plan", capture], 2, "demo.rlog"),
            (["compare", har, golden], 2, "import it first"),
            (["analyze", capture], 2, "import it first"),
            (["report", golden], 2, "session log: 'reprise inspect"),
            (["capture", "-r", golden, "-o", folder.file("x.rlog")], 2, "already a session log"),
            (["import", golden, "-o", folder.file("x.rlog")], 2, "already a session log"),
        ]
        for (arguments, code, hint) in rows {
            let outcome = try reprise.start(arguments).wait()
            #expect(outcome.code == code, "\(arguments)")
            #expect(outcome.errors.contains(hint), "\(arguments): \(outcome.errors)")
        }
    }

    @Test("Sessions are rebuilt by a key without capturing again, and imported by one")
    func sessionsAreRegrouped() throws {
        let log = folder.file("demo.rlog")
        #expect(try reprise.run("capture", "-r", ProjectFile.path("captures/demo.pcap"), "-o", log).code == 0)
        let byConnection = folder.file("c.rlog")
        let first = try reprise.run("regroup", log, "--session-by", "connection", "-o", byConnection)
        #expect(first.code == 0 && first.output.contains("(before: 12)"), "\(first.output)\(first.errors)")
        let again = folder.file("a.rlog")
        let second = try reprise.run("regroup", byConnection, "--session-by", "auto", "-o", again)
        #expect(second.output.contains("in 12 sessions"), "as captured: \(second.output)")
        let misspelt = try reprise.run("regroup", log, "--session-by", "header:X-Nobody", "-o", folder.file("n.rlog"))
        #expect(misspelt.code == 0 && misspelt.errors.contains("no exchange has header:X-Nobody"))
        let lines = try reprise.run("export", log, "--to", "har", "-o", folder.file("d.har"))
        #expect(lines.code == 0)
        let imported = try reprise.run(
            "import", folder.file("d.har"), "--session-by", "query:nothing", "-o", folder.file("q.rlog"))
        #expect(imported.code == 0, "\(imported.errors)")
        #expect(try reprise.run("regroup", log, "--session-by", "user", "-o", folder.file("u.rlog")).code == 64)
        #expect(
            try reprise.run("regroup", log, "--session-by", "auto", "-o", log).code != 0,
            "a log is not written over itself")
    }

    @Test("The user's endpoints are those of every command that has endpoints")
    func endpointsFileIsUsedEverywhere() throws {
        let log = folder.file("demo.rlog")
        let capture = ProjectFile.path("captures/demo.pcap")
        #expect(try reprise.run("capture", "-r", capture, "-o", log).code == 0)
        let rules = try folder.write("endpoints.txt", Array("# all of it\n/{everything}\n/{first}/*\n".utf8))
        #expect(try reprise.run("inspect", log, "--endpoints", rules).output.contains("GET /{first}/*"))
        #expect(try reprise.run("plan", log, "--endpoints", rules).output.contains("GET /{first}/*"))
        #expect(try reprise.run("analyze", log, "--endpoints", rules).output.contains("GET /{first}/*"))
        let listed = try reprise.run(
            "inspect", log, "--list", "--endpoints", rules, "--endpoint", "GET /{first}/*"
        ).output
        #expect(listed.split(separator: "\n").count > 2)
        let gated = try reprise.run(
            "replay", log, "--target", "http://127.0.0.1:1", "--speed", "max", "--endpoints", rules, "--gate",
            "GET /{first}/*: p95<1s", "-o", folder.file("run"))
        #expect(gated.code != 64, "the gate names an endpoint of the file: \(gated.errors)")
        let kept = try reprise.run(
            "capture", "-r", capture, "--endpoints", rules, "--endpoint", "GET /{first}/*", "-o", folder.file("k.rlog"))
        #expect(kept.code == 0 && !kept.output.hasPrefix("\(folder.file("k.rlog")): 0 exchanges"), "\(kept.output)")
    }

    @Test func exportWritesAFileOnceUnlessForced() throws {
        let output = folder.file("out.jsonl")
        #expect(try reprise.run("export", golden, "--to", "jsonl", "-o", output).code == 0)
        let expected = try TemporaryFolder.read(ProjectFile.path("Tests/SessionLogTests/Golden/version2.jsonl"))
        #expect(try TemporaryFolder.read(output) == expected)
        let again = try reprise.run("export", golden, "--to", "jsonl", "-o", output)
        #expect(again.code == 1)
        #expect(again.errors == "reprise: \(output) already exists; --force overwrites it\n")
        #expect(try reprise.run("export", golden, "--to", "jsonl", "-o", output, "--force").code == 0)
        #expect(try reprise.run("export", golden, "--to", "csv").code == 64)
    }

    @Test func fullExportIsImportedBackExactly() throws {
        let (first, log, second) = (folder.file("1.jsonl"), folder.file("2.rlog"), folder.file("3.jsonl"))
        #expect(try reprise.run("export", golden, "--to", "jsonl", "--full", "-o", first).code == 0)
        let imported = try reprise.run("import", first, "-o", log)
        let summary = "7 exchanges from 1 file; incomplete: 1 response; without a response: 1 request"
        #expect(imported.code == 0 && imported.output == "\(log): \(summary)\n")
        #expect(try reprise.run("export", log, "--to", "jsonl", "--full", "-o", second).code == 0)
        #expect(try TemporaryFolder.read(first) == TemporaryFolder.read(second))
        let cut = folder.file("cut.rlog")
        let outcome = try reprise.run("cut", golden, "--status", "503", "-o", cut)
        #expect(outcome.output == "\(cut): 1 exchange of 7 read\n")
        #expect(try reprise.run("import", golden, "-o", folder.file("x.rlog")).code == 2)
    }

    @Test func aRecordingIsAPageWithoutSecrets() throws {
        let log = try reprise.demoLog(in: folder)
        let page = folder.file("log.html")
        #expect(try reprise.run("inspect", log, "--html", page).code == 0)
        let text = String(decoding: try TemporaryFolder.read(page), as: UTF8.self)
        for part in ["Sessions as timelines", "POST /auth/login", "$.access_token", "216", "Complete"] {
            #expect(text.contains(part), "\(part)")
        }
        #expect(!text.contains("eyJ"), "no token is shown")
        #expect(text.utf8.count < 1_000_000)
        #expect(try reprise.run("inspect", log, "--html", page).code == 1, "it is not overwritten")
        #expect(try reprise.run("inspect", log, "--html", page, "--list").code == 64)
    }

    @Test func aBrowserOnThisMachineLooksIntoARecording() throws {
        let log = try reprise.demoLog(in: folder)
        let script = """
            "$0" inspect "$1" --browse 2>"$2" & pid=$!
            for i in $(seq 600); do grep -q http "$2" 2>/dev/null && break; sleep 0.1; done
            url=$(grep -o 'http://[^ ]*' "$2")
            curl -s "$url" | grep -c 'All exchanges, page by page'
            curl -s "${url}exchanges?from=200" | grep -o 'id=\"x[0-9]*\"' | wc -l
            curl -s "${url}exchange/12" | grep -c 'Exchange 13'
            curl -s -o /dev/null -w '%{http_code}\n' "${url}exchange/9999"
            curl -s -o /dev/null -w '%{http_code}\n' -H 'Host: evil.example' "$url"
            curl -s -o /dev/null -w '%{http_code}\n' -X POST "$url"
            kill -TERM $pid; wait $pid; echo "exit $?"
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", script, reprise.path, log, folder.file("browse.txt")]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(text.split(separator: "\n") == ["1", "17", "1", "404", "403", "405", "exit 0"], "\(text)")
    }

    @Test func aSpanOfTimeAndSessionsAreExported() throws {
        let span = try reprise.run(
            "export", golden, "--to", "jsonl", "--from", "50ms", "--until", "2023-11-14T22:13:20.2Z")
        #expect(span.code == 0)
        #expect(span.output.split(separator: "\n").count == 3)
        let session = try reprise.run("export", golden, "--to", "jsonl", "--session", "2")
        #expect(session.output.split(separator: "\n").count == 2)
        #expect(try reprise.run("inspect", golden, "--from", "noon").code == 64)
        let twice = try reprise.run("export", golden, golden, "--to", "jsonl")
        #expect(twice.output.split(separator: "\n").count == 14)
    }

    @Test func sealedLogsAskForTheirKey() throws {
        let sealed = ProjectFile.path("Tests/SessionLogTests/Golden/version2-sealed.rlog")
        let key = try folder.write(
            "key", Array("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n".utf8))
        let other = try folder.write("other", [UInt8](repeating: 7, count: 32))
        let none = try reprise.run("inspect", sealed)
        #expect(none.code == 2)
        #expect(none.errors == "reprise: \(sealed) is encrypted; --decrypt-key FILE opens it\n")
        let wrong = try reprise.run("export", sealed, "--to", "jsonl", "--decrypt-key", other)
        #expect(wrong.code == 2)
        #expect(wrong.errors == "reprise: \(sealed) is encrypted with another key\n")
        let opened = try reprise.run("export", sealed, "--to", "jsonl", "--decrypt-key", key)
        #expect(try opened.output == reprise.run("export", golden, "--to", "jsonl").output)
        #expect(try reprise.run("verify", sealed).code == 0)
        #expect(try reprise.run("inspect", sealed, "--decrypt-key", golden).code == 2)
        #expect(try reprise.run("analyze", sealed, "--decrypt-key", key, "--json").code == 0)
        #expect(try reprise.run("compare", sealed, golden, "--decrypt-key", key).code == 0)
    }

    @Test func whatIsMadeOfASealedLogIsSealedWhenAsked() throws {
        let sealed = ProjectFile.path("Tests/SessionLogTests/Golden/version2-sealed.rlog")
        let key = try folder.write("key", Array(0..<32))
        for (command, copy) in [("cut", folder.file("cut.rlog")), ("redact", folder.file("redacted.rlog"))] {
            let open = try reprise.run(command, sealed, "--decrypt-key", key, "-o", copy)
            #expect(open.code == 0 && open.errors.contains("is not encrypted; --encrypt-key FILE encrypts it"))
            let again = try reprise.run(
                command, sealed, "--decrypt-key", key, "--encrypt-key", key, "--force", "-o", copy)
            #expect(again.code == 0 && again.errors.isEmpty)
            #expect(try reprise.run("inspect", copy).code == 2)
            #expect(try reprise.run("inspect", copy, "--decrypt-key", key).code == 0)
        }
    }

    /// A log sealed over its own key could never be opened.
    @Test func aKeyIsNotWrittenOver() throws {
        let lines = folder.file("lines.jsonl")
        #expect(try reprise.run("export", golden, "--to", "jsonl", "--full", "-o", lines).code == 0)
        let commands = [
            ["cut", golden], ["redact", golden], ["regroup", golden, "--session-by", "auto"], ["import", lines],
            ["capture", "-r", ProjectFile.path("captures/demo.pcap")],
        ]
        for command in commands {
            let key = try folder.write("key-\(command[0])", Array(0..<32))
            let refused = try reprise.start(command + ["--encrypt-key", key, "-o", key, "--force"]).wait()
            #expect(refused.code == 64 && refused.errors.contains("is read by this command"), "\(command[0])")
            #expect(try Data(contentsOf: URL(filePath: key)) == Data(0..<32), "\(command[0])")
        }
    }

    @Test func closedPipeEndsQuietly() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        // The reader is gone before anything is written.
        process.arguments = [
            "-c", "(sleep 0.2; \"$0\" export \"$1\" --to jsonl; echo $? >&2) | true", reprise.path, golden,
        ]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(text == "0\n")
    }

    @Test func fullDiskIsAOneLineError() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", "\"$0\" export \"$1\" --to jsonl > /dev/full", reprise.path, golden]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = String(decoding: try errors.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
        #expect(text == "reprise: cannot write standard output: No space left on device\n")
    }
}
