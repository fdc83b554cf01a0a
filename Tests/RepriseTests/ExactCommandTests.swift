import Analysis
import Foundation
import Live
import Measurement
import Plan
import Report
import TestSupport
import Testing
import Traffic

@testable import reprise

/// Advice, manual pages, values of options and what a live page gets of a plan, a line a case.
@Suite struct ExactCommandTests {
    private static func entry(_ name: String, _ lines: [String]) -> GoldenTable.Entry {
        GoldenTable.Entry(name, lines.joined(separator: "\n"))
    }

    private static func shown<Value>(_ value: Value?) -> String { value.map { "\($0)" } ?? "none" }

    @Test func commandsAreExact() throws {
        let entries =
            [try Self.advice(), try Self.manual(), Self.values(), Self.captures(), Self.phases(), Self.lines()]
            + (try Self.livePlans())
        let differences = GoldenTable("commands.txt").differences(from: entries)
        #expect(differences.isEmpty, "\(differences.prefix(40).joined(separator: "\n"))")
    }

    private static let small = """
        {"command": {"commandName": "reprise", "abstract": "Records.", "subcommands": [
        {"commandName": "replay", "abstract": "Sends a log - again.", "discussion": "One.\\n\\n    literal -x\\n\\n    more\\nTwo.\\n.dot\\n'quote \\\\ back", "arguments": [
        {"kind": "positional", "shouldDisplay": true, "valueName": "log", "abstract": "The log."},
        {"kind": "positional", "shouldDisplay": true},
        {"kind": "option", "shouldDisplay": true, "names": [{"kind": "long", "name": "for"}, {"kind": "short", "name": "d"}], "valueName": "duration", "abstract": "How long.", "defaultValue": "5s"},
        {"kind": "option", "shouldDisplay": true, "names": [{"kind": "long", "name": "ramp"}], "valueName": "duration"},
        {"kind": "option", "shouldDisplay": true, "names": [{"kind": "long", "name": "port"}], "valueName": "port"},
        {"kind": "option", "shouldDisplay": true, "names": [{"kind": "long", "name": "rotate"}], "valueName": "1h|1GiB"},
        {"kind": "option", "shouldDisplay": true, "names": [{"kind": "long", "name": "sessions"}], "abstract": "Count.", "allValues": ["a", "b"], "defaultValue": "", "discussion": "More.\\nLines."},
        {"kind": "flag", "shouldDisplay": false, "names": [{"kind": "long", "name": "force"}], "abstract": "", "allValues": []},
        {"kind": "flag", "shouldDisplay": true, "names": [{"kind": "long", "name": "sess"}], "abstract": "As --sessions."}]},
        {"commandName": "inspect", "discussion": "    literal at the end\\n", "arguments": [{"kind": "flag", "shouldDisplay": true, "names": [{"kind": "long", "name": "json"}]}]},
        {"commandName": "capture", "discussion": "", "arguments": [{"kind": "option", "shouldDisplay": true, "names": [{"kind": "long", "name": "json"}, {"kind": "long", "name": "output"}]}]},
        {"commandName": "hidden", "shouldDisplay": false}, {"commandName": "help"}]}}
        """

    private static func catalog() throws -> CommandCatalog {
        try JSONDecoder().decode(CommandCatalog.self, from: Data(small.utf8))
    }

    /// Advice for a program of three commands.
    private static func advice() throws -> GoldenTable.Entry {
        let advice = UsageAdvice(catalog: try catalog(), topics: ["gates"])
        let texts = [
            "", "replay", "replay a.rlog", "reply", "record", "gates", "gate", "zzzz", "a.rlog", "dir/file",
            "--version", "--help", "-h", "--for", "--json=1", "--zzz", "help", "help gates", "help gate", "help replay",
            "help record", "help zzzz",
            "replay --for 5", "replay --for 5s", "replay --for=5", "replay --for 5min", "replay --for 5.5sec",
            "replay --for 5x", "replay --for", "replay --for -5", "replay --for x", "replay -d 5", "replay --ramp 0",
            "replay --ramp 5", "replay --for 0",
            "replay --port 0", "replay --port 1", "replay --port 65535", "replay --port 65536", "replay --port x",
            "replay --rotate 5", "replay --rotate 5s", "replay --sessions 5", "replay --sesion 5", "replay --session",
            "replay --ses", "replay --users 5",
            "replay --vus=5", "replay --duration 5s", "replay --json", "replay --output x", "replay --zzz",
            "replay --help", "replay --help-hidden", "replay --version", "replay -u 5", "replay -f", "replay -z",
            "replay - 5", "replay -5", "replay -- --users", "inspect --for 5",
            "inspect --users", "inspect --out", "capture --out x", "capture --format x", "inspect -u",
        ]
        return entry(
            "advice", texts.map { "\($0): \(shown(advice.advice(for: $0.split(separator: " ").map(String.init))))" })
    }

    private static func manual() throws -> GoldenTable.Entry {
        let pages = ManualPages(catalog: try catalog(), version: "1.2").pages.filter {
            ["reprise-replay.1", "reprise-inspect.1", "reprise-capture.1", "reprise-hidden.1", "reprise-help.1"]
                .contains($0.name)
        }
        return entry(
            "manual",
            pages.flatMap { page in
                ["\(page.name)"] + page.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            })
    }

