import Scenario
import Testing

/// Files with values that a user may write by mistake, or that no run can have: each is refused with its place.
struct OddFileTests {

    private static let load = "sessions: 10\nhold: 1m\n"
    private static let fault = load + "services: {redis: {start: x}}\nfaults: "

    private static func refusal(_ text: String) -> String {
        do throws(ScenarioError) {
            _ = try ScenarioFile(parsing: text, name: "odd")
            return "accepted"
        } catch {
            return error.description
        }
    }

    @Test(
        arguments: [
            // Names and definitions of traffic
            (
                "\(load)traffic: {log: a.rlog}",
                "line 3, column 11: 'traffic' maps names to definitions, and 'log' is part of a definition: write traffic: {NAME: {log: …}}, and 'traffic: NAME' where it is sent"
            ),
            (
                "traffic: {endpoint: GET /a}\nscenarios: {s: {sessions: 1, hold: 1m}}",
                "line 1, column 11: 'traffic' maps names to definitions, and 'endpoint' is part of a definition: write traffic: {NAME: {endpoint: …}}, and 'traffic: NAME' where it is sent"
            ),
            (
                "traffic: {mix: {a: 1}}\nscenarios: {s: {sessions: 1, hold: 1m}}",
                "line 1, column 11: 'traffic' maps names to definitions, and 'mix' is part of a definition: write traffic: {NAME: {mix: …}}, and 'traffic: NAME' where it is sent"
            ),
            (
                "traffic: a\nscenarios: {s: {sessions: 1, hold: 1m}}",
                "line 1, column 10: 'traffic' maps names to definitions, such as {login: {endpoint: POST /login}}"
            ),
            (
                "traffic: [a]\nscenarios: {s: {sessions: 1, hold: 1m}}",
                "line 1, column 10: 'traffic' maps names to definitions, such as {login: {endpoint: POST /login}}"
            ),
            (
                "traffic: {a: }\nscenarios: {s: {sessions: 1, hold: 1m}}",
                "line 1, column 14: traffic 'a' must be a map, such as {endpoint: POST /login}; {} is everything in the log"
            ),
            (
                "traffic: {'': {}}\nscenarios: {s: {sessions: 1, hold: 1m}}",
                "line 1, column 11: a name in 'traffic' is empty"
            ),
            (
                "traffic: {a: {mix: {b: 1}}, b: {mix: {c: 1}}, c: {mix: {b: 1}}}\nscenarios: {s: {sessions: 1, hold: 1m}}",
                "line 1, column 29: the mix 'b' contains itself through 'c'"
            ),
            (
                "traffic: {a: {mix: {bee: 1}}, b: {}}\nscenarios: {s: {sessions: 1, hold: 1m}}",
                "line 1, column 11: there is no traffic 'bee'; known: a, b"
            ),
            ("scenarios: {'': {sessions: 1, hold: 1m}}", "line 1, column 13: a name in 'scenarios' is empty"),
            (
                "scenarios: [{sessions: 1, hold: 1m}]",
                "line 1, column 12: 'scenarios' maps names to definitions, such as {peak: {sessions: 100, hold: 5m}}"
            ),
            // Keys that belong elsewhere
            ("\(load)back: 10", "line 3, column 1: the file has no key 'back': it belongs to a 'ladder'"),
            ("\(load)search: 10%", "line 3, column 1: the file has no key 'search': it belongs to a 'ladder'"),
            (
                "matrix: {sessions: [5, 6]}\nhold: 1m",
                "line 1, column 1: the file has no key 'matrix': it belongs to a scenario under 'scenarios'"
            ),
            (
                "scenarios: {a: &a {sessions: 1, hold: 1m}, b: {extends: a}}",
                "line 1, column 48: scenario 'b' has no key 'extends': a map takes over the members of another with an anchor and '<<: *anchor'"
            ),
            (
                "sessions: 5\nscenarios: {a: {sessions: 1, hold: 1m}}",
                "line 1, column 1: the file has no key 'sessions': it belongs to a scenario under 'scenarios'"
            ),
            (
                "\(load)verdict: {good: A}",
                "line 3, column 11: verdict has no key 'good'; its keys are fail, pass"
            ),
            ("\(load)stages: [1]", "line 3, column 1: the file has no key 'stages'; did you mean 'phases'?"),
            // Values
            (
                "sessions: 010\nhold: 1m",
                "line 1, column 11: 'sessions' must not begin with 0, which may mean an octal number; did you mean '10'?"
            ),
            (
                "\(load)before: [null]", "line 3, column 10: 'command' is empty"
            ),
            (
                "\(load)before: [{run: ls, timeout: 0s}]", "line 3, column 29: 'timeout' must be longer than 0"
            ),
            (
                "\(load)services: {r: {start: x, timeout: 0s}}", "line 3, column 35: 'timeout' must be longer than 0"
            ),
            ("\(load)name: \"a\\0b\"", "line 3, column 7: a text contains the character NUL"),
            (
                "\(load)score: {good: 95%}",
                "line 3, column 15: a band begins at a percentage from 0 to 100, not '95%'; did you mean '95'?"
            ),
            (
                "\(load)score: {a: 95, b: 95}", "line 3, column 19: the bands 'a' and 'b' begin at the same percentage"
            ),
            (
                "phases: {a: {sessions: 1, hold: 1m}}",
                "line 1, column 9: 'phases' lists maps, such as [{name: warm-up, sessions: 100, hold: 5m}]"
            ),
            (
                "ladder: {from: 1000, to: 100}\nhold: 1m",
                "line 1, column 9: a ladder lists its levels, such as ladder: [100, 200, 500]"
            ),
            (
                "ladder: [5, 10]\nhold: 1m\nback: 1\nback-hold: 0s",
                "line 4, column 12: 'back-hold' must be longer than 0"
            ),
            (
                "scenarios: {a: {matrix: {phases: [[{sessions: 1, hold: 1m}]]}}}",
                "line 1, column 35: 'phases' of the matrix lists single values, which name its scenarios"
            ),
            // Criteria
            ("\(load)gates: ['']", "line 3, column 9: a criterion is empty: give a condition such as p95<500ms"),
            (
                "\(load)goals: [{that: p95<1s}]",
                "line 3, column 10: a criterion with a weight has the form {that: p95<500ms, weight: 3}"
            ),
            (
                "\(load)goals: [{that: p95<1s, weight: 2, name: x}]",
                "line 3, column 35: a criterion with a weight has the form {that: p95<500ms, weight: 3}"
            ),
            ("\(load)gates: ['during x: p95<1s']", "line 3, column 9: there is no fault or phase 'x'; known: odd"),
            // Faults
            ("\(fault)[{stop: redis, at: 10s, for: 0s}]", "line 4, column 38: 'for' must be longer than 0"),
            ("\(fault)[{run: x, undo: '', at: 10s, for: 5s}]", "line 4, column 25: 'undo' is empty"),
            (
                "\(fault)[{run: x, at: 1m}]",
                "line 4, column 10: fault 'fault-1' does not begin before the end of the scenario, which lasts 1m"
            ),
            // Watches: an empty text would match every process
            ("\(load)watch: {x: {process: ''}}", "line 3, column 22: 'process' is empty"),
            ("\(load)watch: {x: {command: ' '}}", "line 3, column 22: 'command' is empty"),
            (
                "\(load)watch: {x: {port: 1, password: 'env:HOME'}}",
                "line 3, column 32: 'password' is for 'redis' and 'postgres'"
            ),
            (
                "\(load)watch: {x: {redis: 'hunter2@localhost:1'}}",
                "line 3, column 12: the address of a Redis is HOST:PORT: give its password as 'password: env:NAME' or file:PATH"
            ),
            // YAML
            ("", "line 1, column 1: the file is empty"),
            (
                "\(load)---\nsessions: 5",
                "line 3, column 1: a second document begins here: a scenario file is a single one"
            ),
            (
                "\(load)faults:\n\t- stop: x",
                "line 4, column 1: this is not YAML: found character that cannot start any token; lines are indented by spaces, not tabs"
            ),
            ("\(load)a: b\u{1b}[31m", "line 3, column 5: the character U+1B is not allowed in YAML"),
            (
                String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
                "line 1, column 34: values are nested deeper than 32 levels"
            ),
        ] as [(String, String)]) func isRefusedWithItsPlace(text: String, message: String)
    {
        #expect(Self.refusal(text) == message)
    }

