import Analysis
import ArgumentParser
import Formats
import Foundation
import Traffic

/// `reprise demo`: the whole workflow, from captured packets to two verdicts, on this machine only.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Record users of a sample service, replay them as 1,000 sessions, and judge the service twice.",
        discussion: """
            Starts the sample service on a free loopback port, simulates users with curl and captures their traffic. Then \
            replays the recording, faster and many times over, against a restarted service, so that every recorded token \
            is stale: once while it is healthy, once while it leaks memory. Takes about four minutes and stays on this \
            machine. Without the right to capture, the recording that ships with the project is used.
            """)

    @Option(help: ArgumentHelp("Number of sessions to replay at once.", valueName: "n"))
    var sessions = 1000

    @Option(help: ArgumentHelp("Number of simulated users to record.", valueName: "n"))
    var people = 36

    @Option(
        name: [.customShort("o"), .long], help: ArgumentHelp("Folder to create for the results.", valueName: "folder"))
    var output: String?

    func validate() throws {
        guard (1...10_000).contains(sessions) else { throw ValidationError("--sessions must be 1 to 10,000.") }
        guard (1...200).contains(people) else { throw ValidationError("--people must be 1 to 200.") }
    }

    func run() throws {
        let folder = try DemoFolder(path: output)
        let programs = try DemoPrograms()
        try record(into: folder, programs)
        try step("What was recorded", programs.reprise, ["inspect", folder.log])
        let healthy = try replay("healthy", leak: nil, folder, programs)
        let leaking = try replay("leaking", leak: leak, folder, programs)
        try conclude(healthy, leaking, folder)
    }

    /// Bytes that the leaking service leaks with each request: more if fewer sessions send fewer requests, so that the
    /// total is the same.
    private var leak: Int { max(4096, 4096 * 1000 / sessions / 4096 * 4096) }

    private func record(into folder: DemoFolder, _ programs: DemoPrograms) throws {
        guard programs.canCapture() else {
            guard let recording = programs.recording else {
                throw CommandFailure(
                    "no permission to capture packets, and no recording next to the program: run as root")
            }
            Console.note(
                "no permission to capture packets (root, or setcap): using the recording shipped with the project")
            try step("Read a recording", programs.reprise, ["capture", "-r", recording, "-o", folder.log])
            return
        }
        let service = try SampleService(program: programs.sampleAPI)
        heading("\(people) users call the service at \(service.url) with curl; their traffic is captured")
        let arguments = ["capture", "-i", "lo", "--port", service.port, "-o", folder.log]
        show("reprise", arguments)
        let capture = try ChildProcess(programs.reprise, arguments, readsOutput: false)
        // The capture must see the first handshake; it opens its device well within a second.
        Thread.sleep(forTimeInterval: 1)
        try DemoUsers.live(count: people, url: service.url, spread: 6, pause: 1.6)
        Thread.sleep(forTimeInterval: 0.5)
        capture.interrupt()
        let (code, _) = capture.wait()
        guard code == 0 else { throw CommandFailure("the capture ended with code \(code)") }
    }

    /// The result of one replay.
    private struct Outcome {
        var summary: RunSummary
        var exitCode: Int32
        var metrics: [String: Double]
        var report: String
    }

    private func replay(
        _ name: String, leak: Int?, _ folder: DemoFolder, _ programs: DemoPrograms
    ) throws -> Outcome {
        let fault = leak.map { ["--leak", "\($0)"] } ?? []
        let service = try SampleService(program: programs.sampleAPI, arguments: fault)
        let run = folder.run(name)
        let arguments = [
            "replay", folder.log, "--target", service.url, "--speed", "2", "--sessions", "\(sessions)", "--ramp", "6s",
            // The recorded client opened a connection for each request; browsers keep theirs open.
            "--connections", "one",
            "--for", "75s", "--watch-pid", "\(service.pid)", "--gate", "no-leak", "--gate", "failures<1%", "--gate",
            "p95<500ms", "-o", run,
        ]
        heading(
            leak.map { "Replayed against a restarted service that leaks \($0) bytes per request" }
                ?? "Replayed against a restarted, healthy service: every recorded token is stale")
        show("reprise", arguments)
        let (code, _) = try ChildProcess.run(programs.reprise, arguments, readsOutput: false)
        let path = run + "/summary.json"
        guard let data = FileManager.default.contents(atPath: path),
            let summary = try? JSONDecoder().decode(RunSummary.self, from: data)
        else { throw CommandFailure("the replay left no \(path)") }
        return Outcome(
            summary: summary, exitCode: code, metrics: try service.metrics(), report: run + "/report.html")
    }

    private func conclude(_ healthy: Outcome, _ leaking: Outcome, _ folder: DemoFolder) throws {
        heading("The service's own count")
        for (name, outcome) in [("healthy", healthy), ("leaking", leaking)] { show(name, outcome) }
        heading("Verdicts")
        print("  healthy service: \(healthy.summary.verdict.rawValue)   \(healthy.report)")
        print("  leaking service: \(leaking.summary.verdict.rawValue)   \(leaking.report)")
        let good = healthy.exitCode == 0 && healthy.summary.verdict == .pass && healthy.summary.failures == 0
        let found = leaking.exitCode == ExitStatus.gateFailed.rawValue && leaking.summary.verdict == .fail
        guard good else { throw CommandFailure("the healthy service did not pass") }
        guard found else { throw CommandFailure("the leak was not found") }
        try compare(leaking)
    }

    /// Compares the estimated leak with the actual one.
    private func compare(_ leaking: Outcome) throws {
        let findings = leaking.summary.soak.filter { $0.kind == .memory && $0.verdict == .growing }
        guard let estimate = findings.compactMap(\.bytesPerRequest).max() else {
            throw CommandFailure("the leak was found, but its size per request was not estimated")
        }
        let ratio = estimate / Double(leak)
        let made = ByteCount(UInt64(leaking.metrics["sample_api_leaked_bytes"] ?? 0))
        print(
            "  the service leaked \(leak) bytes per request, \(made) in all; "
                + "estimated from outside: \(Int(estimate)) bytes per request (\(ratio.formatted(decimals: 2)) of it)")
        guard (0.75...1.25).contains(ratio) else {
            throw CommandFailure("the leak's rate is off by more than a quarter")
        }
    }

    private func show(_ name: String, _ outcome: Outcome) {
        let tokens = ["accepted", "expired", "revoked", "forged"].map { result in
            let count = outcome.metrics["sample_api_tokens_total{result=\"\(result)\"}"] ?? 0
            return "\(Int(count)) \(result)"
        }
        let peak = Int(outcome.metrics["sample_api_connections_open_peak"] ?? 0)
        print("  \(name): \(peak) connections open at once; access tokens \(tokens.joined(separator: ", "))")
    }

    private func step(_ title: String, _ program: String, _ arguments: [String]) throws {
        heading(title)
        show("reprise", arguments)
        let (code, _) = try ChildProcess.run(program, arguments, readsOutput: false)
        guard code == 0 else { throw CommandFailure("reprise \(arguments[0]) ended with code \(code)") }
    }

    private func heading(_ text: String) {
        print("\n== \(text)")
        flushOutput()
    }

    private func show(_ program: String, _ arguments: [String]) {
        let words = arguments.map { $0.contains { " <>(){}".contains($0) } ? "'\($0)'" : $0 }
        print("$ \(program) \(words.joined(separator: " "))")
        flushOutput()
    }

    /// Child processes write to the same output: what this process printed first must also appear first.
    private func flushOutput() { fflush(nil) }
}