    private static func values() -> GoldenTable.Entry {
        let durations: [Duration] = [
            .zero, .nanoseconds(1), .milliseconds(1), .milliseconds(1500), .seconds(1), .seconds(59), .seconds(60),
            .seconds(90), .seconds(3600), .seconds(5400), .seconds(86_400), .seconds(90_000),
        ]
        let sizes: [UInt64] = [0, 1, 1000, 1023, 1024, 1025, 1536, 64 << 10, 1 << 20, 3 << 20, 1 << 30, 1 << 40]
        let limits = ["1h", "1GiB", "10m", "10MB", "0s", "0", "1x", "", "5", "1h1GiB"]
        return entry(
            "values",
            durations.map { "\($0): \($0.defaultValueDescription)" }
                + sizes.map { "\($0): \(ByteCount($0).defaultValueDescription)" }
                + limits.map { "'\($0)': \(shown(RotationLimit(argument: $0)))" })
    }

    private static func captures() -> GoldenTable.Entry {
        var lines: [String] = []
        for (packets, exchanges, opaque) in [(0, 0, 0), (1, 0, 0), (2, 0, 1), (2, 0, 2), (9, 1, 3)] {
            for interface in [nil, "eth0", "lo"] as [String?] {
                for (ports, filter) in [([], nil), ([81], nil), ([81, 82], "host x")] as [([Int], String?)] {
                    let advice = CaptureAdvice(
                        packets: UInt64(packets), exchanges: UInt64(exchanges), opaqueConnections: UInt64(opaque))
                    let text = advice.text(interface: interface, ports: ports.map { UInt16($0) }, filter: filter)
                    lines.append(
                        "\(packets) packets, \(exchanges) exchanges, \(opaque) opaque, \(interface ?? "file"), \(ports), \(filter ?? "no filter"): \(text?.utf8.readable ?? "none")"
                    )
                }
            }
        }
        return entry("captures", lines)
    }

    private static func phases() -> GoldenTable.Entry {
        let second: Int64 = 1_000_000_000
        func stretch(_ name: String, _ isRamp: Bool, _ begin: Int64, _ end: Int64) -> RunStretches.Stretch {
            .init(phase: name, isRamp: isRamp, beginNs: begin * second, endNs: end == .max ? .max : end * second)
        }
        let cases: [[RunStretches.Stretch]] = [
            [], [stretch("a", false, 0, 5)], [stretch("a", true, 0, 5), stretch("a", false, 5, 9)],
            [
                stretch("a", false, 0, 5), stretch("a", false, 5, 9), stretch("b", false, 9, 12),
                stretch("a", false, 12, .max),
            ],
            [stretch("a", false, 0, 100_000_000)], [stretch("a", false, 0, 100_000_001)],
        ]
        return entry("phases", cases.map { LiveRun.phases(of: $0).map { plainText($0) }.joined(separator: " ") })
    }

    private static func lines() -> GoldenTable.Entry {
        let gates = [
            "p95<100ms", "mean<1s", "max<2s", "rps>5", "rps(429)>5", "failures<1%", "answered>99%", "no-leak",
            "no-drift", "no-regression", "share(2xx)>1%", "before(429)<=10", "GET /a: p95<1s",
        ]
        return entry(
            "lines",
            gates.map { text in
                guard let gate = try? Criterion(parsing: text) else { return "\(text): refused" }
                return
                    "\(text): followed \(LiveRun.isFollowed(gate)), \(LiveRun.line(gate.figure, 7).map { "\($0.chart) at \($0.limit)" } ?? "no line")"
            })
    }

    /// What the live page gets of plans of each kind.
    private static func livePlans() throws -> [GoldenTable.Entry] {
        var sessions: [RecordedSession] = []
        for number in 1...3 {
            let begins = (0..<4).map { (place: Int) -> Int64 in Int64(500 * place + 100 * number) }
            let spans = begins.map { (begin: $0, end: $0 + 50) }
            sessions.append(RecordedSession(number: UInt32(number), spans))
        }
        let gates = try ["p95<100ms", "rps>5", "no-leak", "GET /a: p95<1s"].map { try Criterion(parsing: $0) }
        var entries: [GoldenTable.Entry] = []
        for (name, population, speed) in [
            ("recorded", .asRecorded, .factor(1)), ("slots", .slots(4), .factor(2)), ("fast", .copies(3), .max),
        ] as [(String, Population, Speed)] {
            var options = PlanOptions()
            (options.population, options.speed) = (population, speed)
            if population == .slots(4) { options.duration = .seconds(10) }
            let plan = try ReplayPlan(sessions: sessions, options: options)
            for (ramp, planned, span, level) in [
                (0, nil, nil, nil), (2, 10, nil, "4"), (2, nil, 2, "x"), (0, 10, 5, "4"),
            ] as [(Int64, Int64?, Int64?, String?)] {
                var description = RunDescription(
                    startedAt: 0, settings: level.map { ["sessions": $0] } ?? [:], endpoints: [], plannedSessions: nil)
                (description.rampNs, description.plannedNs, description.plannedSpanNs) = (
                    ramp * 1_000_000_000, planned.map { $0 * 1_000_000_000 }, span.map { $0 * 1_000_000_000 }
                )
                let run = LiveRun(plan, description, title: "t", gates: gates)
                let text = [
                    "phases \(run.phases.map { plainText($0) })", "plan \(run.plan.map { "\($0.second) \($0.value)" })",
                    "due \(run.due.map { "\($0.second) \($0.value)" })",
                    "gates \(run.gates), at the end \(run.gatesAtEnd.sorted())",
                    "lines \(run.lines.map { "\($0.key) \($0.value.chart) \($0.value.limit)" }.sorted())",
                ]
                entries.append(
                    entry(
                        "live page of \(name), ramp \(ramp), planned \(shown(planned)), span \(shown(span)), sessions \(level ?? "none")",
                        text))
            }
        }
        return entries
    }
}