    @Test(arguments: [
        "\u{FEFF}\(load)", "sessions: 10\r\nhold: 1m\r\n", "\(load)insecure: True\n",
        "\(load)insecure: NO\n", "{\"sessions\": 10, \"hold\": \"1m\"}", "\(load)name: ~\n", "\(load)x-any: [thing]\n",
        "%YAML 1.1\n---\n\(load)",
    ]) func whatYAMLAllowsIsAccepted(text: String) {
        #expect(Self.refusal(text) == "accepted")
    }

    @Test(
        arguments: [
            ([0xff, 0xfe, 0x61, 0], "line 1, column 1: the file is UTF-16: save it as UTF-8"),
            ([0xfe, 0xff, 0, 0x61], "line 1, column 1: the file is UTF-16: save it as UTF-8"),
            ([0x61, 0, 0x3a, 0, 0x20, 0, 0x31, 0], "line 1, column 1: the file is UTF-16: save it as UTF-8"),
            (
                [0x61, 0x3a, 0x0a, 0xc3, 0xbc, 0x62, 0, 0x63, 0x64],
                "line 2, column 3: the file contains the character NUL"
            ),
            ([0x61, 0x3a, 0x0a, 0xc3, 0xbc, 0xfc, 0x62], "line 2, column 2: the file is not UTF-8: save it as UTF-8"),
        ] as [([UInt8], String)]) func otherEncodingsAreRefused(bytes: [UInt8], message: String)
    {
        let error = #expect(throws: ScenarioError.self) { try ScenarioFile.text(of: bytes) }
        #expect(error?.description == message)
    }

    /// Thirty lines whose shares are sums over 2^30 paths.
    @Test func mixesOfMixesAreAddedUpOnce() throws {
        let lines = (1..<30).flatMap { level in
            ["a", "b"].map { "  \($0)\(level): {mix: {a\(level - 1): 1, b\(level - 1): 3}}\n" }
        }
        let text =
            "traffic:\n  a0: {method: GET}\n  b0: {method: POST}\n" + lines.joined()
            + "scenarios: {s: {traffic: a29, sessions: 10, hold: 1m}}\n"
        let shares = try ScenarioFile(parsing: text, name: "odd").shares(of: "a29")
        #expect(shares.map(\.traffic) == ["a0", "b0"])
        #expect(abs(shares[0].share - 0.25) < 1e-9 && abs(shares[1].share - 0.75) < 1e-9)
    }

    @Test(arguments: [false, true]) func aLongChainOfMixesIsRefused(isUpward: Bool) {
        let lines = (1...2000 / 3).map { "  m\($0): {mix: {m\($0 - 1): 1}}\n" }
        let text = (isUpward ? lines : lines.reversed()).joined()
        let refusal = Self.refusal(
            "traffic:\n  m0: {}\n\(text)scenarios: {s: {traffic: m0, sessions: 10, hold: 1m}}\n")
        #expect(refusal.contains("mixes are nested deeper than 32 levels"))
    }

    @Test(arguments: [
        (
            "sessions: 10\nhold: 8000h\nspikes: {sessions: 20, for: 100ms, every: 200ms}",
            "line 3, column 9: there are at most 1000 spikes: make 'every' longer"
        ),
        (
            "scenarios: {a: {hold: 1m, matrix: {sessions: [\(numbers)], seed: [\(numbers)], workers: [\(numbers)]}}}",
            "a matrix can have at most 100 fields"
        ),
        (
            "x-a: &a {sessions: 1, hold: 1m, repeat: 100}\nscenarios: {"
                + (0..<20).map { "s\($0): *a" }.joined(separator: ", ") + "}",
            "a file can have at most 1000 scenarios"
        ),
    ]) func fewLinesDoNotBecomeMillionsOfRuns(text: String, message: String) {
        #expect(Self.refusal(text).contains(message))
    }

    private static let numbers = (1...1000).map { "\($0)" }.joined(separator: ", ")

    @Test(arguments: [
        (
            "faults: [{run: x, at: 10s}]",
            "fault 'fault-1' has no 'undo': what its command changes stays changed, after the run too"
        ),
        (
            "guards: ['failures<50% for 10m']",
            "the guard 'failures<50% for 10m' never ends the run, which lasts 1m"
        ),
    ]) func aDryRunSaysWhatIsSurprising(line: String, finding: String) throws {
        let file = try ScenarioFile(parsing: Self.load + line, name: "odd")
        #expect(DryRun(file).findings.map(\.text) == [finding])
    }

    @Test func aScopeOfTwoMeaningsIsExplained() throws {
        let file = try ScenarioFile(
            parsing: """
                traffic: {a: {endpoint: GET /a}, b: {}}
                scenarios: {s: {phases: [{name: a, traffic: b, sessions: 5, hold: 1m}], gates: {a: [p95<1s]}}}
                """, name: "odd")
        #expect(
            DryRun(file).findings.map(\.text) == ["'a: p95<1s': 'a' is both a phase and a traffic; the phase is meant"])
    }
}
